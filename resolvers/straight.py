"""The reader of a compiled plan: the same questions as a Reader's, asked step by step and straight of the driver."""

from collections import namedtuple
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Select

from auth import relations
from auth.access import Caller, Relations
from auth.caller import Holder
from auth.register import STATEMENTS
from models.ask import Asked, Now, Rows, later, rows_of
from models.prepared import processed
from resolvers.cursor import Cursors
from resolvers.doorway import doorway
from resolvers.reader import Batch, Reader
from resolvers.source import Source
from resolvers.statements import Binds
from resolvers.texts import Texts


class Straight(Reader):
    """For free code: what it awaits is awaited of the plan that runs it, in the plan's snapshot."""

    def __init__(self, texts: Texts, now: Now, caller: Caller, cursors: Cursors, today: date) -> None:
        self._now = now
        self.caller = caller
        self.cursors = cursors
        self._texts = texts
        self._today = today

    @property
    def _dialect(self) -> str:
        return self._texts.dialect.name

    async def one(self, source: Source, key: str) -> Any | None:
        """See Reader."""
        door = doorway(self.caller, source, self._today)
        if door.is_shut:
            return None
        prepared = self._texts.by_key(source, door.shape, source.columns, is_one=True)
        values = prepared.values({**door.binds(self._texts.pack), "keys": key})
        found = await rows_of(Asked(prepared, values), self._now)
        rows = processed(found, [process for _, process in prepared.columns])
        return source.record(*rows[0]) if rows else None

    async def _ask(self, statement: Select[Any] | CompoundSelect[Any], binds: Binds) -> Any:
        prepared = self._texts.constant(statement)
        found = await rows_of(Asked(prepared, prepared.values(binds)), self._now)
        rows = processed(found, [process for _, process in prepared.columns])
        if isinstance(statement, CompoundSelect):
            return rows
        return [*map(_record(tuple(name for name, _ in prepared.columns)), rows)]

    async def _loaded(self, _question: Hashable, load: Batch, key: str) -> Any:
        return (await load([key]))[0]


@lru_cache(maxsize=100)
def _record(names: tuple[str, ...]) -> Callable[[Iterable[Any]], Any]:
    made: Any = namedtuple("Row", names)  # type: ignore[misc]  # noqa: PYI024 - its fields are data
    make: Callable[[Iterable[Any]], Any] = made._make
    return make


async def register_rows(texts: Texts, holder: Holder, today: date, now: Now = later) -> Rows:
    """What the register says of a holder today; nothing of kinds that have no relations."""
    statement = STATEMENTS.get(holder.kind)
    if statement is None:
        return ()
    prepared = texts.constant(statement)
    return await rows_of(Asked(prepared, prepared.values({"me": holder.id, "today": today})), now)


async def relations_of(texts: Texts, holder: Holder, today: date) -> Relations:
    """What this holder holds today, as `auth.relations.load` finds it."""
    rows = await register_rows(texts, holder, today)
    return relations.of_holder(holder, rows, today) if rows else Relations()
