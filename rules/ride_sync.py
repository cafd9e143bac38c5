"""Rides that a tablet kept while it had no network: when they count, and who had a ride left (D11, D12, D15).

What nobody published is decided here; docs/rides.md names the decisions by the ids that stand beside the code.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import NamedTuple, Protocol, TypeVar

from models.rider import RiderState, RiderStepKind
from models.seat_review import SeatReviewCause, SeatReviewOutcome
from rules.rides import Numbered, Terms, quota_this_year, quota_today, service_day

# Decided here. As long as a tablet may be away that is not lost: over a long weekend (D11 has one of three days).
CAPABILITY_LASTS = timedelta(days=3)
CLOCK_TOLERANCE = timedelta(minutes=10)  # D12
RIDES_MOST = 50  # at once: more than a taxi has in a day, and a transaction of a second
TAPS_MOST = 9  # passengers of the largest car that is a taxi (道路交通法施行規則2条: 普通自動車 has ten seats)


class SyncOutcome(Enum):
    """What became of a ride that was handed in later."""

    ACCEPTED = "something of it was not known and is kept"
    KNOWN = "all of it was known"
    REFUSED = "it cannot be, and nothing of it is kept"


class SeatOutcome(Enum):
    """How a tap stands that was handed in later."""

    COUNTED = "it uses up a ride and is granted its part"
    WAITING = "transport staff decide"
    UNCOUNTED = "it is granted nothing"
    REFUSED = "the card is not accepted"


class Registration(NamedTuple):
    """A rider as the register has it now."""

    state: RiderState
    registered_on: date
    valid_to: date | None
    left_on: date | None


class Stepped(Protocol):
    """One step of a registration."""

    kind: RiderStepKind
    valid_from: date | None
    valid_to: date | None
    taken_at: datetime


class Movable(Numbered, Protocol):
    """A seat with its ride, in which its place is found among those of its rider's other rides."""

    ride_id: str
    tapped_at: datetime | None
    review_outcome: SeatReviewOutcome | None


class Reviewed(Protocol):
    """A seat as far as its standing goes."""

    is_counted: bool
    review_cause: SeatReviewCause | None
    review_outcome: SeatReviewOutcome | None


MovableSeat = TypeVar("MovableSeat", bound=Movable)

# What a rider's state was before a step; other steps leave one that held.
BEFORE = {
    RiderStepKind.SUSPENDED: RiderState.REGISTERED,
    RiderStepKind.REINSTATED: RiderState.SUSPENDED,
}


def clock_offset(sent_at: datetime, now: datetime) -> timedelta:
    """What is added to a tablet's moments: nothing while its clock is about right (D12)."""
    offset = now - sent_at
    return offset if abs(offset) > CLOCK_TOLERANCE else timedelta()


def is_clock_off(_today: date, boarded_at: datetime, told_at: datetime | None) -> bool:
    """Whether the tablet's clock differed from the server's by more than is tolerated (D12)."""
    return told_at is not None and abs(boarded_at - told_at) > CLOCK_TOLERANCE


def is_in_grace(terms: Terms, boarded_at: datetime, now: datetime) -> bool:
    """Whether a ride may still be handed in, by whole days (D11)."""
    return (service_day(now) - service_day(boarded_at)).days <= terms.grace_days


def was_registered(at: datetime, row: Registration, steps: Sequence[Stepped]) -> bool:
    """Whether a registration held at that moment, whatever was decided since (D15); its days are those decided by now.

    `steps`: all of them, the earliest first.
    """
    day, state = service_day(at), row.state
    for step in reversed([each for each in steps if each.taken_at > at]):
        state = BEFORE.get(step.kind, state)
    if state is not RiderState.REGISTERED or (row.left_on is not None and row.left_on <= day):
        return False
    accepted = [each for each in steps if each.kind is RiderStepKind.ACCEPTED and each.valid_from is not None]
    periods = [(row.registered_on, row.valid_to), *((each.valid_from, each.valid_to) for each in accepted)]
    return any(first <= day and (end is None or day < end) for first, end in periods if first is not None)


def giving_way(boarded_at: datetime, ride_id: str, taken: Sequence[MovableSeat]) -> list[MovableSeat]:
    """Seats that another one of a full day or year may take the ride of, the first choice first.

    Whoever boarded first has the ride, in whatever order tablets come back: so any order ends in the same. What a
    tablet was told at once, and what staff decided, stays; where staff let more count than there are, one would not do.
    `taken`: seats that count, of one rider and fiscal year.
    """
    day = service_day(boarded_at)
    quotas = (quota_today(day, taken), quota_this_year(day, taken))
    if any(each is None or each.used > each.limit for each in quotas):
        return []
    is_full_day = quotas[0] is not None and not quotas[0].remaining
    among = [each for each in taken if not is_full_day or service_day(each.boarded_at) == day]
    later = [each for each in among if (each.boarded_at, each.ride_id) > (boarded_at, ride_id)]
    movable = [each for each in later if each.tapped_at is not None and each.review_outcome is None]
    return sorted(movable, key=lambda each: (each.boarded_at, each.ride_id), reverse=True)


def seat_outcome(seat: Reviewed) -> SeatOutcome:
    """How a seat stands."""
    if seat.is_counted:
        return SeatOutcome.COUNTED
    waits = seat.review_cause is not None and seat.review_outcome is None
    return SeatOutcome.WAITING if waits else SeatOutcome.UNCOUNTED
