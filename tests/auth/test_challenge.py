"""A challenge works once, for two minutes, and only if we gave it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from auth import challenge
from auth.challenge import LIFETIME, Spent
from auth.fault import Fault
from models.credential import Challenge
from tests.auth.forge import NONCE, NOW


async def give(store, now=NOW, most=10):
    return await store.write(lambda run: challenge.given(run, now, most))


async def spend(store, nonce, now=NOW):
    return await store.write(lambda run: challenge.spent(run, nonce, now))


async def kept(store):
    async with store.writing() as session:
        return (await session.exec(select(Challenge))).all()


async def test_a_challenge_works_once(store):
    nonce = await give(store)

    assert [await spend(store, nonce), await spend(store, nonce)] == [Spent(nonce, None), Fault.CHALLENGE_UNKNOWN]


async def test_a_challenge_remembers_the_key_that_asked_for_it(store):
    nonce = await store.write(lambda run: challenge.given(run, NOW, 10, "a thumbprint"))

    assert await spend(store, nonce) == Spent(nonce, "a thumbprint")


async def test_challenges_are_long_random_and_kept_as_a_hash_only(store):
    nonces = {await give(store) for _ in range(5)}

    assert len(nonces) == 5
    assert {len(nonce) for nonce in nonces} == {44}
    assert not nonces & {value for row in await kept(store) for value in row.model_dump().values()}


async def test_a_challenge_that_we_did_not_give_is_refused(store):
    nonces = ["", "A", NONCE, NONCE[:-1], NONCE + "A", NONCE.replace("=", "\0"), "字" * 44]

    assert [await spend(store, nonce) for nonce in nonces] == [Fault.CHALLENGE_UNKNOWN] * len(nonces)


@pytest.mark.parametrize(("late", "is_good"), [(timedelta(), True), (-timedelta(seconds=1), True), (LIFETIME, False)])
async def test_a_challenge_lasts_two_minutes_and_is_gone_after_the_try(store, late, is_good):
    nonce = await give(store)

    assert await spend(store, nonce, NOW + late) == (Spent(nonce, None) if is_good else Fault.CHALLENGE_EXPIRED)
    assert await kept(store) == []


async def test_beyond_the_cap_nobody_gets_one_until_some_expire(store):
    given = [await give(store, most=3) for _ in range(4)]

    assert given[3] is Fault.CHALLENGES_EXHAUSTED
    assert isinstance(await give(store, NOW + LIFETIME, most=3), str)
    assert len(await kept(store)) == 1
