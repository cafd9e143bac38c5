"""Figures of the taxi subsidy by month, of which none is of fewer than ten.

What is withheld cannot be worked out from what is told: a sum of the year is told only where every month of it is, so
nothing can be subtracted from it. Amounts are withheld with the rides and the riders that they come from, and the
number of registrations is told in tens, so that two months do not tell who came in between.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from rules.claims import next_month
from rules.fiscal import fiscal_year_start
from rules.rides import terms_on

LEAST = 10  # decided here: figures of fewer are withheld, nought among them
TENS = 10
MONTHS = 12


class Counted(NamedTuple):
    """What was counted of one month; `registered` at its end, `riders` each once, amounts in yen."""

    month: date
    applications: int
    registered: int
    riders: int
    rides: int
    fares_yen: int
    subsidies_yen: int


class RideFigures(NamedTuple):
    """What is told of one month; None where it is withheld."""

    month: date
    applications: int | None
    registered: int | None
    riders: int | None
    rides: int | None
    fares_yen: int | None
    subsidies_yen: int | None


class RideSums(NamedTuple):
    """What is told of all months together."""

    applications: int | None
    rides: int | None
    fares_yen: int | None
    subsidies_yen: int | None


class RideStatistics(NamedTuple):
    """A fiscal year, by the year in which it begins: its months of which figures are told, and their sums."""

    fiscal_year: int
    months: list[RideFigures]
    total: RideSums


def told_months(today: date, year: int | None) -> list[date]:
    """The months of a fiscal year that are over, and into which no tablet may bring anything any more."""
    this_year = fiscal_year_start(today).year
    if year is not None and not date.min.year < year <= this_year:
        return []
    month, found = date(this_year if year is None else year, 4, 1), []
    for _ in range(MONTHS):
        terms, after = terms_on(next_month(month) - timedelta(days=1)), next_month(month)
        if terms is not None and today >= after + timedelta(days=terms.grace_days):
            found.append(month)
        month = after
    return found


def told(fiscal_year: int, months: Sequence[Counted]) -> RideStatistics:
    """The figures of these months without what is withheld."""
    shown = [_told(each) for each in months]
    sums = (_sum([getattr(each, name) for each in shown]) for name in RideSums._fields)
    return RideStatistics(fiscal_year, shown, RideSums(*sums))


def _told(month: Counted) -> RideFigures:
    rides = (month.riders, month.rides, month.fares_yen, month.subsidies_yen)
    are_few = min(month.riders, month.rides) < LEAST
    return RideFigures(
        month.month,
        month.applications if month.applications >= LEAST else None,
        month.registered // TENS * TENS or None,
        *([None] * len(rides) if are_few else rides),
    )


def _sum(figures: Sequence[int | None]) -> int | None:
    told = [each for each in figures if each is not None]
    return sum(told) if told and len(told) == len(figures) else None
