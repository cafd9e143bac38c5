"""Declarations: the only way to say that a field exists, each with its permission on the same line.

A declaration holds data alone, so that two engines can run it. `schema/node.py` checks it, `schema/faces.py` gives it a
face in strawberry.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, get_args

from sqlalchemy import Column
from sqlmodel import SQLModel

from auth.access import Access, Caller
from auth.caller import Acr
from auth.group import Group
from auth.groups import APART
from auth.policy import Right
from models.columns import table_of
from models.organisation import CallerKind
from models.subject import Noun, Subject
from resolvers.source import Catalogue, Listing


class What(Enum):
    """How a field comes by its value."""

    STORED = "a column of the row"
    ONE = "the row that a column of this row names"
    PAGE = "rows below this row, as a connection"
    COMPUTED = "a pure function of columns and of rows below"
    KEYED = "a root: the row or rows with a key"
    LISTED = "a root: rows of a table, as a connection"
    SPACE = "a root that holds further roots"
    FREE = "a root in free code: public values alone"
    TALLIED = "a root in free code: figures over many rows, of which none can be told"
    TOLD = "a root in free code: what the caller's own permissions are"


@dataclass(frozen=True, slots=True, eq=False)
class Each:
    """Rows below a row as input of a computed field: the key to the parent, the columns wanted, their order.

    `only`: a condition on columns of their own, which the others do not fulfil.
    With a subject only those that the caller may know of by `access`, whoever else may see the field.
    """

    via: Column[Any]
    columns: tuple[Column[Any], ...]
    order: tuple[Column[Any], ...]
    only: Any = None
    subject: Subject | None = None
    access: Access | None = None


@dataclass(slots=True, eq=False)
class Field:
    """One declared field. `name`, `nullable`, `shape` and `listing` are read off the class by the kit."""

    what: What
    access: Access
    says: str
    column: Column[Any] | None = None
    via: Column[Any] | None = None
    link: Any = None
    order: tuple[Any, ...] = ()
    newest_first: bool = False
    by: Callable[..., Any] | None = None
    over: tuple[Column[Any] | Each | Catalogue, ...] = ()
    keys: Callable[..., Any] | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    within: Callable[[Caller], frozenset[str]] | None = None
    only: Any = None
    where: dict[str, Column[Any]] = field(default_factory=dict)
    about: Noun | None = None
    name: str = ""
    hint: Any = None
    nullable: bool = False
    target: Any = None
    listing: Listing | None = None
    inputs: tuple[Listing | Catalogue | Column[Any], ...] = ()

    @property
    def noun(self) -> Noun | None:
        """What a root is about, where it is about anything."""
        return self.target.noun if self.target is not None else self.about


def access_of(
    groups: tuple[Group, ...],
    *,
    place: bool = False,
    writes: bool = False,
    lists: bool = False,
    kinds: frozenset[CallerKind] | None = None,
    acr: Acr = Acr.CARD_PIN,
) -> Access:
    """The permission that field groups amount to. Raises TypeError without one."""
    if not groups:
        raise TypeError("a field needs a permission; for public data say PUBLIC")
    if not all(isinstance(group, Group) for group in groups):
        raise TypeError("a permission is a field group of auth/groups.py")
    if place and any(_shows_apart(group) for group in groups):
        raise TypeError("a place is hidden from a parent who lives apart: the group must mask it")
    return Access(groups, place, writes, lists=lists, kinds=kinds, acr=acr)


def _shows_apart(group: Group) -> bool:
    """Whether a group, which is not about places as a whole, opens others' entries to a parent who lives apart."""
    return not group.reveals_place and any(
        not right & (Right.MASKED | Right.OWN) for policy in APART for right in group.alternatives(policy)
    )


def _columns(attributes: tuple[Any, ...]) -> tuple[Any, ...]:
    """Model attributes as the columns of their tables."""
    return tuple(_column(each) for each in attributes)


def _column(attribute: Any) -> Any:
    """A model's attribute as the column of its table; a column of a declared view is one already."""
    owner = getattr(attribute, "class_", None)
    return attribute if owner is None else table_of(owner).c[attribute.key]


def shown(*groups: Group, of: Any = None, place: bool = False, says: str = "") -> Any:
    """A stored field: the column of the same name, or `of`. `place`: it tells where somebody is."""
    return Field(What.STORED, access_of(groups, place=place), says, column=None if of is None else _column(of))


def one(*groups: Group, via: Any, place: bool = False, says: str = "") -> Any:
    """An edge to the row whose key stands in the column `via` of this row."""
    return Field(What.ONE, access_of(groups, place=place), says, via=_column(via))


def edge(
    *groups: Group,
    to: Any,
    order: tuple[Any, ...],
    newest_first: bool = False,
    link: tuple[Any, Any] | None = None,
    only: Any = None,
    place: bool = False,
    lists: bool = False,
    says: str = "",
) -> Any:
    """An edge to the rows whose column `to` holds this row's key, in this order, as a connection.

    All keys of an order run in one direction. Where `to` stands in a table of links, `link` names the two columns that
    join it to the rows. `only`: a condition on the rows' own columns that says which of them it is about. `lists`: it
    leads to people, whom no emergency opens by the dozen.
    """
    return Field(
        What.PAGE,
        access_of(groups, place=place, lists=lists),
        says,
        via=_column(to),
        link=None if link is None else _column(link[0]) == _column(link[1]),
        order=_columns(order),
        newest_first=newest_first,
        only=only,
    )


