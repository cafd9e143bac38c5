"""How the tables came to be: one numbered step after another, up and down, on SQLite and PostgreSQL."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from migrations import roles

Found = TypeVar("Found")
HERE = Path(__file__).parent
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
ADVISORY_LOCK = 7_453_966  # any number that nothing else of ours locks: one server migrates at a time
# On SQLite nothing is looked at while somebody else writes.
LOOK_S = 10  # for who wants to know the step
STEP_S = 300  # for who goes through steps, some of which copy a table: two servers may start together


class BrokenReference(Exception):
    """A step on SQLite left a row that points at nothing; the whole step was rolled back."""


@cache
def head() -> str:
    """The newest step's number; read once, since steps come with the program."""
    revision = ScriptDirectory.from_config(config()).get_current_head()
    assert revision is not None
    return revision


def current(url: str) -> str | None:
    """The step at which the database stands; None for an empty one."""
    return on(url, lambda connection: MigrationContext.configure(connection).get_current_revision())


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database up to a step, all or nothing; `url` names the owner's role and any driver."""
    on(url, lambda connection: command.upgrade(config(connection), revision), STEP_S)


def downgrade(url: str, revision: str) -> None:
    """Take the database down to a step, all or nothing; `base` takes every table away."""
    on(url, lambda connection: command.downgrade(config(connection), revision), STEP_S)


def admit(url: str, application_url: str) -> None:
    """On PostgreSQL, give the application's role its rights, unless it is the owner; both URLs name one database."""
    role, owner = make_url(application_url).username, make_url(url).username
    if make_url(url).get_backend_name() == "postgresql" and role is not None and role != owner:
        on(url, lambda connection: roles.admit(connection, role))


def config(connection: Connection | None = None) -> Config:
    """What alembic's commands need to know; env.py takes the connection from it."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def on(url: str, act: Callable[[Connection], Found], patience_s: int = LOOK_S) -> Found:
    """What `act` finds in a transaction and a thread of its own: the caller may live in an event loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, _in_transaction(url, act, patience_s)).result()


async def _in_transaction(url: str, act: Callable[[Connection], Found], patience_s: int) -> Found:
    address = make_url(url)
    dialect = address.get_backend_name()
    engine = create_async_engine(address.set(drivername=DRIVERS[dialect]), poolclass=NullPool)
    if dialect == "sqlite":
        event.listen(engine.sync_engine, "connect", partial(_leave_transactions_to_us, patience_s))
        event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        async with engine.begin() as connection:
            if dialect == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            found = await connection.run_sync(act)
            if dialect == "sqlite" and (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first():
                raise BrokenReference(f"a row of {address.database} would point at nothing")
            return found
    finally:
        await engine.dispose()


def _leave_transactions_to_us(patience_s: int, connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    # Batch mode drops and renames tables; the references are checked at the end instead.
    for pragma in ("foreign_keys=OFF", f"busy_timeout={patience_s * 1000}", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
