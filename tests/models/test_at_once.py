"""What is short is written in the loop by the connection that reads: as durable, and in nobody's way."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from models import at_once
from tests.databases import Door
from tests.models.test_journal import Stop, adding, failing, names


@pytest.fixture
async def sqlite_store(sqlite_template, tmp_path):
    """The door to a fresh database; elsewhere a short work is written as any other."""
    opened = Door(f"sqlite+aiosqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'tsumugi.db')}")
    yield opened
    await opened.close()


def writing(store, *kept):
    return store.journal.write(adding(store.journal, *kept), is_short=True)


async def moment(store):
    """How often the connection that is used next has seen that others wrote."""

    async def work(now):
        return now.moment

    return await store.snapshots.run(work)


async def test_what_was_awaited_is_kept(store):
    await asyncio.gather(*[writing(store, f"{each:02}") for each in range(30)])

    assert await names(store) == [f"{each:02}" for each in range(30)]


async def test_who_reads_by_the_connection_that_wrote_knows_that_nobody_else_did(sqlite_store):
    before = await moment(sqlite_store)
    await writing(sqlite_store, "a")
    again = await moment(sqlite_store)
    await sqlite_store.journal.write(adding(sqlite_store.journal, "b"))

    assert before == again != await moment(sqlite_store)
    assert await names(sqlite_store) == ["a", "b"]


async def test_a_work_that_fails_beside_others_fails_alone(store):
    makes = [adding(store.journal, "a"), failing(store.journal), adding(store.journal, "b")]
    works = [store.journal.write(each, is_short=True) for each in makes]
    outcomes = await asyncio.gather(*works, return_exceptions=True)

    assert [type(each) for each in outcomes] == [type(None), Stop, type(None)]
    assert await names(store) == ["a", "b"]


async def test_the_loop_does_not_wait_for_whoever_writes(sqlite_store):
    await writing(sqlite_store, "a")
    file = sqlite_store.owner.engine.url.database
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(writing(sqlite_store, "b"))
        async with asyncio.timeout(1):
            assert await names(sqlite_store) == ["a"]
        other.execute("ROLLBACK")
    await waiting

    assert await names(sqlite_store) == ["a", "b"]


async def test_nobody_is_told_before_it_is_on_the_disk(sqlite_store, monkeypatch):
    flushed, sound = [], at_once.flush

    def noted(file):
        flushed.append((Path(f"/proc/self/fd/{file}").readlink().suffix == ".db-wal", task.done()))
        sound(file)

    monkeypatch.setattr(at_once, "flush", noted)
    task = asyncio.create_task(writing(sqlite_store, "a"))
    await task

    assert flushed == [(True, False)]


async def test_what_does_not_reach_the_disk_is_told_and_from_then_on_another_writes(sqlite_store, monkeypatch):
    def fail(_file):
        raise OSError("on purpose")

    monkeypatch.setattr(at_once, "flush", fail)
    with pytest.raises(OSError, match="on purpose"):
        await writing(sqlite_store, "a")
    await writing(sqlite_store, "b")

    assert "b" in await names(sqlite_store)


async def test_a_long_log_is_brought_into_the_database(sqlite_store, tmp_path, monkeypatch):
    monkeypatch.setattr(at_once, "BROUGHT_AFTER", 2)
    await writing(sqlite_store, "a")
    before = await moment(sqlite_store)
    await writing(sqlite_store, "b")
    without_log = shutil.copyfile(sqlite_store.owner.engine.url.database, tmp_path / "copy.db")
    with closing(sqlite3.connect(without_log)) as other:
        brought = other.execute("SELECT point_hash FROM revocationnumber ORDER BY point_hash").fetchall()
    await writing(sqlite_store, "c")  # in the thread: SQLite begins its log anew

    assert brought == [("a",), ("b",)]
    assert before != await moment(sqlite_store)
    assert await names(sqlite_store) == ["a", "b", "c"]


async def test_a_reader_whose_connection_wrote_still_writes_nothing(sqlite_store):
    await writing(sqlite_store, "a")
    connection = sqlite_store.snapshots.borrowed()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM revocationnumber")
    sqlite_store.snapshots.given_back(connection)
