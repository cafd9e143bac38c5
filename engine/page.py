"""Pages: rows of a listing as connections, with cursors and page information, each made only where it is selected."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Dialect

from engine.cells import ConnectionCell, Paging
from models.prepared import Process, out_of
from resolvers.cursor import Cursors
from resolvers.statements import Reading

Made = Callable[["Shown"], Any]


@dataclass(slots=True)
class Shown:
    """The rows of one page, what each view shows of them, and what words a connection."""

    rows: Sequence[Any]
    views: Sequence[Sequence[dict[str, Any]]]
    has_more: bool
    reading: Reading
    total: int | None
    cursor: Callable[[Any], str]

    @property
    def has_next(self) -> bool:
        """Whether rows follow."""
        return self.reading.mark is not None if self.reading.backwards else self.has_more

    @property
    def has_previous(self) -> bool:
        """Whether rows precede."""
        return self.has_more if self.reading.backwards else self.reading.mark is not None


INFORMATION: dict[str, Made] = {
    "hasNextPage": lambda page: page.has_next,
    "hasPreviousPage": lambda page: page.has_previous,
    "startCursor": lambda page: page.cursor(page.rows[0]) if page.rows else None,
    "endCursor": lambda page: page.cursor(page.rows[-1]) if page.rows else None,
}


def connection(cells: Sequence[ConnectionCell]) -> Made:
    """From a page to its connection, as selected."""
    return _object([(cell.key, _part(cell)) for cell in cells])


def _part(cell: ConnectionCell) -> Made:
    if cell.what == "edges":
        return _edges(cell.below)
    if cell.what == "pageInfo":
        return _object([(each.key, INFORMATION.get(each.what) or _constant(each.type_name)) for each in cell.below])
    if cell.what == "totalCount":
        return lambda page: page.total
    return _constant(cell.type_name)


def _object(parts: Sequence[tuple[str, Made]]) -> Made:
    if len(parts) == 1:
        [(only, made)] = parts
        return lambda page: {only: made(page)}
    return lambda page: {key: part(page) for key, part in parts}


def _constant(value: str) -> Made:
    return lambda _page: value


def _edges(cells: Sequence[ConnectionCell]) -> Made:
    if len(cells) == 1 and cells[0].view is not None:
        key, view = cells[0].key, cells[0].view
        return lambda page: [{key: node} for node in page.views[view]]

    def edges(page: Shown) -> list[dict[str, Any]]:
        columns = [(cell.key, _column(cell, page)) for cell in cells]
        return [{key: column[at] for key, column in columns} for at in range(len(page.rows))]

    return edges


def _column(cell: ConnectionCell, page: Shown) -> Sequence[Any]:
    """What a field of an edge shows of each row."""
    if cell.view is not None:
        return page.views[cell.view]
    if cell.what == "cursor":
        return [page.cursor(row) for row in page.rows]
    return [cell.type_name] * len(page.rows)


def sealing(paging: Paging, dialect: Dialect) -> Callable[[Cursors, str | None], Callable[[Any], str]]:
    """What makes the cursors of a listing's rows, for a caller and a parent; nothing where none are shown."""
    listing = paging.listing
    if not paging.is_marked:
        return lambda _cursors, _parent: _unmarked
    places = [(paging.level.at(column), out_of(column.type, dialect)) for column in listing.order]

    def bound(cursors: Cursors, parent: str | None) -> Callable[[Any], str]:
        return lambda row: cursors.sealed(listing, parent, _position(row, places))

    return bound


def _unmarked(_row: Any) -> str:
    raise AssertionError("no cursor is shown")


def _position(row: Any, places: Sequence[tuple[int, Process | None]]) -> list[Any]:
    return [row[at] if process is None else process(row[at]) for at, process in places]
