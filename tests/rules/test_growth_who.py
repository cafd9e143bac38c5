"""The WHO standards against the values that WHO prints in its charts and z-score tables, and what lies beyond them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.growth import Measure
from models.resident import Sex
from rules.growth.ranks import DEVIATIONS
from rules.growth.who import TABLES, Lms, standard

F, M = Sex.FEMALE, Sex.MALE
W, H, HEAD, CHEST = Measure
PRINTED = (  # simplified field tables of WHO: measure, sex, day of age, deviations, value
    (W, M, 0, 0, 3_300),
    (W, M, 365, -2, 7_700),
    (W, M, 365, 0, 9_600),
    (W, M, 365, 2, 12_000),
    (W, M, 365, 3, 13_300),
    (W, F, 365, -3, 6_300),
    (W, F, 365, 0, 8_900),
    (W, F, 1826, 2, 24_900),
    (H, M, 365, -2, 710),
    (H, M, 730, 0, 878),
    (H, M, 731, 0, 871),
    (H, F, 731, -2, 793),
    (H, F, 1826, 0, 1_094),
    (HEAD, M, 365, 0, 461),
    (HEAD, M, 365, -2, 435),
    (HEAD, F, 365, 2, 476),
)
ENDS = {W: 50, H: 0.5, HEAD: 0.5}  # what rounding to 0.1 kg or 0.1 cm can hide
STANDARDS = [standard(*key) for key in TABLES]


@pytest.mark.parametrize(("measure", "sex", "day", "z", "value"), PRINTED)
def test_a_value_that_who_prints_stands_where_who_says(measure, sex, day, z, value):
    found = standard(measure, sex)
    ranks = [found.rank(day, value + shift * ENDS[measure]).z for shift in (-1, 1)]

    assert ranks[0] - 0.005 <= z <= ranks[1] + 0.005


@given(st.sampled_from(STANDARDS), st.integers(0, 1826), st.floats(-6, 6))
def test_more_is_never_less_and_the_middle_is_the_median(found, day, z):
    lms = found.at(day)
    value = lms.value(z) if abs(z) <= 3 else lms.median * (1.5 if z > 0 else 0.5)

    assert lms.z(value * 1.001) > lms.z(value)
    assert math.isclose(lms.z(lms.median), 0, abs_tol=1e-9)
    assert abs(z) > 3 or math.isclose(lms.z(value), z, abs_tol=1e-6)


def test_beyond_three_deviations_the_distance_from_the_second_to_the_third_goes_on():
    lms = standard(W, M).at(365)
    step = lms.value(3) - lms.value(2)

    assert lms.z(lms.value(3) + 2 * step) == pytest.approx(5)
    assert lms.z(lms.value(-3) - (lms.value(-2) - lms.value(-3))) == pytest.approx(-4)


def test_a_power_of_zero_is_the_logarithm():
    lms = Lms(0, 10, 0.1)

    assert lms.z(10 * math.exp(0.2)) == pytest.approx(2)
    assert lms.value(2) == pytest.approx(10 * math.exp(0.2))


def test_a_percentile_is_a_number_within_three_deviations_and_a_word_beyond():
    found = standard(W, M)
    ranks = [found.rank(365, value) for value in (9_646, 15_000, 5_000)]

    assert (ranks[0].percentile, ranks[0].label) == (50.0, "50")
    assert [(rank.percentile, rank.label) for rank in ranks[1:]] == [(None, ">99.9"), (None, "<0.1")]


def test_the_table_ends_with_the_fifth_birthday_and_begins_with_birth():
    found = standard(H, F)

    assert [found.rank(day, 1_000) is None for day in (-1, 0, 1826, 1827)] == [True, False, False, True]


def test_standing_up_takes_seven_millimetres():
    lying, standing = (standard(H, M).at(day).median for day in (730, 731))

    assert lying - standing == pytest.approx(0.67, abs=0.01)  # 0.7 less a day of growth


@pytest.mark.parametrize("found", STANDARDS)
def test_the_bands_of_a_chart_rise_from_line_to_line(found):
    bands = found.bands()

    assert all(list(band[1:]) == sorted(set(band[1:])) for band in bands)
    assert [band.age_days for band in bands] == sorted({band.age_days for band in bands})
    ranks = [found.rank(bands[9].age_days, value).z for value in bands[9][1:]]
    assert ranks == pytest.approx(DEVIATIONS, abs=0.1)


def test_there_is_no_table_of_the_chest_nor_of_a_sex_that_is_not_known():
    assert standard(CHEST, F) is None
    assert standard(W, Sex.UNKNOWN) is None
