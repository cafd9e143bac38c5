"""Rows that no database of ours can hold, planted in one whose constraints were dropped: both paths say the same."""

import shutil
import sqlite3
from uuid import uuid4

import pytest

from engine import loops
from tests.asking import fill
from tests.databases import Door
from tests.differential.askers import ASKERS
from tests.differential.paths import Paths
from tests.differential.test_bad_input import told
from tests.hanamori import child, rows

ASKED = [ASKERS[name] for name in ("mother", "staff_health for VAC", "staff_points for PTS", "clinic")]
RECORD = """id name nameKana birthDate sex ageMonths allergies
  growth { edges { cursor node { id measuredOn weightG } } }
  vaccinations { edges { cursor node { id vaccine givenOn } } }"""
TEXTS = (
    f'{{ node(id: "{child("aki")}") {{ ... on Child {{ {RECORD} }} }} }}',
    f"{{ viewer {{ wards {{ totalCount edges {{ cursor node {{ {RECORD} }} }} }} }} }}",
    f"{{ children(last: 3) {{ edges {{ cursor node {{ {RECORD} }} }} }} }}",
    "{ pointEntries { edges { cursor node { id kind points postedAt } } } viewer { pointAccount { balance } } }",
)
OPENED = ("child", "vaccination", "growth", "pointentry")  # tables whose columns may all be null
PLANTED = {  # on SQLite, which takes anything anywhere
    "no name": "UPDATE child SET name = NULL",
    "no day, by which rows are in order": "UPDATE vaccination SET given_on = NULL",
    "no points": "UPDATE pointentry SET points = NULL",
    "a number beyond 32 bits": "UPDATE growth SET weight_g = 5000000000",
    "points beyond 64 bits": "UPDATE pointentry SET points = 1e30",
    "half a gram": "UPDATE growth SET weight_g = 0.5",
    "a text for a number": "UPDATE growth SET weight_g = 'heavy'",
    "bytes for a text": "UPDATE child SET name = x'ff00fe'",
    "bytes for a text that may be missing": "UPDATE child SET allergies = x'ff00fe'",
    "a number for a text": "UPDATE child SET allergies = 5",
    "no such sex": "UPDATE child SET sex = 'NONE_OF_THESE'",
    "no such vaccine": "UPDATE vaccination SET vaccine = 'NONE_OF_THESE'",
    "a malformed day": "UPDATE growth SET measured_on = 'yesterday'",
    "a malformed moment": "UPDATE pointentry SET posted_at = 'soon'",
    "a moment without its zone": "UPDATE pointentry SET posted_at = '2026-06-01T00:00:00'",
}
POSTGRESQL = {
    "no name": "ALTER TABLE child ALTER name DROP NOT NULL; UPDATE child SET name = NULL",
    "no day": "ALTER TABLE vaccination ALTER given_on DROP NOT NULL; UPDATE vaccination SET given_on = NULL",
    "a number beyond 32 bits": "ALTER TABLE growth ALTER weight_g TYPE bigint; UPDATE growth SET weight_g = 5000000000",
    "no such vaccine": "ALTER TABLE vaccination DROP CONSTRAINT vaccine; UPDATE vaccination SET vaccine = 'NOTHING'",
}


@pytest.fixture
async def spoiled(sqlite_template, tmp_path):
    """`spoiled(sql)`: a town of SQLite without constraints after this statement."""
    path, opened = tmp_path / "town.db", []
    shutil.copyfile(sqlite_template, path)

    async def make(sql):
        opened.append(Door(f"sqlite+aiosqlite:///{path}"))
        await fill(opened[0], rows())
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA ignore_check_constraints=ON")
            connection.execute("PRAGMA writable_schema=ON")
            for table in OPENED:
                connection.execute(
                    f"UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL,', ',') WHERE name = '{table}'"
                )
            connection.execute("PRAGMA schema_version=1000")
            connection.execute("PRAGMA writable_schema=OFF")
        connection.close()
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA ignore_check_constraints=ON")
            connection.execute("DROP TRIGGER pointentry_is_kept_from_update")
            connection.execute(sql)
        connection.close()
        return Paths(opened[0])

    yield make
    for each in opened:
        await each.close()


async def differences(paths):
    """What is told differently, and whether anything had an error."""
    found = [await paths.both(asker, text, {}) for asker in ASKED for text in TEXTS]
    return [pair for pair in found if told(pair[0]) != told(pair[1])], any(each.has_errors for _, each in found)


@pytest.mark.parametrize("sql", PLANTED.values(), ids=PLANTED)
async def test_a_row_that_cannot_be_is_told_alike(spoiled, sql):
    different, _ = await differences(await spoiled(sql))

    assert different == []


async def test_a_null_told_as_it_is_would_be_found(spoiled, monkeypatch):
    paths = await spoiled(PLANTED["no name"])
    monkeypatch.setattr(loops, "_null", lambda: None)

    different, has_errors = await differences(paths)

    assert different
    assert has_errors


@pytest.mark.parametrize("sql", POSTGRESQL.values(), ids=POSTGRESQL)
async def test_a_row_that_cannot_be_is_told_alike_by_postgresql(postgresql, postgresql_template, sql):
    name = f"spoiled_{uuid4().hex}"
    store = Door(postgresql.create(name, postgresql_template))
    try:
        await fill(store, rows())
        for each in sql.split(";"):
            postgresql.sql(each, name)
        assert (await differences(Paths(store)))[0] == []
    finally:
        await store.close()
        postgresql.drop(name)
