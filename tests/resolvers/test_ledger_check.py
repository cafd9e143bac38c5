"""The proof of the ledger: a town's ledger is proved, and one row that was edited behind its back is named."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from models.ids import Letter
from resolvers.ledger_check import proof
from tests.hanamori import id_of

MOTHER = id_of(Letter.ACCOUNT, "mother")


def lot(name):
    return id_of(Letter.ENTRY, name).replace("-E", "-8")


ENTRY, LOT = f"id = '{id_of(Letter.ENTRY, 'mother 1')}'", f"id = '{lot('mother 1')}'"
OF_ENTRY = f"entry_id = '{id_of(Letter.ENTRY, 'mother 1')}'"
EDITED = {  # and which entry is named
    f"UPDATE pointentry SET points = 301 WHERE {ENTRY}": 2,
    f"UPDATE pointentry SET facility = 'x' WHERE {ENTRY}": 2,
    f"UPDATE pointentry SET posted_at = '2026-06-03T00:00:00+00:00' WHERE {ENTRY}": 2,
    f"DELETE FROM pointentry WHERE {ENTRY}": 3,
    f"UPDATE pointposting SET points = 301 WHERE {OF_ENTRY}": 2,
    f"UPDATE pointposting SET debit = 'opening:other' WHERE {OF_ENTRY}": 2,
    f"DELETE FROM pointposting WHERE {OF_ENTRY}": 2,
    f"UPDATE pointlot SET expires_on = '2099-01-01' WHERE {LOT}": 2,
    f"DELETE FROM pointlot WHERE {LOT}": 2,
}


async def proved(store):
    async with store.owner.reading() as connection:
        return await proof(connection)


async def edited(store, statement):
    """Behind the ledger's back: without its triggers and references."""
    if store.is_sqlite:
        with closing(sqlite3.connect(store.engine.url.database, isolation_level=None)) as file:
            for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                file.execute(f"DROP TRIGGER {name}")
            file.execute(statement)
        return
    async with store.owner.engine.begin() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(text(statement))


async def test_a_towns_ledger_is_proved(own_town):
    assert await proved(own_town) == (2, 6, 6, 0, None)


@pytest.mark.parametrize("statement", EDITED)
async def test_one_edited_row_is_named(own_town, statement):
    await edited(own_town, statement)
    found = (await proved(own_town)).fault

    assert (found.account_id, found.number) == (MOTHER, EDITED[statement])
