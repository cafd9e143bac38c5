"""Loops: a level becomes one flat function per view, in generated Python, and one per edge, which finds its keys.

In the code `r0` and further are the values of a row, `about` is whom a group of rows is about; `m` and `o` are a mask
(ids; ids of whom one's own rows pass) and `v` is whether it lets the row pass; `k` is what a kid brought; `c` converts,
`p` gives the value of Python; `f` is a declared function and `w` shapes what it answers; `n` are the cells of the
access log that it came to, row by row; `j` is JSON.

Rows become dictionaries, but for those of a page that consists of values which are remembered as JSON: such a page
becomes its text at once, in half of the time. A text that must be quoted costs more by itself than in a dictionary.
"""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from graphql import GraphQLLeafType, GraphQLSchema, get_named_type, is_leaf_type
from sqlalchemy.engine import Dialect

from engine.cells import Below, Cell, Computed, Constant, Level, Linked, Stored, Whole, is_certain
from engine.code import Code
from engine.shape import Unsure
from models.prepared import Process, out_of
from resolvers.looks import cells_of
from schema.declare import Field
from schema.faces import camel

CONVERTED_KEPT = 10_000  # values of one column; days, enums and grams repeat, moments do not
PLAIN = {"String", "ID"}
NULL = "null"
Shown = list[list[dict[str, Any]]]  # by group, and by row
Cells = dict[tuple[str, str], list[int]]  # row by row; by the name of the function and the key of the response
View = Callable[..., Shown]
Told = Callable[..., list[orjson.Fragment]]
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
        self._told: dict[tuple[str, str], Converted] = {}

    def told(self, level: Level, cells: Sequence[Cell], name: str, plain: tuple[str, str]) -> Told | None:
        """As `view`: the JSON of each group's page, under the keys of edges and nodes; None where rows are no texts."""
        code = Code(level)
        texts = [(cell.key, self._text(code, level, cell)) for cell in cells]
        tests, (edges, node) = code.tested(), plain
        if None in dict(texts).values() or (tests and not code.is_by_group):
            return None
        members = ",\n".join(f'"{key}":{text}' for key, text in texts)
        whole = f'{{{{"{node}":{{{{{members}}}}}}}}}'  # the text of an f-string: braces are double
        lines = [
            *code.bound(),
            "shown = []",
            "for rows, about in zip(groups, abouts):",
            *[f"    {test}" for test in tests],
            f"""    shown.append({code.name("j", orjson.Fragment)}('{{"{edges}":[' + ','.join([""",
            *[f"        f'{line}'" for line in whole.split("\n")],
            f"        for {_row(level)} in rows]) + ']}}'))",
            "return shown",
        ]
        made: Told = code.function(name, "groups, abouts, masks, kids, me, today, counts", lines)
        return made

    def view(self, level: Level, cells: Sequence[Cell], name: str, plain: tuple[str, str] | None = None) -> View:
        """`view(groups, abouts, masks, kids, caller_id, today, counts)`: of each group a list with a dict for each row.

        Into `counts` goes of what is computed and not certain how many cells of the access log each row shows.
        `plain`: of each group a page instead, under the keys of edges and nodes.
        """
        code = Code(level)
        shown = [f"{cell.key!r}: {self._value(code, level, cell)}," for cell in cells]
        row, tests = _row(level), code.tested()
        begin, end, opened, closed = "{", "}", "", ""
        if plain is not None:
            begin, end, opened, closed = f"{{{plain[1]!r}: {{", "}}", f"{{{plain[0]!r}: ", "}"
        if tests and not code.is_by_group:
            rows = [
                "view = []",
                f"for {row} in rows:",
                *[f"    {line}" for line in tests],
                f"    view.append({begin}",
                *[f"        {line}" for line in shown],
                f"    {end})",
                f"shown.append({opened}view{closed})",
            ]
        else:
            lines = [f"    {line}" for line in shown]
            rows = [*tests, f"shown.append({opened}[{begin}", *lines, f"{end} for {row} in rows]{closed})"]
        lines = [
            *code.bound(),
            *[f"k{at} = kids[{at}]" for at in range(len(level.kids))],
            *[f"counts[{name!r}, {key!r}] = {counts} = []" for key, counts in code.counted.items()],
            "shown = []",
            "for rows, about in zip(groups, abouts):",
            *[f"    {line}" for line in rows],
            "return shown",
        ]
        made: View = code.function(name, "groups, abouts, masks, kids, me, today, counts", lines)
        return made

    def keys(self, level: Level, at: int, mask: int | None, name: str) -> Keys:
        """`keys(groups, abouts, masks, caller_id)`: what stands at `at` where the mask allows it, None elsewhere."""
        code = Code(level, "r[{}]")
        value = f"r[{at}]" if mask is None else f"r[{at}] if {code.test(mask)} else None"
        rows = f"return [{value} for rows, about in zip(groups, abouts) for r in rows]"
        made: Keys = code.function(name, "groups, abouts, masks, me", [*code.bound(), rows])
        return made

    def _value(self, code: Code, level: Level, cell: Cell) -> str:
        if isinstance(cell, Constant):
            return repr(cell.value)
        if isinstance(cell, Stored):
            value = self._stored(code, level, cell)
        elif isinstance(cell, Linked):
            value = f"k{cell.kid}.get(r{cell.at})"
        else:
            value = self._computed(code, level, cell)
        if cell.mask is None:
            return value
        counts = code.counted.get(cell.key)
        hidden = "None" if counts is None else f"{code.name('h', _hidden)}({counts})"
        return f"({value} if {code.mask(cell.mask)} else {hidden})"

    def _text(self, code: Code, level: Level, cell: Cell) -> str | None:
        """The JSON of a constant, or in braces an expression for a remembered one; None for everything else."""
        if isinstance(cell, Constant):
            return orjson.dumps(cell.value).decode()
        convert = self._conversion(level, cell.declared) if isinstance(cell, Stored) else None
        if not isinstance(cell, Stored) or not isinstance(convert, Converted):
            return None
        key = (level.node.name, cell.declared.name)
        texts = self._told.get(key)
        if texts is None:
            texts = self._told[key] = Converted(lambda value: orjson.dumps(convert[value]).decode())
        value = f"{code.name('c', texts)}[r{cell.at}]"
        if cell.mask is None:
            return f"{{{value}}}"
        return f"{{{value} if {code.mask(cell.mask)} else {code.name('j', NULL)}}}"

    def _stored(self, code: Code, level: Level, cell: Stored) -> str:
        convert = self._conversion(level, cell.declared)
        if convert is not None:
            opened = ("[", "]") if isinstance(convert, Converted) else ("(", ")")
            return f"{code.name('c', convert)}{opened[0]}r{cell.at}{opened[1]}"
        if cell.declared.nullable:
            return f"r{cell.at}"
        return f"(r{cell.at} if r{cell.at} is not None else {code.name('c', _null)}())"

    def _computed(self, code: Code, level: Level, cell: Computed) -> str:
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
        value = f"{code.name('w', cell.shape)}({code.name('f', cell.declared.by)}({', '.join(inputs)}))"
        if is_certain(cell):
            return value
        counts = code.counted[cell.key] = f"n{len(code.counted)}"
        return f"{code.name('h', _counted)}({value}, {counts})"

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


def _counted(value: Any, counts: list[int]) -> Any:
    counts.append(cells_of(value))
    return value


def _hidden(counts: list[int]) -> None:
    counts.append(0)


def _row(level: Level) -> str:
    """The names of the values of a row."""
    return f"({''.join(f'r{at}, ' for at in range(len(level.columns)))})"
