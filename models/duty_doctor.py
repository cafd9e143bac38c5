"""A doctor on duty on a holiday, as the medical association publishes it."""

from datetime import date, datetime
from enum import Enum

from sqlmodel import Field, SQLModel

from models.columns import instant, named


class DutySlot(Enum):
    """Day or night."""

    DAY = "day"
    NIGHT = "night"


class DutyStatus(Enum):
    """A later revision replaces an earlier one."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    CANCELLED = "cancelled"


class DutyDoctor(SQLModel, table=True):
    """One facility's duty. Times are minutes after 00:00 Asia/Tokyo of `duty_date`; 27:00, past midnight, is 1620."""

    id: int | None = Field(default=None, primary_key=True)
    municipality_code: str = Field(foreign_key="municipality.code", max_length=6)
    duty_date: date = Field(index=True)
    starts_minute: int
    ends_minute: int
    slot: DutySlot = named(DutySlot)
    name: str
    departments: str
    address: str
    phone: str
    reception_note: str | None = None
    source_url: str
    published_at: datetime = instant()
    revision: int
    status: DutyStatus = named(DutyStatus)
