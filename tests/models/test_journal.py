"""The journal: what is awaited is kept, works done at once are kept together, and a failure takes nothing with it."""

import asyncio
import sqlite3

import asyncpg
import pytest
from sqlalchemy import select

from models.ask import Asked, Do, Put, rows_of
from models.columns import table_of
from models.credential import RevocationNumber
from models.journal import Journal, Waiting, _size
from models.prepared import Prepared, prepare, prepare_insert
from models.store import Store
from tests.databases import as_application

NUMBER = table_of(RevocationNumber)
NAMES = select(NUMBER.c.point_hash).order_by(NUMBER.c.point_hash)


class Stop(Exception):
    """The work gives up."""


def adding(journal: Journal, *names):
    """A work that keeps names."""

    async def work():
        prepared = prepare_insert(NUMBER, journal.dialect)
        rows = [{"issuer_key_id": "i", "point_hash": name, "number": "0"} for name in names]
        await Do(Put(prepared, [prepared.values(each) for each in rows]))

    return work


def failing(journal: Journal):
    """A work that keeps a name and then gives up."""

    async def work():
        await adding(journal, "half")()
        raise Stop

    return work


async def names(store):
    async with store.reading() as connection:
        return list(await connection.scalars(NAMES))


async def test_what_was_awaited_is_kept(store):
    await store.journal.write(adding(store.journal, "a", "b"))

    assert await names(store) == ["a", "b"]


async def test_only_a_work_that_must_last_waits_for_the_disk(store):
    asked = Prepared("PRAGMA synchronous" if store.is_sqlite else "SHOW synchronous_commit", (), (), ())

    async def work():
        ((found,),) = await rows_of(Asked(asked, ()))
        return found

    found = [await store.journal.write(work, is_lasting=each) for each in (True, False, True)]

    assert found == ([2, 1, 2] if store.is_sqlite else ["on", "off", "on"])


def test_who_would_be_alone_is_written_alone():
    sizes = [
        _size([Waiting(None, None, each == "1", is_lasting=True) for each in queue])
        for queue in ("000", "001", "10", "11")
    ]

    assert sizes == [3, 2, 1, 1]


async def test_a_work_reads_what_it_and_those_before_it_wrote(store):
    found = []

    async def work():
        await adding(store.journal, f"{len(found)}")()
        prepared = prepare(NAMES, store.journal.dialect)
        found.append([row[0] for row in await rows_of(Asked(prepared, ()))])

    await asyncio.gather(*[store.journal.write(work) for _ in range(3)])
    assert found == [["0"], ["0", "1"], ["0", "1", "2"]]


async def test_works_at_once_are_all_kept(store):
    await asyncio.gather(*[store.journal.write(adding(store.journal, f"{each:03}")) for each in range(120)])

    assert await names(store) == [f"{each:03}" for each in range(120)]


async def test_a_work_that_fails_leaves_nothing_and_the_next_is_kept(store):
    with pytest.raises(Stop):
        await store.journal.write(failing(store.journal))
    await store.journal.write(adding(store.journal, "next"))

    assert await names(store) == ["next"]


async def test_a_work_that_fails_beside_others_fails_alone(store):
    works = [adding(store.journal, "a"), failing(store.journal), adding(store.journal, "b"), adding(store.journal, "a")]
    outcomes = await asyncio.gather(*[store.journal.write(each) for each in works], return_exceptions=True)

    assert [type(each) for each in outcomes[:3]] == [type(None), Stop, type(None)]
    assert isinstance(outcomes[3], sqlite3.IntegrityError | asyncpg.UniqueViolationError)
    assert await names(store) == ["a", "b"]


async def test_whoever_goes_away_takes_nothing_along(store):
    gone = asyncio.create_task(store.journal.write(adding(store.journal, "gone")))
    await asyncio.sleep(0)
    gone.cancel()
    await store.journal.write(adding(store.journal, "stays"))

    assert await names(store) == ["gone", "stays"]


async def test_several_servers_write_at_once(store):
    other = Store(as_application(store.url))
    both = [
        each.journal.write(adding(each.journal, f"{at}")) for at in range(10, 50) for each in [(store, other)[at % 2]]
    ]
    await asyncio.gather(*both)
    await other.close()

    assert await names(store) == [f"{at}" for at in range(10, 50)]


@pytest.mark.parametrize(
    "url", ["sqlite+aiosqlite:////no/such/folder/town.db", "postgresql+asyncpg://nobody@127.0.0.1:1/no"]
)
async def test_a_database_that_is_away_keeps_nothing_and_says_so(url):
    away = Store(url)
    outcomes = await asyncio.gather(
        *[away.journal.write(adding(away.journal, "a")) for _ in range(2)], return_exceptions=True
    )
    await away.close()

    assert all(isinstance(each, sqlite3.OperationalError | OSError) for each in outcomes)


async def test_a_journal_that_was_never_used_is_closed(store):
    assert await store.journal.close() is None


async def test_a_connection_that_the_server_closed_is_opened_again(walled_own_town):
    store = walled_own_town
    await store.journal.write(adding(store.journal, "a"))
    async with store.owner.engine.connect() as connection:
        others = "FROM pg_stat_activity WHERE usename = 'application' AND datname = current_database()"
        await connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) {others}")
    await asyncio.sleep(0.2)
    await store.journal.write(adding(store.journal, "b"))

    assert await names(store) == ["a", "b"]
