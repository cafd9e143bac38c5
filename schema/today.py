"""Public values: the municipality, the day, the doctors on duty."""

from datetime import date, datetime

import strawberry

from models.duty_doctor import DutySlot
from schema.faces import value

strawberry.enum(DutySlot, description="Day or night duty (昼間・夜間).")


@value
class Municipality:
    """A municipality (市区町村), by its code of JIS X 0402."""

    code: str
    name: str
    name_kana: str
    name_en: str
    prefecture: str


@value
class OnDutyDoctor:
    """A facility on duty (休日当番医). Call first."""

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


@value
class Today:
    """A day of the town in Asia/Tokyo (きょう). `holiday` is the name of a national holiday."""

    date: date
    is_duty_day: bool
    holiday: str | None
    on_duty_doctors: list[OnDutyDoctor]
