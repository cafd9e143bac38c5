"""A doctor on duty on a holiday, as the medical association publishes it."""

from datetime import date, datetime
from enum import Enum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import instant, named


class DutySlot(Enum):
    """Day or night."""

    DAY = "day"
    NIGHT = "night"


class DutyStatus(Enum):
    """What a line of a list says of a facility."""

    CONFIRMED = "confirmed"
    CHANGED = "changed"
    CANCELLED = "cancelled"


class DutyDayReason(Enum):
    """Why doctors take turns on a day."""

    SUNDAY = "sunday"
    NATIONAL_HOLIDAY = "national holiday"
    YEAR_END = "year end"
    MUNICIPALITY = "the municipality's own"


class DutyDoctor(SQLModel, table=True):
    """One facility's duty. Times are minutes after 00:00 Asia/Tokyo of `duty_date`; 27:00, past midnight, is 1620.

    A day's slot is published as a whole: all of it in a later `revision` takes the place of what was there.
    """

    __table_args__ = (
        UniqueConstraint("municipality_code", "duty_date", "slot", "revision", "name", name="uq_dutydoctor_line"),
    )

    id: int | None = Field(default=None, primary_key=True)
    municipality_code: str = Field(foreign_key="municipality.code", max_length=6)
    duty_date: date = Field(index=True)
    starts_minute: int
    ends_minute: int
    slot: DutySlot = named(DutySlot)
    facility_id: str | None = Field(default=None, max_length=10)
    name: str
    name_kana: str | None = None
    departments: str
    address: str
    latitude_microdegrees: int | None = None
    longitude_microdegrees: int | None = None
    phone: str
    reception_note: str | None = None
    source_url: str
    published_at: datetime = instant()
    revision: int
    status: DutyStatus = named(DutyStatus)
