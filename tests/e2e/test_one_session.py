"""One challenge is one session: also when fifty answers come at once, to two workers over one PostgreSQL."""

import asyncio

import asyncpg
import httpx
import pytest

from tsumugi import card
from tsumugi.signin import CHALLENGE, LOGIN

pytestmark = [pytest.mark.full, pytest.mark.usefixtures("unmeasured")]
AT_ONCE = 50


async def answered(client, held, url):
    """The statuses of fifty good answers to one challenge, each over a connection of its own."""
    nonce = (await client.post(CHALLENGE)).json()["nonce"]
    body = {"nonce": nonce, "token": held.sign_login(url, nonce)}
    responses = await asyncio.gather(*(client.post(LOGIN, json=body) for _ in range(AT_ONCE)))
    return sorted(response.status_code for response in responses)


async def rounds(town, count):
    held = card.load(town.data / "cards" / "mother.json")
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(base_url=town.url, limits=limits, timeout=60) as client:
        return [await answered(client, held, town.url) for _ in range(count)]


async def sessions(town):
    connection = await asyncpg.connect(town.database_url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval("SELECT count(*) FROM session")
    finally:
        await connection.close()


def test_of_fifty_answers_at_once_to_two_workers_one_gets_a_session(two_workers, size):
    town = two_workers
    count = size("rounds of 50 answers to one challenge")
    statuses = asyncio.run(rounds(town, count))
    asked = {line["worker"] for line in town.lines() if line["event"] in {"signed_in", "signin_refused"}}

    assert statuses == [[200] + [401] * (AT_ONCE - 1)] * count
    assert asyncio.run(sessions(town)) == count
    assert asked == town.workers()
