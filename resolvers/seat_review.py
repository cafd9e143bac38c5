"""Deed: transport staff decide of a seat that was handed in later: over the limit, or without the card's signature."""

from dataclasses import dataclass

import strawberry

from models.refusal import RefusalCode, Refused
from models.ride import Ride, RideEntryKind, Seat
from models.seat_review import SeatReviewOutcome
from resolvers.checked import bad_words
from resolvers.deed import Task
from resolvers.fares import seats_of, settle
from resolvers.seating import numbers, taken_by
from resolvers.tablets import tell
from rules.ride_sync import SeatOutcome, seat_outcome
from rules.rides import place, service_day


@dataclass(kw_only=True)
class DecideSeat:
    """`reason`: read by the rider and by the taxi company."""

    seat_id: strawberry.ID
    is_accepted: bool
    reason: str
    idempotency_key: strawberry.ID


async def decide(task: Task, given: DecideSeat) -> str | Refused:
    """The ride with the seat as staff decided; what is accepted counts, if need be beyond the limit, and is paid."""
    seat = await task.session.get_one(Seat, str(task.about.id))
    ride = await task.session.get_one(Ride, seat.ride_id)
    if ride.is_cancelled:
        return Refused(RefusalCode.ENTRY_ENDED, "seatId")
    if seat_outcome(seat) is not SeatOutcome.WAITING:
        return Refused(RefusalCode.ALREADY_RECORDED, "seatId")
    refused = bad_words(given, "reason")
    if refused is not None:
        return refused
    seat.review_outcome = SeatReviewOutcome.ACCEPTED if given.is_accepted else SeatReviewOutcome.REFUSED
    seat.review_reason = given.reason
    seat.reviewed_by_id, seat.reviewed_at = task.context.caller.holder.id, task.context.now
    if given.is_accepted:
        await _accept(task, ride, seat)
    others = [seat_outcome(each) for each in await seats_of(task, ride.id)]
    ride.is_waiting = SeatOutcome.WAITING in others
    task.session.add_all((seat, ride))
    await tell(task, ride)
    return ride.id


async def _accept(task: Task, ride: Ride, seat: Seat) -> None:
    """The seat counts, with numbers if there are some, and the fare is split anew."""
    found = place(service_day(ride.boarded_at), await taken_by(task, seat.rider_id, ride))
    seat.is_counted = True
    for name, value in numbers(ride, found).items():
        setattr(seat, name, value)
    task.session.add(seat)
    if ride.fare_yen is not None:
        await settle(task, ride, RideEntryKind.RESHARED, ride.fare_yen, seat.review_reason)
