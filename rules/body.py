"""Sanity ranges of body measures: what a scale and a tape can have shown, never a judgement.

Decided by this project after the fields of the standard record form (2018 form, 2023 draft) and of school checkups.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from models.growth import Measure

SCHOOL_AGE_YEARS = 6


class Span(NamedTuple):
    """Both ends included."""

    least: int
    most: int


INFANT = {  # standard record form, infants: 0.3-60 kg, 30-140 cm, head 20-60 cm, chest 20-80 cm
    Measure.WEIGHT_G: Span(300, 60_000),
    Measure.HEIGHT_MM: Span(300, 1_400),
    Measure.HEAD_MM: Span(200, 600),
    Measure.CHEST_MM: Span(200, 800),
}
AT_BIRTH = {  # standard record form, delivery: 200-7,000 g, 20-65 cm; head and chest by this project
    Measure.WEIGHT_G: Span(200, 7_000),
    Measure.HEIGHT_MM: Span(200, 650),
    Measure.HEAD_MM: Span(120, 450),
    Measure.CHEST_MM: Span(120, 450),
}
SCHOOL = {  # school checkups: 8-200 kg, 80-220 cm; head and chest are not measured there, so only the upper ends widen
    Measure.WEIGHT_G: Span(8_000, 200_000),
    Measure.HEIGHT_MM: Span(800, 2_200),
    Measure.HEAD_MM: Span(200, 700),
    Measure.CHEST_MM: Span(200, 1_500),
}


def first_out_of_range(
    birth_date: date, day: date, values: Mapping[Measure, int | None], *, is_birth: bool = False
) -> Measure | None:
    """The first measure that cannot be right at the age of that day, or at birth; None when all can."""
    spans = AT_BIRTH if is_birth else SCHOOL if day.year - birth_date.year > SCHOOL_AGE_YEARS else INFANT
    for measure, value in values.items():
        if value is not None and not spans[measure].least <= value <= spans[measure].most:
            return measure
    return None
