"""A balance is what the entries come to."""

from datetime import date
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from rules.points import balance


class Movement(NamedTuple):
    points: int


@given(st.lists(st.integers(-10_000, 10_000)))
def test_a_balance_is_the_sum_of_all_movements(points):
    assert balance(date.min, [Movement(each) for each in points]) == sum(points)
