"""`ask` and `act`: the real engine over the town of Hanamori, on SQLite and on PostgreSQL, in this process.

`ask` reads one town that all tests of a worker share; `act` works on a copy that only its test has.
"""

import asyncio
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from sqlalchemy import event, insert

from engine.answer import Engine, Question
from models.columns import table_of
from models.store import Store
from models.tables import METADATA
from tests.databases import DIALECTS
from tests.hanamori import HOLDERS, NOW, rows

CURSOR_KEY = b"k" * 64


async def _load(url):
    store = Store(url, pooled=False)
    shelves = {table: [] for table in METADATA.sorted_tables}
    for row in rows():
        table = table_of(type(row))
        values = {column.key: getattr(row, column.key) for column in table.columns}
        shelves[table].append({key: value for key, value in values.items() if key != "id" or value is not None})
    async with store.engine.begin() as connection:
        for table in shelves:
            if shelves[table]:
                await connection.execute(insert(table), shelves[table])
    await store.close()


def _loaded(url):
    """In a thread of its own: pytest-asyncio may own a loop in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, _load(url)).result()
    return url


@pytest.fixture(scope="session")
def sqlite_town(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("hanamori") / "tsumugi.db"
    shutil.copyfile(sqlite_template, path)
    _loaded(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_town(postgresql, postgresql_template, worker_id):
    name = f"hanamori_{worker_id}"
    _loaded(postgresql.create(name, postgresql_template))
    return name


@pytest.fixture(scope="session")
def shared_urls(request, tmp_path_factory):
    """The address of the shared copy on a dialect, made when the first test asks."""
    made = {}

    def url(dialect):
        if dialect not in made:
            made[dialect] = copied(request, dialect, tmp_path_factory.mktemp("shared"))
        return made[dialect]

    return url


def copied(request, dialect, folder):
    """The address of a new copy of the town."""
    town = request.getfixturevalue(f"{dialect}_town")
    if dialect == "sqlite":
        shutil.copyfile(town, folder / "town.db")
        return f"sqlite+aiosqlite:///{folder / 'town.db'}"
    return request.getfixturevalue("postgresql").create(f"town_{uuid4().hex}", town)


@pytest.fixture(params=DIALECTS)
async def shared_town(request, shared_urls):
    """The door to the town that everybody reads."""
    opened = Store(shared_urls(request.param))
    yield opened
    await opened.close()


@pytest.fixture(params=DIALECTS)
async def own_town(request, tmp_path):
    """The door to a town of the test's own."""
    opened = Store(copied(request, request.param, tmp_path))
    yield opened
    await opened.close()
    if request.param == "postgresql":
        request.getfixturevalue("postgresql").drop(opened.engine.url.database)


@dataclass
class Told:
    """What came back, and the statements that it took (BEGIN and the like left out)."""

    status: int
    raw: bytes
    public: bool
    failures: tuple
    statements: list
    body: dict = field(init=False)

    def __post_init__(self):
        self.body = json.loads(self.raw)

    @property
    def data(self):
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def denied(self):
        """Dotted path to rule."""
        entries = self.body.get("extensions", {}).get("denied", [])
        return {".".join(each["path"]): each["rule"] for each in entries}

    @property
    def codes(self):
        return [each["extensions"]["code"] for each in self.body.get("errors", ())]


class Asking:
    """Asks one engine as anybody."""

    def __init__(self, store):
        self.store = store
        self.engine = Engine(store, CURSOR_KEY)
        self.statements = []
        event.listen(store.engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "SELECT municipality.code")):
            self.statements.append(statement)

    async def __call__(self, who, text, /, **given):
        """Words of Question or of GraphQL: `purpose`, `now`, `language`, `operation_name`; the rest are variables."""
        words = {"purpose": None, "now": NOW, "language": "ja", "operation_name": None, "only_queries": False}
        words |= {name: given.pop(name) for name in tuple(given) if name in words}
        return await self.put(Question(text, variables=given, holder=HOLDERS[who], **words))

    async def put(self, question, *, may_fail=False):
        del self.statements[:]
        answer = await self.engine.answer(question)
        if answer.failures and not may_fail:
            raise answer.failures[0].exception
        return Told(answer.status, answer.body, answer.public, answer.failures, list(self.statements))


@pytest.fixture
def ask(shared_town):
    """`(await ask("mother", "{ viewer { kind } }")).data`; reads only."""
    return Asking(shared_town)


@pytest.fixture
def act(own_town):
    """The same over a town that may be written."""
    return Asking(own_town)
