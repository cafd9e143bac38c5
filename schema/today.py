"""Public values: the municipality, the day, the doctors on duty."""

from datetime import date, datetime

import strawberry

from models.duty_doctor import DutyDayReason, DutySlot
from schema.faces import value

strawberry.enum(DutySlot, description="Day or night duty (昼間・夜間).")
strawberry.enum(DutyDayReason, description="Why doctors take turns on a day (休日の理由).")


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
    """A facility on duty (休日当番医), as the list of `sourceUrl` said at `publishedAt`. Call first.

    `isChanged`: another than was first published. `facilityId`: ten digits of the medical institution code, if known.
    """

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


@value
class Today:
    """A day of the town in Asia/Tokyo (きょう). `holiday` is the name of a national holiday.

    `onDutyDoctors`: of today those whose duty is not over, last night's among them; of another day those that begin on
    it. What was published too long before is not shown.
    """

    date: date
    is_duty_day: bool
    duty_day_reasons: list[DutyDayReason]
    holiday: str | None
    on_duty_doctors: list[OnDutyDoctor]
