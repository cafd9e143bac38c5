"""Rides in any order, with a network and without, days and years going by, asked for again: as a plain model has it."""

import asyncio
import io
import shutil
from dataclasses import dataclass, replace
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
from models.ids import Letter
from models.ride import Seat, SubsidyEntry
from rules.town_time import TOWN_TIME
from tests.applying import SIGNED_AT
from tests.asking import CURSOR_KEY, Asking
from tests.databases import Door
from tests.hanamori import AUDIT_KEY, CODE, id_of
from tests.syncing import LATER, Fleet, device
from tests.tapping import ride, subsidies

pytestmark = pytest.mark.usefixtures("unmeasured")
WHO = ("mother", "natsu", "stranger")
FIRST = datetime(2027, 3, 30, 9, tzinfo=TOWN_TIME)  # two days before a fiscal year begins
FARES = any_.one_of(any_.integers(1, 6_000), any_.sampled_from([0, -1, 100_001]))
TABLETS = ("tablet-1", "tablet-2")
SIGNS = any_.sampled_from([True, True, True, False])
OVER = any_.sampled_from([True, True, False])
AHEAD = [timedelta(minutes=20), timedelta(hours=3), timedelta(days=1), timedelta(days=40)]


class World:
    """The town with its taxis, in a loop of its own."""

    def __init__(self, file, issuing, cards):
        self.runner, self.runs = asyncio.Runner(), 0
        self.store = Door(f"sqlite+aiosqlite:///{file}")
        self.taxi = self.runner.run(self._opened(issuing, cards))

    async def _opened(self, issuing, cards):
        act = Asking(self.store)
        taxi = Fleet(act, issuing, cards, io.StringIO())
        act.engine = Engine(self.store, CURSOR_KEY, AUDIT_KEY, Plans.ON, taxi.signing)
        await taxi.enrol(issuing)
        for name in TABLETS:
            await taxi.equip(name)
        return taxi

    def run(self, work):
        return self.runner.run(work)

    def close(self):
        self.runner.run(self.store.close())
        self.runner.close()


@dataclass
class Late:
    """A ride as a tablet keeps it; `ends`: with which fare, if it is over."""

    name: str
    tablet: str
    capability: str
    issued_at: datetime
    opened_at: datetime
    taps: list  # rider, when, whether the card signs
    fare_yen: int | None

    def part(self, taps, *, is_over):
        """What of it is handed in: some taps, with its end or without."""
        return replace(self, taps=taps, fare_yen=self.fare_yen if is_over else None)

    def is_covered(self, moment):
        return self.issued_at <= moment <= self.issued_at + timedelta(days=3)


class Ride:
    """A ride as it ought to be: who tapped in what order, and whose tap counts.

    `late`: riders who tapped without a network, and when; `waiting`, `decided`: those of whom staff decide.
    """

    def __init__(self, name, boarded_at, tablet="tablet-1", *, is_online=True):
        self.name, self.boarded_at, self.tablet, self.is_online = name, boarded_at, tablet, is_online
        self.fare_yen, self.first_fare_yen, self.is_cancelled = None, None, False
        self.seats, self.late, self.waiting, self.decided = {}, {}, set(), set()

    @property
    def day(self):
        return self.boarded_at.date()

    @property
    def year(self):
        return self.day.year - (self.day.month < 4)

    @property
    def rank(self):
        return self.boarded_at, ride(self.name)

    @property
    def riders(self):
        """In the order of tapping: with a network, and then without."""
        online = [who for who in self.seats if who not in self.late]
        return [*online, *sorted(self.late, key=lambda who: (self.late[who], rider(who)))]

    @property
    def counted(self):
        return [self.seats[who] and not self.is_cancelled for who in self.riders]

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
        return [shares.pop(0) if self.seats[who] else 0 for who in self.riders]

    def close(self, fare_yen):
        self.fare_yen = fare_yen
        self.first_fare_yen = self.first_fare_yen or fare_yen

    def outcome(self, who):
        """What a tablet that hands a tap in is told."""
        if self.seats[who] and not self.is_cancelled:
            return "COUNTED"
        return "WAITING" if who in self.waiting else "UNCOUNTED"


def rider(who):
    return id_of(Letter.RIDER, who)


