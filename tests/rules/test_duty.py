"""Duty days are the 73 of the published table, no day more and no day fewer."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from models.duty_doctor import DutyDayReason
from rules.duty import duty_reasons, holiday_name, is_duty_day, is_stale

TABLE = (Path(__file__).parents[1] / "data" / "duty-days-fy2026.csv").read_text(encoding="utf-8")
ROWS = list(csv.DictReader(line for line in TABLE.splitlines() if not line.startswith("#")))
FISCAL_YEAR = [date(2026, 4, 1) + timedelta(days=day) for day in range(365)]


def test_every_day_of_the_fiscal_year_is_as_the_table_says():
    published = {date.fromisoformat(row["date"]) for row in ROWS}

    assert len(ROWS) == 73
    assert {day for day in FISCAL_YEAR if is_duty_day(day)} == published


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["date"])
def test_a_duty_day_has_the_name_of_its_holiday_or_none(row):
    named = [reason.partition(":")[2] for reason in row["reasons"].split(";") if ":" in reason]
    found = holiday_name(date.fromisoformat(row["date"]))

    assert (found is None) == (named == [])
    assert named == [] or found.startswith((named[0].split()[0], "振替休日"))


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1900, 6, 4), date(2200, 6, 4), date.max])
def test_a_day_beyond_the_calendar_of_holidays_is_still_a_day(day):
    assert holiday_name(day) is None


@pytest.mark.parametrize(
    ("day", "is_published", "reasons"),
    [
        (date(2026, 11, 29), True, ["SUNDAY"]),
        (date(2026, 5, 3), False, ["SUNDAY", "NATIONAL_HOLIDAY"]),
        (date(2027, 1, 1), False, ["NATIONAL_HOLIDAY", "YEAR_END"]),
        (date(2026, 8, 13), True, ["MUNICIPALITY"]),  # Obon, where a city keeps it
        (date(2026, 8, 13), False, []),
    ],
)
def test_a_duty_day_has_its_reasons(day, is_published, reasons):
    assert duty_reasons(day, is_published=is_published) == [DutyDayReason[name] for name in reasons]


@pytest.mark.parametrize(("published_on", "is_old"), [(date(2025, 10, 25), False), (date(2025, 10, 24), True)])
def test_a_list_is_relied_on_for_400_days(published_on, is_old):
    assert is_stale(published_on, date(2026, 11, 29)) is is_old
