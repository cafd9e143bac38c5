"""Deeds: a tablet opens a ride, reads cards, closes it with a fare; the fare is corrected, the ride cancelled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
import strawberry

from auth import credential
from auth.credential import Scheme
from auth.fault import Fault
from models.ids import Letter, is_municipality_code, parsed
from models.organisation import CallerKind
from models.refusal import RefusalCode, Refused
from models.relation import relation_of
from models.resident import Resident
from models.ride import Ride, RideEntryKind
from models.rider import Rider
from models.statements import Within
from models.subject import Noun
from resolvers.checked import bad_words
from resolvers.deed import Task
from resolvers.fares import last_closed, seats_of, settle
from resolvers.reaching import reach
from resolvers.seating import give_back, in_order, seat, taken_by
from resolvers.tablets import tell
from rules.claims import month_of
from rules.riders import RiderStatus, status
from rules.rides import FARE_MOST_YEN, is_within_hours, place, remaining_today, service_day, terms_on


@dataclass(kw_only=True)
class OpenRide:
    """`rideId` is made by the tablet: the city's code, the letter T, 26 random characters. The server's clock counts.

    `toldAt` and `sequence`: what the tablet's own clock says, and how many rides it has opened before. The two ends as
    municipality codes; one of them must be this city.
    """

    ride_id: strawberry.ID
    told_at: datetime
    sequence: int
    pick_up: str
    pick_up_municipality: str
    drop_off_municipality: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class TapCard:
    """`certificate`: the card's login certificate (DER in base64), as any reader reads it without a PIN."""

    ride_id: strawberry.ID
    certificate: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CloseRide:
    """`fareYen`: after a statutory discount, before the subsidy, without fees for booking or waiting."""

    ride_id: strawberry.ID
    fare_yen: int
    drop_off: str
    drop_off_municipality: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CorrectRide:
    """Another fare takes the place of the one before."""

    ride_id: strawberry.ID
    fare_yen: int
    reason: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CancelRide:
    """It was none: every rider has it back on its day."""

    ride_id: strawberry.ID
    reason: str
    idempotency_key: strawberry.ID


class Tapped(NamedTuple):
    """What a tablet is told of a card: never who, never why not."""

    is_accepted: bool
    remaining_today: int
    looks: Sequence[tuple[str, str]] = ()

    def packed(self) -> str:
        """As JSON text."""
        return orjson.dumps([*self]).decode()

    @classmethod
    def unpacked(cls, text: str) -> "Tapped":
        """Back from the text."""
        is_accepted, remaining_today, looks = orjson.loads(text)
        return cls(is_accepted, remaining_today, [(field, id) for field, id in looks])


async def open_(task: Task, given: OpenRide) -> Ride | Refused:
    """The ride, on the day and under the terms of this moment; or why there is none."""
    now = task.context.now
    refused = bad_id(task, given.ride_id) or bad_words(given, "pick_up") or bad_ends(task, given)
    if refused is not None:
        return refused
    if given.told_at.tzinfo is None or given.sequence < 0:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "toldAt" if given.sequence >= 0 else "sequence")
    terms = terms_on(service_day(now))
    if terms is None or not is_within_hours(terms, now):
        return Refused(RefusalCode.OUT_OF_HOURS)
    if await task.session.get(Ride, await reach(task, Noun.RIDE, str(given.ride_id))) is not None:
        return Refused(RefusalCode.ALREADY_RECORDED, "rideId")
    return Ride(
        id=str(given.ride_id),
        organisation_id=task.context.caller.holder.id,
        boarded_at=now,
        pick_up=given.pick_up,
        opened_by_id=task.context.caller.holder.client_id,
        told_at=given.told_at,
        sequence=given.sequence,
        starts_in_city=given.pick_up_municipality == task.context.municipality_code,
    )


async def tap(task: Task, given: TapCard) -> Tapped | Refused:
    """Whether the rider has a ride left today; whatever is wrong with a card or a registration, the answer is one."""
    ride = await _under_way(task)
    if isinstance(ride, Refused):
        return ride
    rider_id = await _rider(task, given.certificate)
    if rider_id is None:
        return Refused(RefusalCode.CARD_NOT_ACCEPTED)
    seats = await seats_of(task, ride.id)
    if any(each.rider_id == rider_id for each in seats):
        return Refused(RefusalCode.ALREADY_RECORDED)
    taken = await taken_by(task, rider_id, ride)
    found = place(service_day(ride.boarded_at), taken)
    task.session.add_all(in_order([*seats, seat(task, ride, rider_id, found)]))
    await tell(task, ride)
    left = remaining_today(service_day(ride.boarded_at), taken) - (found is not None)
    return Tapped(found is not None, left, [("Mutation.tapCard", rider_id)])


async def close(task: Task, given: CloseRide) -> str | Refused:
    """The ride with its fare, split among the seats."""
    ride = await _under_way(task)
    if isinstance(ride, Refused):
        return ride
    refused = bad_fare(given.fare_yen) or bad_words(given, "drop_off")
    if refused is not None:
        return refused
    if not is_municipality_code(given.drop_off_municipality):
        return Refused(RefusalCode.VALUE_UNKNOWN, "dropOffMunicipality")
    if not ride.starts_in_city and given.drop_off_municipality != task.context.municipality_code:
        return Refused(RefusalCode.OUT_OF_AREA, "dropOffMunicipality")
    ride.drop_off = given.drop_off
    await settle(task, ride, RideEntryKind.CLOSED, given.fare_yen)
    return ride.id


