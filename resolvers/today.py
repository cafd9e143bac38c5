"""Today: the holiday and the doctors on duty. Public."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, String, bindparam, func, select

from models.columns import table_of
from models.duty_doctor import DutyDoctor, DutySlot, DutyStatus
from models.municipality import Municipality
from resolvers.context import TOWN_TIME, Context
from rules.duty import holiday_name, is_duty_day


def _on_duty() -> Select[Any]:
    """The newest revision of each facility's slot of a day, unless it was cancelled."""
    table = table_of(DutyDoctor)
    slot = (table.c.duty_date, table.c.name, table.c.slot)
    newest = func.max(table.c.revision).over(partition_by=slot).label("newest")
    of_day = table.c.duty_date == bindparam("day", type_=Date)
    rows = select(table, newest).where(of_day, table.c.municipality_code == CODE).subquery()
    valid = select(rows).where(rows.c.revision == rows.c.newest, rows.c.status != DutyStatus.CANCELLED)
    return valid.order_by(rows.c.starts_minute, rows.c.name)


CODE = bindparam("code", type_=String)
ON_DUTY = _on_duty()
BY_CODE = select(table_of(Municipality)).where(table_of(Municipality).c.code == CODE)


class OnDuty(NamedTuple):
    """A doctor on duty, with the moments between which to come."""

    name: str
    departments: list[str]
    address: str
    phone: str
    slot: DutySlot
    starts_at: datetime
    ends_at: datetime
    reception_note: str | None
    source_url: str
    published_at: datetime


class Today(NamedTuple):
    """A day of the town."""

    date: date
    is_duty_day: bool
    holiday: str | None
    on_duty_doctors: list[OnDuty]


async def today(context: Context, date: date | None = None) -> Today:
    """The day asked for, or the town's today."""
    day = context.today if date is None else date
    rows = await context.reader.public(ON_DUTY, {"day": day, "code": context.municipality_code})
    return Today(day, is_duty_day(day), holiday_name(day), [_worded(row) for row in rows])


async def municipality(context: Context) -> Any:
    """The municipality that this server belongs to."""
    rows = await context.reader.public(BY_CODE, {"code": context.municipality_code})
    return rows[0] if rows else None


def _worded(row: Any) -> OnDuty:
    midnight = datetime(row.duty_date.year, row.duty_date.month, row.duty_date.day, tzinfo=TOWN_TIME)
    return OnDuty(
        row.name,
        row.departments.split(";"),
        row.address,
        row.phone,
        row.slot,
        midnight + timedelta(minutes=row.starts_minute),
        midnight + timedelta(minutes=row.ends_minute),
        row.reception_note,
        row.source_url,
        row.published_at,
    )
