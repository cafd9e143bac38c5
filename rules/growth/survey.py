"""A national survey's table of one measure: seven percentiles for bands of age, plotted at the middle of each band.

A band "1-2 months" is of the children in that month of life, [1, 2): nobody of that band is two months old. What was
measured on one day (birth, day 30) is a point of its own. Between two middles the lines are straight, so that a value
stands where it stands on the chart; up to the first middle and from the last one on the nearest band holds.
"""

from bisect import bisect_right
from functools import lru_cache
from json import dumps, loads
from typing import NamedTuple

from rules.growth.ranks import PERCENTILES, Band, Rank, among

MONTH_DAYS = 30.4375  # a twelfth of 365.25
KEPT = 200  # tables of one process; an edition has eight


class Row(NamedTuple):
    """One line: months [first, last), or `day` alone where the measure was taken on one day of life; seven values."""

    first_month: int
    last_month: int
    day: int | None
    seven: tuple[int, ...]

    @property
    def plotted_day(self) -> int:
        """Where it is plotted."""
        return round((self.first_month + self.last_month) / 2 * MONTH_DAYS) if self.day is None else self.day


class Survey(NamedTuple):
    """The table of one measure and sex, by where its lines are plotted; it holds in [start_day, end_day)."""

    bands: tuple[Band, ...]
    start_day: int
    end_day: int

    def rank(self, age_days: int, value: int) -> Rank | None:
        """Where a value in grams or millimetres stands at an age; None where the table does not reach."""
        if not self.start_day <= age_days < self.end_day:
            return None
        return among(value, self._seven(age_days))

    def _seven(self, age_days: int) -> tuple[float, ...]:
        days = [band.age_days for band in self.bands]
        after = bisect_right(days, age_days)
        low, high = self.bands[max(after - 1, 0)], self.bands[min(after, len(days) - 1)]
        share = (age_days - low.age_days) / ((high.age_days - low.age_days) or 1)
        return tuple(a + (b - a) * share for a, b in zip(low[1:], high[1:], strict=True))


def survey(rows: list[Row]) -> Survey:
    """The table that lines in order amount to."""
    bands = tuple(Band(row.plotted_day, *row.seven) for row in rows)
    first, last = rows[0], rows[-1]
    start = round(first.first_month * MONTH_DAYS) if first.day is None else first.day
    return Survey(bands, start, round(last.last_month * MONTH_DAYS) if last.day is None else last.day + 1)


def fault_of(rows: list[Row]) -> tuple[int, str, str] | None:
    """The first line that does not go on where the one before ends: its place, the column, what is wrong."""
    for place, row in enumerate(rows):
        if list(row.seven) != sorted(set(row.seven)):
            return place, f"p{PERCENTILES[_first_fall(row.seven)]}", "is not above the percentile before"
        before = rows[place - 1] if place else None
        if before is not None and row.plotted_day <= before.plotted_day:
            return place, "age_months_min", "is not older than the line before"
        if before is not None and row.day is None and before.day is None and row.first_month != before.last_month:
            return place, "age_months_min", "is not where the band before ends"
    return None


def _first_fall(seven: tuple[int, ...]) -> int:
    return next(place for place in range(1, len(seven)) if seven[place] <= seven[place - 1])


def packed(rows: list[Row]) -> str:
    """As the text that is kept."""
    return dumps(rows, separators=(",", ":"))


@lru_cache(maxsize=KEPT)
def unpacked(text: str) -> Survey:
    """Back from the text that is kept, once a process."""
    return survey([Row(first, last, day, tuple(seven)) for first, last, day, seven in loads(text)])
