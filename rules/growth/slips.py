"""Slips of the pen in a young child's measures: grams for kilograms, a digit too many; never a judgement.

The ranges of rules/body.py hold for any infant. Until the fifth birthday a value must also lie between these shares of
the WHO median. They lie outside what WHO Anthro flags as implausible (weight below -6 or above +5 deviations, length
beyond 6, head beyond 5: about 0.5 to 1.7, 0.8 to 1.2 and 0.85 to 1.15 of the median at one year), since a sick child is
measured, too, and is not told that its measure cannot be. Decided by this project.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from models.growth import Measure
from models.resident import Sex
from rules.births import TERM, VIABLE
from rules.growth.who import UNITS, standard

EARLIEST_DAYS = (TERM - VIABLE).days


class Share(NamedTuple):
    """Of the median: at the least of children born as early as can be, at the most of those born at term."""

    least: float
    most: float


SHARES = {Measure.WEIGHT_G: Share(0.35, 2.5), Measure.HEIGHT_MM: Share(0.7, 1.4), Measure.HEAD_MM: Share(0.7, 1.6)}
SEXES = (Sex.FEMALE, Sex.MALE)


def first_slip(birth_date: date, day: date, values: Mapping[Measure, int | None]) -> Measure | None:
    """The first measure that is more likely a slip than a child; None when all can be."""
    days = (day - birth_date).days
    for measure, share in SHARES.items():
        value, medians = values.get(measure), _medians(measure, days)
        if value is not None and medians and not _least(measure, days, share) <= value <= max(medians) * share.most:
            return measure
    return None


def _medians(measure: Measure, days: int) -> list[float]:
    """Of both sexes, in grams or millimetres; none where the table does not reach."""
    found = [table.at(days) for sex in SEXES if (table := standard(measure, sex)) is not None]
    return [each.median * UNITS[measure] for each in found if each is not None]


def _least(measure: Measure, days: int, share: Share) -> float:
    return min(_medians(measure, days - EARLIEST_DAYS), default=0) * share.least
