"""One request's reads: loaders over one connection in one snapshot, so that n parents cost one statement."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from aiodataloader import DataLoader
from sqlalchemy import CompoundSelect, Select
from sqlalchemy.ext.asyncio import AsyncConnection

from auth import relations
from auth.access import Caller
from models import wall
from resolvers.cursor import Chosen, Cursors, Window
from resolvers.source import Catalogue, Listing, Source
from resolvers.statements import Binds, Reading, Statements

Batch = Callable[[list[str]], Coroutine[Any, Any, list[Any]]]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a listing with what words a connection. Cursors and the count are made when asked for."""

    listing: Listing
    records: list[Any]
    has_more: bool
    reading: Reading
    cursor: Callable[[Any], str]
    count: Callable[[], Awaitable[int]]

    @property
    def has_next_page(self) -> bool:
        """Whether rows follow."""
        return self.reading.mark is not None if self.reading.backwards else self.has_more

    @property
    def has_previous_page(self) -> bool:
        """Whether rows precede."""
        return self.has_more if self.reading.backwards else self.reading.mark is not None

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first row."""
        return self.cursor(self.records[0]) if self.records else None

    @property
    def end_cursor(self) -> str | None:
        """The cursor of the last row."""
        return self.cursor(self.records[-1]) if self.records else None


class Reader:
    """Loads rows for one caller. Every row has come through its door before anybody sees it."""

    def __init__(self, connection: AsyncConnection, caller: Caller, cursors: Cursors, today: date = date.min) -> None:
        self.caller = caller
        self.cursors = cursors
        self._today = today
        self._connection = connection
        self._turn = asyncio.Lock()  # one connection answers one statement at a time
        self._is_closed = False
        self._asked: set[asyncio.Future[Any]] = set()
        self._loaders: dict[Hashable, DataLoader[str, Any]] = {}

    @cached_property
    def statements(self) -> Statements:
        """What it asks, in the caller's name."""
        return Statements(self._dialect, self.caller, self._today)

    @property
    def _dialect(self) -> str:
        return self._connection.dialect.name

    async def renew(self) -> None:
        """Forget what was read, so that the answer to a deed shows the deed."""
        await self._settled()
        self._loaders.clear()
        await self._connection.rollback()  # ends the snapshot and what it reached; a new one begins
        await wall.open_to(self._connection, self.caller.opening())

    async def regard(self, today: date) -> None:
        """Read the caller's relations anew, after a deed that changed them."""
        self.caller.turn(await relations.load(self._connection, self.caller.holder, today))
        await wall.open_to(self._connection, self.caller.opening())

    async def one(self, source: Source, key: str) -> Any | None:
        """The row with this key, or None: unknown and forbidden are the same."""
        if source.door is not None and self.caller.verdict(source.door, _noun(source)).is_closed:
            return None

        async def load(keys: list[str]) -> list[Any | None]:
            rows = await self._ask(*self.statements.by_key(source, keys))
            found = {row[at]: source.record(*row) for row in rows}
            return [found.get(each) for each in keys]

        at = source.columns.index(source.key)
        return await self._loaded((source, "key"), load, key)

    async def public(self, statement: Select[Any], binds: Binds) -> Any:
        """Rows of a table that is public as a whole."""
        return await self._ask(statement, binds)

    async def whole(self, catalogue: Catalogue) -> list[Any]:
        """A public table as a whole, read once."""

        async def load(keys: list[str]) -> list[Any]:
            rows = await self._ask(catalogue.statement, {})
            return [[catalogue.record(*row) for row in rows]] * len(keys)

        found: list[Any] = await self._loaded(catalogue, load, catalogue.name)
        return found

    async def relations(self, statement: CompoundSelect[Any], today: date, about: str) -> Any:
        """What the register says of the caller's own relations to one subject, read once."""
        binds: Binds = {"me": self.caller.holder.id, "today": today}

        async def load(subjects: list[str]) -> list[Any]:
            return [await self._ask(statement, binds | {"subject": each}) for each in subjects]

        return await self._loaded(statement, load, about)

    async def below(self, listing: Listing, parent: str) -> list[Any]:
        """All rows below a parent, in order."""
        records: list[Any] = await self._below(listing, parent, Reading())
        return records

    async def page(self, listing: Listing, parent: str | None, window: Window, chosen: Chosen = ()) -> Page:
        """One page below a parent, or of a root listing (parent None). Raises BadInput."""
        reading = self.cursors.reading(listing, parent, window, chosen)
        if parent is None:
            records = [listing.source.record(*row) for row in await self._ask(*self.statements.top(listing, reading))]
        else:
            records = await self._below(listing, parent, reading)
        size = (reading.limit or 1) - 1
        shown = records[:size][:: -1 if reading.backwards else 1]

        async def count() -> int:
            return await self._count(listing, parent, reading)

        def cursor(record: Any) -> str:
            return self.cursors.seal(listing, parent, record)

        return Page(listing, shown, len(records) > size, reading, cursor, count)

    async def _below(self, listing: Listing, parent: str, reading: Reading) -> Any:
        async def load(parents: list[str]) -> list[list[Any]]:
            found: dict[str, list[Any]] = {each: [] for each in parents}
            for row in await self._ask(*self.statements.below(listing, parents, reading)):
                found[row[0]].append(listing.source.record(*row[1:]))
            return [found[each] for each in parents]

        return await self._loaded((listing, reading), load, parent)

    async def _count(self, listing: Listing, parent: str | None, reading: Reading) -> int:
        if parent is None:
            return int((await self._ask(*self.statements.counted(listing, None, reading)))[0][0])

        async def load(parents: list[str]) -> list[int]:
            rows = await self._ask(*self.statements.counted(listing, parents, reading))
            found = {row[0]: row[1] for row in rows}
            return [found.get(each, 0) for each in parents]

        return int(await self._loaded((listing, "count"), load, parent))

    async def _loaded(self, question: Hashable, load: Batch, key: str) -> Any:
        loader = self._loaders.get(question)
        if loader is None:
            loader = self._loaders[question] = DataLoader(load)
        # graphql-core cancels the siblings of a field that failed; the batch that they share must live on.
        return await asyncio.shield(loader.load(key))

    async def _ask(self, statement: Select[Any] | CompoundSelect[Any], binds: Binds) -> Any:
        if self._is_closed:
            raise asyncio.CancelledError  # a batch whose fields were all cancelled: nobody waits for it
        # Of a field whose sibling failed the wait is cancelled, never the statement: that would break the connection.
        asked = asyncio.ensure_future(self._answered(statement, binds))
        self._asked.add(asked)
        asked.add_done_callback(self._asked.discard)
        return await asyncio.shield(asked)

    async def _answered(self, statement: Select[Any] | CompoundSelect[Any], binds: Binds) -> Any:
        async with self._turn:
            return (await self._connection.execute(statement, binds)).all()

    async def close(self) -> None:
        """Ask nothing more, and wait for what is still being asked: the connection is given back in good order."""
        self._is_closed = True
        await self._settled()

    async def _settled(self) -> None:
        await asyncio.gather(*self._asked, return_exceptions=True)


def _noun(source: Source) -> Any:
    return source.subject and source.subject.noun
