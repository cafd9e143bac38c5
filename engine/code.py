"""One generated function in the making: names for what it uses, tests of masks, and its text, kept for tracebacks."""

import linecache
from collections import OrderedDict
from collections.abc import Callable
from itertools import count
from types import CodeType
from typing import Any

from engine.cells import Level

CODES_KEPT = 4_000  # texts of functions, 4 KiB each
NUMBER = count(1)


class Code:
    """One function in the making: names for what it uses, masks that it needs, cells that it counts."""

    def __init__(self, level: Level, value: str = "r{}") -> None:
        self._level = level
        self._row = value  # how the code spells a value of the row
        self._space: dict[str, Any] = {}
        self._masks: dict[int, str] = {}
        self.counted: dict[str, str] = {}
        self.is_by_group = level.is_about_parent

    def name(self, letter: str, used: Any) -> str:
        """Under which name the code finds what it uses."""
        for known, value in self._space.items():
            if value is used:
                return known
        found = f"{letter}{len(self._space)}"
        self._space[found] = used
        return found

    def mask(self, at: int) -> str:
        """The name of whether the mask lets a row's fields be seen, tested once a row."""
        self.test(at)
        return f"v{at}"

    def tested(self) -> list[str]:
        """The tests under their names."""
        return [f"v{at} = {test}" for at, test in self._masks.items()]

    def test(self, at: int) -> str:
        """Whether the mask lets a row's fields be seen."""
        if at not in self._masks:
            self._masks[at] = self._test(at)
        return self._masks[at]

    def _test(self, at: int) -> str:
        mask, about, supplier = self._level.masks[at], self._level.about, self._level.supplied(at)
        subject = "about" if about is None else self._row.format(about)
        test, own = f"{subject} in m{at}", f"{subject} in o{at}"
        if not (mask.own.supplies or mask.own.own):
            return test
        if mask.follows is not None:
            return "True" if mask.own.supplies else f"({test} or {own})"
        if supplier is None:
            return test
        self.is_by_group = False
        is_mine = f"{self._row.format(supplier)} == me"
        return f"({test} or {is_mine})" if mask.own.supplies else f"({test} or ({is_mine} and {own}))"

    def bound(self) -> list[str]:
        """The sets of the masks."""
        return [f"m{at}, o{at} = masks[{at}]" for at in self._masks]

    def function(self, name: str, parameters: str, lines: list[str]) -> Any:
        """The function, whose text tracebacks and `tsumugi plan show` print."""
        text = f"def {name}({parameters}):\n" + "".join(f"    {line}\n" for line in lines)
        space = dict(self._space)
        exec(_compiled(text, name), space)  # noqa: S102 - of declarations and of names that the validator let through
        return space[name]


CODES: OrderedDict[str, CodeType] = OrderedDict()  # of one text there is one, however many documents ask for the same


def _compiled(text: str, name: str) -> CodeType:
    found = CODES.get(text)
    if found is None:
        file = f"<plan {next(NUMBER)} {name}>"
        found = CODES[text] = compile(text, file, "exec")
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        if len(CODES) > CODES_KEPT:
            _, oldest = CODES.popitem(last=False)
            linecache.cache.pop(oldest.co_filename, None)
    else:
        CODES.move_to_end(text)
    return found


def text_of(made: Callable[..., Any]) -> str:
    """The text of a function that was made here."""
    return "".join(linecache.getlines(made.__code__.co_filename))
