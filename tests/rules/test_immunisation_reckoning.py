"""Ages are reached on the eve of the day, intervals let whole days pass; families count one day later."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.age import age_months
from rules.immunisation import reckoning as r

DAY = timedelta(days=1)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
BORN = date(2026, 5, 10)


@pytest.mark.parametrize(
    ("point", "day"),
    [
        (r.birth, "2026-05-10"),
        (r.days(42), "2026-06-21"),
        (r.months(2), "2026-07-09"),
        (r.day_past_months(12), "2027-05-10"),
        (r.years(9), "2035-05-09"),
        (r.fiscal_year_of(12), "2038-04-01"),
        (r.end_of_fiscal_year_of(16), "2043-03-31"),
        (r.year_before_school, "2032-04-01"),
        (r.eve_of_school, "2033-03-31"),
        (r.on(date(2027, 3, 31)), "2027-03-31"),
        (r.no_end, "9999-12-31"),
    ],
)
def test_a_point_of_the_tables_is_a_day_of_a_life(point, day):
    assert point(BORN) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("gap", "day"),
    [
        (r.days_between(27), "2026-06-07"),
        (r.weeks_later(2), "2026-05-24"),
        (r.months_later(6), "2026-11-10"),
        (r.months_and_a_half_later(2), "2026-07-26"),
        (r.days_between(0), "2026-05-11"),
    ],
)
def test_a_gap_of_the_tables_is_the_first_day_of_the_next_dose(gap, day):
    assert gap(BORN) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("born_on", "months", "day"),
    [
        ("2023-12-31", 2, "2024-02-29"),
        ("2024-01-30", 1, "2024-02-29"),
        ("2024-01-29", 1, "2024-02-28"),
        ("2099-12-31", 2, "2100-02-28"),
        ("1999-12-31", 2, "2000-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-01-01", 0, "2025-12-31"),
        ("2026-01-01", 12, "2026-12-31"),
    ],
)
def test_a_month_without_the_day_ends_on_its_last(born_on, months, day):
    assert r.reached_months(date.fromisoformat(born_on), months) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "months", "half", "first"),
    [
        ("2026-12-31", 2, False, "2027-03-01"),
        ("2023-12-29", 2, False, "2024-02-29"),
        ("2022-12-10", 2, True, "2023-02-24"),
        ("2023-12-10", 2, True, "2024-02-25"),
        ("2022-12-30", 2, True, "2023-03-17"),
    ],
)
def test_an_interval_in_months_leads_to_the_same_day_or_to_the_first(day, months, half, first):
    assert r.same_day_months_later(date.fromisoformat(day), months, half=half) == date.fromisoformat(first)


@given(DAYS, st.integers(0, 240))
def test_the_law_counts_a_month_on_the_day_on_which_it_is_reached(born_on, months):
    day = r.reached_months(born_on, months)

    assert r.legal_age_months(day, born_on) == months
    assert r.legal_age_months(day - DAY, born_on) == months - 1


@given(DAYS, st.integers(0, 7000))
def test_families_count_what_the_law_counted_the_day_before(born_on, days):
    day = born_on + days * DAY

    assert age_months(day, born_on) == r.legal_age_months(day - DAY, born_on)


@given(DAYS)
def test_school_begins_on_the_first_april_after_the_age_of_six(born_on):
    entry = r.school_entry(born_on)

    assert (entry.month, entry.day) == (4, 1)
    year_before = date(entry.year - 1, 4, 1)
    assert r.legal_age_months(entry - DAY, born_on) >= 72 > r.legal_age_months(year_before - DAY, born_on)