class Rides(RuleBasedStateMachine):
    """Each run begins some years after the one before; `world` is set by the test."""

    world = None

    def __init__(self):
        super().__init__()
        self.world.runs += 1
        self.now = FIRST.replace(year=FIRST.year + 2 * self.world.runs)
        self.rides, self.sent, self.kept, self.issued, self.number = {}, [], [], {}, 0

    def do(self, deed, name, **given):
        """What the tablet is answered; it may ask again later."""
        given = {
            "now": self.now,
            "tablet": device(self.rides[name].tablet),
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

    def named(self):
        self.number += 1
        return f"{self.world.runs}-{self.number}"

    @rule(ahead=any_.sampled_from(AHEAD))
    def wait(self, ahead):
        self.now += ahead
        if self.now.hour >= 18:
            self.now = self.now.replace(hour=9) + timedelta(days=1)

    @rule()
    def open(self):
        name = self.named()
        self.rides[name] = Ride(name, self.now)
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
        left = max(min(2 - of_day, 70 - of_year), 0) - found.seats[who]

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

    @rule(data=any_.data(), tablet=any_.sampled_from(TABLETS), is_over=any_.booleans(), fare_yen=FARES)
    def keep(self, data, tablet, is_over, fare_yen):
        """Half an hour without a network: a ride of its own, or one that began with a network goes on."""
        if tablet not in self.issued or data.draw(any_.booleans()):
            self.world.run(self.world.taxi.issue(tablet, now=self.now))
            self.issued[tablet] = self.world.taxi.capabilities[tablet], self.now
        begun = [each for each in self.rides.values() if each.tablet == tablet and each.is_online]
        found = data.draw(any_.sampled_from([None, None, *begun]))
        riders = data.draw(any_.lists(any_.sampled_from(WHO), max_size=3, unique=True))
        taps = [(who, self.now + timedelta(minutes=1 + at), data.draw(SIGNS)) for at, who in enumerate(riders)]
        name, opened_at = (self.named(), self.now) if found is None else (found.name, found.boarded_at)
        self.kept.append(Late(name, tablet, *self.issued[tablet], opened_at, taps, fare_yen if is_over else None))
        self.wait(timedelta(minutes=30))

    @precondition(lambda self: self.kept)
    @rule(data=any_.data())
    def sync(self, data):
        """Some of what one tablet kept under one capability, whole or in parts, again or not, in any order."""
        first = data.draw(any_.sampled_from(self.kept))
        mine = [each for each in self.kept if each.capability == first.capability]
        chosen = [first, *data.draw(any_.lists(any_.sampled_from(mine), max_size=4))]
        items = [
            each.part(data.draw(any_.sampled_from([each.taps, each.taps[:1], each.taps[1:]])), is_over=data.draw(OVER))
            for each in data.draw(any_.permutations(chosen))
        ]
        key, taxi = f"sync {self.named()}", self.world.taxi
        taxi.capabilities[first.tablet] = first.capability
        rides = [self.handed_in(each) for each in items]
        answers = [
            self.world.run(taxi.sync(*rides, tablet=first.tablet, now=self.now, idempotencyKey=key)) for _ in range(2)
        ]
        taxi.capabilities[first.tablet] = self.issued[first.tablet][0]
        order = sorted(range(len(items)), key=lambda at: (items[at].opened_at, ride(items[at].name)))
        wanted = dict(zip(order, [self.taken(items[at]) for at in order], strict=True))

        assert answers[0] == answers[1]
        for at, told in enumerate(answers[0]["rides"]):
            found = (told["code"] or told["outcome"], told["subsidyYen"], [each["outcome"] for each in told["taps"]])
            assert found == wanted[at], (items[at].name, self.now)

    def handed_in(self, late):
        taxi, taps = self.world.taxi, late.taps
        held = [taxi.held(late.name, who, when, late.tablet, is_signed=is_signed) for who, when, is_signed in taps]
        item = taxi.kept(late.name, opened_at=late.opened_at, tablet=late.tablet, taps=held, end=None)
        if late.fare_yen is None:
            return item
        closed_at = max([late.opened_at, *(when for _, when, _ in taps)])
        ends = {"closedAt": closed_at.isoformat(), "fareYen": late.fare_yen}
        return item | {"end": {**ends, "dropOff": "病院", "dropOffMunicipality": CODE}}

    def taken(self, late):
        """What becomes of it, and is told: a code or an outcome, the subsidy of the ride, how each tap stands."""
        begins = late.name not in self.rides
        found = Ride(late.name, late.opened_at, late.tablet, is_online=False) if begins else self.rides[late.name]
        closes = late.fare_yen is not None and found.fare_yen is None
        known = [each for each in late.taps if self.now - each[1] <= LATER - SIGNED_AT]  # no authority is older
        new = [each for each in known if each[0] not in found.seats]
        is_new = bool(new) or begins or closes
        code = self.refusal(late, found, begins=begins) or (self.too_late(late, found, new) if is_new else None)
        if code:
            return code, None, []
        self.rides[late.name] = found
        for who, when, is_signed in sorted(new, key=lambda each: (each[1], rider(each[0]))):
            counts = is_signed and self.has_place(who, found)
            found.seats[who], found.late[who] = counts, when
            if not counts:
                found.waiting.add(who)
        if closes:
            found.close(late.fare_yen)
        subsidy_yen = None if found.fare_yen is None else sum(found.subsidies)
        taps = [found.outcome(each[0]) if each in known else "REFUSED" for each in late.taps]
        return "ACCEPTED" if is_new else "KNOWN", subsidy_yen, taps

    def refusal(self, late, found, *, begins):
        if late.fare_yen is not None and not 1 <= late.fare_yen <= 100_000:
            return "FARE_OUT_OF_RANGE"
        if found.is_cancelled:
            return "ENTRY_ENDED"
        if begins and not late.is_covered(found.boarded_at):
            return "OUTSIDE_CAPABILITY"
        differs = late.fare_yen is not None and found.fare_yen is not None and late.fare_yen != found.first_fare_yen
        return "RIDE_CLOSED" if differs else None

    def too_late(self, late, found, new):
        if found.is_online and not all(late.is_covered(when) for _, when, _ in new):
            return "OUTSIDE_CAPABILITY"
        return "SYNC_TOO_LATE" if (self.now.date() - found.day).days > 7 else None

    def has_place(self, who, found):
        """Whether a ride is left; if need be the latest one that came without a network gives way."""
        of_day, of_year = self.used(who, found)
        if of_day < 2 and of_year < 70:
            return True
        mine = [each for each in self.rides.values() if each.seats.get(who) and not each.is_cancelled]
        among = [each for each in mine if each.day == found.day] if of_day == 2 else mine
        later = [each for each in among if who in each.late and who not in each.decided and each.rank > found.rank]
        if of_day > 2 or of_year > 70 or not later:
            return False
        least = max(later, key=lambda each: each.rank)
        least.seats[who] = False
        least.waiting.add(who)
        return True

    @precondition(lambda self: any(each.waiting and not each.is_cancelled for each in self.rides.values()))
    @rule(data=any_.data(), is_accepted=any_.booleans())
    def decide(self, data, is_accepted):
        waiting = [each for each in self.rides.values() if each.waiting and not each.is_cancelled]
        found = data.draw(any_.sampled_from(waiting))
        who = data.draw(any_.sampled_from(sorted(found.waiting)))
        (seat,) = [each.id for each in self.world.run(self._seats(found.name)) if each.rider_id == rider(who)]
        about = {"seatId": seat, "isAccepted": is_accepted, "reason": "照合", "purpose": "CLM:1", "now": self.now}
        key = f"decide {self.named()}"
        answer = self.world.run(self.world.taxi.do("decideSeat", who="staff_taxi", idempotencyKey=key, **about))
        found.waiting.discard(who)
        found.decided.add(who)
        found.seats[who] = is_accepted

        assert subsidies(answer) == found.subsidies

    def settled(self, name, fare_yen, answer, *, is_done):
        found = self.rides[name]
        assert (answer["__typename"] == "Ride") is is_done, answer
        if is_done:
            found.close(fare_yen)
            assert subsidies(answer) == found.subsidies

    def teardown(self):
        """Every seat is as the model has it, and what was posted of each ride adds up to what they were granted."""
        for name, found in self.rides.items():
            rows = self.world.run(self._seats(name))
            assert [each.rider_id for each in rows] == [rider(who) for who in found.riders], name
            assert [each.is_counted for each in rows] == found.counted, name
            assert [each.subsidy_yen for each in rows] == found.subsidies, name
            assert self.world.run(self._posted(name)) == sum(each or 0 for each in found.subsidies), name

    async def _seats(self, name):
        seat = table_of(Seat)
        question = select(seat).where(seat.c.ride_id == ride(name)).order_by(seat.c.position)
        async with self.world.store.reading() as connection:
            return (await connection.execute(question)).all()

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
