"""Rides in any order, days and years going by, answers asked for again: as a plain model has it."""

import asyncio
import io
import shutil
from datetime import datetime, timedelta

import hypothesis
import pytest
from hypothesis import stateful
from hypothesis import strategies as any_
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from sqlalchemy import func, select

from engine.answer import Engine
from engine.mode import Plans
from models.columns import table_of
from models.ride import Seat, SubsidyEntry
from rules.town_time import TOWN_TIME
from tests.asking import CURSOR_KEY, Asking
from tests.databases import Door
from tests.hanamori import AUDIT_KEY
from tests.tapping import Taxi, ride

pytestmark = pytest.mark.usefixtures("unmeasured")
WHO = ("mother", "natsu", "stranger")
FIRST = datetime(2027, 3, 30, 9, tzinfo=TOWN_TIME)  # two days before a fiscal year begins
FARES = any_.one_of(any_.integers(1, 6_000), any_.sampled_from([0, -1, 100_001]))
AHEAD = [timedelta(minutes=20), timedelta(hours=3), timedelta(days=1), timedelta(days=40)]


class World:
    """The town with its taxis, in a loop of its own."""

    def __init__(self, file, issuing, cards):
        self.runner, self.runs = asyncio.Runner(), 0
        self.store = Door(f"sqlite+aiosqlite:///{file}")
        self.taxi = self.runner.run(self._opened(issuing, cards))

    async def _opened(self, issuing, cards):
        act = Asking(self.store)
        taxi = Taxi(act, issuing, cards, io.StringIO())
        act.engine = Engine(self.store, CURSOR_KEY, AUDIT_KEY, Plans.ON, taxi.signing)
        await taxi.enrol(issuing)
        return taxi

    def run(self, work):
        return self.runner.run(work)

    def close(self):
        self.runner.run(self.store.close())
        self.runner.close()


