"""`ask` and `act`: the real engine over the town of Hanamori, on SQLite and on PostgreSQL, in this process.

`ask` reads one town that all tests of a worker share; `act` works on a copy that only its test has.
"""

import asyncio
import json
import shutil
import types
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

import pytest
from sqlalchemy import delete, event, insert, text

from engine.answer import Engine
from engine.mode import Plans
from engine.question import Question
from models.columns import table_of
from models.point import PointAccount, PointEntry
from models.tables import METADATA
from resolvers.booking import booked
from tests.databases import DIALECTS, GUARDED, UNGUARDED, Door, at_once, emptied
from tests.hanamori import AUDIT_KEY, HOLDERS, NOW, rows

CURSOR_KEY = b"k" * 64
COUNTED = {"id", "seq"}  # by the database, where none is given


async def fill(store, town=None):
    """The town, and nothing else, into a migrated database; another one where its rows are given."""
    shelves = {table: [] for table in METADATA.sorted_tables}
    for row in kept(rows() if town is None else town):
        table = table_of(type(row))
        values = {column.key: getattr(row, column.key) for column in table.columns}
        shelves[table].append({key: value for key, value in values.items() if key not in COUNTED or value is not None})
    async with store.owner.engine.begin() as connection:
        if not store.is_sqlite:
            await connection.execute(text(UNGUARDED))
        for table in reversed(METADATA.sorted_tables):
            await connection.execute(delete(table))
        if not store.is_sqlite:
            await connection.execute(text(GUARDED))
        for table, values in shelves.items():
            if values:
                await connection.execute(insert(table), values)


def kept(town):
    """The rows of a town with what the ledger keeps of its points."""
    town = list(town)
    accounts, entries = ([row for row in town if isinstance(row, model)] for model in (PointAccount, PointEntry))
    return [*(row for row in town if not isinstance(row, PointEntry)), *booked(accounts, entries)]


async def _fill(url, town):
    store = Door(url)
    await fill(store, town)
    await store.close()


