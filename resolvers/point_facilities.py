"""Where points can be spent. Public, and the same for everybody, so that answers can be kept on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select

from models.columns import table_of
from models.organisation import CallerKind, Organisation
from resolvers.context import Context
from resolvers.cursor import Window
from resolvers.reader import Page
from resolvers.source import Listing, Source
from resolvers.statements import Reading

_rows = table_of(Organisation).c
SHOPS = Source("PointFacility", _rows.id, (_rows.id, _rows.name, _rows.municipality_code), None, None)
BY_NAME = Listing("Query.pointFacilities", SHOPS, (_rows.name, _rows.id))
EVERY = select(*SHOPS.columns).where(_rows.kind == CallerKind.SHOP)


class Placed(NamedTuple):
    """A facility with its place in the list."""

    page: Page
    node: Any

    @property
    def cursor(self) -> str:
        """The place."""
        return self.page.cursor(self.node)


@dataclass(frozen=True)
class Facilities(Page):
    """A page that is read as it stands, by attributes; they are few, so they are counted at once."""

    total_count: int = 0

    @property
    def edges(self) -> Sequence[Placed]:
        """The facilities of this page."""
        return [Placed(self, each) for each in self.records]

    @property
    def page_info(self) -> "Facilities":
        """Where this page stands."""
        return self


async def page(
    context: Context,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Facilities:
    """Shops and facilities by name. Raises BadInput."""
    cursors = context.reader.cursors.of_nobody()
    reading = cursors.reading(BY_NAME, None, Window(first, after, last, before))
    rows = [SHOPS.record(*row) for row in await context.reader.public(EVERY, {})]
    found = [each for each in sorted(rows, key=_place, reverse=reading.backwards) if _is_beyond(each, reading)]
    size = (reading.limit or 1) - 1
    shown = found[:size][:: -1 if reading.backwards else 1]

    async def count() -> int:
        return len(rows)

    def cursor(record: Any) -> str:
        return cursors.seal(BY_NAME, None, record)

    return Facilities(BY_NAME, shown, len(found) > size, reading, cursor, count, len(rows))


def _is_beyond(record: Any, reading: Reading) -> bool:
    if reading.mark is None:
        return True
    return _place(record) < reading.mark if reading.backwards else _place(record) > reading.mark


def _place(record: Any) -> tuple[str, str]:
    return record.name, record.id
