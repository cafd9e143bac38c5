"""Doctors on duty in the demo town: every Sunday, national holiday and day around the New Year."""

from datetime import date, timedelta

from models.duty_doctor import DutyDoctor, DutySlot, DutyStatus
from rules.duty import is_duty_day
from tsumugi.demo.draw import Draw, at
from tsumugi.demo.words import DEPARTMENTS, DUTY_FACILITIES, SECTIONS, city

AROUND_DAYS = 60  # before and after today
PUBLISHED_DAYS_BEFORE = 45
DAY_MINUTES = (9 * 60, 18 * 60)
NIGHT_MINUTES = (19 * 60, 27 * 60)  # to 3 h of the next day
DAY_FACILITIES = 3
CHANGED_SHARE = 0.15
SOURCE = "https://duty.example/list"


def publish_duties(draw: Draw) -> None:
    """The duties of four months, three facilities by day and one by night; some were changed since."""
    for offset in range(-AROUND_DAYS, AROUND_DAYS + 1):
        day = draw.today + timedelta(days=offset)
        if not is_duty_day(day):
            continue
        facilities = draw.chance.sample(range(len(DUTY_FACILITIES)), DAY_FACILITIES + 2)
        by_day, by_night, other = facilities[:DAY_FACILITIES], facilities[-2], facilities[-1]
        for facility in by_day:
            _publish(draw, day, facility, DutySlot.DAY)
        _publish(draw, day, by_night, DutySlot.NIGHT)
        if draw.happens(CHANGED_SHARE):  # the list of the slot anew, and another facility in it
            _publish(draw, day, other, DutySlot.NIGHT, is_changed=True)


def _publish(draw: Draw, day: date, facility: int, slot: DutySlot, *, is_changed: bool = False) -> None:
    starts, ends = DAY_MINUTES if slot is DutySlot.DAY else NIGHT_MINUTES
    row = DutyDoctor(
        municipality_code=draw.code,
        duty_date=day,
        starts_minute=starts,
        ends_minute=ends,
        slot=slot,
        name=DUTY_FACILITIES[facility],
        departments=DEPARTMENTS[facility],
        address=f"{city(draw.code).name}{SECTIONS[facility]}",
        phone=f"000000{facility:04d}",
        reception_note="受診の前に電話をしてください",
        source_url=SOURCE,
        published_at=at(min(day - timedelta(days=PUBLISHED_DAYS_BEFORE), draw.today), 9),
        revision=2 if is_changed else 1,
        status=DutyStatus.CHANGED if is_changed else DutyStatus.CONFIRMED,
    )
    draw.town.duty_doctors.append(row)
