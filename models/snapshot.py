"""Runs what is read step by step (models/ask.py) in one read-only snapshot, on the driver itself.

SQLite answers in the event loop, where a step costs less than waking a thread, and goes on in a thread once more rows
are asked for than a loop may be kept waiting for. PostgreSQL is sent what is asked side by side as one statement.
"""

import asyncio
import math
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol, TypeVar

import asyncpg
from sqlalchemy.engine import Dialect

from models import wall
from models.ask import Asked, Batch, Moment, Now, Rows, Work, later
from models.prepared import Prepared, prepare
from models.wall import Opening

T = TypeVar("T")
Make = Callable[[Now], Work[T]]  # a work that is told what answers at once
ROWS_IN_LOOP = 2_500  # 2 to 4 ms; waking a thread and taking turns with it costs as much
STATEMENTS_KEPT = 500  # by a connection, ready to run
LIKE_A_READER = ("query_only=ON", "synchronous=NORMAL", "wal_autocheckpoint=0")  # see models/at_once.py
KEPT_KIB = 16_384  # of pages, by a connection: a hundred records with what the log says of them are two thousand KiB
TEXTS_KEPT = 1_000  # of statements sent together
BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
VALUE = re.compile(r"\$(\d+)")


class Snapshots(Protocol):
    """Where reads are run."""

    dialect: Dialect

    def opening(self, opening: Callable[[], Opening]) -> Asked | None:
        """What lets a snapshot reach rows behind the second wall, to be asked first; None where there is no wall."""

    async def run(self, make: Make[T]) -> T:
        """What a work comes to, all of it read in one snapshot."""

    async def close(self) -> None:
        """Give every connection back."""


class SqliteConnection(sqlite3.Connection):
    """One that reads by one cursor: making one takes as long as a row or two."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cursor = self.cursor()
        self.ask = self._cursor.execute

    def close(self) -> None:
        """Close the cursor too, which may stand within a statement that failed and would keep its snapshot."""
        self._cursor.close()
        super().close()


class SqliteSnapshots:
    """Connections of our own to one file, used by one reader at a time, the last one first."""

    def __init__(self, dialect: Dialect, file: str, prepare_connection: Callable[[sqlite3.Connection], None]) -> None:
        self.dialect = dialect
        self._file = file
        self._prepare = prepare_connection
        self._free: list[SqliteConnection] = []

    def opening(self, _opening: Callable[[], Opening]) -> Asked | None:
        """None: SQLite has no second wall."""
        return None

    async def run(self, make: Make[T]) -> T:
        """See Snapshots. Raises what the work and the driver raise."""
        connection = self.borrowed()
        turn = _Turn(connection)
        work = make(turn)
        is_whole = False
        try:
            turn.execute("BEGIN")
            found = await _stepped(work, turn)
            turn.execute("ROLLBACK")
            is_whole = True
            return found
        finally:
            work.close()
            if is_whole:
                self.given_back(connection)
            else:
                connection.close()

    def _opened(self) -> SqliteConnection:
        connection = sqlite3.connect(
            self._file, check_same_thread=False, factory=SqliteConnection, cached_statements=STATEMENTS_KEPT
        )
        self._prepare(connection)
        for pragma in (*LIKE_A_READER, f"cache_size=-{KEPT_KIB}"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def borrowed(self) -> SqliteConnection:
        """The connection that was given back last; a new one for want of any."""
        return self._free.pop() if self._free else self._opened()

    def given_back(self, connection: SqliteConnection) -> None:
        """The next one takes it."""
        self._free.append(connection)

    async def close(self) -> None:
        """See Snapshots."""
        while self._free:
            self._free.pop().close()


class _Turn:
    """Answers at once what may be answered in the loop, and everything once the work has gone on in a thread."""

    __slots__ = ("connection", "execute", "most_rows")

    def __init__(self, connection: SqliteConnection) -> None:
        self.connection = connection
        self.execute = connection.ask
        self.most_rows: float = ROWS_IN_LOOP

    @property
    def moment(self) -> Moment:
        """What SQLite counts: a connection's number changes when any other, of any process, has committed a change."""
        return self.connection, self.execute("PRAGMA data_version").fetchone()[0]

    def __call__(self, asked: Asked) -> Rows | None:
        prepared, values, rows, each = asked
        if rows > self.most_rows:
            return None
        execute, text = self.execute, prepared.text
        if each is None:
            return execute(text, values).fetchall()
        return [execute(text, values).fetchall() for values in each]  # type: ignore[misc]  # a list for each


