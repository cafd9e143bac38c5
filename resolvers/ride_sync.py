"""Deed: a tablet hands in the rides that it kept while it had no network, each judged on its own (D11, D12, D15)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col

from auth.ride_capability import Capability
from auth.tapping import LateTap, tap_message
from models.ids import is_municipality_code
from models.refusal import RefusalCode, Refused
from models.ride import Ride, RideEntry, RideEntryKind
from models.subject import Noun
from resolvers.checked import bad_words
from resolvers.deed import Task
from resolvers.fares import last_closed, seats_of, settle
from resolvers.late_seat import Late, late_rider, seated
from resolvers.offline_ride import OfflineRideInput, OfflineTapInput, Synced, SyncedRide, SyncedTap, SyncRides
from resolvers.reaching import reach
from resolvers.ride import bad_ends, bad_fare, bad_id
from resolvers.ride_capability import shown
from resolvers.seating import in_order
from rules.claims import month_of
from rules.ride_sync import (
    RIDES_MOST,
    TAPS_MOST,
    SeatOutcome,
    SyncOutcome,
    clock_offset,
    is_in_grace,
    seat_outcome,
)
from rules.rides import is_within_hours, service_day, terms_on


class Judged(NamedTuple):
    """A ride that can be kept: the row, who sat in it, tap by tap, who of these is new, whether it begins and ends."""

    ride: Ride
    riders: Sequence[Late | None]
    new: Sequence[Late]
    begins: bool
    ends: bool

    @property
    def is_new(self) -> bool:
        """Whether anything of it was not known."""
        return self.begins or self.ends or bool(self.new)


async def sync(task: Task, given: SyncRides) -> Synced | Refused:
    """What became of each ride, or why the batch was not looked at."""
    capability = await shown(task, given.capability)
    if isinstance(capability, Refused):
        return capability
    if not 1 <= len(given.rides) <= RIDES_MOST:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "rides")
    if given.sent_at.tzinfo is None:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "sentAt")
    batch = Batch(task, given, capability)
    found = [_bad(task, each, given.sent_at) for each in given.rides]
    answers = {at: _refused(at, given.rides[at], each) for at, each in enumerate(found) if each is not None}
    good = [at for at, each in enumerate(found) if each is None]
    for at in sorted(good, key=lambda at: _order(given.rides[at])):
        answers[at] = await batch.take(at, given.rides[at])
    rides = [answers[at] for at in range(len(given.rides))]
    is_kept = all(each.code is not RefusalCode.INDIVIDUAL_NUMBER_REFUSED for each in rides)
    return Synced(rides, [("Mutation.syncRides", id) for id in sorted(batch.rider_ids)], is_kept)


class Batch:
    """Rides of one tablet under one capability. Nothing of a ride is written before all of it is judged."""

    def __init__(self, task: Task, given: SyncRides, capability: Capability) -> None:
        self._task = task
        self._capability = capability
        self._offset = clock_offset(given.sent_at, task.context.now)
        self.rider_ids: set[str] = set()

    async def take(self, at: int, item: OfflineRideInput) -> SyncedRide:
        """What became of one ride; its taps in the order asked."""
        found = await self._judged(item)
        if isinstance(found, Refused):
            return _refused(at, item, found)
        if found.is_new:
            await self._keep(item, found)
        seats = {each.rider_id: each for each in await seats_of(self._task, found.ride.id)}
        taps = [_told(late and seats[late.rider_id]) for late in found.riders]
        granted = [each.subsidy_yen or 0 for each in seats.values()]
        subsidy_yen = None if found.ride.fare_yen is None else sum(granted)
        outcome = SyncOutcome.ACCEPTED if found.is_new else SyncOutcome.KNOWN
        return SyncedRide(item.ride_id, outcome, subsidy_yen=subsidy_yen, taps=taps)

    async def _judged(self, item: OfflineRideInput) -> Judged | Refused:
        known = await self._known(item)
        if isinstance(known, Refused):
            return known
        ride = known or self._opened(item)
        refused = (None if known else self._bad_beginning(ride)) or await self._bad_end(ride, item)
        if refused is not None:
            return refused
        riders = [await late_rider(self._task, *self._tap(item, each)) for each in item.taps]
        self.rider_ids |= {each.rider_id for each in riders if each is not None}
        seats = {each.rider_id for each in await seats_of(self._task, ride.id)}
        new = {each.rider_id: each for each in sorted(filter(None, riders), key=_strength)}
        late = sorted((each for id, each in new.items() if id not in seats), key=lambda each: (each.at, each.rider_id))
        ends = item.end is not None and ride.fare_yen is None
        found = Judged(ride, riders, late, begins=known is None, ends=ends)
        return (await self._too_late(found) if found.is_new else None) or found

    async def _known(self, item: OfflineRideInput) -> Ride | Refused | None:
        ride = await self._task.session.get(Ride, await reach(self._task, Noun.RIDE, str(item.ride_id)))
        holder = self._task.context.caller.holder
        if ride is None:
            return None
        if ride.organisation_id != holder.id:
            return Refused(RefusalCode.ALREADY_RECORDED, "rideId")
        if ride.opened_by_id != holder.client_id:
            return Refused(RefusalCode.FOREIGN_TABLET, "rideId")
        return Refused(RefusalCode.ENTRY_ENDED, "rideId") if ride.is_cancelled else ride

    def _opened(self, item: OfflineRideInput) -> Ride:
        context = self._task.context
        return Ride(
            id=str(item.ride_id),
            organisation_id=context.caller.holder.id,
            boarded_at=self._at(item.opened_at),
            pick_up=item.pick_up,
            opened_by_id=context.caller.holder.client_id,
            told_at=item.opened_at,
            sequence=item.sequence,
            starts_in_city=item.pick_up_municipality == context.municipality_code,
            synced_at=context.now,
        )

    def _bad_beginning(self, ride: Ride) -> Refused | None:
        terms = terms_on(service_day(ride.boarded_at))
        if not self._capability.covers(ride.boarded_at):
            return Refused(RefusalCode.OUTSIDE_CAPABILITY, "openedAt")
        is_open = terms is not None and is_within_hours(terms, ride.boarded_at)
        return None if is_open else Refused(RefusalCode.OUT_OF_HOURS, "openedAt")

    async def _bad_end(self, ride: Ride, item: OfflineRideInput) -> Refused | None:
        """An end outside the city of a ride from outside; or another fare than the ride was first closed with."""
        if item.end is None:
            return None
        if not ride.starts_in_city and item.end.drop_off_municipality != self._task.context.municipality_code:
            return Refused(RefusalCode.OUT_OF_AREA, "end.dropOffMunicipality")
        if ride.fare_yen is None:
            return None
        first = sa.select(col(RideEntry.fare_yen)).where(col(RideEntry.ride_id) == ride.id, col(RideEntry.number) == 1)
        is_same = await self._task.session.scalar(first) == item.end.fare_yen
        return None if is_same else Refused(RefusalCode.RIDE_CLOSED, "end.fareYen")

    def _tap(self, item: OfflineRideInput, tap: OfflineTapInput) -> tuple[LateTap, datetime]:
        message = tap_message(self._capability.id, str(item.ride_id), tap.tapped_at)
        return LateTap(tap.certificate, message, tap.algorithm, tap.signature), self._at(tap.tapped_at)

    def _at(self, told_at: datetime) -> datetime:
        """A moment of the tablet's clock by the server's."""
        return (told_at + self._offset).replace(microsecond=0)

    async def _too_late(self, found: Judged) -> Refused | None:
        """What begins with a network is covered tap by tap. After the grace, or the claim, nothing is added (D11)."""
        ride, now = found.ride, self._task.context.now
        is_covered = ride.synced_at is not None or all(self._capability.covers(each.at) for each in found.new)
        if not is_covered:
            return Refused(RefusalCode.OUTSIDE_CAPABILITY, "taps")
        day = service_day(ride.boarded_at)
        terms = terms_on(day)
        if terms is None or not is_in_grace(terms, ride.boarded_at, now):
            return Refused(RefusalCode.SYNC_TOO_LATE, "openedAt")
        last = await last_closed(self._task, ride.organisation_id)
        is_claimed = last is not None and month_of(day) <= last
        return Refused(RefusalCode.MONTH_CLOSED, "openedAt") if is_claimed else None

    async def _keep(self, item: OfflineRideInput, found: Judged) -> None:
        ride = found.ride
        self._task.session.add(ride)
        for each in found.new:
            await seated(self._task, ride, each)
        self._task.session.add_all(in_order(await seats_of(self._task, ride.id)))
        if found.ends and item.end is not None:
            ride.drop_off = item.end.drop_off
            await settle(self._task, ride, RideEntryKind.CLOSED, item.end.fare_yen)
        elif found.new and ride.fare_yen is not None:
            await settle(self._task, ride, RideEntryKind.RESHARED, ride.fare_yen)
        await self._task.session.flush()


def _strength(late: Late) -> tuple[bool, float]:
    """Of several taps of one card the last in this order counts: the first that the card has signed."""
    return late.is_proved, -late.at.timestamp()


def _told(seat: Any) -> SyncedTap:
    if seat is None:
        return SyncedTap(SeatOutcome.REFUSED, RefusalCode.CARD_NOT_ACCEPTED)
    return SyncedTap(seat_outcome(seat))


def _order(item: OfflineRideInput) -> tuple[datetime, int, str]:
    """Who boarded first, by the tablet's own count where its clock does not tell (D12)."""
    return item.opened_at, item.sequence, str(item.ride_id)


