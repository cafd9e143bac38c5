"""What a ride comes to: its fare split among the seats by the terms of its day, posted as entries."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.claim import Claim
from models.ids import Letter
from models.ride import Ride, RideEntry, RideEntryKind, Seat, SubsidyEntry
from resolvers.deed import Task
from resolvers.tablets import tell
from rules.claims import claim_month
from rules.rides import service_day, split, terms_on


async def last_closed(task: Task, operator_id: str) -> date | None:
    """The newest month of this company that is closed."""
    question = sa.select(sa.func.max(col(Claim.month))).where(col(Claim.organisation_id) == operator_id)
    found: date | None = await task.session.scalar(question)
    return found


async def settle(task: Task, ride: Ride, kind: RideEntryKind, fare_yen: int, reason: str | None = None) -> None:
    """Another entry of the ride: what its seats were granted is reversed, and what they are granted now is posted."""
    seats = await seats_of(task, ride.id)
    number = await _numbered(task, ride, seats)
    month = claim_month(service_day(ride.boarded_at), await last_closed(task, ride.organisation_id))
    _write(task, ride, number, kind=kind, fare_yen=fare_yen, reason=reason)
    for seat, subsidy_yen in zip(seats, _granted(ride, fare_yen, seats), strict=True):
        if seat.subsidy_yen == subsidy_yen:
            continue
        if seat.subsidy_yen:
            _post(task, seat, number, -seat.subsidy_yen, month)
        if subsidy_yen:
            _post(task, seat, number, subsidy_yen, month)
        seat.subsidy_yen = subsidy_yen
        task.session.add(seat)
    ride.fare_yen = fare_yen
    task.session.add(ride)
    await tell(task, ride)


async def seats_of(task: Task, ride_id: str) -> list[Seat]:
    """The seats of a ride, those first who tapped first."""
    question = select(Seat).where(col(Seat.ride_id) == ride_id)
    return list(
        (await task.session.exec(question.order_by(col(Seat.position), col(Seat.boarded_at), col(Seat.id)))).all()
    )


def _granted(ride: Ride, fare_yen: int, seats: Sequence[Seat]) -> Sequence[int]:
    terms = terms_on(service_day(ride.boarded_at))
    if terms is None or ride.is_cancelled:
        return [0] * len(seats)
    return split(terms, fare_yen, [seat.is_counted for seat in seats]).subsidies_yen


async def _numbered(task: Task, ride: Ride, seats: Sequence[Seat]) -> int:
    """The number of the next entry."""
    before = sa.select(sa.func.count()).where(col(RideEntry.ride_id) == ride.id)
    written = int(await task.session.scalar(before) or 0)
    if written or ride.fare_yen is None:
        return written + 1
    await begin(task, ride, seats)
    return 2


async def begin(task: Task, ride: Ride, seats: Sequence[Seat]) -> None:
    """A ride from before the tablets has no entry: what it came to is the first."""
    month = claim_month(service_day(ride.boarded_at), await last_closed(task, ride.organisation_id))
    _write(task, ride, 1, kind=RideEntryKind.CLOSED, fare_yen=ride.fare_yen)
    for seat in seats:
        if seat.subsidy_yen:
            _post(task, seat, 1, seat.subsidy_yen, month)


def _write(task: Task, ride: Ride, number: int, **said: Any) -> None:
    row = RideEntry(
        id=task.new_id(Letter.LOG),
        ride_id=ride.id,
        organisation_id=ride.organisation_id,
        number=number,
        taken_by_id=task.context.caller.holder.client_id,
        taken_at=task.context.now,
        **said,
    )
    task.session.add(row)


def _post(task: Task, seat: Seat, number: int, subsidy_yen: int, month: date) -> None:
    row = SubsidyEntry(
        id=task.new_id(Letter.LOG),
        seat_id=seat.id,
        rider_id=seat.rider_id,
        organisation_id=seat.organisation_id,
        number=number,
        is_reversal=subsidy_yen < 0,
        subsidy_yen=subsidy_yen,
        claim_month=month,
    )
    task.session.add(row)
