"""The one door: durable or not opened, whole or not at all, one writer after the other, one snapshot a reader."""

import asyncio
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial

import asyncpg
import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from models import store as door
from models.columns import table_of
from models.credential import Challenge, RevocationNumber
from models.organisation import Bond, Care
from models.store import Store, Unreachable, is_outage

NOW = datetime(2026, 11, 23, tzinfo=UTC)
challenge, number = table_of(Challenge), table_of(RevocationNumber)


class Stop(Exception):
    """The work gives up."""


def note(name):
    return Challenge(nonce_hash=name, expires_at=NOW)


async def names(store):
    async with store.reading() as connection:
        return sorted(await connection.scalars(select(challenge.c.nonce_hash)))


async def counter(store):
    """A row that several writers count up."""
    async with store.writing() as session:
        session.add(RevocationNumber(issuer_key_id="i", point_hash="p", number="0"))


async def count_up(session):
    row = await session.get(RevocationNumber, ("i", "p"))
    await asyncio.sleep(0.005)  # long enough for the other writer to read the same
    row.number = str(int(row.number) + 1)
    return row.number


async def test_a_database_that_is_not_there_is_refused(tmp_path):
    missing = Store(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder/town.db")

    with pytest.raises(Unreachable, match="cannot be reached"):
        await missing.check()
    await missing.close()


async def test_a_server_that_does_not_answer_is_refused():
    missing = Store("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")

    with pytest.raises(Unreachable, match="cannot be reached"):
        await missing.check()
    await missing.close()


async def test_a_file_that_was_deleted_while_it_is_open_is_refused(tmp_path):
    file = tmp_path / "town.db"
    file.touch()
    open_still = Store(f"sqlite+aiosqlite:///{file}")
    async with open_still.engine.connect():
        assert await open_still.check() is None
        file.unlink()
        with pytest.raises(Unreachable, match="cannot be reached"):
            await open_still.check()
    await open_still.close()
    assert not file.exists()


async def test_a_full_disk_is_an_outage_and_a_wrong_statement_is_none(store):
    async def fill(session):
        connection = await session.connection()
        if store.is_sqlite:
            await connection.execute(text("PRAGMA max_page_count=1"))  # never below what the file has
            session.add_all(note(f"{each:0200}") for each in range(5_000))
            await session.flush()
        else:
            await connection.execute(text("SET LOCAL statement_timeout = 1"))
            await connection.execute(text("SELECT pg_sleep(5)"))

    async def slip(session):
        await (await session.connection()).execute(text("SELECT 1 FROM nowhere"))

    outages = []
    for work in (fill, slip):
        with pytest.raises(DBAPIError) as found:
            await store.transact(work)
        outages.append(is_outage(found.value))
    assert outages == [True, False]


@pytest.mark.parametrize(
    ("why", "expected"),
    [
        (ConnectionRefusedError(), True),
        (asyncpg.CannotConnectNowError(), True),
        (asyncpg.ObjectNotInPrerequisiteStateError(), True),
        (asyncpg.InvalidPasswordError(), True),
        (asyncpg.SerializationError(), True),
        (asyncpg.UniqueViolationError(), False),
        (ValueError(), False),
    ],
)
def test_a_server_that_is_away_is_an_outage(why, expected):
    assert is_outage(why) is expected


async def test_a_database_that_lets_nobody_in_is_an_outage(postgresql, worker_id):
    away = Store(postgresql.create(f"shut_{worker_id}"))
    postgresql.sql(f"ALTER DATABASE shut_{worker_id} ALLOW_CONNECTIONS false")

    with pytest.raises(DBAPIError) as found:
        async with away.reading():
            pass
    assert is_outage(found.value)
    await away.close()
    postgresql.drop(f"shut_{worker_id}")


async def test_a_database_in_memory_only_is_refused():
    forgetful = Store("sqlite+aiosqlite://")

    with pytest.raises(Unreachable, match="durably"):
        await forgetful.check()
    await forgetful.close()


async def test_a_database_that_acknowledges_too_early_is_refused(fresh_store):
    store = fresh_store
    owner = store if store.is_sqlite else store.owner
    async with owner.engine.connect() as connection:
        if store.is_sqlite:
            raw = await connection.get_raw_connection()
            await raw.driver_connection.execute("PRAGMA synchronous=NORMAL")
        else:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text(f"ALTER DATABASE {store.engine.url.database} SET synchronous_commit = off"))
    if not store.is_sqlite:
        await store.close()  # the next connection is a new one

    with pytest.raises(Unreachable, match="durably"):
        await store.check()


async def test_a_durable_database_passes(store):
    assert await store.check() is None


async def test_work_that_raises_leaves_nothing(store):
    async def work(session):
        session.add(note("a"))
        await session.flush()
        raise Stop

    with pytest.raises(Stop):
        await store.transact(work)
    assert await names(store) == []


