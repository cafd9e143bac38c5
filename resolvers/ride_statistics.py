"""Counts of the taxi subsidy by month, for transport staff: statements that bring sums and no row of anybody."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Subquery, and_, bindparam, case, false, func, or_, select

from models.columns import Instant, table_of
from models.ride import Ride, Seat
from models.rider import RiderState, RiderStep, RiderStepKind
from models.rider_view import RIDERS
from resolvers.context import Context
from rules.claims import next_month
from rules.fiscal import fiscal_year_start
from rules.ride_statistics import MONTHS, Counted, RideStatistics, told, told_months
from rules.town_time import TOWN_TIME

_ride, _seat, _step, _rider = table_of(Ride).c, table_of(Seat).c, table_of(RiderStep).c, RIDERS.rows.c
STARTS = [bindparam(f"start{at}", type_=Instant) for at in range(MONTHS + 1)]
LAST_DAYS = [bindparam(f"last{at}", type_=Date) for at in range(MONTHS)]


def _month(at: ColumnElement[Any]) -> ColumnElement[Any]:
    """The number of the month in which something was, by the town's time."""
    return case(*((at < start, number) for number, start in enumerate(STARTS[1:-1])), else_=MONTHS - 1).label("month")


def _within(at: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(at >= STARTS[0], at < STARTS[-1])


def _ridden() -> list[ColumnElement[bool]]:
    """A ride that came to its end, and was one."""
    return [_within(_ride.boarded_at), _ride.fare_yen.is_not(None), _ride.is_cancelled == false()]


def _by_month(rows: Subquery, *figures: ColumnElement[Any]) -> Select[Any]:
    return select(rows.c.month, *figures).group_by(rows.c.month)


def _rides() -> Select[Any]:
    rows = select(_month(_ride.boarded_at), _ride.fare_yen).where(*_ridden()).subquery()
    return _by_month(rows, func.count().label("rides"), func.sum(rows.c.fare_yen).label("fares_yen"))


def _seats() -> Select[Any]:
    aboard = select(_month(_ride.boarded_at), _seat.rider_id, _seat.subsidy_yen)
    rows = aboard.join_from(_seat.id.table, _ride.id.table, _ride.id == _seat.ride_id).where(*_ridden()).subquery()
    riders, granted = func.count(rows.c.rider_id.distinct()), func.coalesce(func.sum(rows.c.subsidy_yen), 0)
    return _by_month(rows, riders.label("riders"), granted.label("subsidies_yen"))


def _applications() -> Select[Any]:
    applied = (_within(_step.taken_at), _step.kind == RiderStepKind.APPLIED)
    rows = select(_month(_step.taken_at)).where(*applied).subquery()
    return _by_month(rows, func.count().label("applications"))


def _registered() -> Select[Any]:
    """Registrations in force at the end of each month, as far as is known today."""
    return select(
        *(
            func.coalesce(func.sum(case((_holds(last), 1), else_=0)), 0).label(f"month{at}")
            for at, last in enumerate(LAST_DAYS)
        )
    )


def _holds(last: Any) -> ColumnElement[bool]:
    return and_(
        _rider.state == RiderState.REGISTERED,
        _rider.registered_on <= last,
        or_(_rider.valid_to.is_(None), _rider.valid_to > last),
        or_(_rider.left_on.is_(None), _rider.left_on > last),
    )


RIDES, SEATS, APPLICATIONS, REGISTERED = _rides(), _seats(), _applications(), _registered()


async def ride_statistics(context: Context, year: int | None = None) -> RideStatistics:
    """The figures of a fiscal year, this one unless another is given; only of months that are over."""
    months = told_months(context.today, year)
    fiscal_year = fiscal_year_start(context.today).year if year is None else year
    return told(fiscal_year, await _counted(context, months) if months else [])


async def _counted(context: Context, months: Sequence[date]) -> list[Counted]:
    starts = [*months, *[next_month(months[-1])] * (MONTHS + 1 - len(months))]
    moments = {f"start{at}": datetime.combine(day, time(), TOWN_TIME) for at, day in enumerate(starts)}
    lasts = {f"last{at}": next_month(day) - timedelta(days=1) for at, day in enumerate(starts[:MONTHS])}
    found: list[dict[str, Any]] = [dict.fromkeys(Counted._fields[1:], 0) for _ in months]
    for statement in (RIDES, SEATS, APPLICATIONS):
        for row in await context.reader.public(statement, moments):
            month, *figures = row
            names = [column.key for column in statement.selected_columns][1:]
            found[month] |= dict(zip(names, map(int, figures), strict=True))
    [registered] = await context.reader.public(REGISTERED, lasts)
    for each, count in zip(found, registered, strict=False):
        each["registered"] = int(count)
    return [Counted(month=month, **each) for month, each in zip(months, found, strict=True)]
