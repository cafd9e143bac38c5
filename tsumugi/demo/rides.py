"""The shared-taxi subsidy of the demo town: who is registered, and who rode with whom."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from models.ids import Letter
from models.organisation import CallerKind, Organisation
from models.resident import Resident
from models.ride import Ride, Seat
from models.rider import Eligibility, Rider
from rules.rides import service_day, split, terms_on
from tsumugi.demo.draw import Draw, at, fiscal_year, months_after
from tsumugi.demo.words import PLACES, SECTIONS

NOON = 12
SHOWN_DAYS = 120  # of rides before today
RIDES_PER_RIDER_DAY = 0.05
COMPANY = (1, 1, 1, 1, 2, 2, 3)  # how many registered riders share a ride
FARES_YEN = range(700, 6_000, 10)


def register(draw: Draw, resident: Resident, eligibility: Eligibility, since: date, until: date | None) -> Rider:
    """A registration for the subsidy."""
    row = Rider(
        id=draw.id(Letter.RIDER),
        resident_id=resident.id,
        name=resident.name,
        eligibility=eligibility,
        registered_on=since,
        valid_to=until,
    )
    draw.town.riders.append(row)
    return row


def ride(draw: Draw, operator: Organisation, boarded_at: datetime, riders: Sequence[Rider]) -> None:
    """One meter run with its seats; none before there was a subsidy."""
    terms = terms_on(service_day(boarded_at))
    if terms is None:
        return
    fare_yen = draw.one(FARES_YEN)
    granted = split(terms, fare_yen, [True] * len(riders))
    row = Ride(
        id=draw.id(Letter.RIDE),
        organisation_id=operator.id,
        boarded_at=boarded_at,
        fare_yen=fare_yen,
        pick_up=draw.one(SECTIONS),
        drop_off=draw.one(PLACES),
    )
    draw.town.rides.append(row)
    for rider, subsidy_yen in zip(riders, granted.subsidies_yen, strict=True):
        seat = Seat(
            id=draw.id(Letter.SEAT),
            ride_id=row.id,
            rider_id=rider.id,
            organisation_id=operator.id,
            boarded_at=boarded_at,
            subsidy_yen=subsidy_yen,
        )
        draw.town.seats.append(seat)


def ride_around(draw: Draw, riders: Sequence[Rider]) -> None:
    """Rides of the last months: a rider goes out in the morning and comes back in the afternoon, at most."""
    operators = draw.offices(CallerKind.TAXI_OPERATOR)
    used: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for ago in range(SHOWN_DAYS, 0, -1):
        day = draw.today - timedelta(days=ago)
        terms = terms_on(day)
        if terms is None:
            continue
        year = used[fiscal_year(day)]
        registered = [each for each in riders if _is_valid(each, day)]
        for hours in (range(terms.first_boarding_minute // 60, NOON), range(NOON, terms.last_boarding_minute // 60)):
            waiting = [each for each in registered if draw.chance.random() < RIDES_PER_RIDER_DAY]
            while waiting:
                company = [waiting.pop() for _ in range(min(draw.one(COMPANY), len(waiting)))]
                company = [each for each in company if year[each.id] < terms.yearly_limit]
                year.update(each.id for each in company)
                if company:
                    boarded_at = at(day, draw.one(hours), draw.chance.randint(0, 59))
                    ride(draw, draw.one(operators), boarded_at, company)


def after_birth(draw: Draw, mother: Resident, birth_date: date) -> Rider:
    """A registration in pregnancy, which ends a year after birth."""
    return register(draw, mother, Eligibility.PREGNANCY, months_after(birth_date, -5), months_after(birth_date, 12))


def _is_valid(rider: Rider, day: date) -> bool:
    return rider.registered_on <= day and (rider.valid_to is None or day < rider.valid_to)
