"""What is short is written in the loop by the connection that reads: as durable, and in nobody's way."""

import asyncio
import gc
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from models import at_once
from models.ask import Asked, rows_of
from models.prepared import Prepared
from models.store import is_outage
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


async def test_a_row_that_cannot_be_read_leaves_no_snapshot_that_would_keep_the_log(sqlite_store):
    await writing(sqlite_store, "a")
    torn = Asked(Prepared("SELECT CAST(x'ff' AS TEXT) FROM revocationnumber", (), (), ()), ())
    gc.disable()  # it would end what nobody has
    try:
        with pytest.raises(sqlite3.OperationalError, match="decode"):
            await sqlite_store.snapshots.run(lambda now: rows_of(torn, now))
        with closing(sqlite3.connect(sqlite_store.owner.engine.url.database)) as other:
            [(is_busy, *_)] = other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        gc.enable()

    assert not is_busy


async def test_a_work_that_fails_beside_others_fails_alone(store):
    makes = [adding(store.journal, "a"), failing(store.journal), adding(store.journal, "b")]
    works = [store.journal.write(each, is_short=True) for each in makes]
    outcomes = await asyncio.gather(*works, return_exceptions=True)

    assert [type(each) for each in outcomes] == [type(None), Stop, type(None)]
    assert await names(store) == ["a", "b"]


async def test_whoever_has_come_by_now_is_in_the_same_transaction(sqlite_store, monkeypatch):
    groups, done = [], at_once.AtOnce._done

    async def coming(turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        await writing(sqlite_store, f"{turns}")

    with monkeypatch.context() as patched:
        patched.setattr(at_once.AtOnce, "_done", lambda self, group: groups.append(len(group)) or done(self, group))
        await asyncio.gather(*[coming(turns) for turns in range(at_once.AT_ONCE)])

    assert groups == [at_once.AT_ONCE]
    assert await names(sqlite_store) == ["0", "1", "2", "3"]


async def test_without_a_connection_everybody_goes_the_other_way(sqlite_store, monkeypatch):
    def none(_self):
        raise RuntimeError("whatever it is")

    with monkeypatch.context() as patched:
        patched.setattr(type(sqlite_store.snapshots), "borrowed", none)
        await asyncio.gather(*[writing(sqlite_store, name) for name in ("a", "b")])

    assert await names(sqlite_store) == ["a", "b"]


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


def fail(_file):
    raise OSError("on purpose")


async def test_the_log_of_a_linked_file_is_flushed_where_it_lies(sqlite_template, tmp_path, monkeypatch):
    flushed = []
    file = shutil.copyfile(sqlite_template, tmp_path / "there.db")
    (tmp_path / "here.db").symlink_to(file)
    monkeypatch.setattr(at_once, "flush", lambda log: flushed.append(Path(f"/proc/self/fd/{log}").readlink().name))
    store = Door(f"sqlite+aiosqlite:///{tmp_path / 'here.db'}")
    await writing(store, "a")
    await store.close()

    assert flushed == ["there.db-wal"]


async def test_after_a_failed_flush_nobody_is_told_that_anything_is_kept_before_the_log_is_emptied(
    sqlite_store, monkeypatch
):
    async def deed():
        async with sqlite_store.owner.writing() as db:
            await db.exec(text("INSERT INTO revocationnumber VALUES ('k', 'd', '1')"))

    monkeypatch.setattr(at_once, "WAITS_S", 0)
    await writing(sqlite_store, "0")
    with closing(sqlite3.connect(sqlite_store.owner.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM revocationnumber").fetchone()  # keeps the log from being emptied
        with monkeypatch.context() as broken:
            broken.setattr(at_once, "flush", fail)
            told = [await outcome_of(writing(sqlite_store, "a"))]
        told.append(await outcome_of(writing(sqlite_store, "b")))
        told.append(await outcome_of(sqlite_store.journal.write(adding(sqlite_store.journal, "c"))))
        told.append(await outcome_of(sqlite_store.journal.settle()))
        other.execute("ROLLBACK")
    await writing(sqlite_store, "e")
    await deed()

    assert [why is not None and is_outage(why) for why in told] == [True] * 4
    assert await names(sqlite_store) == ["0", "a", "c", "d", "e"]


async def outcome_of(work):
    [found] = await asyncio.gather(work, return_exceptions=True)
    return found


async def test_a_deed_beside_a_failed_flush_is_not_told_as_kept(sqlite_store, monkeypatch):
    monkeypatch.setattr(at_once, "flush", fail)
    await outcome_of(writing(sqlite_store, "a"))
    monkeypatch.setattr(at_once, "_emptied", fail)
    with pytest.raises(OSError, match="on purpose"):
        async with sqlite_store.writing():
            pass


def lose_log(store):
    Path(f"{store.owner.engine.url.database}-wal").unlink()


async def test_a_log_that_is_gone_is_no_log_on_the_disk(sqlite_store):
    await writing(sqlite_store, "a")
    lose_log(sqlite_store)
    told = [await outcome_of(writing(sqlite_store, each)) for each in ("b", "c")]

    assert [is_outage(why) for why in told] == [True, True]


async def test_a_log_that_cannot_be_brought_into_the_database_is_on_the_disk(sqlite_store, monkeypatch):
    await writing(sqlite_store, "a")
    monkeypatch.setattr(at_once, "BROUGHT_AFTER", 1)
    sqlite_store.journal._at_once._keeper.close()
    await writing(sqlite_store, "b")
    await writing(sqlite_store, "c")

    assert await names(sqlite_store) == ["a", "b", "c"]


async def test_so_many_wait_for_one_flush_and_no_more(sqlite_store, monkeypatch):
    flushed, sound = [], at_once.flush
    monkeypatch.setattr(at_once, "MOST", 4)
    monkeypatch.setattr(at_once, "flush", lambda log: flushed.append(sound(log)))
    await asyncio.gather(*[writing(sqlite_store, f"{each:02}") for each in range(12)])

    assert len(flushed) == 3


async def test_whatever_happens_everybody_is_told(sqlite_store, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(at_once, "READS", ("PRAGMA (",))
        await writing(sqlite_store, "a")
    inner = sqlite_store.journal._at_once
    inner._disk.shutdown()
    async with asyncio.timeout(5):
        told = await asyncio.gather(*[writing(sqlite_store, each) for each in "bcdefg"], return_exceptions=True)
    monkeypatch.setattr(inner, "_otherwise", fail)
    monkeypatch.setattr(inner, "_settled", inner._failures)
    monkeypatch.setattr(inner, "_rows", at_once.BROUGHT_AFTER)
    async with asyncio.timeout(5):
        told.append(await outcome_of(writing(sqlite_store, "h")))

    assert [is_outage(why) for why in told] == [True] * 7


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
