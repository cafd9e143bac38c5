"""The one door to the database: connections and transactions come from here and nowhere else."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from secrets import randbelow
from typing import Any, TypeVar

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel.ext.asyncio.session import AsyncSession

from models import relation, wall
from models.journal import Journal, PostgresqlJournal, SqliteJournal
from models.snapshot import PostgresqlSnapshots, Snapshots, SqliteSnapshots
from models.statements import Run, Stepwise
from models.wall import Opening

BUSY_TIMEOUT_MS = 10_000  # a writer waits for another writer this long before it gives up
STATEMENT_TIMEOUT_MS = 10_000
# Part of connecting to PostgreSQL: a SET would be undone by the first rollback.
SESSION = {"statement_timeout": str(STATEMENT_TIMEOUT_MS), "timezone": "UTC"}
POOL_SIZE = 10  # of each kind; no overflow, so that an operator can say how many connections a worker needs
SERIALISED_AT_ONCE = 4  # in one process: more of them collide rather than get done
ATTEMPTS = 12  # two deeds that collide are told apart by doing one again; a dozen collisions in a row are no accident
PAUSE_MS = 20  # about two deeds
COLLISIONS = {"40001", "40P01", "23505"}  # serialisation failure, deadlock, and a key that another deed just took
# Not the program's fault: PostgreSQL's classes of connections, resources, operators, system and damaged files, a
# database that lets nobody in (28, 3D000, and 55000, which no statement of ours can raise) or in which a deed collided
# each time that it was done again (40), and what SQLite calls the same
# (https://www.postgresql.org/docs/current/errcodes-appendix.html, https://www.sqlite.org/rescode.html).
OUTAGES_POSTGRESQL = ("08", "28", "3D000", "40", "53", "55000", "57", "58", "XX001", "XX002")
OUTAGES_SQLITE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
}
PRIMARY = 0xFF  # an extended result code of SQLite has its primary one in the last byte
T = TypeVar("T")


class Unreachable(Exception):
    """The database cannot be opened, or does not keep what it acknowledges."""


class Store:
    """Reads in one snapshot, writes in one serialised transaction; SQLite or PostgreSQL by URL.

    `journal`: for what must be on record before anybody is told.
    """

    def __init__(self, url: str, *, pooled: bool = True) -> None:
        self.is_sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {} if pooled else {"poolclass": NullPool}
        if pooled and not self.is_sqlite:
            options = {"pool_size": POOL_SIZE, "max_overflow": 0, "pool_pre_ping": True}
        if not self.is_sqlite:
            options["connect_args"] = {"server_settings": SESSION}
        else:
            options["execution_options"] = {"schema_translate_map": {relation.SCHEMA: None}}
        # A request that reads may also write. Were both of one pool, many at once would each hold one and wait for one.
        self.engine, self.writers = (create_async_engine(url, **options) for _ in range(2))
        self.snapshots, self.journal = self._on_the_driver()
        self._stepwise = Stepwise(self.engine.dialect)
        self._turns = asyncio.Semaphore(SERIALISED_AT_ONCE)
        self._again = asyncio.Lock()
        for engine in (self.engine, self.writers) if self.is_sqlite else ():
            event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(engine.sync_engine, "begin", _begin_sqlite)

    def _on_the_driver(self) -> tuple[Snapshots, Journal]:
        """What reads and what writes without SQLAlchemy between us and the database."""
        dialect, url = self.engine.dialect, self.engine.url
        if self.is_sqlite:
            file = url.database or ":memory:"
            snapshots = SqliteSnapshots(dialect, file, _prepared_sqlite)
            return snapshots, SqliteJournal(dialect, file, _prepared_sqlite, snapshots)
        _, address = dialect.create_connect_args(url)
        session = {**address, "server_settings": SESSION}
        return PostgresqlSnapshots(dialect, session, size=POOL_SIZE), PostgresqlJournal(dialect, session)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One connection in one read-only snapshot, which reaches nothing until `wall.open_to` says what."""
        async with self.engine.connect() as connection:
            if not self.is_sqlite:
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    @asynccontextmanager
    async def writing(self, *, serialised: bool = True, opening: Opening = wall.NOTHING) -> AsyncIterator[AsyncSession]:
        """One transaction that commits when the block ends and rolls back when it raises; it reaches what is opened.

        SQLite takes its write lock at once; PostgreSQL runs it at SERIALIZABLE: no deed sees half of another. Work that
        takes, marks or counts single rows needs less (`serialised=False`), and is then in nobody's way.
        """
        isolation = "SERIALIZABLE" if serialised else "READ COMMITTED"
        options = {"sqlite_write": True} if self.is_sqlite else {"isolation_level": isolation}
        engine = self.writers.execution_options(**options)
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            if opening is not wall.NOTHING:
                await wall.open_to(await session.connection(), opening)
            yield session
        await self.journal.settle()

    async def transact(
        self,
        work: Callable[[AsyncSession], Awaitable[T]],
        *,
        serialised: bool = True,
        opening: Opening = wall.NOTHING,
    ) -> T:
        """Run the work in one transaction and answer what it answers; work that collided with another is done again."""
        once = partial(self._once, work, serialised=serialised, opening=opening)
        async with self._turns if serialised else nullcontext():
            async with self._again if serialised else nullcontext():
                pass  # who collided goes first, and meets nobody new
            try:
                return await once()
            except DBAPIError as why:
                if not _is_collision(why):
                    raise
            async with self._again:
                return await _again(once)

    async def write(self, work: Callable[[Run], Coroutine[Any, Any, T]], *, is_lasting: bool = True) -> T:
        """Run a work that takes and makes single rows, behind no wall, in one transaction; it is durable on return.

        On the driver itself (models/journal.py), for a tenth of what `transact` costs. The work waits for nothing but
        its statements. `is_lasting`: false where a failing machine may take it along.
        """
        return await self.journal.write(lambda: work(self._stepwise), is_alone=True, is_lasting=is_lasting)

    async def _once(self, work: Callable[[AsyncSession], Awaitable[T]], *, serialised: bool, opening: Opening) -> T:
        async with self.writing(serialised=serialised, opening=opening) as session:
            return await work(session)

    async def check(self) -> None:
        """Refuse a database that is not there or that acknowledges what it may still lose.

        Raises Unreachable.
        """
        questions = (
            ("PRAGMA journal_mode", "PRAGMA synchronous")
            if self.is_sqlite
            else ("SHOW synchronous_commit", "SHOW fsync")
        )
        wanted = ({"wal"}, {"2", "3"}) if self.is_sqlite else ({"on", "remote_apply", "remote_write", "local"}, {"on"})
        try:
            if self.is_sqlite and self.engine.url.database:
                _reopen(Path(self.engine.url.database))
            async with self.engine.connect() as connection:
                found = [str((await connection.execute(text(question))).scalar()).lower() for question in questions]
        except Exception as why:
            raise Unreachable("the database cannot be reached") from why
        if not all(answer in good for answer, good in zip(found, wanted, strict=True)):
            raise Unreachable("the database does not write durably: acknowledged deeds could be lost")

    async def is_bypassed(self) -> bool:
        """Whether the role that this store connects with could walk round the second wall."""
        async with self.engine.connect() as connection:
            return await wall.is_bypassed(connection)

    async def close(self) -> None:
        """Give every connection back."""
        await self.journal.close()
        await self.snapshots.close()
        await self.engine.dispose()
        await self.writers.dispose()


