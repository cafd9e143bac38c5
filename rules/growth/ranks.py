"""Where a value stands among others, in percentiles: numbers where they are known, words at both ends, no judgement."""

from statistics import NormalDist
from typing import NamedTuple

PERCENTILES = (3, 10, 25, 50, 75, 90, 97)  # what the survey of the ministry publishes
NORMAL = NormalDist()
DEVIATIONS = tuple(NORMAL.inv_cdf(each / 100) for each in PERCENTILES)  # -1.8808 ... 1.8808
HUNDRED = 100


class Rank(NamedTuple):
    """`z` in standard deviations, `percentile` in percent; None where the table says no more than `label`."""

    z: float | None
    percentile: float | None
    label: str


class Band(NamedTuple):
    """The seven percentiles at an age, in grams or millimetres: one step of each of the seven lines of a chart."""

    age_days: int
    p3: int
    p10: int
    p25: int
    p50: int
    p75: int
    p90: int
    p97: int


def at(z: float, *, label: str = "") -> Rank:
    """The rank at so many standard deviations; with a `label` the percentile stays unsaid."""
    if label:
        return Rank(round(z, 2), None, label)
    percentile = HUNDRED * NORMAL.cdf(z)
    return Rank(round(z, 2), round(percentile, 1), _label(percentile))


def among(value: float, seven: tuple[float, ...]) -> Rank:
    """The rank among seven percentiles: straight in z between two of them, no invented number outside."""
    if value < seven[0]:
        return Rank(None, None, f"<{PERCENTILES[0]}")
    if value >= seven[-1]:
        return Rank(None, None, f">={PERCENTILES[-1]}")
    above = next(number for number, each in enumerate(seven) if value < each)
    low, high = seven[above - 1], seven[above]
    z, z_high = DEVIATIONS[above - 1], DEVIATIONS[above]
    return at(z + (z_high - z) * (value - low) / (high - low))


def _label(percentile: float) -> str:
    """Whole percents, which is as much as a parent can read off a chart; tenths at both ends."""
    return f"{percentile:.0f}" if 1 <= percentile <= HUNDRED - 1 else f"{percentile:.1f}"
