"""A statement made ready once: its text, the order of its values, and how values go in and come out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CompoundSelect, Select
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from models import relation

Process = Callable[[Any], Any]
Statement = Select[Any] | CompoundSelect[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """SQL as the driver takes it. `slots`: name, conversion, and the value where the statement itself has one."""

    text: str
    slots: tuple[tuple[str, Process | None, Any], ...]
    columns: tuple[tuple[str, Process | None], ...] = field(repr=False)

    def values(self, binds: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values by position, as the driver takes them."""
        return tuple(
            [
                value if name not in binds else binds[name] if process is None else process(binds[name])
                for name, process, value in self.slots
            ]
        )


def prepare(statement: Statement, dialect: Dialect) -> Prepared:
    """Compile a statement for a dialect, whose driver will run it without SQLAlchemy.

    Raises TypeError for a list of values (`in_`), whose text would depend on how many there are.
    """
    schemas: dict[str | None, str | None] = {relation.SCHEMA: "main"} if dialect.name == "sqlite" else {}
    compiled: Any = statement.compile(
        dialect=dialect, schema_translate_map=schemas or None, render_schema_translate=bool(schemas)
    )
    if any(bind.expanding for bind in compiled.binds.values()):
        raise TypeError("a statement that is kept binds no list: compare with each value, or with an array")
    slots = []
    for name in compiled.positiontup or ():
        process = into(compiled.binds[name].type, dialect)
        value = compiled.params[name]
        slots.append((name, process, value if process is None or value is None else process(value)))
    columns = tuple((str(column.key), out_of(column.type, dialect)) for column in statement.selected_columns)
    return Prepared(str(compiled), tuple(slots), columns)


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
