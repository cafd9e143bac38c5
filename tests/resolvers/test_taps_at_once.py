"""Many taxis read one card at once, at two workers: never more rides than allowed, and one key counts once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from models.columns import table_of
from models.ids import Letter
from models.ride import Seat
from models.store import Store
from tests.asking import Asking
from tests.hanamori import NOW, id_of
from tests.tapping import Taxi, read, ride

TAPS = 48
pytestmark = pytest.mark.usefixtures("unmeasured")


@pytest.fixture
async def workers(taxi, issuing, tmp_path):
    """The same tablets at two workers, each with its own connections."""
    store = Store(taxi.act.store.engine.url.render_as_string(hide_password=False))
    with (tmp_path / "second.log").open("w") as log:
        second = Taxi(Asking(store), issuing, taxi.cards, log)
        await second.signing.prepare()
        yield taxi, second
    await store.close()


async def counted_seats(act):
    seat = table_of(Seat)
    mine = (seat.c.rider_id == id_of(Letter.RIDER, "mother"), seat.c.day_number.is_not(None))
    async with act.store.owner.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(seat).where(*mine))


async def test_48_taps_of_one_person_at_once_take_two_rides_and_no_more(workers, size):
    for number in range(size("rounds of 48 taps of one person at once")):
        now = NOW + timedelta(days=30 * number)
        names = [f"{number}-{each}" for each in range(TAPS)]
        for name in names:
            await workers[0].open(name, now=now)
        answers = await asyncio.gather(
            *(
                workers[at % 2].tap(name, "mother", now=now, idempotencyKey=f"tap-of-{name}")
                for at, name in enumerate(names)
            )
        )

        assert sorted(each["isAccepted"] for each in answers) == [False] * (TAPS - 2) + [True] * 2
        assert sorted(each["remainingToday"] for each in answers) == [0] * (TAPS - 1) + [1]
        assert await counted_seats(workers[0].act) == 2 * (number + 1)


async def test_48_times_one_tap_has_one_effect_and_one_answer(workers):
    await workers[0].open("first")
    given = {"rideId": ride("first"), "certificate": read(workers[0].cards["mother"]), "idempotencyKey": "one-tap-only"}
    answers = await asyncio.gather(*(workers[at % 2].do("tapCard", **given) for at in range(TAPS)))

    assert all(each == {"__typename": "Tapped", "isAccepted": True, "remainingToday": 1} for each in answers)
    assert await counted_seats(workers[0].act) == 1
