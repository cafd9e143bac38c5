"""Age in months as families count it."""

from datetime import date

import pytest

from rules.age import age_months


@pytest.mark.parametrize(
    ("birth_date", "today", "months"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), 0),
        (date(2026, 10, 23), date(2026, 11, 22), 0),
        (date(2026, 10, 23), date(2026, 11, 23), 1),
        (date(2025, 12, 31), date(2026, 2, 28), 1),
        (date(2025, 12, 31), date(2026, 3, 31), 3),
        (date(2024, 2, 29), date(2025, 2, 28), 11),
        (date(2024, 2, 29), date(2025, 3, 1), 12),
        (date(2020, 2, 10), date(2026, 11, 23), 81),
        (date(2026, 11, 24), date(2026, 11, 23), -1),
    ],
)
def test_a_month_is_complete_on_the_same_day_of_the_month(birth_date, today, months):
    assert age_months(today, birth_date) == months
