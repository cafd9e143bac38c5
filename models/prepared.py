"""A statement made ready once: its text, the order of its values, and how values go in and come out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Delete, Insert, Select, Table, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from models import relation

Process = Callable[[Any], Any]
Statement = Select[Any] | CompoundSelect[Any] | Insert | Update | Delete


class Slot(NamedTuple):
    """A value that a statement is given: its name, how it goes in, and the places where it stands."""

    name: str
    process: Process | None
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """SQL as the driver takes it. `fixed`: the statement's own values by position; `slots`: those that are given."""

    text: str
    fixed: tuple[Any, ...]
    slots: tuple[Slot, ...]
    columns: tuple[tuple[str, Process | None], ...] = field(repr=False)

    def around(self, binds: Mapping[str, Any], name: str) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The values before and behind the only place of a name whose values go in as they are."""
        [[at]] = [places for slot, _, places in self.slots if slot == name]
        found = self.values({**binds, name: None})
        return found[:at], found[at + 1 :]

    def values(self, binds: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values by position, as the driver takes them. Raises KeyError where one is missing."""
        found = list(self.fixed)
        for name, process, places in self.slots:
            value = binds[name]
            if process is not None:
                value = process(value)
            for place in places:
                found[place] = value
        return tuple(found)


def prepare(statement: Statement, dialect: Dialect, inserted: Iterable[str] = ()) -> Prepared:
    """Compile a statement for a dialect, whose driver will run it without SQLAlchemy.

    `inserted`: the columns that a plain insertion is given.

    Raises TypeError for a list of values (`in_`), whose text would depend on how many there are.
    """
    schemas: dict[str | None, str | None] = {relation.SCHEMA: "main"} if dialect.name == "sqlite" else {}
    compiled: Any = statement.compile(
        dialect=dialect,
        column_keys=list(inserted) if isinstance(statement, Insert) and statement.select is None else None,
        schema_translate_map=schemas or None,
        render_schema_translate=bool(schemas),
    )
    if any(bind.expanding for bind in compiled.binds.values()):
        raise TypeError("a statement that is kept binds no list: compare with each value, or with an array")
    names, fixed, places = compiled.positiontup or (), [], dict[str, list[int]]()
    for place, name in enumerate(names):
        bind = compiled.binds[name]
        process, value = into(bind.type, dialect), None if bind.required else compiled.params[name]
        fixed.append(value if process is None or value is None else process(value))
        if bind.required:
            places.setdefault(name, []).append(place)
    slots = [Slot(name, into(compiled.binds[name].type, dialect), tuple(found)) for name, found in places.items()]
    columns = tuple((str(column.key), out_of(column.type, dialect)) for column in statement.exported_columns)
    return Prepared(str(compiled), tuple(fixed), tuple(slots), columns)


def prepare_insert(table: Table, dialect: Dialect) -> Prepared:
    """The insertion of one row, of which every column is given."""
    columns = tuple(table.columns)
    compiled: Any = table.insert().compile(dialect=dialect, column_keys=[column.key for column in columns])
    slots = tuple(Slot(column.key, into(column.type, dialect), (at,)) for at, column in enumerate(columns))
    return Prepared(str(compiled), (None,) * len(columns), slots, ())


def into(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    """What turns a value of Python into one of the driver; None where they are the same."""
    return kind.dialect_impl(dialect).bind_processor(dialect)


def out_of(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    """What turns a value of the driver into one of Python; None where they are the same."""
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def processed(rows: Sequence[Sequence[Any]], processes: Sequence[Process | None]) -> list[tuple[Any, ...]]:
    """Rows of the driver as rows of Python."""
    return [
        tuple([value if process is None else process(value) for value, process in zip(row, processes, strict=True)])
        for row in rows
    ]