async def correct(task: Task, given: CorrectRide) -> str | Refused:
    """The ride with another fare; what was posted before stays, and is reversed by new entries."""
    ride = await _reached(task)
    if isinstance(ride, Refused):
        return ride
    if ride.fare_yen is None:
        return Refused(RefusalCode.RIDE_OPEN, "rideId")
    refused = await _claimed(task, ride) or bad_fare(given.fare_yen) or bad_words(given, "reason")
    if refused is not None:
        return refused
    await settle(task, ride, RideEntryKind.CORRECTED, given.fare_yen, given.reason)
    return ride.id


async def cancel(task: Task, given: CancelRide) -> str | Refused:
    """The ride that was none: nobody is granted anything for it, and nobody has lost one."""
    ride = await _reached(task)
    if isinstance(ride, Refused):
        return ride
    refused = await _claimed(task, ride) or bad_words(given, "reason")
    if refused is not None:
        return refused
    ride.is_cancelled = True
    await settle(task, ride, RideEntryKind.CANCELLED, ride.fare_yen or 0, given.reason)
    for each in await seats_of(task, ride.id):
        give_back(each)
        task.session.add(each)
    return ride.id


def bad_id(task: Task, ride_id: strawberry.ID) -> Refused | None:
    """An id that no tablet of this city would make."""
    parts = parsed(ride_id)
    is_ours = parts is not None and parts.letter is Letter.RIDE and parts.code == task.context.municipality_code
    return None if is_ours else Refused(RefusalCode.VALUE_UNKNOWN, "rideId")


def bad_ends(task: Task, given: Any) -> Refused | None:
    """Ends that are no municipalities, or neither of which is this city."""
    for code, field in (
        (given.pick_up_municipality, "pickUpMunicipality"),
        (given.drop_off_municipality, "dropOffMunicipality"),
    ):
        if not is_municipality_code(code):
            return Refused(RefusalCode.VALUE_UNKNOWN, field)
    ends = {given.pick_up_municipality, given.drop_off_municipality}
    return None if task.context.municipality_code in ends else Refused(RefusalCode.OUT_OF_AREA)


def bad_fare(fare_yen: int) -> Refused | None:
    """A fare that no meter shows (D19)."""
    return None if 0 < fare_yen <= FARE_MOST_YEN else Refused(RefusalCode.FARE_OUT_OF_RANGE, "fareYen")


async def _reached(task: Task) -> Ride | Refused:
    """The ride, which staff reach, and of the tablets the one that opened it."""
    ride = await task.session.get_one(Ride, str(task.about.id))
    holder = task.context.caller.holder
    if holder.kind is CallerKind.TAXI_OPERATOR and ride.opened_by_id not in {holder.client_id, None}:
        return Refused(RefusalCode.FOREIGN_TABLET, "rideId")
    return Refused(RefusalCode.ENTRY_ENDED, "rideId") if ride.is_cancelled else ride


async def _claimed(task: Task, ride: Ride) -> Refused | None:
    """A month that is closed is changed by staff alone, as an adjustment in the next one (D21)."""
    if task.context.caller.holder.kind is not CallerKind.TAXI_OPERATOR:
        return None
    last = await last_closed(task, ride.organisation_id)
    is_open = last is None or last < month_of(service_day(ride.boarded_at))
    return None if is_open else Refused(RefusalCode.MONTH_CLOSED, "rideId")


async def _under_way(task: Task) -> Ride | Refused:
    ride = await _reached(task)
    if isinstance(ride, Refused) or ride.fare_yen is None:
        return ride
    return Refused(RefusalCode.RIDE_CLOSED, "rideId")


async def _rider(task: Task, certificate: str) -> str | None:
    """The rider of a card whose registration holds now; from now on this transaction reaches what is theirs."""
    signing = task.context.signing
    card = Fault.CHALLENGE_UNKNOWN if signing is None else signing.tapped(certificate)
    if isinstance(card, Fault):
        return None
    found = await credential.standing(Within(task.session), [each.key for each in card.keys], Scheme.CARD)
    if isinstance(found, Fault):
        return None
    known, person = relation_of(Rider), relation_of(Resident)
    question = (
        sa.select(known.c.id, person.c.died_on, person.c.moved_out_on)
        .join(person, person.c.id == known.c.resident_id)
        .where(person.c.id == found.resident_id)
    )
    row = (await (await task.session.connection()).execute(question)).one_or_none()
    if row is None:
        return None
    rider = await task.session.get_one(Rider, await reach(task, Noun.RIDER, row.id))
    left_on = min((day for day in (row.died_on, row.moved_out_on) if day is not None), default=None)
    stands = status(task.context.today, rider.state, rider.registered_on, rider.valid_to, left_on)
    return rider.id if stands is RiderStatus.REGISTERED else None