async def _stepped(work: Work[T], turn: _Turn) -> T:
    try:
        batch = work.send(None)  # type: ignore[arg-type]  # None starts it
        while all(each.rows <= turn.most_rows for each in batch):
            batch = work.send([turn(each) or () for each in batch])
    except StopIteration as done:
        found: T = done.value
        return found
    turn.most_rows = math.inf
    rest = asyncio.ensure_future(asyncio.to_thread(_rest, work, batch, turn))
    try:
        return await asyncio.shield(rest)
    except asyncio.CancelledError:
        turn.connection.interrupt()
        while not rest.done():  # whoever is broken off twice waits as well: the work is not to be closed while it runs
            with suppress(asyncio.CancelledError):
                await asyncio.wait([rest])
        raise


def _rest(work: Work[T], batch: Batch, turn: _Turn) -> T:
    try:
        while True:
            batch = work.send([turn(each) or () for each in batch])
    except StopIteration as done:
        found: T = done.value
        return found


class PostgresqlSnapshots:
    """Connections of our own, at most so many, which keep their statements ready; each used by one reader at a time."""

    def __init__(self, dialect: Dialect, address: Mapping[str, Any], *, size: int) -> None:
        self.dialect = dialect
        self._address = address
        self._free: list[asyncpg.Connection] = []
        self._places = asyncio.Semaphore(size)
        self._wall = prepare(wall.SET, dialect)
        self._texts: dict[tuple[Prepared, ...], str] = {}

    def opening(self, opening: Callable[[], Opening]) -> Asked | None:
        """See Snapshots."""
        return Asked(self._wall, self._wall.values(wall.settings(opening())))

    async def run(self, make: Make[T]) -> T:
        """See Snapshots. Raises what the work and the driver raise."""
        async with self._places:
            connection = await self._taken()
            is_whole = False
            try:
                await connection.execute(BEGIN)
                try:
                    found = await self._stepped(make(later), connection)
                except Exception:
                    await connection.execute("ROLLBACK")
                    is_whole = True
                    raise
                await connection.execute("ROLLBACK")
                is_whole = True
                return found
            finally:
                if is_whole:
                    self._free.append(connection)
                else:
                    connection.terminate()

    async def _taken(self) -> Any:
        """The connection that was given back last, unless the server has ended it; a new one for want of any."""
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed():
                return connection
        return await asyncpg.connect(**self._address, statement_cache_size=STATEMENTS_KEPT)

    async def _stepped(self, work: Work[T], connection: Any) -> T:
        try:
            batch = work.send(None)  # type: ignore[arg-type]  # None starts it
            while True:
                batch = work.send(await self._brought(connection, batch))
        except StopIteration as done:
            found: T = done.value
            return found
        finally:
            work.close()

    async def _brought(self, connection: Any, batch: Batch) -> list[Rows]:
        if len(batch) == 1:
            return [await connection.fetch(batch[0].prepared.text, *batch[0].values)]
        values = [value for each in batch for value in each.values]
        row = await connection.fetchrow(self._text(tuple(each.prepared for each in batch)), *values)
        return [[], *row] if batch[0].prepared is self._wall else list(row)

    def _text(self, batch: tuple[Prepared, ...]) -> str:
        """The statements as one, whose only row holds the rows of each; the wall is opened before any is run."""
        found = self._texts.get(batch)
        if found is None:
            taken = 0
            texts = []
            for each in batch:
                texts.append(_shifted(each.text, taken))
                taken += len(each.fixed)
            is_walled = batch[0] is self._wall
            rows = ", ".join(f"ARRAY(SELECT whole_row FROM ({text}) AS whole_row)" for text in texts[is_walled:])  # noqa: S608 - ours
            # A row of the table expression is complete, set_config included, before what is selected from it is run.
            found = f"WITH wall AS MATERIALIZED ({texts[0]}) SELECT {rows} FROM wall" if is_walled else f"SELECT {rows}"  # noqa: S608
            if len(self._texts) >= TEXTS_KEPT:
                self._texts.clear()
            self._texts[batch] = found
        return found

    async def close(self) -> None:
        """See Snapshots."""
        while self._free:
            await self._free.pop().close()


def _shifted(text: str, by: int) -> str:
    """The statement with its values numbered from `by` on."""
    return VALUE.sub(lambda place: f"${int(place[1]) + by}", text)
