"""Rides without a network by the rules: clocks, grace, registrations as they were, and who had a ride left."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from models.rider import RiderState, RiderStepKind
from models.seat_review import SeatReviewCause, SeatReviewOutcome
from rules.ride_sync import (
    Registration,
    SeatOutcome,
    clock_offset,
    giving_way,
    is_clock_off,
    is_in_grace,
    seat_outcome,
    was_registered,
)
from rules.rides import TERMS

TAP = datetime(2026, 11, 23, 0, 5, tzinfo=UTC)  # five past nine in Japan
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
K, S = RiderStepKind, RiderState
FIRST, TODAY, TOMORROW = date(2026, 4, 1), date(2026, 11, 23), date(2026, 11, 24)


class Step(NamedTuple):
    kind: RiderStepKind
    taken_at: datetime
    valid_from: date | None = None
    valid_to: date | None = None


class Seat(NamedTuple):
    ride_id: str
    boarded_at: datetime
    tapped_at: datetime | None = TAP
    is_counted: bool = True
    review_cause: SeatReviewCause | None = None
    review_outcome: SeatReviewOutcome | None = None
    day_number: int | None = None
    year_number: int | None = None


def test_d11_a_ride_is_taken_for_seven_days_whatever_the_hour():
    late = {0: True, 3: True, 7: True, 8: False}

    for days, wanted in late.items():
        assert is_in_grace(TERMS[-1], TAP, TAP + days * DAY + 14 * HOUR) is wanted, ("D11", days)


def test_d12_a_clock_that_is_off_by_more_than_ten_minutes_is_put_right_and_flagged():
    for off, wanted in ((10 * MINUTE, timedelta()), (11 * MINUTE, 11 * MINUTE), (-3 * DAY, -3 * DAY)):
        assert clock_offset(TAP - off, TAP) == wanted, ("D12", off)
        assert is_clock_off(TODAY, TAP, TAP - off) is bool(wanted), ("D12", off)
    assert not is_clock_off(TODAY, TAP, None)


D15 = {  # state now, first day, end, left on, steps; whether the tap counts
    "registered": (S.REGISTERED, FIRST, None, None, [], True),
    "waits": (S.APPLIED, FIRST, None, None, [], False),
    "suspended since": (S.SUSPENDED, FIRST, None, None, [Step(K.SUSPENDED, TAP + MINUTE)], True),
    "suspended before": (S.SUSPENDED, FIRST, None, None, [Step(K.SUSPENDED, TAP - MINUTE)], False),
    "reinstated since": (
        *(S.REGISTERED, FIRST, None, None),
        *([Step(K.SUSPENDED, TAP - HOUR), Step(K.REINSTATED, TAP + HOUR)], False),
    ),
    "suspended and reinstated since": (
        *(S.REGISTERED, FIRST, None, None),
        *([Step(K.SUSPENDED, TAP + MINUTE), Step(K.REINSTATED, TAP + HOUR)], True),
    ),
    "died the day after": (S.REGISTERED, FIRST, None, TOMORROW, [], True),
    "moved away that day": (S.REGISTERED, FIRST, None, TODAY, [], False),
    "its last day": (S.REGISTERED, FIRST, TOMORROW, None, [], True),
    "over": (S.REGISTERED, FIRST, TODAY, None, [], False),
    "begins the day after": (S.REGISTERED, TOMORROW, None, None, [], False),
    "decided since, from that day on": (S.REGISTERED, TODAY, None, None, [Step(K.ACCEPTED, TAP + DAY, TODAY)], True),
    "held before, and again from the day after": (
        *(S.REGISTERED, TOMORROW, None, None),
        *([Step(K.ACCEPTED, TAP - DAY, FIRST, TOMORROW), Step(K.ACCEPTED, TAP + DAY, TOMORROW)], True),
    ),
    "a renewal is refused since": (S.REGISTERED, FIRST, TOMORROW, None, [Step(K.REFUSED, TAP + HOUR)], True),
}


def test_d15_the_registration_at_the_tap_decides_whatever_happened_since():
    for name, (state, first, end, left_on, steps, wanted) in D15.items():
        assert was_registered(TAP, Registration(state, first, end, left_on), steps) is wanted, ("D15", name)


def test_d11_who_boarded_first_has_the_ride_in_whatever_order_tablets_come_back():
    early, late = Seat("T1", TAP + HOUR), Seat("T2", TAP + 2 * HOUR)
    told, decided = late._replace(tapped_at=None), late._replace(review_outcome=SeatReviewOutcome.ACCEPTED)
    other_day, noon = Seat("T3", TAP + DAY), TAP + 90 * MINUTE
    full_year = [Seat(f"T{at}", TAP + (9 + at) * DAY) for at in range(69)] + [other_day]
    cases = {  # boarded, seats that count, which give way, the first choice first
        "the latest first": (TAP, [early, late], ["T2", "T1"]),
        "only those later": (noon, [early, late], ["T2"]),
        "none that is later": (TAP + 3 * HOUR, [early, late], []),
        "of one moment, by id": (TAP + 2 * HOUR, [early, late], ["T2"]),
        "not what was told at once": (TAP, [early, told], ["T1"]),
        "not what staff decided": (TAP, [early, decided], ["T1"]),
        "of another day not for a full day": (TAP, [early, late, other_day], ["T2", "T1"]),
        "of any day for a full year": (TAP, full_year, [f"T{at}" for at in range(68, -1, -1)] + ["T3"]),
        "none where more count than there are": (TAP, [early, late, decided], []),
    }
    for name, (boarded_at, taken, wanted) in cases.items():
        assert [each.ride_id for each in giving_way(boarded_at, "T0", taken)] == wanted, ("D11", name)
    assert giving_way(datetime(2015, 1, 1, tzinfo=UTC), "T0", []) == []


def test_a_seat_counts_waits_or_is_granted_nothing():
    waits = Seat("T1", TAP, is_counted=False, review_cause=SeatReviewCause.OVER_LIMIT)
    seats = {
        SeatOutcome.COUNTED: [Seat("T1", TAP), waits._replace(is_counted=True)],
        SeatOutcome.WAITING: [waits],
        SeatOutcome.UNCOUNTED: [
            Seat("T1", TAP, is_counted=False),
            waits._replace(review_outcome=SeatReviewOutcome.REFUSED),
        ],
    }

    assert {(outcome, seat_outcome(each)) for outcome, found in seats.items() for each in found} == {
        (outcome, outcome) for outcome in seats
    }
