"""The WHO Child Growth Standards 2006, built in: z by the LMS method, with straight tails beyond 3 deviations.

z = ((x / M)^L - 1) / (L S), and ln(x / M) / S where L is 0: Cole and Green, Statistics in Medicine 1992;11:1305. The
tails: World Health Organization, Child Growth Standards: Methods and development, 2006, chapter 7, and the macros
of igrowup; they keep a few very heavy children from standing at thousands of deviations.
"""

import math
from bisect import bisect_right
from functools import cache
from typing import NamedTuple

from models.growth import Measure
from models.resident import Sex
from rules.growth import who_boys, who_girls
from rules.growth.ranks import DEVIATIONS, Band, Rank, at

EDITION = "WHO-2006"
SOURCE = "World Health Organization, Child Growth Standards, 2006"
TAIL = 3  # standard deviations
TABLES = {
    (Measure.WEIGHT_G, Sex.FEMALE): who_girls.WEIGHT,
    (Measure.HEIGHT_MM, Sex.FEMALE): who_girls.HEIGHT,
    (Measure.HEAD_MM, Sex.FEMALE): who_girls.HEAD,
    (Measure.WEIGHT_G, Sex.MALE): who_boys.WEIGHT,
    (Measure.HEIGHT_MM, Sex.MALE): who_boys.HEIGHT,
    (Measure.HEAD_MM, Sex.MALE): who_boys.HEAD,
}
UNITS = {Measure.WEIGHT_G: 1_000, Measure.HEIGHT_MM: 10, Measure.HEAD_MM: 10}  # grams of a kilogram, mm of a centimetre


class Lms(NamedTuple):
    """Box-Cox power, median, coefficient of variation."""

    power: float
    median: float
    spread: float

    def value(self, z: float) -> float:
        """The value at so many deviations, at most `TAIL`."""
        if self.power == 0:
            return self.median * math.exp(self.spread * z)
        return self.median * float((1 + self.power * self.spread * z) ** (1 / self.power))

    def z(self, value: float) -> float:
        """How many deviations a value stands from the median."""
        found = self._inside(value)
        if abs(found) <= TAIL:
            return found
        side = math.copysign(1, found)
        end, before = self.value(side * TAIL), self.value(side * (TAIL - 1))
        return side * (TAIL + (value - end) / (end - before))

    def _inside(self, value: float) -> float:
        ratio = value / self.median
        if self.power == 0:
            return math.log(ratio) / self.spread
        return float((ratio**self.power - 1) / (self.power * self.spread))


class Standard(NamedTuple):
    """One measure of one sex: the days of the table and what stands there."""

    measure: Measure
    days: tuple[int, ...]
    lms: tuple[Lms, ...]

    def at(self, age_days: int) -> Lms | None:
        """What holds at an age, straight between two days; None where the table does not reach."""
        if not self.days[0] <= age_days <= self.days[-1]:
            return None
        place = bisect_right(self.days, age_days) - 1
        if self.days[place] == age_days:
            return self.lms[place]
        share = (age_days - self.days[place]) / (self.days[place + 1] - self.days[place])
        both = zip(self.lms[place], self.lms[place + 1], strict=True)
        return Lms(*(low + (high - low) * share for low, high in both))

    def rank(self, age_days: int, value: int) -> Rank | None:
        """Where a value in grams or millimetres stands at an age."""
        lms = self.at(age_days)
        if lms is None:
            return None
        z = lms.z(value / UNITS[self.measure])
        if z < -TAIL:
            return at(z, label="<0.1")
        return at(z, label=">99.9") if z > TAIL else at(z)

    def bands(self) -> tuple[Band, ...]:
        """The seven lines of a chart."""
        unit = UNITS[self.measure]
        return tuple(
            Band(day, *(round(lms.value(z) * unit) for z in DEVIATIONS))
            for day, lms in zip(self.days, self.lms, strict=True)
        )


@cache
def standard(measure: Measure, sex: Sex) -> Standard | None:
    """The table of a measure; None for what WHO has no table of: the chest, and a sex that is not known."""
    text = TABLES.get((measure, sex))
    if text is None:
        return None
    rows = [line.split() for line in text.split("\n") if line]
    return Standard(
        measure, tuple(int(row[0]) for row in rows), tuple(Lms(*(float(each) for each in row[1:])) for row in rows)
    )
