"""Writes what must be kept before anybody is told: works of several callers in one transaction, on the driver itself.

Whoever comes while the disk is waited for is written with all others who came meanwhile, one behind the other, by the
next transaction. A work is read and written step by step (models/ask.py), so that it is one for both databases.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NamedTuple, Protocol

import asyncpg
from sqlalchemy.engine import Dialect

from models.ask import Asked, Rows, Step, Work

STATEMENTS_KEPT = 100  # by a connection, ready to run
CLOSING_S = 1
AT_ONCE = 50  # works in one transaction: a failure has them all done again, each by itself
Make = Callable[[], Work[None]]  # a work that failed beside others is begun anew
Outcome = Exception | None


class Waiting(NamedTuple):
    """A work, and who is told when it is kept."""

    make: Make
    told: asyncio.Future[None]

    def tell(self, outcome: Outcome) -> None:
        """Kept, or why not; whoever has gone is told nothing."""
        if self.told.done():
            return
        if outcome is None:
            self.told.set_result(None)
        else:
            self.told.set_exception(outcome)


class Journal(Protocol):
    """Where such works are written."""

    dialect: Dialect

    async def write(self, make: Make) -> None:
        """Do the work; when this returns it is durable. Raises what the work and the driver raise: nothing was kept."""

    async def close(self) -> None:
        """Give everything back."""


class SqliteJournal:
    """One thread with one connection to the file, since waiting for the disk must not keep the event loop waiting."""

    def __init__(self, dialect: Dialect, file: str, prepare_connection: Callable[[sqlite3.Connection], None]) -> None:
        self.dialect = dialect
        self._file = file
        self._prepare = prepare_connection
        self._connection: sqlite3.Connection | None = None
        self._waiting: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread: Thread | None = None

    async def write(self, make: Make) -> None:
        """See Journal."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()
        told = asyncio.get_running_loop().create_future()
        self._waiting.put(Waiting(make, told))
        await told

    async def close(self) -> None:
        """See Journal."""
        if self._thread is not None:
            self._waiting.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None

    def _run(self) -> None:
        is_open = True
        while is_open:
            found = [self._waiting.get()]
            with suppress(Empty):
                while len(found) < AT_ONCE:
                    found.append(self._waiting.get_nowait())
            is_open = None not in found
            self._serve([each for each in found if each is not None])
        self._drop()

    def _serve(self, group: list[Waiting]) -> None:
        outcomes = self._written([each.make for each in group])
        for each, outcome in zip(group, outcomes, strict=True):
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                each.told.get_loop().call_soon_threadsafe(each.tell, outcome)

    def _written(self, makes: list[Make]) -> list[Outcome]:
        """Together; if one of them fails, each by itself."""
        is_work = False
        try:
            connection = self._connection = self._connection or self._opened()
            connection.execute("BEGIN IMMEDIATE")
            is_work = True
            for make in makes:
                _stepped(make(), connection)
            is_work = False
            connection.execute("COMMIT")
        except Exception as why:  # noqa: BLE001 - whoever waits is told
            self._drop()
            alone = is_work and len(makes) > 1
            return [self._written([each])[0] for each in makes] if alone else [why] * len(makes)
        return [None] * len(makes)

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, check_same_thread=False, cached_statements=STATEMENTS_KEPT)
        self._prepare(connection)
        return connection

    def _drop(self) -> None:
        """Close the connection, which takes back what was not committed."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


def _stepped(work: Work[None], connection: sqlite3.Connection) -> None:
    found: list[Rows] | None = None
    try:
        while True:
            batch: Sequence[Step] = work.send(found)  # type: ignore[arg-type]  # None starts it
            found = [_done(connection, each) for each in batch]
    except StopIteration:
        return
    finally:
        work.close()


def _done(connection: sqlite3.Connection, step: Step) -> Rows:
    if isinstance(step, Asked):
        return connection.execute(step.prepared.text, step.values).fetchall()
    connection.executemany(step.prepared.text, step.rows)
    return []


class PostgresqlJournal:
    """One connection: writers of one process take turns anyway, those of several at the row that they all lock."""

    def __init__(self, dialect: Dialect, address: Mapping[str, Any]) -> None:
        self.dialect = dialect
        self._address = address
        self._connection: asyncpg.Connection | None = None
        self._waiting: list[Waiting] = []
        self._running: asyncio.Task[None] | None = None

    async def write(self, make: Make) -> None:
        """See Journal."""
        told = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(make, told))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        await told

    async def close(self) -> None:
        """See Journal."""
        if self._running is not None:
            await self._running
        await self._drop()

    async def _run(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            for each, outcome in zip(group, await self._written([each.make for each in group]), strict=True):
                each.tell(outcome)

    async def _written(self, makes: list[Make]) -> list[Outcome]:
        """Together; if one of them fails, each by itself. What a commit did that failed nobody knows: it is the end."""
        is_work = False
        try:
            connection = await self._opened()
            await connection.execute("BEGIN")
            is_work = True
            for make in makes:
                await _stepped_there(make(), connection)
            is_work = False
            await connection.execute("COMMIT")
        except Exception as why:  # noqa: BLE001 - whoever waits is told
            await self._drop()
            alone = is_work and len(makes) > 1
            return [(await self._written([each]))[0] for each in makes] if alone else [why] * len(makes)
        return [None] * len(makes)

    async def _opened(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(**self._address, statement_cache_size=STATEMENTS_KEPT)
        return self._connection

    async def _drop(self) -> None:
        """Close the connection, which takes back what was not committed."""
        if self._connection is not None:
            with suppress(Exception):  # it may be what failed
                await self._connection.close(timeout=CLOSING_S)
            self._connection = None


async def _stepped_there(work: Work[None], connection: Any) -> None:
    found: list[Rows] | None = None
    try:
        while True:
            batch: Sequence[Step] = work.send(found)  # type: ignore[arg-type]  # None starts it
            found = [await _done_there(connection, each) for each in batch]
    except StopIteration:
        return
    finally:
        work.close()


async def _done_there(connection: Any, step: Step) -> Rows:
    if isinstance(step, Asked):
        rows: Rows = await connection.fetch(step.prepared.text, *step.values)
        return rows
    await connection.executemany(step.prepared.text, step.rows)
    return []
