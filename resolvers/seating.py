"""Seats of a ride: the rides of a year that are taken, a new seat with its place among them, one that gives it back."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from models.ids import Letter
from models.ride import Ride, Seat
from resolvers.deed import Task
from rules.fiscal import fiscal_year_start
from rules.rides import Place, service_day


async def taken_by(task: Task, rider_id: str, ride: Ride) -> Sequence[Seat]:
    """The seats that used up rides of the fiscal year of this one, in whatever taxi."""
    first = fiscal_year_start(service_day(ride.boarded_at))
    question = select(Seat).where(col(Seat.rider_id) == rider_id, col(Seat.is_counted) == sa.true())
    found = (await task.session.exec(question)).all()
    return [each for each in found if fiscal_year_start(service_day(each.boarded_at)) == first]


def seat(task: Task, ride: Ride, rider_id: str, found: Place | None, position: int) -> Seat:
    """A seat; who has no ride left still shares the taxi (D6)."""
    return Seat(
        id=task.new_id(Letter.SEAT),
        ride_id=ride.id,
        rider_id=rider_id,
        organisation_id=ride.organisation_id,
        boarded_at=ride.boarded_at,
        position=position,
        is_counted=found is not None,
        **numbers(ride, found),
    )


def numbers(ride: Ride, found: Place | None) -> dict[str, Any]:
    """What a seat that counts is numbered by; nothing without a place."""
    day = service_day(ride.boarded_at)
    return {} if found is None else {"service_day": day, "fiscal_year": fiscal_year_start(day).year, **found._asdict()}


def give_back(seat: Seat) -> None:
    """The seat counts no more, and its ride of the day and year is free."""
    seat.is_counted, seat.service_day, seat.day_number, seat.fiscal_year, seat.year_number = False, *[None] * 4
