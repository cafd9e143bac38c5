"""Rights change at 00:00 on the birthday, on the 1st of March for a birth on 29 February in a common year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.age import birthday, is_of_age

BIRTHS = st.dates(date(1900, 1, 1), date(2100, 1, 1))
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("birth_date", "eighteenth"),
    [
        (date(2008, 11, 23), date(2026, 11, 23)),
        (date(2008, 2, 29), date(2026, 3, 1)),
        (date(2006, 2, 28), date(2024, 2, 28)),
        (date(2008, 12, 31), date(2026, 12, 31)),
        (date(2008, 1, 1), date(2026, 1, 1)),
    ],
)
def test_a_person_comes_of_age_on_the_18th_birthday_and_not_a_day_sooner(birth_date, eighteenth):
    assert not is_of_age(birth_date, eighteenth - DAY)
    assert is_of_age(birth_date, eighteenth)


def test_a_leap_day_returns_in_a_leap_year():
    assert birthday(date(2008, 2, 29), 16) == date(2024, 2, 29)


@given(BIRTHS, st.integers(0, 120))
def test_a_birthday_is_the_anniversary_or_the_day_after_it(birth_date, years):
    found = birthday(birth_date, years)

    assert found.year == birth_date.year + years
    assert (found.month, found.day) in {(birth_date.month, birth_date.day), (3, 1)}