async def test_what_a_reader_writes_is_never_kept(store):
    async with store.reading() as connection:
        with suppress(DBAPIError):  # PostgreSQL says so at once
            await connection.execute(insert(challenge), {"nonce_hash": "a", "expires_at": NOW})

    assert await names(store) == []


async def test_a_reference_to_nothing_is_refused(store):
    row = {"id": "c", "organisation_id": "nobody", "child_id": "nobody", "bond": Bond.PUPIL, "valid_from": NOW.date()}
    async with store.engine.connect() as connection:
        with pytest.raises(IntegrityError):
            await connection.execute(insert(table_of(Care)), row)


async def test_every_connection_has_its_time_limit_and_keeps_it(store):
    found = []
    for _ in range(2):
        async with store.reading() as connection:
            asked = "PRAGMA busy_timeout" if store.is_sqlite else "SHOW statement_timeout"
            found.append(str(await connection.scalar(text(asked))))

    assert found == (["10000"] * 2 if store.is_sqlite else ["10s"] * 2)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
async def test_a_store_opens_no_more_connections_than_it_says(store):
    async def server_process():
        async with store.reading() as connection:
            await asyncio.sleep(0.005)  # so that all of them read at once
            return await connection.scalar(text("SELECT pg_backend_pid()"))

    processes = await asyncio.gather(*(server_process() for _ in range(3 * door.POOL_SIZE)))

    assert len(set(processes)) <= door.POOL_SIZE


async def test_work_that_succeeds_is_kept_and_answers(store):
    async def work(session):
        session.add(note("a"))
        return "done"

    assert await store.transact(work) == "done"
    assert await names(store) == ["a"]


async def test_a_reader_sees_one_moment(store):
    async with store.reading() as connection:
        before = await connection.scalar(select(func.count()).select_from(challenge))
        async with store.writing() as session:
            session.add(note("a"))
        after = await connection.scalar(select(func.count()).select_from(challenge))

    assert (before, after, await names(store)) == (0, 0, ["a"])


@pytest.mark.parametrize("serialised", [True, False])
async def test_two_writers_count_one_after_the_other(store, serialised):
    await counter(store)

    async def work(session):
        statement = update(number).values(number=func.cast(number.c.number, number.c.number.type) + "1")
        return await count_up(session) if serialised else await (await session.connection()).execute(statement)

    await asyncio.gather(*[store.transact(work, serialised=serialised) for _ in range(4)])
    async with store.reading() as connection:
        found = await connection.scalar(select(number.c.number))
    assert found == ("4" if serialised else "01111")


async def test_who_collided_is_not_overtaken_for_ever(store):
    """Forty slow writers of one row: each is done, with about one collision each and none near the last attempt."""
    await counter(store)
    tries = Counter()

    async def work(session, who):
        tries[who] += 1
        await count_up(session)

    await asyncio.gather(*[store.transact(partial(work, who=each)) for each in range(40)])
    async with store.reading() as connection:
        assert await connection.scalar(select(number.c.number)) == "40"
    assert max(tries.values()) <= door.SERIALISED_AT_ONCE + 1


async def test_two_writers_of_one_key_make_one_row(store):
    async def work(session):
        if await session.get(Challenge, "a") is None:
            await asyncio.sleep(0.005)
            session.add(note("a"))
            return "made"
        return "found"

    answers = await asyncio.gather(*[store.transact(work) for _ in range(3)])

    assert sorted(answers) == ["found", "found", "made"]


async def test_work_that_always_collides_is_given_up(store):
    tries = []

    async def work(session):
        tries.append(1)
        await (await session.connection()).execute(text("SELECT 1"))
        raise DBAPIError("SELECT", None, Locked())

    with pytest.raises(DBAPIError):
        await store.transact(work)
    assert len(tries) == door.ATTEMPTS


class Locked(Exception):
    """What SQLite says when another writer holds its lock."""

    def __str__(self):
        return "database is locked"


async def test_a_fault_that_is_no_collision_is_not_tried_again(store):
    tries = []

    async def work(session):
        tries.append(1)
        await (await session.connection()).execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(DBAPIError):
        await store.transact(work)
    assert tries == [1]


async def test_the_dialect_has_its_name(store):
    assert store.dialect in {"sqlite", "postgresql"}
    assert store.is_sqlite == (store.dialect == "sqlite")


def test_two_who_open_a_new_file_at_once_both_get_in(tmp_path):
    def opened(file):
        with closing(sqlite3.connect(file)) as connection:
            door._prepared_sqlite(connection)
            for _ in range(3):
                connection.execute("BEGIN IMMEDIATE").execute("INSERT INTO made VALUES (1)").connection.commit()

    for number in range(40):
        file = tmp_path / f"{number}.db"
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("CREATE TABLE made (number)")
        with ThreadPoolExecutor(max_workers=2) as threads:
            assert list(threads.map(opened, [file] * 4)) == [None] * 4
