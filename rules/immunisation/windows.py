"""When a series is open to somebody: the version in force, the cohort, the ordinary window and those beyond it."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from models.immunisation import LegalStatus, Programme, Reason
from rules.immunisation.products import PRODUCTS
from rules.immunisation.reckoning import DAY
from rules.immunisation.record import Record, first_day
from rules.immunisation.tables import LONG_ILLNESS
from rules.immunisation.terms import Least, Product, Season, Series, Span, Version

LEGAL = {
    Programme.ROUTINE_A: LegalStatus.ROUTINE,
    Programme.ROUTINE_A_EXCEPTION: LegalStatus.ROUTINE_BY_EXCEPTION,
    Programme.VOLUNTARY: LegalStatus.NOT_ROUTINE,
}


class Opening(NamedTuple):
    """Days on which a dose is what `legal` says, both ends inside; `least` stands in for the intervals of the dose."""

    first: date
    last: date
    legal: LegalStatus
    least: tuple[Least, ...] | None = None


def version_on(series: Series, day: date) -> Version:
    """The version in force on the day; the nearest one when none is."""
    for version in series.versions:
        if day <= version.effective_to:
            return version
    return series.versions[-1]


def is_in_force(series: Series, day: date) -> bool:
    """Whether the programme knows the series on that day."""
    version = version_on(series, day)
    return version.effective_from <= day <= version.effective_to


@lru_cache(maxsize=256)
def programme_days(version: Version, row: Product) -> tuple[date, date]:
    """The first and last day on which the product is in the programme under this version."""
    return max(version.effective_from, row.routine_from), min(version.effective_to, row.routine_to)


def openings(series: Series, version: Version, record: Record) -> tuple[Opening, ...]:
    """The ordinary window first, then the extensions of the person's cohort and the long-illness exception."""
    return _openings(series, version, record.born_on, record.recovered_on)


@lru_cache(maxsize=1024)  # the same child is asked about several times, and then the next
def _openings(series: Series, version: Version, born_on: date, recovered_on: date | None) -> tuple[Opening, ...]:
    ordinary = _opening(version.window, born_on, LEGAL[series.programme])
    found = [ordinary]
    for row in series.extensions:
        if row.cohort.first <= born_on <= row.cohort.last:
            beyond = _opening(row.window, born_on, LegalStatus.ROUTINE_BY_EXCEPTION)
            found.append(beyond._replace(least=row.least))
    if recovered_on is not None and series.has_illness_exception:
        found += _after_illness(series, ordinary, recovered_on, born_on)
    return tuple(found)


def _opening(window: Span, born_on: date, legal: LegalStatus) -> Opening:
    return Opening(window.first(born_on), window.last(born_on), legal)


def _after_illness(series: Series, ordinary: Opening, recovered_on: date, born_on: date) -> list[Opening]:
    """From the end of the illness for two years, after the ordinary window and never beyond the cap by age."""
    last = LONG_ILLNESS.until(recovered_on)
    if series.illness_cap is not None:
        last = min(last, series.illness_cap(born_on))
    opening = Opening(max(ordinary.last + DAY, recovered_on), last, LegalStatus.ROUTINE_BY_EXCEPTION)
    return [] if recovered_on < LONG_ILLNESS.effective_from or last < opening.first else [opening]


def not_in_target(series: Series, record: Record, day: date) -> list[Reason]:
    """Why the programme does not mean this person on that day; empty when it does."""
    is_other = (
        not series.cohort.first <= record.born_on <= series.cohort.last
        or series.is_for_the_pregnant is not record.is_pregnant
        or (series.sex is not None and series.sex is not record.sex)
        or not series.excluded.isdisjoint(record.conditions)
    )
    started = series.started
    if started is not None and day >= started.applies_from:
        days = [first_day(dose.given_on) for dose in record.doses if dose.product in series.products]
        if not any(started.first <= given <= started.last for given in days):
            return [Reason.NOT_IN_TARGET, Reason.SERIES_NOT_STARTED_IN_TIME]
    return [Reason.NOT_IN_TARGET] if is_other else []


def is_immune(series: Series, record: Record, day: date) -> bool:
    """Whether every disease of the series was had by that day; with one of two left, the combined vaccine stays."""
    if not record.illnesses:
        return False
    had = {illness.antigen for illness in record.illnesses if illness.day <= day}
    return PRODUCTS[series.products[0]].antigens <= had


def season_year(season: Season, day: date) -> Opening:
    """The season in which a dose of that day falls; between two seasons it is the one to come."""
    year = day.year if day.month > season.last_month else max(day.year - 1, 1)
    end = date(year + 1, season.last_month + 1, 1) - DAY
    return Opening(date(year, season.first_month, 1), end, LegalStatus.NOT_ROUTINE)
