"""Where each value of a TOML text stands: the standard library gives the values without lines, this finds the lines."""

import re
import tomllib
from bisect import bisect_right

Place = tuple[str | int, ...]  # the keys and positions that lead to a value: ("child", 0, "name")
Lines = dict[Place, int]

BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
BARE = re.compile(r"[A-Za-z0-9_-]+")
SCALAR = re.compile(r"[^,\]}#\n]+")
STRINGS = (  # the longer quotes first; a closing triple quote may be preceded by up to two more (TOML 1.0, String)
    re.compile(r'"""(?:\\.|[^\\])*?"""(?:"{0,2})', re.DOTALL),
    re.compile(r"'''.*?'''(?:'{0,2})", re.DOTALL),
    re.compile(r'"(?:\\.|[^"\\\n])*"'),
    re.compile(r"'[^'\n]*'"),
)


def lines_of(text: str) -> Lines:
    """The line, from 1, of each key, table and element; the text must be one that tomllib accepts."""
    return _Scan(text.replace("\r\n", "\n")).document()


def line_at(lines: Lines, place: Place) -> int:
    """The line of a value; of what holds it, when the value is not there."""
    while place not in lines and place:
        place = place[:-1]
    return lines.get(place, 1)


class _Scan:
    """One pass over a valid document: tomllib already said that it is one, so nothing is checked again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(sign.end() for sign in re.finditer("\n", text))]
        self.lines: Lines = {}
        self.tables: dict[Place, int] = {}  # the latest position in each array of tables

    def document(self) -> Lines:
        here: Place = ()
        self.blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                here = self.header()
            else:
                self.pair(here)
            self.blank()
        return self.lines

    def header(self) -> Place:
        depth = 2 if self.text.startswith("[[", self.at) else 1
        line = self.line()
        self.at += depth
        here: Place = ()
        *parents, last = self.keys()
        for key in parents:
            here = (*here, key)
            self.lines.setdefault(here, line)
            if here in self.tables:
                here = (*here, self.tables[here])
        here = (*here, last)
        self.at += depth
        if depth == 2:  # noqa: PLR2004
            self.lines.setdefault(here, line)
            self.tables[here] = self.tables.get(here, -1) + 1
            here = (*here, self.tables[here])
        self.lines[here] = line
        return here

    def pair(self, here: Place) -> None:
        line = self.line()
        for key in self.keys():
            here = (*here, key)
            self.lines.setdefault(here, line)
        self.at += 1  # the equals sign
        self.blank()
        self.value(here)

    def keys(self) -> list[str]:
        """The parts of a dotted key; stops at the sign that ends it."""
        found = []
        while True:
            self.blank()
            found.append(self.key())
            self.blank()
            if self.text[self.at] != ".":
                return found
            self.at += 1

    def key(self) -> str:
        if self.text[self.at] not in "\"'":
            return self.take(BARE)
        quoted = self.take(STRINGS[2] if self.text[self.at] == '"' else STRINGS[3])
        name: str = tomllib.loads(f"key = {quoted}")["key"]
        return name

    def value(self, here: Place) -> None:
        sign = self.text[self.at]
        if sign == "[":
            self.elements(here)
        elif sign == "{":
            self.members(here)
        elif sign in "\"'":
            next(self.take(form) for form in STRINGS if form.match(self.text, self.at))
        else:
            self.take(SCALAR)

    def elements(self, here: Place) -> None:
        position = 0
        self.opened()
        while self.text[self.at] != "]":
            self.lines[*here, position] = self.line()
            self.value((*here, position))
            position += 1
            self.separated()
        self.at += 1

    def members(self, here: Place) -> None:
        self.opened()
        while self.text[self.at] != "}":
            self.pair(here)
            self.separated()
        self.at += 1

    def opened(self) -> None:
        self.at += 1
        self.blank()

    def separated(self) -> None:
        self.blank()
        if self.text[self.at] == ",":
            self.opened()

    def blank(self) -> None:
        self.take(BLANK)

    def take(self, form: re.Pattern[str]) -> str:
        found = form.match(self.text, self.at)
        assert found, "tomllib accepted this text"
        self.at = found.end()
        return found.group()

    def line(self) -> int:
        return bisect_right(self.starts, self.at)
