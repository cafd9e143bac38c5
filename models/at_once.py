"""Short works of a journal on SQLite: written in the event loop by a reader's connection; a thread waits for the disk.

Who wrote by the connection that reads keeps the pages that were read, and is still certain that nobody else has written
(models/snapshot.py); a second thread would throw both away, and take turns with the loop at every row. What is written
is durable when a thread has flushed SQLite's log to the disk: as with `synchronous=FULL`, but that nobody holds a lock
meanwhile. Who comes while the disk is waited for is written together with all who came.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from models.snapshot import SqliteConnection

AT_ONCE = 4  # works in one turn of the loop, of a millisecond or two each
MOST = 50  # works that wait for one flush: whoever comes later waits for the next
WAITS_S = 1  # for readers, who keep the log from being emptied
BROUGHT_AFTER = 4_000  # rows: then the log, of some 15 MiB, is brought into the database
WRITES = ("PRAGMA query_only=OFF", "PRAGMA busy_timeout=0")  # who writes in the loop waits for nobody
READS = ("PRAGMA query_only=ON", "PRAGMA busy_timeout=10000")
flush = getattr(os, "fdatasync", os.fsync)


class NotDurable(OSError):
    """What was written may be lost with the machine: nobody may be told that it is kept."""


class Waiting(Protocol):
    """A work, and who is told what it came to."""

    def run(self, connection: sqlite3.Connection) -> Any:
        """What the work comes to."""

    def tell(self, outcome: Any) -> None:
        """Kept, or why not."""


class Lender(Protocol):
    """Whose connections are borrowed."""

    def borrowed(self) -> SqliteConnection:
        """One that nobody uses just now."""

    def given_back(self, connection: SqliteConnection) -> None:
        """It may be used again."""


class AtOnce:
    """Writes what is short. `otherwise` takes what cannot be written here and now, and who fails."""

    def __init__(self, file: str, lender: Lender, otherwise: Callable[[Waiting], None]) -> None:
        self._file = file
        self._lender = lender
        self._otherwise = otherwise
        self._waiting: list[Waiting] = []
        self._running: asyncio.Task[None] | None = None
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="disk")
        self._keeper: sqlite3.Connection | None = None  # while it is open the log is there
        self._log = ""
        self._rows = 0  # since the log was brought into the database
        self._failures = self._settled = 0
        self._settling = Lock()

    @property
    def is_unsure(self) -> bool:
        """Whether a flush has failed since all was last known to be on the disk."""
        return self._failures != self._settled

    def put(self, waiting: Waiting) -> None:
        """It is told as soon as it is durable."""
        self._waiting.append(waiting)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())

    def settle(self) -> None:
        """After a flush that failed: bring the log into the database and empty it, so that it has no hole.

        From any thread. Raises NotDurable: whoever has written since is not to be told that it is kept.
        """
        with self._settling:
            failures = self._failures
            if failures != self._settled:
                _emptied(self._file)
                self._settled = failures

    async def close(self) -> None:
        """When all is kept."""
        if self._running is not None:
            await self._running
        self._disk.shutdown()
        if self._keeper is not None:
            self._keeper.close()

    async def _run(self) -> None:
        failure, loop = NotDurable("the writing was broken off"), asyncio.get_running_loop()
        try:
            while self._waiting:
                if self.is_unsure:
                    await loop.run_in_executor(self._disk, self.settle)
                await self._some()
        except Exception as why:  # noqa: BLE001 - whoever waits is told
            failure.__cause__ = why
        finally:
            waiting, self._waiting = self._waiting, []
            for each in waiting:
                each.tell(failure)

    async def _some(self) -> None:
        """Whoever waits is written, flushed and told."""
        failure: Exception | None = NotDurable("the flush was broken off")
        kept: list[tuple[Waiting, Any]] = []
        try:
            await self._joined()
            while self._waiting and len(kept) < MOST:
                kept += self._written()
                await self._joined()
            if kept:
                await asyncio.get_running_loop().run_in_executor(self._disk, self._flush)
            failure = None
        except Exception as why:  # noqa: BLE001 - what a flush did that failed nobody knows
            failure = why if isinstance(why, OSError) else failure
        finally:
            if failure is not None:
                self._failures += 1
            for waiting, outcome in kept:
                waiting.tell(failure or outcome)

    async def _joined(self) -> None:
        """Whoever's question has come by now is waited for: a transaction for four takes little more than for one."""
        seen = -1
        while seen < len(self._waiting) < AT_ONCE:
            seen = len(self._waiting)
            await asyncio.sleep(0)  # what has come is read
            await asyncio.sleep(0)  # and answered, up to what is to be written

    def _written(self) -> list[tuple[Waiting, Any]]:
        """The next few in one transaction, and what they came to."""
        group, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
        if self._rows >= BROUGHT_AFTER:  # SQLite begins its log anew, and waits for the disk: not in the loop
            self._rows = 0
            outcomes = None
        else:
            outcomes = self._done(group)
        if outcomes is None:
            for each in group:
                self._passed_on(each)
            return []
        return [*zip(group, outcomes, strict=True)]

    def _passed_on(self, waiting: Waiting) -> None:
        try:
            self._otherwise(waiting)
        except Exception as why:  # noqa: BLE001 - there may be no thread to be had
            waiting.tell(why)

    def _done(self, group: Sequence[Waiting]) -> list[Any] | None:
        """What they came to; None if another writes, or one of them fails: nothing is written then."""
        try:
            connection = self._lender.borrowed()
        except Exception:  # noqa: BLE001 - whatever it is, the thread tries another and tells of it
            return None
        before, outcomes = connection.total_changes, None
        try:
            self._keep_log()
            _set(connection, WRITES)
            connection.execute("BEGIN IMMEDIATE")
            found = [each.run(connection) for each in group]
            connection.execute("COMMIT")
            outcomes = found
        except Exception:  # noqa: BLE001 - whatever it is happens again elsewhere, and is told
            if connection.in_transaction:
                connection.close()
                return None
        self._rows += connection.total_changes - before
        try:
            _set(connection, READS)
        except sqlite3.Error:  # nobody may read by it who could write
            connection.close()
        else:
            self._lender.given_back(connection)
        return outcomes

    def _keep_log(self) -> None:
        """The log lies beside the file to which a symbolic link leads: SQLite is asked for its name."""
        if self._keeper is None:
            keeper = _opened(self._file)
            keeper.execute("SELECT 1 FROM sqlite_schema").fetchone()  # opens the log
            [(_, _, file)] = keeper.execute("PRAGMA database_list")
            self._keeper, self._log = keeper, f"{file}-wal"

    def _flush(self) -> None:
        """In the thread: all that was written is on the disk. Raises OSError, also when there is no log."""
        log = os.open(self._log, os.O_RDONLY)
        try:
            flush(log)
        finally:
            os.close(log)
        if self._rows >= BROUGHT_AFTER and self._keeper is not None:
            with suppress(sqlite3.Error):  # it is on the disk all the same
                self._keeper.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


def _set(connection: sqlite3.Connection, pragmas: Sequence[str]) -> None:
    for pragma in pragmas:
        connection.execute(pragma)


def _opened(file: str) -> sqlite3.Connection:
    """A connection for whichever thread is its user; a file that is gone is not made."""
    address = f"{Path(file).absolute().as_uri()}?mode=rw"
    return sqlite3.connect(address, uri=True, timeout=WAITS_S, isolation_level=None, check_same_thread=False)


def _emptied(file: str) -> None:
    try:
        with closing(_opened(file)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            is_busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as why:
        raise NotDurable("a flush has failed, and the log cannot be brought into the database") from why
    if is_busy:
        raise NotDurable("a flush has failed, and somebody is using the log")