def _refused(at: int, item: OfflineRideInput, why: Refused) -> SyncedRide:
    """An id may be anything: one that was refused for its form is not repeated."""
    id = "" if why.field == "rideId" and why.code is RefusalCode.VALUE_UNKNOWN else str(item.ride_id)
    place = [] if why.field is None else why.field.split(".")
    return SyncedRide(id, SyncOutcome.REFUSED, why.code, ["input", "rides", str(at), *place])


def _bad(task: Task, item: OfflineRideInput, sent_at: datetime) -> Refused | None:
    """What is wrong with a ride before anything is looked up."""
    refused = bad_id(task, item.ride_id) or bad_words(item, "pick_up") or bad_ends(task, item) or _bad_close(item)
    if refused is not None:
        return refused
    if item.sequence < 0:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "sequence")
    if len(item.taps) > TAPS_MOST:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "taps")
    return _bad_moments(item, sent_at)


def _bad_close(item: OfflineRideInput) -> Refused | None:
    if item.end is None:
        return None
    is_known = is_municipality_code(item.end.drop_off_municipality)
    refused = bad_fare(item.end.fare_yen) or bad_words(item.end, "drop_off")
    refused = refused or (None if is_known else Refused(RefusalCode.VALUE_UNKNOWN, "dropOffMunicipality"))
    return refused and refused._replace(field=f"end.{refused.field}")


def _bad_moments(item: OfflineRideInput, sent_at: datetime) -> Refused | None:
    """Moments without a zone, or not in the order of opening, taps, closing and sending."""
    if item.opened_at.tzinfo is None or item.opened_at > sent_at:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "openedAt")
    for field, told_at, last in _moments(item, sent_at):
        if told_at.tzinfo is None or not item.opened_at <= told_at <= last:
            return Refused(RefusalCode.VALUE_OUT_OF_RANGE, field)
    return None


def _moments(item: OfflineRideInput, sent_at: datetime) -> Iterator[tuple[str, datetime, datetime]]:
    """Where each stands in the input, and how late it may be at most; the end first, by which taps are measured."""
    last = sent_at
    if item.end is not None:
        yield "end.closedAt", item.end.closed_at, sent_at
        last = item.end.closed_at
    yield from ((f"taps.{at}.tappedAt", each.tapped_at, last) for at, each in enumerate(item.taps))
