"""Duty days, and which published duties are shown: when and where the on-duty doctors of a holiday are found."""

from collections.abc import Iterator
from datetime import date, timedelta

import holidays

from models.duty_doctor import DutyDayReason

SUNDAY = 6
YEAR_END = ((12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3))  # not national holidays; every clinic is closed
JAPAN = holidays.country_holidays("JP", language="ja")  # includes substitute and citizens' holidays
# Our decision: lists are made for a fiscal year at most and published before it begins; an older one was forgotten.
STALE_AFTER = timedelta(days=400)


def holiday_name(day: date) -> str | None:
    """The Japanese name of the national holiday on this day, or None."""
    name = JAPAN.get(day)
    return None if name is None else str(name)


def is_duty_day(day: date) -> bool:
    """Sunday, national holiday, or 29 December to 3 January."""
    return any(_reasons(day))


def duty_reasons(day: date, *, is_published: bool) -> list[DutyDayReason]:
    """Why it is a duty day; an ordinary day is one where the municipality has published duties by day for it."""
    found = list(_reasons(day))
    return found or [DutyDayReason.MUNICIPALITY] if is_published else found


def is_stale(published_on: date, duty_date: date) -> bool:
    """Whether a list is too old for the day to be relied on."""
    return duty_date - published_on > STALE_AFTER


def _reasons(day: date) -> Iterator[DutyDayReason]:
    if day.weekday() == SUNDAY:
        yield DutyDayReason.SUNDAY
    if day in JAPAN:
        yield DutyDayReason.NATIONAL_HOLIDAY
    if (day.month, day.day) in YEAR_END:
        yield DutyDayReason.YEAR_END
