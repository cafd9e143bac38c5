"""Deed: transport staff close a month of one taxi company, and its claim is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select

from models.claim import Claim
from models.ids import Letter
from models.organisation import CallerKind, Organisation
from models.refusal import RefusalCode, Refused
from models.ride import Ride, RideEntry, Seat, SubsidyEntry
from resolvers.deed import Task
from resolvers.fares import begin, last_closed, seats_of
from rules.claims import Line, claim_file, month_of, next_month
from rules.rides import service_day
from rules.town_time import TOWN_TIME


@dataclass(kw_only=True)
class CloseClaims:
    """`month`: its first day. From now on what changes of its rides is an adjustment in the next month."""

    organisation_id: strawberry.ID
    month: date
    idempotency_key: strawberry.ID


async def close(task: Task, given: CloseClaims) -> Claim | Refused:
    """The claim, or why the month cannot be closed: it is not over, was closed, or a ride of it is under way.

    Months are closed in order: a ride of an earlier one could be claimed nowhere any more.
    """
    operator = await task.session.get(Organisation, str(given.organisation_id))
    if operator is None or operator.kind is not CallerKind.TAXI_OPERATOR:
        return Refused(RefusalCode.NOT_FOUND, "organisationId")
    if given.month != month_of(given.month) or next_month(given.month) > task.context.today:
        return Refused(RefusalCode.DATE_OUT_OF_RANGE, "month")
    before = await last_closed(task, operator.id)
    if before is not None and given.month <= before:
        return Refused(RefusalCode.ALREADY_RECORDED, "month")
    if await _is_behind(task, operator.id, (before, given.month)):
        return Refused(RefusalCode.EARLIER_MONTH_OPEN, "month")
    rides = await _rides(task, operator.id, given.month)
    if any(each.fare_yen is None and not each.is_cancelled for each in rides):
        return Refused(RefusalCode.RIDE_OPEN, "month")
    for each in await _unwritten(task, rides):
        await begin(task, each, await seats_of(task, each.id))
    await task.session.flush()
    found = claim_file(given.month, await lines(task, operator.id, given.month))
    return Claim(
        id=task.new_id(Letter.CLAIM),
        organisation_id=operator.id,
        month=given.month,
        **found._asdict(),
        closed_by_id=task.context.caller.holder.id,
        closed_at=task.context.now,
    )


async def lines(task: Task, operator_id: str, month: date) -> list[Line]:
    """What was posted to a month of one company, ride by ride; without what was taken back in the same month."""
    posted = sa.func.sum(col(SubsidyEntry.subsidy_yen)).label("posted")
    entries = (
        sa.select(col(Seat.ride_id).label("ride_id"), posted)
        .join(SubsidyEntry, col(SubsidyEntry.seat_id) == col(Seat.id))
        .where(col(SubsidyEntry.organisation_id) == operator_id, col(SubsidyEntry.claim_month) == month)
        .group_by(col(Seat.ride_id))
        .having(posted != 0)
        .subquery()
    )
    seats = sa.select(sa.func.count()).where(col(Seat.ride_id) == col(Ride.id)).scalar_subquery()
    question = sa.select(col(Ride.id), col(Ride.boarded_at), col(Ride.fare_yen), seats, entries.c.posted).join(
        entries, entries.c.ride_id == col(Ride.id)
    )
    rows = await (await task.session.connection()).execute(question)
    return [Line(id, service_day(at), riders, fare or 0, int(total)) for id, at, fare, riders, total in rows]


async def _is_behind(task: Task, operator_id: str, months: tuple[date | None, date]) -> bool:
    """Whether there are rides after the last closed month, if there is one, and before the month to be closed."""
    last, month = months
    when = [
        col(Ride.boarded_at) < _begin(month),
        *([] if last is None else [col(Ride.boarded_at) >= _begin(next_month(last))]),
    ]
    theirs = select(Ride.id).where(col(Ride.organisation_id) == operator_id, ~col(Ride.is_cancelled), *when)
    return (await task.session.exec(theirs.limit(1))).first() is not None


async def _rides(task: Task, operator_id: str, month: date) -> Sequence[Ride]:
    when = (col(Ride.boarded_at) >= _begin(month), col(Ride.boarded_at) < _begin(next_month(month)))
    return (await task.session.exec(select(Ride).where(col(Ride.organisation_id) == operator_id, *when))).all()


def _begin(month: date) -> datetime:
    return datetime.combine(month, time(), TOWN_TIME)


async def _unwritten(task: Task, rides: Sequence[Ride]) -> list[Ride]:
    """Rides from before the tablets, of which nothing was posted yet."""
    operators = {each.organisation_id for each in rides}
    question = sa.select(col(RideEntry.ride_id)).where(col(RideEntry.organisation_id).in_(operators))
    written = set((await (await task.session.connection()).execute(question)).scalars())
    return [each for each in rides if each.id not in written and each.fare_yen is not None]
