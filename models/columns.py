"""Column types with one exact JSON form each, the same on SQLite and PostgreSQL."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel

from models.subject import Subject

CODE_LENGTH = 40
DIALECT = "dialect"  # of an index in its `info`: which database alone has it
# A number that never ends, 64 bits wide. SQLite's integers are, and it keeps rows by a key called INTEGER alone.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A declared view: rows that a statement puts together, and whose data they are."""

    rows: sa.Subquery
    subject: Subject


def table_of(model: type[SQLModel] | View) -> Any:
    """The table of a model or the rows of a declared view, for statements over light rows."""
    return model.rows if isinstance(model, View) else vars(model)["__table__"]


def standing(model: type[SQLModel]) -> sa.ColumnElement[bool]:
    """The entries of a table that no later one has replaced."""
    found: sa.ColumnElement[bool] = table_of(model).c.is_replaced == sa.false()
    return found


def expired(table: sa.Table) -> sa.Delete:
    """Takes away the rows whose `expires_at` is not after `at`, but for those that somebody else just holds."""
    (key, *more) = table.primary_key.columns
    over = sa.select(key, *more).where(table.c.expires_at <= sa.bindparam("at", type_=table.c.expires_at.type))
    held = sa.tuple_(key, *more) if more else key
    return sa.delete(table).where(held.in_(over.with_for_update(skip_locked=True)))


class Instant(sa.TypeDecorator[datetime]):
    """A moment in whole seconds, in UTC; SQLite keeps the text that the graph shows, which sorts by time."""

    impl = sa.String
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What statements and rows hold."""
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """A timestamp with its zone on PostgreSQL, text on SQLite."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.String(25))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Into the database. Raises ValueError for a moment without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant has a time zone")
        moment = value.astimezone(UTC).replace(microsecond=0)
        return moment if dialect.name == "postgresql" else moment.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base says so
        """Out of the database, in UTC."""
        if value is None or isinstance(value, datetime):
            return value if value is None else value.astimezone(UTC)
        return datetime.fromisoformat(value)


def instant(*, index: bool = False) -> Any:
    """A column of moments that must be given."""
    return Field(sa_type=Instant, index=index)


def maybe_instant(*, index: bool = False) -> Any:
    """A column of moments that may be missing."""
    return Field(default=None, sa_type=Instant, nullable=True, index=index)


def named(
    words: type[Enum],
    *,
    optional: bool = False,
    default: Enum | None = None,
    name: str = "",
    is_checked: bool = True,
) -> Any:
    """A column of an enum, kept by name with a check constraint, as the graph shows it.

    `name`: of the constraint, where a table has several columns of one enum. `is_checked`: false where the table has
    `one_of` instead.
    """
    name = name or words.__name__.lower()
    kind = sa.Enum(words, native_enum=False, create_constraint=is_checked, length=CODE_LENGTH, name=name)
    if default is not None:
        return Field(default=default, sa_type=kind)
    return Field(default=None, sa_type=kind, nullable=True) if optional else Field(sa_type=kind)


def one_of(column: str, words: type[Enum]) -> sa.CheckConstraint:
    """The check of `named` without a list, of which SQLite makes a table for every row: half of what a row costs."""
    return sa.CheckConstraint(" OR ".join(f"{column} = '{each.name}'" for each in words), name=words.__name__.lower())


def listed_by(model: type[SQLModel], name: str, *columns: str) -> None:
    """The index by which rows of a table are listed; on SQLite it holds them whole.

    What is written day by day and read by whom it is about lies on as many pages as there were days. Read from such an
    index it lies on one: a hundred records take a quarter less. PostgreSQL takes no row into an index that is longer
    than a third of a page. A step that takes a column away drops the index first, and makes it anew: it holds each.
    """
    table = table_of(model)
    first = [table.c[each] for each in columns]
    rest = [each for each in table.c if each.key not in columns]
    sa.Index(f"{name}_whole", *first, *rest, info={DIALECT: "sqlite"}).ddl_if(dialect="sqlite")
    sa.Index(name, *first, info={DIALECT: "postgresql"}).ddl_if(dialect="postgresql")


def is_kept_by(dialect: str, item: Any) -> bool:
    """Whether a database of this dialect has this part of a table: all but what `listed_by` makes for another."""
    return bool(item.info.get(DIALECT, dialect) == dialect)
