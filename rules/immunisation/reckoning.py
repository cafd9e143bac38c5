"""How the law counts ages and intervals: an age is reached on the eve of the day, an interval lets whole days pass.

Ages: Act on Calculation of Ages (年齢計算ニ関スル法律), as the ministry's memo of 2014-03-11 on target ages applies it.
Intervals: the ministry's council of 2023-02-08 (page 20) and the pages of Kobe (2024-03-29) and Natori (2025-01-29).
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from rules.age import age_months
from rules.fiscal import fiscal_year_end, fiscal_year_start

Point = Callable[[date], date]  # from the day of birth to the day on which something begins or ends
Gap = Callable[[date], date]  # from the day of an earlier dose to the first day of the next

DAY = timedelta(days=1)
HALF_A_MONTH_DAYS = {28: 14, 29: 15, 30: 15, 31: 16}  # council of 2023-02-08, page 20
SCHOOL_AGE_MONTHS = 72  # School Education Act (学校教育法), article 17


def reached_months(born_on: date, months: int) -> date:
    """The day before the same day of the month; where that month has no such day, its last day."""
    year, month = _month_after(born_on, months)
    last = _days_in(year, month)
    return date(year, month, born_on.day) - DAY if born_on.day <= last else date(year, month, last)


def legal_age_months(today: date, born_on: date) -> int:
    """Completed months of age before the law: one day ahead of how people count (`rules.age.age_months`)."""
    return age_months(today + DAY, born_on)


def same_day_months_later(day: date, months: int, *, half: bool = False) -> date:
    """The same day of the month; where that month has no such day, the 1st of the next; plus half of that month."""
    year, month = _month_after(day, months)
    if day.day <= _days_in(year, month):
        found = date(year, month, day.day)
    else:
        found = date(year, month, _days_in(year, month)) + DAY
    return found + timedelta(days=HALF_A_MONTH_DAYS[_days_in(found.year, found.month)]) if half else found


def day_after(day: date, full_days: int) -> date:
    """The first day with so many full days between: 27 leads to the same weekday four weeks later."""
    return day + timedelta(days=full_days + 1)


def school_entry(born_on: date) -> date:
    """The first 1 April after the day on which age 6 is reached: a birth on 1 April enters a year before 2 April."""
    return fiscal_year_end(reached_months(born_on, SCHOOL_AGE_MONTHS)) + DAY


# The points and gaps in which the tables are written.


def birth(born_on: date) -> date:
    """The day of birth itself."""
    return born_on


def days(count: int) -> Point:
    """So many days after birth, which is day 0: 6 weeks 0 days is 42."""
    return partial(_days_old, count=count)


def months(count: int) -> Point:
    """The day on which so many months are reached."""
    return partial(reached_months, months=count)


def day_past_months(count: int) -> Point:
    """The day after (至った日の翌日)."""
    return partial(_past_months, count=count)


def years(count: int) -> Point:
    """The day on which so many years are reached."""
    return months(12 * count)


def fiscal_year_of(age_years: int) -> Point:
    """1 April of the fiscal year in which the age is reached."""
    return partial(_fiscal_start, age_years=age_years)


def end_of_fiscal_year_of(age_years: int) -> Point:
    """31 March of the fiscal year in which the age is reached."""
    return partial(_fiscal_end, age_years=age_years)


def year_before_school(born_on: date) -> date:
    """1 April, one year before school."""
    entry = school_entry(born_on)
    return date(entry.year - 1, entry.month, entry.day)


def eve_of_school(born_on: date) -> date:
    """31 March before school."""
    return school_entry(born_on) - DAY


def no_end(_born_on: date) -> date:
    """The last day that there is."""
    return date.max


def on(day: date) -> Point:
    """A day of the calendar, whatever the age."""
    return partial(_always, day=day)


def days_between(full_days: int) -> Gap:
    """So many full days between two doses (N日以上の間隔をおいて)."""
    return partial(day_after, full_days=full_days)


def weeks_later(count: int) -> Gap:
    """The same weekday."""
    return days_between(7 * count - 1)


def months_later(count: int) -> Gap:
    """So many months between two doses (Nか月以上の間隔をおいて)."""
    return partial(same_day_months_later, months=count)


def months_and_a_half_later(count: int) -> Gap:
    """The same, and half a month."""
    return partial(same_day_months_later, months=count, half=True)


def _month_after(day: date, months: int) -> tuple[int, int]:
    years_on, month = divmod(day.month - 1 + months, 12)
    return day.year + years_on, month + 1


def _days_in(year: int, month: int) -> int:
    if month == 2:  # noqa: PLR2004 - February
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _days_old(born_on: date, count: int) -> date:
    return born_on + timedelta(days=count)


def _past_months(born_on: date, count: int) -> date:
    return reached_months(born_on, count) + DAY


def _fiscal_start(born_on: date, age_years: int) -> date:
    return fiscal_year_start(reached_months(born_on, 12 * age_years))


def _fiscal_end(born_on: date, age_years: int) -> date:
    return fiscal_year_end(reached_months(born_on, 12 * age_years))


def _always(_born_on: date, day: date) -> date:
    return day
