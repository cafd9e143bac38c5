"""Reads on the driver itself: in one snapshot, off the loop when they are long; no connection is given back torn."""

import asyncio
import threading

import pytest
from sqlalchemy import Integer, String, bindparam, func, select, text

from models import snapshot
from models.ask import Ask, Asked, rows_of, together
from models.child import Child
from models.columns import table_of
from models.prepared import prepare
from models.store import Store
from models.subject import Noun
from models.wall import NOTHING, Opening
from tests.hanamori import BIRTHS

child = table_of(Child)
EVERYTHING = Opening(dict.fromkeys(Noun))


def ready(store, statement, rows=1, **binds):
    prepared = prepare(statement, store.snapshots.dialect)
    return Asked(prepared, prepared.values(binds), rows)


def names(store, rows=1):
    return ready(store, select(child.c.name).order_by(child.c.name), rows)


async def behind_the_wall(store, work, opening=EVERYTHING):
    """A work behind what opens the second wall, where there is one."""

    async def opened():
        asked = store.snapshots.opening(lambda: opening)
        return (await together([*([rows_of(asked)] if asked else []), work]))[-1]

    return await store.snapshots.run(lambda _now: opened())


async def flat(work):
    return [row[0] for row in await work]


async def test_rows_come_as_the_driver_gives_them(shared_town):
    found = await behind_the_wall(shared_town, flat(rows_of(names(shared_town))))

    assert found == sorted(BIRTHS)


async def test_a_transaction_that_opens_nothing_reads_nothing(walled_town):
    assert await behind_the_wall(walled_town, flat(rows_of(names(walled_town))), NOTHING) == []
    assert await walled_town.snapshots.run(lambda _now: flat(rows_of(names(walled_town)))) == []


async def test_what_is_asked_side_by_side_comes_back_apart(shared_town):
    one = ready(shared_town, select(bindparam("a", type_=Integer) + 1), a=1)
    many = ready(
        shared_town, select(child.c.name).where(child.c.name == bindparam("b", type_=String)).order_by("name"), b="aki"
    )
    none = ready(shared_town, select(child.c.name).where(child.c.name == bindparam("b", type_=String)), b="nobody")

    async def asked():
        return [[tuple(row) for row in rows] for rows in await Ask(one, many, none, names(shared_town))]

    found = await behind_the_wall(shared_town, asked())

    assert found == [[(2,)], [("aki",)], [], [(name,) for name in sorted(BIRTHS)]]


async def test_all_of_it_is_one_snapshot(own_town):
    async def write():
        other = Store(own_town.owner.engine.url.render_as_string(hide_password=False))
        async with other.engine.begin() as connection:
            await connection.execute(text("UPDATE child SET name = 'later'"))
        await other.close()

    async def asked():
        before = await flat(rows_of(names(own_town)))
        elsewhere = threading.Thread(target=lambda: asyncio.run(write()))  # a work awaits nothing but rows
        elsewhere.start()
        elsewhere.join()
        return before, await flat(rows_of(names(own_town)))

    before, after = await behind_the_wall(own_town, asked())

    assert before == after == sorted(BIRTHS)


async def test_few_rows_are_read_in_the_loop_and_many_in_a_thread(shared_town):
    async def asked(rows):
        await rows_of(names(shared_town, rows))
        return threading.current_thread() is threading.main_thread()

    is_here = [await behind_the_wall(shared_town, asked(rows)) for rows in (1, 100_000)]

    assert is_here == [True, not shared_town.is_sqlite]


@pytest.mark.parametrize("times", [1, 3])
async def test_a_work_that_fails_leaves_the_next_one_well(shared_town, times):
    async def fail():
        await rows_of(names(shared_town))
        raise ValueError("on purpose")

    for _ in range(times):
        with pytest.raises(ValueError, match="on purpose"):
            await behind_the_wall(shared_town, fail())
    assert await behind_the_wall(shared_town, flat(rows_of(names(shared_town)))) == sorted(BIRTHS)


async def test_a_reader_writes_nothing(shared_town):
    write = ready(shared_town, select(func.count()).select_from(child))
    spoiled = write._replace(prepared=prepare_text(write.prepared, "DELETE FROM child"))

    with pytest.raises(Exception, match=r"readonly|read-only|permission denied"):
        await shared_town.snapshots.run(lambda _now: flat(rows_of(spoiled)))
    assert await behind_the_wall(shared_town, flat(rows_of(names(shared_town)))) == sorted(BIRTHS)


def prepare_text(prepared, sql):
    return type(prepared)(sql, prepared.fixed, prepared.slots, prepared.columns)


def endless(store):
    asked = names(store)
    counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    return asked._replace(prepared=prepare_text(asked.prepared, counting))


async def test_a_long_read_that_nobody_waits_for_is_broken_off(shared_town, monkeypatch):
    monkeypatch.setattr(snapshot, "ROWS_IN_LOOP", 0)
    long = endless(shared_town)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await behind_the_wall(shared_town, flat(rows_of(long)))
    assert await behind_the_wall(shared_town, flat(rows_of(names(shared_town)))) == sorted(BIRTHS)


async def test_a_long_read_that_is_broken_off_twice_gives_way_and_leaves_no_snapshot(shared_town, monkeypatch):
    monkeypatch.setattr(snapshot, "ROWS_IN_LOOP", 0)
    long = endless(shared_town)

    async def asked(now):
        await rows_of(names(shared_town))  # from here on SQLite answers in a thread
        await rows_of(long, now)

    reading = asyncio.create_task(shared_town.snapshots.run(asked))
    await asyncio.sleep(0.3)

    for _ in range(3):  # before the thread has had a turn to notice
        reading.cancel()
        await asyncio.sleep(0)

    with pytest.raises(asyncio.CancelledError):
        await reading
    assert await behind_the_wall(shared_town, flat(rows_of(names(shared_town)))) == sorted(BIRTHS)


async def test_many_at_once_each_have_their_own(shared_town):
    found = await asyncio.gather(
        *[behind_the_wall(shared_town, flat(rows_of(names(shared_town, rows)))) for rows in (1, 2_000) * 8]
    )

    assert found == [sorted(BIRTHS)] * 16
