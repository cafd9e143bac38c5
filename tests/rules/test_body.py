"""Both ends of every range are possible, one step beyond is not."""

from datetime import date

import pytest

from models.growth import Measure
from rules.body import INFANT, SCHOOL, first_out_of_range

BORN = date(2018, 5, 1)
INFANCY, FIRST_GRADE = date(2024, 12, 31), date(2025, 1, 1)
AGES = [(INFANCY, INFANT), (FIRST_GRADE, SCHOOL)]


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize(("day", "spans"), AGES, ids=["infant", "school"])
def test_a_step_beyond_either_end_is_out_of_range(day, spans, measure):
    least, most = spans[measure]

    assert first_out_of_range(BORN, day, {measure: least - 1}) is measure
    assert first_out_of_range(BORN, day, {measure: most + 1}) is measure


@pytest.mark.parametrize("measure", Measure)
@pytest.mark.parametrize(("day", "spans"), AGES, ids=["infant", "school"])
def test_both_ends_are_possible(day, spans, measure):
    assert all(first_out_of_range(BORN, day, {measure: end}) is None for end in spans[measure])


def test_the_first_of_several_is_named():
    values = {Measure.WEIGHT_G: 9_000, Measure.HEIGHT_MM: 1, Measure.HEAD_MM: 1}

    assert first_out_of_range(BORN, INFANCY, values) is Measure.HEIGHT_MM


def test_what_was_not_measured_is_not_wrong():
    assert first_out_of_range(BORN, INFANCY, dict.fromkeys(Measure)) is None
