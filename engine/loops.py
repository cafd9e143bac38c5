"""Loops: a level becomes one flat function per view, in generated Python, and one per edge, which finds its keys.

In the code `r0` and further are the values of a row, `about` is whom a group of rows is about; `m` and `o` are a mask
(ids; ids of whom one's own rows pass) and `v` is whether it lets the row pass; `k` is what a kid brought; `c` converts,
`p` gives the value of Python; `f` is a declared function and `w` shapes what it answers.
"""

import linecache
from collections import OrderedDict
from collections.abc import Callable, Sequence
from itertools import count
from types import CodeType
from typing import Any

from graphql import GraphQLLeafType, GraphQLSchema, get_named_type, is_leaf_type
from sqlalchemy.engine import Dialect

from engine.cells import Below, Cell, Computed, Constant, Level, Linked, Stored, Whole
from engine.shape import Unsure
from models.prepared import Process, out_of
from schema.declare import Field
from schema.faces import camel

CONVERTED_KEPT = 10_000  # values of one column; days, enums and grams repeat, moments do not
CODES_KEPT = 4_000  # texts of functions, 4 KiB each
PLAIN = {"String", "ID"}
NUMBER = count(1)
View = Callable[..., list[list[dict[str, Any]]]]
Keys = Callable[..., list[Any]]


class Converted(dict[Any, Any]):
    """From the driver's value of a column to its JSON, remembered."""

    __slots__ = ("_convert",)

    def __init__(self, convert: Process) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, value: Any) -> Any:
        if len(self) >= CONVERTED_KEPT:
            self.clear()
        found = self[value] = self._convert(value)
        return found


class Loops:
    """Writes the functions of one process: `schema` says how values are told, `dialect` how the driver gives them."""

    def __init__(self, schema: GraphQLSchema, dialect: Dialect) -> None:
        self._schema = schema
        self.dialect = dialect
        self._converted: dict[tuple[str, str], Any] = {}

    def view(self, level: Level, cells: Sequence[Cell], name: str, within: str | None = None) -> View:
        """`view(groups, abouts, masks, kids, caller_id, today)`: a dict for each row of each group, in their order.

        `within`: the key of an object that holds each of them.
        """
        code = _Code(level)
        shown = [f"{cell.key!r}: {self._value(code, level, cell)}," for cell in cells]
        row = f"({''.join(f'r{at}, ' for at in range(len(level.columns)))})"
        tests = code.tested()
        begin, end = ("{", "}") if within is None else (f"{{{within!r}: {{", "}}")
        if tests and not code.is_by_group:
            rows = [
                "view = []",
                f"for {row} in rows:",
                *[f"    {line}" for line in tests],
                f"    view.append({begin}",
                *[f"        {line}" for line in shown],
                f"    {end})",
                "shown.append(view)",
            ]
        else:
            lines = [f"    {line}" for line in shown]
            rows = [*tests, f"shown.append([{begin}", *lines, f"{end} for {row} in rows])"]
        lines = [
            *code.bound(),
            *[f"k{at} = kids[{at}]" for at in range(len(level.kids))],
            "shown = []",
            "for rows, about in zip(groups, abouts):",
            *[f"    {line}" for line in rows],
            "return shown",
        ]
        made: View = code.function(name, "groups, abouts, masks, kids, me, today", lines)
        return made

    def keys(self, level: Level, at: int, mask: int | None, name: str) -> Keys:
        """`keys(groups, abouts, masks, caller_id)`: what stands at `at` where the mask allows it, None elsewhere."""
        code = _Code(level, "r[{}]")
        value = f"r[{at}]" if mask is None else f"r[{at}] if {code.test(mask)} else None"
        rows = f"return [{value} for rows, about in zip(groups, abouts) for r in rows]"
        made: Keys = code.function(name, "groups, abouts, masks, me", [*code.bound(), rows])
        return made

    def _value(self, code: "_Code", level: Level, cell: Cell) -> str:
        if isinstance(cell, Constant):
            return repr(cell.value)
        if isinstance(cell, Stored):
            value = self._stored(code, level, cell)
        elif isinstance(cell, Linked):
            value = f"k{cell.kid}.get(r{cell.at})"
        else:
            value = self._computed(code, level, cell)
        return value if cell.mask is None else f"({value} if {code.mask(cell.mask)} else None)"

    def _stored(self, code: "_Code", level: Level, cell: Stored) -> str:
        convert = self._conversion(level, cell.declared)
        if convert is not None:
            opened = ("[", "]") if isinstance(convert, Converted) else ("(", ")")
            return f"{code.name('c', convert)}{opened[0]}r{cell.at}{opened[1]}"
        if cell.declared.nullable:
            return f"r{cell.at}"
        return f"(r{cell.at} if r{cell.at} is not None else {code.name('c', _null)}())"

    def _computed(self, code: "_Code", level: Level, cell: Computed) -> str:
        inputs = ["today"]
        for is_kid, at in cell.inputs:
            if is_kid:
                kid = level.kids[at]
                assert isinstance(kid, Below | Whole), "a computed field stands over rows below, or over a whole table"
                inputs.append(f"k{at}" if isinstance(kid, Whole) else f"k{at}.get(r{kid.at}, [])")
            else:
                process = out_of(level.columns[at].type, self.dialect)
                inputs.append(f"r{at}" if process is None else f"{code.name('p', process)}(r{at})")
        if cell.given is not None:
            inputs.append(f"**k{cell.given}")
        return f"{code.name('w', cell.shape)}({code.name('f', cell.declared.by)}({', '.join(inputs)}))"

    def _conversion(self, level: Level, declared: Field) -> Any:
        """From the driver's value to JSON, as graphql-core serialises it; None where they are the same."""
        key = (level.node.name, declared.name)
        if key not in self._converted:
            self._converted[key] = self._made(level, declared)
        return self._converted[key]

    def _made(self, level: Level, declared: Field) -> Any:
        assert declared.column is not None, "the kit gives a stored field its column"
        process = out_of(declared.column.type, self.dialect)
        fields = self._schema.type_map[level.node.name].fields  # type: ignore[attr-defined]  # a node is an object
        kind = get_named_type(fields[camel(declared.name)].type)
        assert is_leaf_type(kind), "a stored field is a leaf"
        if process is None and kind.name in PLAIN:
            return None
        convert = _convert(process, kind, is_nullable=declared.nullable)
        return convert if kind.name == "Float" else Converted(convert)  # 1 and 1.0 are one key


def _convert(process: Process | None, kind: GraphQLLeafType, *, is_nullable: bool) -> Process:
    serialize = kind.serialize

    def convert(value: Any) -> Any:
        plain = value if process is None else process(value)
        if plain is None:
            return None if is_nullable else _null()
        return serialize(plain)

    return convert


def _null() -> Any:
    raise Unsure("null")


class _Code:
    """One function in the making: names for what it uses, masks that it needs."""

    def __init__(self, level: Level, value: str = "r{}") -> None:
        self._level = level
        self._row = value  # how the code spells a value of the row
        self._space: dict[str, Any] = {}
        self._masks: dict[int, str] = {}
        self.is_by_group = level.is_about_parent

    def name(self, letter: str, used: Any) -> str:
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
