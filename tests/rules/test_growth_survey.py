"""A survey's seven percentiles: straight between them in z, plotted at the middle of bands, silent where it ends."""

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.growth.ranks import DEVIATIONS, PERCENTILES, among
from rules.growth.survey import Row, fault_of, packed, survey, unpacked

SEVEN = (3_000, 3_500, 4_000, 5_000, 6_000, 7_000, 8_000)
LATER = tuple(2 * each for each in SEVEN)
ROWS = [Row(0, 0, 0, SEVEN), Row(1, 1, 30, SEVEN), Row(1, 2, None, LATER), Row(2, 4, None, LATER)]


@pytest.mark.parametrize(("value", "percentile"), list(zip(SEVEN[:-1], PERCENTILES[:-1], strict=True)))
def test_a_value_of_the_table_has_its_percentile(value, percentile):
    rank = among(value, SEVEN)

    assert (rank.percentile, rank.label) == (percentile, str(percentile))


def test_half_way_between_two_percentiles_is_half_way_in_z():
    rank = among(5_500, SEVEN)

    assert rank.z == round(DEVIATIONS[4] / 2, 2)
    assert rank.percentile == round(100 * NormalDist().cdf(DEVIATIONS[4] / 2), 1)


@pytest.mark.parametrize(("value", "label"), [(2_999, "<3"), (1, "<3"), (8_000, ">=97"), (50_000, ">=97")])
def test_outside_the_table_there_is_a_word_and_no_number(value, label):
    assert among(value, SEVEN) == (None, None, label)


@given(st.integers(3_000, 7_998))
def test_a_gram_more_is_never_a_lower_rank(value):
    assert among(value, SEVEN).z <= among(value + 1, SEVEN).z


def test_a_band_is_plotted_at_its_middle_and_a_day_at_itself():
    assert [row.plotted_day for row in ROWS] == [0, 30, 46, 91]


@pytest.mark.parametrize(
    ("age_days", "label"),
    [(-1, None), (0, "50"), (30, "50"), (38, "25"), (46, "3"), (91, "3"), (121, "3"), (122, None)],
)
def test_between_two_middles_the_lines_are_straight_and_a_band_holds_until_its_end(age_days, label):
    value = {38: 6_000, 46: 6_000, 91: 6_000, 121: 6_000}.get(age_days, 5_000)
    rank = survey(ROWS).rank(age_days, value)

    assert (rank and rank.label) == label


def test_a_table_of_bands_alone_holds_from_the_first_day_of_its_first_band():
    found = survey(ROWS[2:])

    assert [found.rank(day, 10_000) is None for day in (29, 30, 45)] == [True, False, False]
    assert found.rank(30, 10_000).label == "50"


def test_a_table_that_ends_with_a_day_holds_on_that_day():
    found = survey(ROWS[:2])

    assert [found.rank(day, 5_000) is None for day in (30, 31)] == [False, True]


FAULTS = {
    "not rising": ([Row(0, 1, None, (1, 2, 2, 4, 5, 6, 7))], (0, "p25")),
    "the same day twice": ([ROWS[0], ROWS[0]], (1, "age_months_min")),
    "younger": ([ROWS[3], ROWS[2]], (1, "age_months_min")),
    "a gap": ([ROWS[2], Row(3, 4, None, LATER)], (1, "age_months_min")),
    "an overlap": ([ROWS[3], Row(3, 9, None, LATER)], (1, "age_months_min")),
}


@pytest.mark.parametrize(("rows", "where"), FAULTS.values(), ids=FAULTS)
def test_a_table_that_does_not_hold_together_is_told_by_line_and_column(rows, where):
    assert fault_of(rows)[:2] == where


def test_a_table_that_holds_together_is_kept_as_text_and_comes_back():
    assert fault_of(ROWS) is None
    assert unpacked(packed(ROWS)) == survey(ROWS)
