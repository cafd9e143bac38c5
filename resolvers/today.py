"""Today: the holiday and the doctors on duty. Public."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Date, Select, String, bindparam, func, select

from models.columns import table_of
from models.duty_doctor import DutyDayReason, DutyDoctor, DutySlot, DutyStatus
from models.municipality import Municipality
from resolvers.context import Context
from rules.duty import duty_reasons, holiday_name, is_stale
from rules.town_time import TOWN_TIME


def _on_duty() -> Select[Any]:
    """The newest revision of each slot of a day and its eve, as a whole, without what it cancels."""
    table = table_of(DutyDoctor)
    newest = func.max(table.c.revision).over(partition_by=(table.c.duty_date, table.c.slot)).label("newest")
    of_days = table.c.duty_date.between(bindparam("eve", type_=Date), bindparam("day", type_=Date))
    rows = select(table, newest).where(of_days, table.c.municipality_code == CODE).subquery()
    valid = select(rows).where(rows.c.revision == rows.c.newest, rows.c.status != DutyStatus.CANCELLED)
    return valid.order_by(rows.c.duty_date, rows.c.starts_minute, rows.c.name)


CODE = bindparam("code", type_=String)
ON_DUTY = _on_duty()
BY_CODE = select(table_of(Municipality)).where(table_of(Municipality).c.code == CODE)
DAY = timedelta(days=1)
MICRO = 1_000_000
CALL_FIRST = "受診の前に電話で確認してください"  # where the list says nothing: duties change at short notice


class OnDuty(NamedTuple):
    """A doctor on duty, with the moments between which to come."""

    name: str
    name_kana: str | None
    facility_id: str | None
    departments: list[str]
    address: str
    latitude: float | None
    longitude: float | None
    phone: str
    slot: DutySlot
    starts_at: datetime
    ends_at: datetime
    reception_note: str
    is_changed: bool
    source_url: str
    published_at: datetime


class Today(NamedTuple):
    """A day of the town."""

    date: date
    is_duty_day: bool
    duty_day_reasons: list[DutyDayReason]
    holiday: str | None
    on_duty_doctors: list[OnDuty]


async def today(context: Context, date: date | None = None) -> Today:
    """The day asked for, or the town's today."""
    day = context.today if date is None else date
    eve = day - DAY if day.toordinal() > 1 else day
    rows = await context.reader.public(ON_DUTY, {"eve": eve, "day": day, "code": context.municipality_code})
    fresh = [row for row in rows if not is_stale(row.published_at.astimezone(TOWN_TIME).date(), row.duty_date)]
    is_published = any(row.slot is DutySlot.DAY and row.duty_date == day for row in fresh)
    reasons = duty_reasons(day, is_published=is_published)
    return Today(day, bool(reasons), reasons, holiday_name(day), list(_shown(fresh, day, context)))


async def municipality(context: Context) -> Any:
    """The municipality that this server belongs to."""
    rows = await context.reader.public(BY_CODE, {"code": context.municipality_code})
    return rows[0] if rows else None


def _shown(rows: Sequence[Any], day: date, context: Context) -> Iterator[OnDuty]:
    """The slots that begin on the day; of today those that are not over yet, last night's among them."""
    for row in rows:
        found = _worded(row)
        is_on = found.ends_at > context.now if day == context.today else row.duty_date == day
        if is_on:
            yield found


def _worded(row: Any) -> OnDuty:
    midnight = datetime(row.duty_date.year, row.duty_date.month, row.duty_date.day, tzinfo=TOWN_TIME)
    return OnDuty(
        name=row.name,
        name_kana=row.name_kana,
        facility_id=row.facility_id,
        departments=row.departments.split(";"),
        address=row.address,
        latitude=_degrees(row.latitude_microdegrees),
        longitude=_degrees(row.longitude_microdegrees),
        phone=row.phone,
        slot=row.slot,
        starts_at=midnight + timedelta(minutes=row.starts_minute),
        ends_at=midnight + timedelta(minutes=row.ends_minute),
        reception_note=row.reception_note or CALL_FIRST,
        is_changed=row.status is DutyStatus.CHANGED,
        source_url=row.source_url,
        published_at=row.published_at,
    )


def _degrees(microdegrees: int | None) -> float | None:
    return None if microdegrees is None else microdegrees / MICRO
