"""Who sat in a ride that is handed in later, and who had a ride left: the same in whatever order tablets come back."""

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, select

from auth import credential
from auth.fault import Fault
from auth.tapping import LateTap
from models.relation import relation_of
from models.resident import Resident
from models.ride import Ride, RideEntryKind, Seat
from models.rider import Rider, RiderStep
from models.seat_review import SeatReviewCause
from models.subject import Noun
from resolvers.deed import Task
from resolvers.fares import last_closed, settle
from resolvers.reaching import reach, reach_as
from resolvers.seating import give_back, seat, taken_by
from rules.claims import month_of
from rules.ride_sync import Registration, giving_way, was_registered
from rules.rides import Place, place, service_day


class Late(NamedTuple):
    """A rider, when the card was held over the tablet (by the server's clock), and whether it signed."""

    rider_id: str
    at: datetime
    is_proved: bool


async def late_rider(task: Task, tap: LateTap, at: datetime) -> Late | None:
    """The rider of a card that was good at that moment, with a registration that held then (D15)."""
    signing = task.context.signing
    assert signing is not None, "a capability was checked"
    ago = task.context.now - at  # cards go by the real clock, rides by the town's
    found = signing.tapped_before(tap, ago)
    if isinstance(found, Fault):
        return None
    keys = [each.key for each in found.card.keys]
    resident_id = await credential.holder_then(task.session, keys, signing.now() - ago)
    known, person = relation_of(Rider), relation_of(Resident)
    question = (
        sa.select(known.c.id, person.c.died_on, person.c.moved_out_on)
        .join(person, person.c.id == known.c.resident_id)
        .where(person.c.id == resident_id)
    )
    row = (await (await task.session.connection()).execute(question)).one_or_none()
    if row is None:
        return None
    rider = await task.session.get_one(Rider, await reach(task, Noun.RIDER, row.id))
    mine = select(RiderStep).where(col(RiderStep.rider_id) == rider.id).order_by(col(RiderStep.number))
    left_on = min((day for day in (row.died_on, row.moved_out_on) if day is not None), default=None)
    stands = Registration(rider.state, rider.registered_on, rider.valid_to, left_on)
    is_registered = was_registered(at, stands, (await task.session.exec(mine)).all())
    return Late(rider.id, at, found.is_proved) if is_registered else None


async def seated(task: Task, ride: Ride, late: Late) -> None:
    """A seat more; where no ride was left, or the card has not signed, staff decide."""
    await task.session.flush()
    await reach(task, Noun.RIDER, late.rider_id)
    found = await _place(task, ride, late.rider_id) if late.is_proved else None
    made = seat(task, ride, late.rider_id, found)
    made.tapped_at = late.at
    if found is None:
        made.review_cause = SeatReviewCause.OVER_LIMIT if late.is_proved else SeatReviewCause.CARD_UNPROVED
        ride.is_waiting = True
    task.session.add_all((made, ride))


async def _place(task: Task, ride: Ride, rider_id: str) -> Place | None:
    """The place of this ride; if all are taken, that of a later one which was handed in before."""
    day = service_day(ride.boarded_at)
    taken = await taken_by(task, rider_id, ride)
    found = place(day, taken)
    later = [] if found is not None else giving_way(ride.boarded_at, ride.id, taken)
    for each in later:
        is_free = await _gave_way(task, each)
        await reach(task, Noun.RIDER, rider_id)
        if is_free:
            return place(day, await taken_by(task, rider_id, ride))
    return found


async def _gave_way(task: Task, given: Seat) -> bool:
    """Whether the seat waits for staff from now on, in whatever taxi it was; what was claimed of a month stays."""
    await reach_as(task, given.organisation_id, Noun.RIDER, given.rider_id)
    ride = await task.session.get_one(Ride, given.ride_id)
    last = await last_closed(task, ride.organisation_id)
    if last is not None and month_of(service_day(ride.boarded_at)) <= last:
        return False
    give_back(given)
    given.review_cause, ride.is_waiting = SeatReviewCause.OVER_LIMIT, True
    task.session.add_all((given, ride))
    if ride.fare_yen is not None:
        await settle(task, ride, RideEntryKind.RESHARED, ride.fare_yen)
    await task.session.flush()
    return True