def each(via: Any, *columns: Any, order: tuple[Any, ...], only: Any = None) -> Each:
    """Input of a computed field: of the rows whose `via` holds this row's key, these columns, in this order.

    `only`: a condition on the rows' own columns that says which of them are meant.
    """
    return Each(_column(via), _columns(columns), _columns(order), only)


def mine(via: Any, *columns: Any, order: tuple[Any, ...], groups: tuple[Group, ...]) -> Each:
    """The same of a table of persons' own rows: the caller's alone, and none for whoever is no resident."""
    subject: Subject = via.class_.subject
    return Each(_column(via), _columns(columns), _columns(order), subject=subject, access=access_of(groups))


def whole(model: type[SQLModel], *columns: Any, order: tuple[Any, ...]) -> Catalogue:
    """Input of a computed field: these columns of all rows of a public table, in this order. It is small."""
    if not getattr(model, "is_public", False):
        raise TypeError(f"{model.__name__} does not say that it is public: its rows are no input for everybody")
    return Catalogue(table_of(model).name, _columns(columns), _columns(order))


def computed(
    *groups: Group,
    by: Callable[..., Any],
    over: tuple[Any, ...],
    place: bool = False,
    writers: bool = False,
    kinds: frozenset[CallerKind] | None = None,
    says: str = "",
    **arguments: Any,
) -> Any:
    """`by(today, *inputs, **arguments)`: a pure function over columns of this row, `each` of the rows below, `whole`.

    It reads nothing but its inputs, does not wait and does not raise for ordinary data. `writers`: for those alone who
    may also write the group. `kinds`: for callers of these kinds alone, where it is put together from rows of which
    others see only those that they supplied. `arguments`: what the client may say, each of one word, which may be left
    out.
    """
    inputs = tuple(part if isinstance(part, Each | Catalogue) else _column(part) for part in over)
    bad = [name for name, hint in arguments.items() if "_" in name or type(None) not in get_args(hint)]
    if bad:
        raise TypeError(f"an argument of a computed field is one word and may be left out, not {', '.join(bad)}")
    access = access_of(groups, place=place, writes=writers, kinds=kinds)
    return Field(What.COMPUTED, access, says, by=by, over=inputs, arguments=arguments)


def keyed(
    *groups: Group,
    keys: Callable[..., Any],
    kinds: frozenset[CallerKind] | None = None,
    says: str = "",
    **arguments: Any,
) -> Any:
    """A root: `keys(caller, **arguments)` gives an id or None, or a list of them for a list.

    `kinds`: what it gives is for callers of these kinds alone; who they are decides the target's door.
    """
    return Field(What.KEYED, access_of(groups, kinds=kinds), says, keys=keys, arguments=arguments)


def listed(
    *groups: Group,
    order: tuple[Any, ...],
    newest_first: bool = False,
    within: Callable[[Caller], frozenset[str]] | None = None,
    only: Any = None,
    says: str = "",
    **where: Any,
) -> Any:
    """A root: the rows of the target's table that the caller may know of, as a connection.

    `only`: a condition on the rows' own columns that says which of them it is about.
    `where`: columns of which clients may choose a value, each by an argument of one word.
    """
    found = Field(What.LISTED, access_of(groups, lists=True), says, order=_columns(order), newest_first=newest_first)
    found.within, found.only = within, only
    found.where = {name: _column(each) for name, each in where.items()}
    found.arguments = {name: column.type.python_type | None for name, column in found.where.items()}
    return found


def space(*groups: Group, open_to: Callable[[Caller], bool], says: str = "") -> Any:
    """A root that holds further roots; absent (null) for callers to whom it is not open."""
    return Field(What.SPACE, access_of(groups), says, by=open_to)


def free(*groups: Group, by: Callable[..., Any], says: str = "", **arguments: Any) -> Any:
    """A root in free code: `by(context, **arguments)` answers a value or values. For public data only."""
    if not any(group.is_public for group in groups):
        raise TypeError("free code answers public data alone: declare a node for the rest")
    return Field(What.FREE, access_of(groups), says, by=by, arguments=arguments)


def tallied(*groups: Group, about: Noun, by: Callable[..., Any], says: str = "", **arguments: Any) -> Any:
    """A root in free code: `by(context, **arguments)` answers figures over all rows about a noun; see docs/rides.md.

    For callers to whom the groups are open for every such row. No figure may tell of a row: small ones are withheld.
    """
    return Field(What.TALLIED, access_of(groups, lists=True), says, by=by, arguments=arguments, about=about)


def told(*, by: Callable[..., Any], says: str = "", **arguments: Any) -> Any:
    """A root in free code that tells callers of their own permissions: open to whoever has logged in, of no group.

    `by(context, **arguments)` answers a value that holds nothing of any record (docs/decisions/0008).
    """
    return Field(What.TOLD, Access((), told=True), says, by=by, arguments=arguments)
