"""Many taxis read one card at once: never more rides than allowed, the amounts add up, and one key counts once."""

import asyncio
import json
from collections import Counter
from contextlib import asynccontextmanager
from datetime import date, timedelta

import httpx
import pytest

from rules.fiscal import fiscal_year_start
from tests.databases import both_roles
from tests.running import PATIENCE_S, Tsumugi, answered
from tests.taxis import CLOSE, OPERATOR, TAP, certificate, close, kept, open_rides, tap

pytestmark = pytest.mark.usefixtures("unmeasured")
TAPS = 48
ALONE = date(2027, 4, 1)  # one ride of the first year, so that in its last round one of two is left
FIRST = date(2027, 4, 2)
APART = timedelta(days=9)  # the 70 of a year are used up before it ends
LIMIT = 70
LAVISH = {"TSUMUGI_BUDGET": str(10**9)}


@pytest.fixture(params=["sqlite", "postgresql"])
def taxis(request):
    """A running demo town; on PostgreSQL with two server processes."""
    if request.param == "sqlite":
        town = request.getfixturevalue("town")
        town.environ |= LAVISH
    else:
        data, url = request.getfixturevalue("postgresql_town_copy")
        town = Tsumugi(data, TSUMUGI_WORKERS="2", **LAVISH, **both_roles(url))
    yield town.start("demo")
    town.end()


class Tablets:
    """Forty-eight at once, each over a connection of its own."""

    def __init__(self, town, client):
        self.town, self.client, self.read = town, client, certificate(town)

    async def sent(self, document, inputs):
        """The bytes of every answer."""
        headers = {"authorization": f"Bearer {self.town.token(OPERATOR)}"}
        bodies = [{"query": document, "variables": {"input": given}} for given in inputs]
        answers = await asyncio.gather(*(answered(self.client, body, headers) for body in bodies))
        return [each.content for each in answers]

    async def told(self, document, inputs):
        return [json.loads(each)["data"]["done"] for each in await self.sent(document, inputs)]

    async def tapped(self, numbers):
        """The rides in which the person was accepted, and how many rides were left by each answer."""
        answers = await self.told(TAP, [tap(self.read, each) for each in numbers])
        accepted = [number for number, each in zip(numbers, answers, strict=True) if each["isAccepted"]]
        return accepted, Counter(each["remainingToday"] for each in answers)

    async def paid(self, numbers, fare_yen):
        """What each ride came to when it ended."""
        rides = await self.told(CLOSE, [close(each, fare_yen) for each in numbers])
        return [edge["node"]["subsidyYen"] for each in rides for edge in each["seats"]["edges"]]


@asynccontextmanager
async def tablets(town):
    limits = httpx.Limits(max_connections=TAPS, keepalive_expiry=1)  # before the server hangs up
    async with httpx.AsyncClient(base_url=town.url, limits=limits, timeout=PATIENCE_S) as client:
        yield Tablets(town, client)


async def one_tap(town, number):
    async with tablets(town) as held:
        return await held.sent(TAP, [tap(held.read, number, "one-tap-only")] * TAPS)


async def rounds(town, days):
    """A round for each day, of which the rides are numbered in a row; how many counted, and what was paid."""
    counted, paid_yen, left = 0, 0, Counter({fiscal_year_start(ALONE): -1})
    async with tablets(town) as held:
        for number, day in enumerate(days):
            year, rides = fiscal_year_start(day), range(number * TAPS, (number + 1) * TAPS)
            allowed = min(2, LIMIT + left[year])
            accepted, remaining = await held.tapped(rides)
            ended = [*accepted, *[each for each in rides if each not in accepted][:2]]
            fare_yen = 1_000 + 7 * number

            assert len(accepted) == allowed
            assert remaining == ({0: TAPS - 1, 1: 1} if allowed > 1 else {0: TAPS})
            assert await held.paid(ended, fare_yen) == [min(fare_yen // 2, 1_000)] * allowed + [0, 0]
            left[year] -= allowed
            counted, paid_yen = counted + allowed, paid_yen + allowed * min(fare_yen // 2, 1_000)
    return counted, paid_yen


def test_48_taps_at_once_take_no_more_rides_than_there_are_and_one_key_counts_once(taxis, size):
    days = [FIRST + number * APART for number in range(size("rounds of 48 taps of one person at once"))]
    open_rides(taxis, [*(day for day in days for _ in range(TAPS)), ALONE])
    once = asyncio.run(one_tap(taxis, len(days) * TAPS))
    counted, paid_yen = asyncio.run(rounds(taxis, days))

    assert set(once) == {b'{"data":{"done":{"__typename":"Tapped","isAccepted":true,"remainingToday":1}}}'}
    assert kept(taxis, ALONE) == (len(days) * TAPS + 1, counted + 1, paid_yen)
    assert {line["worker"] for line in taxis.lines() if line["event"] == "graphql"} == taxis.workers()
