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
from typing import Any, Protocol

AT_ONCE = 4  # works in one turn of the loop, of a millisecond or two each
BROUGHT_AFTER = 4_000  # rows: then the log, of some 15 MiB, is brought into the database
WRITES = ("PRAGMA query_only=OFF", "PRAGMA busy_timeout=0")  # who writes in the loop waits for nobody
READS = ("PRAGMA query_only=ON", "PRAGMA busy_timeout=10000")
flush = getattr(os, "fdatasync", os.fsync)


class Waiting(Protocol):
    """A work, and who is told what it came to."""

    def run(self, connection: sqlite3.Connection) -> Any:
        """What the work comes to."""

    def tell(self, outcome: Any) -> None:
        """Kept, or why not."""


class Lender(Protocol):
    """Whose connections are borrowed."""

    def borrowed(self) -> sqlite3.Connection:
        """One that nobody uses just now."""

    def given_back(self, connection: sqlite3.Connection) -> None:
        """It may be used again."""


class AtOnce:
    """Writes what is short. `otherwise` takes what cannot be written here and now, and who fails."""

    def __init__(self, file: str, lender: Lender, otherwise: Callable[[Waiting], None]) -> None:
        self._log = f"{file}-wal"
        self._file = file
        self._lender = lender
        self._otherwise = otherwise
        self._waiting: list[Waiting] = []
        self._running: asyncio.Task[None] | None = None
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="disk")
        self._rows = 0  # since the log was brought into the database
        self._is_broken = False

    def put(self, waiting: Waiting) -> None:
        """It is told as soon as it is durable."""
        if self._is_broken:
            self._otherwise(waiting)
            return
        self._waiting.append(waiting)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())

    async def close(self) -> None:
        """When all is kept."""
        if self._running is not None:
            await self._running
        self._disk.shutdown()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            kept = self._written()
            while self._waiting:
                await asyncio.sleep(0)  # others have their turn
                kept += self._written()
            if kept:
                failure = await loop.run_in_executor(self._disk, self._flushed)
                for waiting, outcome in kept:
                    waiting.tell(failure or outcome)

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
                self._otherwise(each)
            return []
        return [*zip(group, outcomes, strict=True)]

    def _done(self, group: Sequence[Waiting]) -> list[Any] | None:
        """What they came to; None if another writes, or one of them fails: nothing is written then."""
        try:
            connection = self._lender.borrowed()
        except sqlite3.Error:
            return None
        before, outcomes = connection.total_changes, None
        try:
            _set(connection, WRITES)
            connection.execute("BEGIN IMMEDIATE")
            found = [each.run(connection) for each in group]
            connection.execute("COMMIT")
            outcomes = found
        except Exception:  # noqa: BLE001 - whatever it is happens again elsewhere, and is told
            if connection.in_transaction:
                connection.close()
                return None
        _set(connection, READS)
        self._rows += connection.total_changes - before
        self._lender.given_back(connection)
        return outcomes

    def _flushed(self) -> Exception | None:
        """In the thread: all that was written is on the disk. What a flush did that failed nobody knows."""
        try:
            with suppress(FileNotFoundError):  # who closed the last connection has brought all into the database
                log = os.open(self._log, os.O_RDONLY)
                try:
                    flush(log)
                finally:
                    os.close(log)
            if self._rows >= BROUGHT_AFTER:
                with closing(sqlite3.connect(self._file)) as connection:
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except (OSError, sqlite3.Error) as why:
            self._is_broken = True
            return why
        return None


def _set(connection: sqlite3.Connection, pragmas: Sequence[str]) -> None:
    for pragma in pragmas:
        connection.execute(pragma)
