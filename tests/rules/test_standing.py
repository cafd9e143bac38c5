"""What of the register is read as standing, and what as history."""

from datetime import date
from typing import NamedTuple

import pytest

from rules.standing import everything, not_ended

TODAY = date(2026, 11, 23)


class Entry(NamedTuple):
    valid_from: date
    valid_to: date | None


@pytest.mark.parametrize(
    ("first", "end", "stands"),
    [
        (date(2020, 1, 1), None, True),
        (date(2020, 1, 1), date(2026, 11, 24), True),
        (date(2020, 1, 1), TODAY, False),
        (date(2027, 1, 1), None, True),
        (date(2027, 1, 1), date(2027, 1, 1), False),
    ],
)
def test_what_holds_today_or_will_stands_and_everything_is_history(first, end, stands):
    entries = [Entry(first, end)]

    assert not_ended(TODAY, entries) == entries * stands
    assert everything(TODAY, entries) == entries
