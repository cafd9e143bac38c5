"""The outbox: a message is in one worker's hands at a time, is handed over once, and is never lost."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from models.columns import table_of
from models.ids import Letter
from models.outbox import EndReason, MessageKind, Outbox
from resolvers.outbox import BATCH, LEASE, Queue
from tests.hanamori import id_of

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TABLE = table_of(Outbox)


def message(number=0, **other):
    about = {"id": id_of(Letter.NOTICE, str(number)), "kind": MessageKind.INVITATION, "about_id": "x"}
    moments = {"created_at": NOW, "due_at": NOW, "attempts": 0}
    return {**about, **moments, "address": f"a{number}@mail.example", "secret": "code", **other}


async def put(store, *messages):
    async with store.owner.engine.begin() as connection:
        for each in messages:
            await connection.execute(insert(TABLE).values(each))


async def kept(store):
    async with store.owner.reading() as connection:
        return (await connection.execute(select(TABLE).order_by(TABLE.c.created_at, TABLE.c.id))).all()


@pytest.fixture
def queue(store):
    return Queue(store, "one")


@pytest.fixture
def other(store):
    return Queue(store, "other")


async def test_two_workers_share_what_is_due_and_have_nothing_in_common(store, queue, other):
    await put(store, *(message(number) for number in range(2 * BATCH)), message(99, due_at=NOW + SECOND))

    mine, theirs = await asyncio.gather(queue.claim(NOW, NOW), other.claim(NOW, NOW))
    rest = [*await queue.claim(NOW, NOW), *await other.claim(NOW, NOW)]

    ids = [each.id for each in (*mine, *theirs, *rest)]
    assert len(ids) == len(set(ids)) == 2 * BATCH


async def test_what_a_dead_worker_had_in_hand_is_taken_up_when_its_lease_is_over(store, queue, other):
    await put(store, message())
    await queue.claim(NOW, NOW)

    assert await other.claim(NOW, NOW + LEASE - SECOND) == []
    assert len(await other.claim(NOW, NOW + LEASE)) == 1


async def test_whoever_lost_a_message_hands_it_over_no_more(store, queue, other):
    await put(store, message())
    [mine] = await queue.claim(NOW, NOW)
    await other.claim(NOW, NOW + LEASE)

    assert not await queue.hand_over(mine.id, NOW + LEASE)
    assert await other.hand_over(mine.id, NOW + LEASE)
    assert not await other.hand_over(mine.id, NOW + LEASE)


async def test_what_a_dead_worker_was_handing_over_is_uncertain_and_not_sent_again(store, queue, other):
    await put(store, message())
    [mine] = await queue.claim(NOW, NOW)
    await queue.hand_over(mine.id, NOW)

    assert await other.claim(NOW, NOW + LEASE) == []
    [row] = await kept(store)
    assert (row.end_reason, row.sent_at, row.address) == (EndReason.UNCERTAIN, None, None)


async def test_address_and_code_are_forgotten_when_a_message_has_left(store, queue):
    await put(store, message())
    [mine] = await queue.claim(NOW, NOW)
    await queue.hand_over(mine.id, NOW)

    await queue.sent(mine.id, NOW)

    [row] = await kept(store)
    assert (row.sent_at, row.address, row.secret, row.lease) == (NOW, None, None, None)
    assert await queue.claim(NOW, NOW + LEASE) == []


async def test_a_message_is_tried_again_when_its_pause_is_over(store, queue, other):
    await put(store, message())
    [mine] = await queue.claim(NOW, NOW)
    await queue.hand_over(mine.id, NOW)

    await queue.again(mine.id, NOW + SECOND, 1)

    assert await other.claim(NOW, NOW) == []
    assert [each.attempts for each in await other.claim(NOW + SECOND, NOW)] == [1]


async def test_what_was_not_touched_is_given_back_at_once(store, queue, other):
    await put(store, message(1), message(2))
    first, second = await queue.claim(NOW, NOW)
    await queue.hand_over(first.id, NOW)

    await queue.released([first.id, second.id])
    await queue.released([])

    assert [each.id for each in await other.claim(NOW, NOW)] == [second.id]


async def test_nobody_settles_what_another_has_in_hand(store, queue, other):
    await put(store, message())
    [mine] = await queue.claim(NOW, NOW)

    await other.sent(mine.id, NOW)
    await other.ended(mine.id, EndReason.REFUSED, NOW)

    [row] = await kept(store)
    assert (row.sent_at, row.ended_at, row.lease) == (None, None, "one")
