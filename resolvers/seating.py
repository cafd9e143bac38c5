"""Seats of a ride: those of a year that are taken, a new one with its place among them, one given back, their order."""

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


def seat(task: Task, ride: Ride, rider_id: str, found: Place | None) -> Seat:
    """A seat, in no order yet; who has no ride left still shares the taxi (D6)."""
    return Seat(
        id=task.new_id(Letter.SEAT),
        ride_id=ride.id,
        rider_id=rider_id,
        organisation_id=ride.organisation_id,
        boarded_at=ride.boarded_at,
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


def in_order(seats: Sequence[Seat]) -> list[Seat]:
    """Numbered in the order of tapping, those first that were read with a network, whatever is handed in when.

    `seats`: those that were read with a network in the order of tapping.
    """
    late = [each for each in seats if each.tapped_at is not None]
    late.sort(key=lambda each: (each.tapped_at or each.boarded_at, each.rider_id))
    found = [*(each for each in seats if each.tapped_at is None), *late]
    for position, each in enumerate(found, 1):
        each.position = position
    return found
