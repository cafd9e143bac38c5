"""A fiscal year begins on 1 April."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rules.fiscal import fiscal_year_end, fiscal_year_start


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_fiscal_year_holds_its_day(day):
    first, last = fiscal_year_start(day), fiscal_year_end(day)

    assert first <= day <= last
    assert (first.month, first.day, last.month, last.day, last.year - first.year) == (4, 1, 3, 31, 1)
