"""Duty days: when the on-duty doctors of a holiday are shown."""

from datetime import date

import holidays

SUNDAY = 6
YEAR_END = ((12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3))  # not national holidays; every clinic is closed
JAPAN = holidays.country_holidays("JP", language="ja")  # includes substitute and citizens' holidays


def holiday_name(day: date) -> str | None:
    """The Japanese name of the national holiday on this day, or None."""
    name = JAPAN.get(day)
    return None if name is None else str(name)


def is_duty_day(day: date) -> bool:
    """Sunday, national holiday, or 29 December to 3 January."""
    return day.weekday() == SUNDAY or day in JAPAN or (day.month, day.day) in YEAR_END
