"""One process's ear at the database: events of every process reach every subscription that is open here.

PostgreSQL wakes us (LISTEN); SQLite is asked every second. Either way what was written is read from the table, so that
nothing depends on a signal that was missed.
"""

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg

from models.store import Store
from resolvers.addressing import CHANNEL
from resolvers.events import Event, Reading
from tsumugi.log import Log

POLL_S = 1.0
LISTENING_POLL_S = 10.0  # for a signal that never came
AGAIN_S = 1.0  # after the database was away
WAITING_MOST = 200  # events of the caller's own that one subscription may be behind


class Line:
    """The events of one subscription that were not told yet; one that falls behind is ended, not fed on.

    `person`: whose it is, since what is written about others must not end it; None for somebody who reads everybody's
    notices. `client_id`: by which machine, which waits for its own rides.
    """

    def __init__(self, person: str | None, client_id: str) -> None:
        self._person, self._client_id = person, client_id
        self._waiting: asyncio.Queue[Event] = asyncio.Queue(WAITING_MOST)
        self.is_overrun = False

    def put(self, event: Event) -> None:
        """One more, if it may be this person's, or is this machine's."""
        whose = self._client_id if event.is_of_ride else self._person
        if whose is not None and whose not in event.people:
            return
        if self._waiting.full():
            self.is_overrun = True
        else:
            self._waiting.put_nowait(event)

    async def next(self) -> list[Event]:
        """Everything that waits, at least one."""
        found = [await self._waiting.get()]
        while not self._waiting.empty():
            found.append(self._waiting.get_nowait())
        return found


class Hub:
    """Listens as long as anybody does."""

    def __init__(self, store: Store, log: Log) -> None:
        self._store = store
        self._log = log
        self._lines: set[Line] = set()
        self._woken = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._is_ready = asyncio.Event()

    async def join(self, person: str | None, client_id: str) -> Line:
        """A line of one's own, from this moment on; no person is somebody who reads everybody's notices."""
        line = Line(person, client_id)
        self._lines.add(line)
        if self._listening is None or self._listening.done():
            self._is_ready.clear()
            self._listening = asyncio.create_task(self._listen())
        try:
            await self._is_ready.wait()
        except asyncio.CancelledError:  # whoever asked has gone before we listened
            self.leave(line)
            raise
        return line

    def leave(self, line: Line) -> None:
        """Nobody listens to this line any more; with the last one the ear is closed."""
        self._lines.discard(line)
        if not self._lines:
            self._hang_up()

    async def close(self) -> None:
        """End with the process."""
        self._lines.clear()
        self._hang_up()
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _hang_up(self) -> None:
        """Close the ear, which may be in the middle of a statement and takes its time."""
        if self._listening is not None:
            self._listening.cancel()
            self._ending.add(self._listening)
            self._listening.add_done_callback(self._ending.discard)
            self._listening = None

    async def _listen(self) -> None:
        reading = Reading(self._store)
        is_begun = False
        while True:
            ear: Any = None
            try:
                ear = await self._ear()
                if not is_begun:
                    await reading.begin()
                    is_begun = True
                self._is_ready.set()
                while True:
                    for event in await reading.new():  # first of all what came while nobody listened
                        for line in self._lines:
                            line.put(event)
                    await self._wait(LISTENING_POLL_S if ear else POLL_S)
            except Exception as why:  # noqa: BLE001 - a database that was away is asked again
                self._log.failure("events_failed", why)
                await asyncio.sleep(AGAIN_S)
            finally:
                if ear is not None:
                    with suppress(Exception):
                        await ear.close(timeout=1)

    async def _ear(self) -> Any:
        """A connection of our own that is woken; None on SQLite."""
        if self._store.is_sqlite:
            return None
        _, address = self._store.engine.dialect.create_connect_args(self._store.engine.url)
        ear = await asyncpg.connect(**address)
        try:
            await ear.add_listener(CHANNEL, lambda *_: self._woken.set())
        except BaseException:  # nobody listens any more, and nobody else would close it
            ear.terminate()
            raise
        return ear

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()
