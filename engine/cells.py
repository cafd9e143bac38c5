"""What levels are made of: cells of a view, edges to what hangs below, pages, masks. Data alone, no behaviour."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, get_origin

from sqlalchemy import Column

from auth.access import Parts
from engine.arguments import Arguments
from engine.shape import Shaped
from models.subject import Noun
from resolvers.source import Catalogue, Listing, Source
from schema.declare import Field
from schema.node import Node


@dataclass(frozen=True, slots=True)
class Constant:
    """The same for every row: the name of the type, or null where this standing never sees the field."""

    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Stored:
    """A column of the row, at `at`. `mask`: which one decides, None where whoever came through the door sees it."""

    key: str
    at: int
    declared: Field
    mask: int | None
    cell: str | None


@dataclass(frozen=True, slots=True)
class Linked:
    """What a kid brings for the value at `at`."""

    key: str
    at: int
    kid: int
    mask: int | None


@dataclass(frozen=True, slots=True)
class Computed:
    """A pure function of values of the row and of what kids bring (`inputs`: (is_kid, place)).

    `given`: the kid that brings the arguments, if it takes any.
    """

    key: str
    declared: Field
    inputs: tuple[tuple[bool, int], ...]
    given: int | None
    mask: int | None
    cell: str | None
    shape: Shaped


def is_certain(cell: Stored | Computed) -> bool:
    """Whether every row shows it, and as one cell of the access log."""
    return cell.mask is None and not cell.declared.nullable and get_origin(cell.declared.hint) is not list


CURSORS = {"cursor", "startCursor", "endCursor"}
Cell = Constant | Stored | Linked | Computed


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What one place of the response shows of each row of a level."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """A permission that not all have who came through the door: who sees the field, who may follow it as an edge."""

    noun: Noun
    sees: Parts
    follows: Parts | None

    @property
    def own(self) -> Parts:
        """The parts that say whose own rows pass."""
        return self.sees if self.follows is None else self.follows


@lru_cache(maxsize=4_096)
def mask_of(noun: Noun, sees: Parts, follows: Parts | None) -> Mask:
    """One mask for one permission, so that they are told apart by which they are."""
    return Mask(noun, sees, follows)


@dataclass(frozen=True, slots=True, eq=False)
class One:
    """The rows whose keys stand at `at`."""

    at: int
    mask: int | None
    level: "Level"


@dataclass(frozen=True, slots=True, eq=False)
class Below:
    """All rows below, as the inputs of a computed field."""

    at: int
    mask: int | None
    listing: Listing


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """A public table as an input of computed fields."""

    catalogue: Catalogue


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """The arguments of one computed field."""

    arguments: Arguments


@dataclass(frozen=True, slots=True, eq=False)
class Paged:
    """A page below each row, whose key stands at `at`."""

    at: int
    mask: int | None
    page: "Paging"


Kid = One | Below | Whole | Given | Paged


@dataclass(frozen=True, slots=True)
class Paging:
    """A connection over a listing. `cells`: response key, and what it is."""

    listing: Listing
    arguments: Arguments
    level: "Level"
    cells: tuple["ConnectionCell", ...]

    @property
    def plain(self) -> tuple[str, str] | None:
        """The keys of edges and node, where nothing else is shown and each once: most connections need no detour."""
        if len(self.cells) != 1 or self.cells[0].what != "edges" or len(self.cells[0].below) != 1:
            return None
        [node] = self.cells[0].below
        return (self.cells[0].key, node.key) if node.view is not None else None

    @property
    def reads_rows(self) -> bool:
        """Whether anything is shown but the count."""
        return any(cell.what in {"edges", "pageInfo"} for cell in self.cells)

    @property
    def is_counted(self) -> bool:
        """Whether the count is shown."""
        return any(cell.what == "totalCount" for cell in self.cells)

    @property
    def is_marked(self) -> bool:
        """Whether cursors are shown."""
        return any(below.what in CURSORS for cell in self.cells for below in cell.below)


@dataclass(frozen=True, slots=True)
class ConnectionCell:
    """A field of a connection, an edge or a page's information: `view` numbers what is shown of an edge's node."""

    key: str
    what: str
    type_name: str
    below: tuple["ConnectionCell", ...] = ()
    view: int | None = None


@dataclass(slots=True, eq=False)
class Level:
    """The rows of one source: the columns wanted of it, the views on them, what hangs below.

    Rows come in groups: all by key as one, those of a page below a parent as one each. `is_about_parent`: they are
    about whom they hang below, so that what decides on one of them decides on all.
    """

    node: Node
    is_about_parent: bool = False
    columns: list[Column[Any]] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    masks: list[Mask] = field(default_factory=list)
    kids: list[Kid] = field(default_factory=list)

    def settle(self) -> None:
        """Want the columns that nobody selected and that a run needs: whom rows are about, who supplied them."""
        _ = self.about
        for at in range(len(self.masks)):
            self.supplied(at)
        if not self.columns:
            self.at(self.source.key)

    @property
    def is_log(self) -> bool:
        """Whether its rows are entries of the access log, looks at which are noted of everybody."""
        return self.node.noun is Noun.LOOK

    @property
    def source(self) -> Source:
        """Where its rows come from."""
        return self.node.source

    def at(self, column: Column[Any]) -> int:
        """Where the column stands in a row."""
        for place, each in enumerate(self.columns):
            if each is column:  # `==` of two columns is an expression, which takes longer than the rest of a level
                return place
        self.columns.append(column)
        return len(self.columns) - 1

    @property
    def about(self) -> int | None:
        """Where the id stands of the subject whose datum a row is; None where it is the parent's key."""
        assert self.source.subject is not None, "rows of a node are about somebody"
        return None if self.is_about_parent else self.at(self.source.key.table.c[self.source.subject.column])

    def supplied(self, mask: int) -> int | None:
        """Where the id stands of whoever supplied a row, if the mask lets pass what is one's own."""
        subject, decided = self.source.subject, self.masks[mask]
        assert subject is not None, "rows of a node are about somebody"
        if subject.supplier is None or decided.follows is not None or not (decided.sees.own or decided.sees.supplies):
            return None
        return self.at(self.source.key.table.c[subject.supplier])