def filled(url, town=None):
    """See `fill`. In a thread of its own: pytest-asyncio may own a loop in this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, _fill(url, town)).result()
    return url


def _kept():
    """SQL that keeps the rows of the town beside it."""
    return "CREATE SCHEMA kept; " + "; ".join(f'CREATE TABLE kept."{each}" AS TABLE "{each}"' for each in _tables())


def _again():
    """SQL that brings them back; filling a town takes longer than most tests."""
    columns = {name: ", ".join(f'"{each.name}"' for each in METADATA.tables[name].columns) for name in _tables()}
    filled = [f'INSERT INTO "{name}" ({each}) SELECT {each} FROM kept."{name}"' for name, each in columns.items()]
    return [UNGUARDED, *emptied(), *filled, GUARDED]


@cache
def _tables():
    """The names of the tables in which the town has rows, those first that others refer to."""
    found = {table_of(type(row)) for row in kept(rows())}
    return [table.name for table in METADATA.sorted_tables if table in found]


async def _refill(store):
    await at_once(store.owner, *_again())


@pytest.fixture(scope="session")
def sqlite_beginning(sqlite_template, tmp_path_factory):
    """The file of the town as nobody has used it."""
    path = tmp_path_factory.mktemp("hanamori") / "beginning.db"
    shutil.copyfile(sqlite_template, path)
    filled(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_town(sqlite_beginning):
    """The file of the town that everybody reads."""
    return shutil.copyfile(sqlite_beginning, sqlite_beginning.with_name("tsumugi.db"))


@pytest.fixture(scope="session")
def postgresql_town(postgresql, postgresql_template, worker_id):
    """The address of the town that everybody reads."""
    return filled(postgresql.create(f"hanamori_{worker_id}", postgresql_template))


@pytest.fixture(scope="session")
def postgresql_own_town(postgresql, postgresql_template, worker_id):
    """The address of the town that one test after the other has to itself; making a database costs more than a test."""
    name = f"own_hanamori_{worker_id}"
    url = filled(postgresql.create(name, postgresql_template))
    postgresql.sql(_kept(), name)
    return url


@pytest.fixture(params=DIALECTS)
async def shared_town(request):
    """The door to the town that everybody reads."""
    town = request.getfixturevalue(f"{request.param}_town")
    opened = Door(town if request.param == "postgresql" else f"sqlite+aiosqlite:///{town}")
    yield opened
    await opened.close()


@pytest.fixture(params=DIALECTS)
async def own_town(request, tmp_path):
    """The door to a town as it was in the beginning, for one test alone."""
    if request.param == "postgresql":
        opened = Door(request.getfixturevalue("postgresql_own_town"))
        await _refill(opened)
    else:
        shutil.copyfile(request.getfixturevalue("sqlite_beginning"), tmp_path / "town.db")
        opened = Door(f"sqlite+aiosqlite:///{tmp_path / 'town.db'}")
    yield opened
    await opened.close()


@pytest.fixture
async def walled_town(postgresql_town):
    """The town that everybody reads, where there is a second wall."""
    opened = Door(postgresql_town)
    yield opened
    await opened.close()


@pytest.fixture
async def walled_own_town(postgresql_own_town):
    """The same for one test alone."""
    opened = Door(postgresql_own_town)
    await _refill(opened)
    yield opened
    await opened.close()


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
    def reads(self):
        """The statements, without what the access log took."""
        return [each for each in self.statements if "audit" not in each and "accessentry" not in each]

    @property
    def denied(self):
        """Dotted path to rule."""
        entries = self.body.get("extensions", {}).get("denied", [])
        return {".".join(each["path"]): each["rule"] for each in entries}

    @property
    def codes(self):
        return [each["extensions"]["code"] for each in self.body.get("errors", ())]


class Noting:
    """A journal whose statements are noted as they are done."""

    def __init__(self, journal, note):
        self._journal, self._note = journal, note
        self.dialect, self.close, self.settle = journal.dialect, journal.close, journal.settle

    async def write(self, make, **how):
        return await self._journal.write(lambda: self._noted(make()), **how)

    @types.coroutine
    def _noted(self, work):
        found = None
        try:
            while True:
                batch = work.send(found)
                for each in batch:
                    self._note(each.prepared.text)
                found = yield batch
        except StopIteration as done:
            return done.value


class Asking:
    """Asks one engine as anybody."""

    def __init__(self, store):
        self.store = store
        store.journal = Noting(store.journal, lambda text: self._note(None, None, text))
        self.engine = Engine(store, CURSOR_KEY, AUDIT_KEY, Plans.COMPARE)
        self.statements = []
        for engine in (store.engine, store.writers):
            event.listen(engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement, *_rest):
        # What opens the second wall on PostgreSQL brings no rows; tests/models/test_wall.py counts it.
        if not statement.startswith(("BEGIN", "SELECT municipality.code", "SELECT set_config")):
            self.statements.append(statement)

    async def __call__(self, who, text, /, **given):
        """See `question`."""
        return await self.put(self.question(who, text, **given))

    def question(self, who, text, /, **given):
        """Words of Question or of GraphQL: `purpose`, `now`, `language`, `operation_name`; the rest are variables."""
        words = {"purpose": None, "now": NOW, "language": "ja", "operation_name": None, "only_queries": False}
        words |= {name: given.pop(name) for name in tuple(given) if name in words}
        return Question(text, variables=given, holder=HOLDERS[who], **words)

    async def put(self, question, *, may_fail=False):
        del self.statements[:]
        answer = await self.engine.answer(question)
        if answer.failures and not may_fail:
            raise answer.failures[0].exception
        assert not answer.suspect, (answer.suspect, answer.gave_up, question)
        return Told(answer.status, answer.body, answer.public, answer.failures, list(self.statements))


@pytest.fixture
def ask(shared_town):
    """Everybody's town; an answer has `data`, `codes`, `denied`, `statements` and more."""
    return Asking(shared_town)


@pytest.fixture
def act(own_town):
    """The same over a town that may be written."""
    return Asking(own_town)
