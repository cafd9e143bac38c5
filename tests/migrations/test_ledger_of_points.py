"""Step 0024: what accounts held becomes lots and postings of a ledger that can be proved; and the way back."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

import migrations
from models.ids import Letter
from models.store import Store
from resolvers.ledger_check import proof
from tests.hanamori import id_of

TOWN = (
    (
        "INSERT INTO municipality (code, name, name_kana, name_en, prefecture, valid_from, is_ours)"
        " VALUES ('102016', 'm', 'm', 'm', 'm', '2000-01-01', true)"
    ),
    "INSERT INTO resident (id, name, name_kana, birth_date, sex) VALUES ('r', 'n', 'n', '1990-01-01', 'FEMALE')",
    "INSERT INTO organisation (id, kind, name, municipality_code) VALUES ('o', 'SHOP', 'o', '102016')",
    (
        "INSERT INTO pointaccount (id, resident_id, municipality_code, opened_on)"
        " VALUES ('a', 'r', '102016', '2020-01-01')"
    ),
)
MOVES = (("GRANTED", 500), ("CONVERTED", 300), ("SPENT", -620), ("REFUNDED", 20), ("EXPIRED", -7))
ENTRIES = [
    f"INSERT INTO pointentry (id, account_id, kind, points, posted_at, organisation_id) VALUES"
    f" ('{id_of(Letter.ENTRY, str(day))}', 'a', '{kind}', {points}, '2026-06-0{day}T00:00:00+00:00',"
    f" {'NULL' if kind == 'GRANTED' else chr(39) + 'o' + chr(39)})"
    for day, (kind, points) in enumerate(MOVES, start=1)
]
WRITTEN = "SELECT kind, points, organisation_id FROM pointentry ORDER BY posted_at"


def ran(url, *statements):
    return migrations.on(url, lambda connection: [connection.execute(text(each)) for each in statements][-1])


def read(url, statement):
    return migrations.on(url, lambda connection: [tuple(row) for row in connection.execute(text(statement))])


async def proved(url):
    store = Store(url, pooled=False)
    try:
        async with store.reading() as connection:
            return await proof(connection)
    finally:
        await store.close()


@pytest.fixture
def before(empty_database_url):
    """Entries that were written before the step."""
    migrations.upgrade(empty_database_url, "0023")
    ran(empty_database_url, *TOWN, *ENTRIES)
    return empty_database_url


def test_what_was_held_becomes_lots_of_a_ledger_that_is_proved_and_comes_back(before):
    written = read(before, WRITTEN)
    migrations.upgrade(before)
    with ThreadPoolExecutor() as thread:
        found = thread.submit(asyncio.run, proved(before)).result()

    assert found == (1, 5, 6, 0, None)
    assert read(before, WRITTEN) == written
    migrations.downgrade(before, "0023")
    assert read(before, WRITTEN) == written
