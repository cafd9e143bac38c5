"""The taxi subsidy by its terms: the decided cases by id, every fare up to 6,000 yen, limits by day and fiscal year."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest

from models.ride import RideEntryKind
from rules.rides import (
    TERMS,
    Basis,
    Change,
    Place,
    RideStatus,
    changes,
    is_within_hours,
    place,
    quota_this_year,
    quota_today,
    remaining_today,
    ride_status,
    service_day,
    split,
    terms_on,
)
from rules.town_time import TOWN_TIME

OLD, NEW = TERMS


class Seat(NamedTuple):
    boarded_at: datetime
    is_counted: bool = True
    day_number: int | None = None
    year_number: int | None = None


BOARDED = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # nine in the morning in Japan
CASES = {
    "D1 half an odd yen": (731, [True], [365]),
    "D2 up to the cap": (2000, [True], [1000]),
    "D2 a yen above": (2001, [True], [1000]),
    "D2 far above": (5000, [True], [1000]),
    "D3 two share a small fare": (800, [True, True], [400, 400]),
    "D4 odd yen in the order of tapping": (1001, [True, True, True], [334, 334, 333]),
    "D5 two and somebody who is not registered": (3000, [True, True], [500, 500]),
    "D6 one of two has no ride left": (3000, [True, False], [500, 0]),
    "D6 the first of two has no ride left": (3000, [False, True], [0, 500]),
    "D6 nobody has one left": (3000, [False, False], [0, 0]),
    "D23 one with a family": (1900, [True], [950]),
    "D24 one gets off first": (1001, [True, True], [500, 500]),
}


@pytest.mark.parametrize(("fare_yen", "riders", "granted"), CASES.values(), ids=CASES)
@pytest.mark.parametrize("terms", TERMS, ids=["120 a year", "70 a year"])
def test_a_fare_is_split_as_decided(terms, fare_yen, riders, granted):
    assert list(split(terms, fare_yen, riders).subsidies_yen) == granted


@pytest.mark.parametrize("riders", range(1, 6))
def test_the_city_pays_never_more_than_fare_and_caps_and_its_sum_is_explained(riders):
    for fare_yen in range(1, 6_001):
        granted = split(NEW, fare_yen, [True] * riders)
        explained = {
            Basis.RATE: fare_yen // 2,
            Basis.CAP: 1_000 if riders == 1 else 500 * riders,
            Basis.FARE: fare_yen,
        }
        assert granted.total_yen == explained[granted.basis] <= fare_yen
        assert granted.total_yen <= explained[Basis.CAP]
        assert max(granted.subsidies_yen) - min(granted.subsidies_yen) <= 1
        assert sorted(granted.subsidies_yen, reverse=True) == list(granted.subsidies_yen)


def test_two_who_share_get_no_less_than_one_alone():
    for fare_yen in range(1, 6_001):
        assert split(NEW, fare_yen, [True, True]).total_yen >= split(NEW, fare_yen, [True]).total_yen


def test_less_than_a_unit_is_not_paid():
    tens = NEW.__class__(**{**vars(NEW), "rounding_unit_yen": 10})

    assert split(tens, 731, [True]).subsidies_yen == (360,)
    assert split(tens, 1_001, [True, True, True]).subsidies_yen == (340, 330, 330)


@pytest.mark.parametrize(
    ("day", "limit"),
    [
        (date(2016, 1, 22), None),
        (date(2016, 1, 23), 120),
        (date(2018, 5, 1), 120),
        (date(2022, 3, 31), 120),
        (date(2022, 4, 1), 70),
    ],
)
def test_the_terms_are_those_of_the_day(day, limit):
    terms = terms_on(day)

    assert (None if terms is None else terms.yearly_limit) == limit


def test_the_first_day_of_70_is_told_to_be_assumed():
    assert (OLD.is_assumed, NEW.is_assumed) == (False, True)
    assert OLD.effective_to + timedelta(days=1) == NEW.effective_from


def test_a_ride_counts_on_the_day_of_boarding_in_japan():
    assert service_day(datetime(2026, 3, 31, 14, 50, tzinfo=UTC)) == date(2026, 3, 31)  # D9, D10: ten to midnight
    assert service_day(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) == date(2026, 4, 1)


def test_what_is_left_is_what_was_not_taken():
    seats = [Seat(BOARDED), Seat(BOARDED - timedelta(days=1)), Seat(datetime(2026, 3, 31, 14, 50, tzinfo=UTC))]
    today = service_day(BOARDED)

    assert quota_today(today, seats) == (today, today, 2, 1, 1)
    assert quota_this_year(today, seats) == (date(2026, 4, 1), date(2027, 3, 31), 70, 2, 68)
    assert quota_this_year(today, seats * 40).remaining == 0


def test_before_there_was_a_subsidy_there_is_nothing_to_count():
    assert quota_today(date(2015, 12, 31), []) is quota_this_year(date(2015, 12, 31), []) is None
    assert place(date(2015, 12, 31), []) is None
    assert remaining_today(date(2015, 12, 31), []) == 0


def test_a_ride_is_boarded_within_the_hours_both_ends_included():
    minutes = {(6, 59): False, (7, 0): True, (18, 0): True, (18, 1): False}  # D0, in Japan

    for (hour, minute), wanted in minutes.items():
        assert is_within_hours(NEW, datetime(2026, 11, 23, hour, minute, tzinfo=TOWN_TIME)) is wanted, (hour, minute)


def test_another_ride_takes_the_free_numbers_until_none_is_left():
    today, yesterday = service_day(BOARDED), BOARDED - timedelta(days=1)
    first, second = Seat(BOARDED, day_number=1, year_number=1), Seat(BOARDED, day_number=2, year_number=2)
    given_back = Seat(BOARDED, is_counted=False)
    cases = {  # D8, D14: seats of the year, the place of another ride, what is left before it
        "none yet": ([], Place(1, 1), 2),
        "one": ([first], Place(2, 2), 1),
        "the first was given back": ([second, given_back], Place(1, 1), 1),
        "yesterday's": ([Seat(yesterday, day_number=1, year_number=1)], Place(1, 2), 2),
        "from before the tablets": ([Seat(BOARDED)], Place(1, 1), 1),
        "two": ([first, second], None, 0),
        "a full year": ([Seat(yesterday, day_number=1, year_number=each) for each in range(1, 71)], None, 0),
        "a year but for one": ([Seat(yesterday, year_number=each) for each in range(2, 71)], Place(1, 1), 1),
    }
    for name, (seats, wanted, left) in cases.items():
        assert (place(today, seats), remaining_today(today, seats)) == (wanted, left), name


def test_a_ride_is_open_closed_or_cancelled_and_keeps_its_changes():
    today = service_day(BOARDED)
    change = Change(1, RideEntryKind.CLOSED, 731, None, BOARDED)

    assert [ride_status(today, *each) for each in ((None, False), (731, False), (731, True), (None, True))] == [
        *(RideStatus.OPEN, RideStatus.CLOSED, RideStatus.CANCELLED, RideStatus.CANCELLED)
    ]
    assert changes(today, [change]) == [change]
