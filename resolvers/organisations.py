"""Where points can be spent, and with whom records are shared. Public, and the same for everybody.

They are few, so they are read and sorted as a whole.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, or_, select

from auth.consent import RECEIVERS
from auth.supplying import SUPPLIERS
from models.columns import table_of
from models.organisation import CallerKind, Organisation
from resolvers.context import Context
from resolvers.cursor import Window
from resolvers.reader import Page
from resolvers.source import Listing, Source
from resolvers.statements import Reading

_rows = table_of(Organisation).c
PLACES = Source("Organisation", _rows.id, (_rows.id, _rows.name, _rows.kind, _rows.municipality_code), None, None)
FACILITIES = Listing("Query.pointFacilities", PLACES, (_rows.name, _rows.id))
SHARED_WITH = Listing("Query.organisations", PLACES, (_rows.name, _rows.id))


def _of(kinds: Iterable[CallerKind]) -> Select[Any]:
    return select(*PLACES.columns).where(or_(*(_rows.kind == each for each in kinds)))


SHOPS = _of([CallerKind.SHOP])
PARTAKERS = _of(sorted({*RECEIVERS, *SUPPLIERS}, key=lambda kind: kind.value))


class Placed(NamedTuple):
    """An organisation with its place in the list."""

    page: Page
    node: Any

    @property
    def cursor(self) -> str:
        """The place."""
        return self.page.cursor(self.node)


@dataclass(frozen=True)
class Organisations(Page):
    """A page that is read as it stands, by attributes, and counted at once."""

    total_count: int = 0

    @property
    def edges(self) -> Sequence[Placed]:
        """The organisations of this page."""
        return [Placed(self, each) for each in self.records]

    @property
    def page_info(self) -> "Organisations":
        """Where this page stands."""
        return self


async def facilities(context: Context, **window: Any) -> Organisations:
    """Shops and facilities by name; `window` is how a page is asked for. Raises BadInput."""
    return await _page(context, FACILITIES, SHOPS, _window(**window))


async def shared_with(
    context: Context, name: str | None = None, kind: CallerKind | None = None, **window: Any
) -> Organisations:
    """Those to whom a record can be opened and those that hand in records, by name. Raises BadInput.

    `name`: what the name has somewhere, however wide or great it is written. `kind`: of these alone; of a kind that
    takes no part there is none.
    """
    part = _folded(name or "")

    def is_meant(record: Any) -> bool:
        return part in _folded(record.name) and kind in {None, record.kind}

    return await _page(context, SHARED_WITH, PARTAKERS, _window(**window), is_meant)


def _window(
    first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
) -> Window:
    return Window(first, after, last, before)


async def _page(
    context: Context,
    listing: Listing,
    every: Select[Any],
    window: Window,
    is_meant: Callable[[Any], bool] = lambda _record: True,
) -> Organisations:
    cursors = context.reader.cursors.of_nobody()
    reading = cursors.reading(listing, None, window)
    rows = [each for row in await context.reader.public(every, {}) if is_meant(each := PLACES.record(*row))]
    found = [each for each in sorted(rows, key=_place, reverse=reading.backwards) if _is_beyond(each, reading)]
    size = (reading.limit or 1) - 1
    shown = found[:size][:: -1 if reading.backwards else 1]

    async def count() -> int:
        return len(rows)

    def cursor(record: Any) -> str:
        return cursors.seal(listing, None, record)

    return Organisations(listing, shown, len(found) > size, reading, cursor, count, len(rows))


def _is_beyond(record: Any, reading: Reading) -> bool:
    if reading.mark is None:
        return True
    return _place(record) < reading.mark if reading.backwards else _place(record) > reading.mark


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _place(record: Any) -> tuple[str, str]:
    return record.name, record.id