def is_outage(why: BaseException) -> bool:
    """Whether the database is to blame and not the program: it is away, full, damaged, read-only or too busy."""
    if isinstance(why, DBAPIError):
        is_gone = why.connection_invalidated or isinstance(why, InterfaceError)
        return is_gone or _is_of_outage(why.orig)
    return isinstance(why, (OSError, PoolTimeout)) or _is_of_outage(why)  # a refused connection is the driver's own


def _is_of_outage(why: BaseException | None) -> bool:
    is_sqlite_outage = getattr(why, "sqlite_errorcode", 0) & PRIMARY in OUTAGES_SQLITE
    return is_sqlite_outage or (getattr(why, "sqlstate", None) or "").startswith(OUTAGES_POSTGRESQL)


def _reopen(file: Path) -> None:
    """Refuse a file that is gone, also while connections hold it open: what they write has no name any more.

    Without the driver, whose thread outlives our loop when it cannot open a file.
    """
    sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True).close()


async def _again(once: Callable[[], Awaitable[T]]) -> T:
    """What the work answers that has collided once; one of a process at a time, so it meets other processes alone."""
    for attempt in range(2, ATTEMPTS):
        await asyncio.sleep(randbelow(attempt * PAUSE_MS) / 1000)  # so that those who collided do not meet again
        try:
            return await once()
        except DBAPIError as why:
            if not _is_collision(why):
                raise
    return await once()


def _is_collision(why: DBAPIError) -> bool:
    code = getattr(why.orig, "sqlstate", None)
    return code in COLLISIONS or "database is locked" in str(why.orig)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    _prepared_sqlite(connection)


def _prepared_sqlite(connection: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, so that a read is one snapshot
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    _log_ahead(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _log_ahead(cursor: Any) -> None:
    """WAL, which stays with the file. Of two connections that bring it at once SQLite refuses one without waiting."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(PAUSE_MS / 1000)
        else:
            return


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("sqlite_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
