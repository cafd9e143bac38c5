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
from typing import Any, NamedTuple, Protocol, TypeVar

import asyncpg
from sqlalchemy.engine import Dialect

from models.ask import Asked, Rows, Step, Work
from models.at_once import AtOnce, Lender

STATEMENTS_KEPT = 100  # by a connection, ready to run
CLOSING_S = 1
AT_ONCE = 50  # works in one transaction: a failure has them all done again, each by itself
T = TypeVar("T")
Make = Callable[[], Work[T]]  # a work that failed beside others is begun anew
# By whether what is written must last. What lasts takes to the disk with it what did not wait before.
SYNCHRONOUS = {True: "PRAGMA synchronous=FULL", False: "PRAGMA synchronous=NORMAL"}
BEGIN = {True: "BEGIN", False: "BEGIN; SET LOCAL synchronous_commit TO off"}
Outcome = Any  # what a work came to, or the exception that it failed with


class Waiting(NamedTuple):
    """A work, and who is told when it is kept."""

    make: Make[Any]
    told: asyncio.Future[Any]
    is_alone: bool
    is_lasting: bool

    def run(self, connection: sqlite3.Connection) -> Any:
        """What the work comes to, within a transaction of SQLite."""
        return _stepped(self.make(), connection)

    def tell(self, outcome: Outcome) -> None:
        """Kept, or why not; whoever has gone is told nothing."""
        if self.told.done():
            return
        if isinstance(outcome, Exception):
            self.told.set_exception(outcome)
        else:
            self.told.set_result(outcome)


class Journal(Protocol):
    """Where such works are written."""

    dialect: Dialect

    async def write(
        self, make: Make[T], *, is_alone: bool = False, is_lasting: bool = True, is_short: bool = False
    ) -> T:
        """What the work comes to, which is durable then. Raises what it and the driver raise: nothing is kept.

        `is_alone`: where several processes write, no other work is in its transaction: for works that lock rows of
        their own, which two groups could lock in two orders. `is_lasting`: false where a failing machine may take it
        along, so that nobody waits for the disk. `is_short`: some hundred rows, of which none says who may see what.
        """

    async def settle(self) -> None:
        """To be awaited before anybody is told of what another connection has written. Raises what means an outage."""

    async def close(self) -> None:
        """Give everything back."""


class SqliteJournal:
    """One thread with one connection to the file, since waiting for the disk must not keep the event loop waiting.

    What is short is written at once, if nobody else is writing (models/at_once.py).
    """

    def __init__(
        self,
        dialect: Dialect,
        file: str,
        prepare_connection: Callable[[sqlite3.Connection], None],
        lender: Lender,
    ) -> None:
        self.dialect = dialect
        self._at_once = AtOnce(file, lender, self._put)
        self._file = file
        self._prepare = prepare_connection
        self._connection: sqlite3.Connection | None = None
        self._waiting: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread: Thread | None = None

    async def write(
        self, make: Make[T], *, is_alone: bool = False, is_lasting: bool = True, is_short: bool = False
    ) -> T:
        """See Journal. There is one writer at a time, whoever it is."""
        told: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        (self._at_once.put if is_short else self._put)(Waiting(make, told, is_alone, is_lasting))
        return await told

    async def settle(self) -> None:
        """See Journal: behind what a flush that failed may have lost, nothing counts as kept."""
        if self._at_once.is_unsure:
            await asyncio.to_thread(self._at_once.settle)

    def _put(self, waiting: Any) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()
        self._waiting.put(waiting)

    async def close(self) -> None:
        """See Journal."""
        await self._at_once.close()
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
        outcomes = self._written([each.make for each in group], is_lasting=any(each.is_lasting for each in group))
        for each, outcome in zip(group, outcomes, strict=True):
            with suppress(RuntimeError):  # the loop is closed: nobody waits
                each.told.get_loop().call_soon_threadsafe(each.tell, outcome)

    def _written(self, makes: list[Make[Any]], *, is_lasting: bool) -> list[Outcome]:
        """Together; if one of them fails, each by itself."""
        is_work = False
        try:
            connection = self._connection = self._connection or self._opened()
            connection.execute(SYNCHRONOUS[is_lasting])
            connection.execute("BEGIN IMMEDIATE")
            is_work = True
            found = [_stepped(make(), connection) for make in makes]
            is_work = False
            connection.execute("COMMIT")
            self._at_once.settle()
        except Exception as why:  # noqa: BLE001 - whoever waits is told
            self._drop()
            alone = is_work and len(makes) > 1
            if not alone:
                return [why] * len(makes)
            return [self._written([each], is_lasting=is_lasting)[0] for each in makes]
        return found

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


def _stepped(work: Work[T], connection: sqlite3.Connection) -> T:
    found: list[Rows] | None = None
    try:
        while True:
            batch: Sequence[Step] = work.send(found)  # type: ignore[arg-type]  # None starts it
            found = [_done(connection, each) for each in batch]
    except StopIteration as done:
        outcome: T = done.value
        return outcome
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

    async def write(
        self,
        make: Make[T],
        *,
        is_alone: bool = False,
        is_lasting: bool = True,
        is_short: bool = False,  # noqa: ARG002 - for the database, which is another process, it is all the same
    ) -> T:
        """See Journal."""
        told: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(Waiting(make, told, is_alone, is_lasting))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await told

    async def settle(self) -> None:
        """See Journal: what PostgreSQL has acknowledged is kept."""

    async def close(self) -> None:
        """See Journal."""
        if self._running is not None:
            await self._running
        await self._drop()

    async def _run(self) -> None:
        while self._waiting:
            size = _size(self._waiting[:AT_ONCE])
            group, self._waiting = self._waiting[:size], self._waiting[size:]
            begin = BEGIN[any(each.is_lasting for each in group)]
            for each, outcome in zip(group, await self._written([each.make for each in group], begin), strict=True):
                each.tell(outcome)

    async def _written(self, makes: list[Make[Any]], begin: str) -> list[Outcome]:
        """Together; if one of them fails, each by itself. What a commit did that failed nobody knows: it is the end."""
        is_work = False
        try:
            connection = await self._opened()
            await connection.execute(begin)
            is_work = True
            found = [await _stepped_there(make(), connection) for make in makes]
            is_work = False
            await connection.execute("COMMIT")
        except Exception as why:  # noqa: BLE001 - whoever waits is told
            await self._drop()
            alone = is_work and len(makes) > 1
            return [(await self._written([each], begin))[0] for each in makes] if alone else [why] * len(makes)
        return found

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


def _size(waiting: Sequence[Waiting]) -> int:
    """How many of those who wait are written next: the first who would be alone, or all before that."""
    return next((at for at, each in enumerate(waiting) if each.is_alone), len(waiting)) or 1


async def _stepped_there(work: Work[T], connection: Any) -> T:
    found: list[Rows] | None = None
    try:
        while True:
            batch: Sequence[Step] = work.send(found)  # type: ignore[arg-type]  # None starts it
            found = [await _done_there(connection, each) for each in batch]
    except StopIteration as done:
        outcome: T = done.value
        return outcome
    finally:
        work.close()


async def _done_there(connection: Any, step: Step) -> Rows:
    if isinstance(step, Asked):
        rows: Rows = await connection.fetch(step.prepared.text, *step.values)
        return rows
    await connection.executemany(step.prepared.text, step.rows)
    return []
