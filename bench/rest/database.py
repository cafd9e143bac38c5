"""The two databases as the hand-written server reads them: `sqlite3` in the loop, `asyncpg` in one round trip each."""

import sqlite3
from collections.abc import Generator
from datetime import date
from typing import Any, Protocol

import asyncpg
import orjson
from sqlalchemy.engine import make_url

from bench.rest.statements import POSTGRESQL, SQLITE, Ask
from models.store import SESSION
from tsumugi.settings import Settings

Question = tuple[Ask, tuple[Any, ...]]
Rows = list[tuple[Any, ...]]
Reading = Generator[Question, Any, bytes]


class Database(Protocol):
    """Reads a page in one snapshot. `day` and `ids` spell values as the driver takes them."""

    async def read(self, reading: Reading) -> bytes:
        """Run a page's questions; answers its JSON."""
        ...

    def day(self, day: date) -> Any:
        """A day as a parameter."""
        ...

    def ids(self, ids: list[str]) -> Any:
        """Several ids as one parameter."""
        ...


class Sqlite:
    """One connection, asked where the request is answered."""

    def __init__(self, file: str) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None, cached_statements=256)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            self.connection.execute(f"PRAGMA {pragma}")

    async def read(self, reading: Reading) -> bytes:
        """Run a page's questions; answers its JSON."""
        execute = self.connection.execute
        execute("BEGIN")
        try:
            ask, given = next(reading)
            while True:
                text = SQLITE.get(ask)
                ask, given = reading.send(execute(text, given).fetchall() if text else [])
        except StopIteration as done:
            return bytes(done.value)
        finally:
            execute("COMMIT")

    def day(self, day: date) -> Any:
        """As text."""
        return day.isoformat()

    def ids(self, ids: list[str]) -> Any:
        """As a JSON array."""
        return orjson.dumps(ids).decode()


class Postgresql:
    """A pool, as the application's role, behind the same wall as the product."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._pool: Any = None

    async def read(self, reading: Reading) -> bytes:
        """Run a page's questions; answers its JSON."""
        if self._pool is None:
            self._pool = await asyncpg.create_pool(dsn=self._url, server_settings=SESSION, min_size=4, max_size=10)
        snapshot = {"isolation": "repeatable_read", "readonly": True}
        async with self._pool.acquire() as connection, connection.transaction(**snapshot):
            try:
                ask, given = next(reading)
                while True:
                    ask, given = reading.send(await connection.fetch(POSTGRESQL[ask], *given))
            except StopIteration as done:
                return bytes(done.value)

    def day(self, day: date) -> Any:
        """As it is."""
        return day

    def ids(self, ids: list[str]) -> Any:
        """As an array."""
        return ids


def database(settings: Settings) -> Sqlite | Postgresql:
    """The one that the settings name."""
    if settings.is_sqlite:
        return Sqlite(str(make_url(settings.database_url).database))
    return Postgresql(settings.database_url)