class Ride:
    """A ride as it ought to be: who tapped in what order, and whose tap counts."""

    def __init__(self, now):
        self.day, self.fare_yen, self.seats, self.is_cancelled = now.date(), None, {}, False

    @property
    def year(self):
        return self.day.year - (self.day.month < 4)

    @property
    def subsidies(self):
        """By hand: alone half up to 1,000; together 500 each within the fare, odd yen to who tapped first."""
        if self.fare_yen is None:
            return [None] * len(self.seats)
        entitled = sum(self.seats.values())
        if self.is_cancelled or not entitled:
            return [0] * len(self.seats)
        is_alone = len(self.seats) == 1
        left = min(self.fare_yen // 2, 1_000) if is_alone else min(self.fare_yen, 500 * entitled)
        shares = [left // entitled + (place < left % entitled) for place in range(entitled)]
        return [shares.pop(0) if counts else 0 for counts in self.seats.values()]


class Rides(RuleBasedStateMachine):
    """Each run begins some years after the one before; `world` is set by the test."""

    world = None

    def __init__(self):
        super().__init__()
        self.world.runs += 1
        self.now = FIRST.replace(year=FIRST.year + 2 * self.world.runs)
        self.rides, self.sent = {}, []

    def do(self, deed, name, **given):
        """What the tablet is answered; it may ask again later."""
        given = {
            "now": self.now,
            "idempotencyKey": f"{name} {deed} {len(self.sent):03} {given.get('key', '')}",
            **given,
        }
        given.pop("key", None)
        work = getattr(self.world.taxi, deed, None)
        answer = self.world.run(work(name, **given) if work else self.world.taxi.do(deed, rideId=ride(name), **given))
        self.sent.append((deed, name, given, answer))
        return answer

    def used(self, who, now):
        """Rides of that day and of that fiscal year."""
        mine = [each for each in self.rides.values() if each.seats.get(who) and not each.is_cancelled]
        return sum(each.day == now.day for each in mine), sum(each.year == now.year for each in mine)

    @rule(ahead=any_.sampled_from(AHEAD))
    def wait(self, ahead):
        self.now += ahead
        if self.now.hour >= 18:
            self.now = self.now.replace(hour=9) + timedelta(days=1)

    @rule()
    def open(self):
        name = f"{self.world.runs}-{len(self.rides)}"
        self.rides[name] = Ride(self.now)
        answer = self.do("open", name)

        assert answer["status"] == "OPEN", answer

    @precondition(lambda self: self.rides)
    @rule(data=any_.data(), who=any_.sampled_from(WHO))
    def tap(self, data, who):
        name = data.draw(any_.sampled_from(sorted(self.rides)))
        found = self.rides[name]
        answer = self.do("tap", name, who_rides=who)
        if found.is_cancelled or found.fare_yen is not None or who in found.seats:
            assert answer["__typename"] == "Refused"
            return
        of_day, of_year = self.used(who, found)
        found.seats[who] = of_day < 2 and of_year < 70
        left = min(2 - of_day, 70 - of_year) - found.seats[who]

        assert answer == {"__typename": "Tapped", "isAccepted": found.seats[who], "remainingToday": left}

    @precondition(lambda self: self.rides)
    @rule(data=any_.data(), fare_yen=FARES)
    def close(self, data, fare_yen):
        name = data.draw(any_.sampled_from(sorted(self.rides)))
        found = self.rides[name]
        is_open = found.fare_yen is None and not found.is_cancelled and 1 <= fare_yen <= 100_000
        self.settled(name, fare_yen, self.do("close", name, fare_yen=fare_yen), is_done=is_open)

    @precondition(lambda self: self.rides)
    @rule(data=any_.data(), fare_yen=FARES)
    def correct(self, data, fare_yen):
        name = data.draw(any_.sampled_from(sorted(self.rides)))
        found = self.rides[name]
        is_closed = found.fare_yen is not None and not found.is_cancelled and 1 <= fare_yen <= 100_000
        self.settled(name, fare_yen, self.do("correctRide", name, fareYen=fare_yen, reason="誤"), is_done=is_closed)

    @precondition(lambda self: self.rides)
    @rule(data=any_.data())
    def cancel(self, data):
        name = data.draw(any_.sampled_from(sorted(self.rides)))
        found = self.rides[name]
        answer = self.do("cancelRide", name, reason="乗車せず")
        is_done, found.is_cancelled = not found.is_cancelled, True
        self.settled(name, found.fare_yen or 0, answer, is_done=is_done)

    @precondition(lambda self: self.sent)
    @rule(data=any_.data())
    def ask_again(self, data):
        deed, name, given, answer = data.draw(any_.sampled_from(self.sent))
        again = self.do(deed, name, **given)
        del self.sent[-1]

        assert again["__typename"] == answer["__typename"]
        if again["__typename"] != "Ride":  # a ride is answered as it stands by now
            assert again == answer

    def settled(self, name, fare_yen, answer, *, is_done):
        found = self.rides[name]
        assert (answer["__typename"] == "Ride") is is_done, answer
        if is_done:
            found.fare_yen = fare_yen
            assert [each["node"]["subsidyYen"] for each in answer["seats"]["edges"]] == found.subsidies

    def teardown(self):
        """What was posted of each ride adds up to what its seats were granted."""
        for name, found in self.rides.items():
            assert self.world.run(self._posted(name)) == sum(each or 0 for each in found.subsidies), name

    async def _posted(self, name):
        seat, entry = table_of(Seat), table_of(SubsidyEntry)
        posted = select(func.coalesce(func.sum(entry.c.subsidy_yen), 0)).join(seat, seat.c.id == entry.c.seat_id)
        async with self.world.store.reading() as connection:
            return await connection.scalar(posted.where(seat.c.ride_id == ride(name)))


@pytest.fixture
def world(sqlite_beginning, issuing, cards, tmp_path):
    made = World(shutil.copyfile(sqlite_beginning, tmp_path / "rides.db"), issuing, cards)
    yield made
    made.close()


def test_rides_in_any_order_are_as_a_plain_model_has_them(world, seed, size):
    settings = hypothesis.settings(
        max_examples=size("runs of rides against a plain model"),
        stateful_step_count=size("steps of each run of rides"),
        deadline=None,
    )
    machine = type("Rides", (Rides,), {"world": world})
    stateful.run_state_machine_as_test(hypothesis.seed(seed)(machine), settings=settings)
