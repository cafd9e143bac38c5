"""What a read is about: which table, which columns, whose rows, through which door. Plain values for every path."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, select

from auth.access import Access, Caller
from models.organisation import CallerKind
from models.subject import Subject

Veil = Callable[[CallerKind, Any], ColumnElement[bool]]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The rows of one node, as light records.

    `door`: who may know that a row exists; None for rows that are public. `record` is a named tuple of `columns`.
    `veil`, made for a kind of caller and a day or its bind: what a row must fulfil beyond the door to be there.
    """

    name: str
    key: Column[Any]
    columns: tuple[Column[Any], ...]
    subject: Subject | None
    door: Access | None
    veil: Veil | None = None
    record: Callable[..., Any] = field(init=False)

    def __post_init__(self) -> None:
        names = [column.key for column in self.columns]
        object.__setattr__(self, "record", namedtuple("Record", names))  # noqa: PYI024 - its fields are data


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """Rows of a source in a fixed order: below a parent (`via` holds the parent's key), or of the whole table.

    `link` joins the table of `via` where that is not the source's own. All keys of `order` run in one direction,
    `descending` or not, and the last is the source's key or the table's primary key, so that a cursor is one tuple
    comparison. `within` narrows a root listing to ids that the caller holds; `only` says which rows it is about at all.
    `where`: the columns of which clients may choose a value, by the argument's name.
    """

    name: str
    source: Source
    order: tuple[Column[Any], ...]
    descending: bool = False
    via: Column[Any] | None = None
    link: ColumnElement[bool] | None = None
    within: Callable[[Caller], frozenset[str]] | None = None
    only: ColumnElement[bool] | None = None
    where: Mapping[str, Column[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.order[-1] is not self.source.key and not self.order[-1].primary_key:
            raise TypeError(f"{self.name}: the last key of an order is the primary key")
        if any(column.nullable for column in self.order):
            raise TypeError(f"{self.name}: a key of an order is never null")


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """A public table as a whole, as input of computed fields: light records of `columns` in `order`."""

    name: str
    columns: tuple[Column[Any], ...]
    order: tuple[Column[Any], ...]
    record: Callable[..., Any] = field(init=False)
    statement: Select[Any] = field(init=False)

    def __post_init__(self) -> None:
        names = [column.key for column in self.columns]
        object.__setattr__(self, "record", namedtuple("Record", names))  # noqa: PYI024 - its fields are data
        object.__setattr__(self, "statement", select(*self.columns).order_by(*self.order))


def columns_of(table: Any, names: Sequence[str]) -> tuple[Column[Any], ...]:
    """The columns of a table by name, each once, in the order given."""
    return tuple(table.c[name] for name in dict.fromkeys(names))
