"""The dates of the next dose of a series: earliest, recommended, past due, latest, by today's rules."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from models.immunisation import LegalStatus
from models.vaccination import Vaccine
from rules.immunisation.course import (
    Facts,
    Slot,
    distances,
    first_after,
    first_after_series,
    least_of,
    may_switch,
    next_dose,
    slot_before,
    variant_of,
)
from rules.immunisation.judging import Judged
from rules.immunisation.products import PRODUCTS
from rules.immunisation.reckoning import DAY
from rules.immunisation.terms import Dose, Series, Variant, Version
from rules.immunisation.windows import Opening, openings, programme_days, season_year, version_on


class Next(NamedTuple):
    """The next dose. From `past_due` on it is overdue; None there means no standard period, in `latest` no end."""

    n: int
    earliest: date
    recommended: date
    past_due: date | None
    latest: date | None
    legal_status: LegalStatus
    products: tuple[Vaccine, ...]


class Ahead(NamedTuple):
    """Where a series stands: what was given of it, and what comes next, if there is a day left for it."""

    version: Version
    variant: Variant
    filled: list[Slot]
    dose: Dose | None  # None when the series has all its doses
    latest: date | None  # the last legal day of the series
    next: Next | None


def ahead(judged: Judged, facts: Facts, series: Series) -> Ahead:
    """The next dose, in the first window that leaves a day for it."""
    day, born_on = facts.as_of, facts.record.born_on
    version = version_on(series, day)
    windows = _windows(series, version, facts)
    filled = _filled(judged, series, windows[0])
    days = [slot.day for slot in filled] or [max(day, windows[0].first)]
    variant = variant_of(version, born_on, days, [slot.taken.product for slot in filled])
    latest = max(opening.last for opening in windows)
    dose = next_dose(variant, born_on, filled, day)
    if dose is not None and dose.must_be_by is not None:  # the interval alone may lead beyond the age limit
        first = _first_day(dose, windows[0], filled, born_on)
        dose = next_dose(variant, born_on, filled, max(day, first))
    standing = Ahead(version, variant, filled, dose, _shown(latest), None)
    if dose is None:
        return standing
    return standing._replace(next=_next(judged, facts, series, standing, windows))


def doses_needed(standing: Ahead, born_on: date, day: date) -> int:
    """How many doses are left when the next one is given as soon as it may be."""
    if standing.next is None:
        return 0
    given_on = max(day, standing.next.earliest)
    limits = [(dose.n, dose.must_be_by, dose.skipped_after) for dose in standing.variant.doses]
    return sum(
        number == standing.next.n
        or (number > standing.next.n and all(limit is None or given_on <= limit(born_on) for limit in (by, after)))
        for number, by, after in limits
    )


def _windows(series: Series, version: Version, facts: Facts) -> list[Opening]:
    """The ordinary window and what has opened by the day of asking; of a seasonal series the season ahead."""
    ordinary, *beyond = openings(series, version, facts.record)
    if series.season is not None:
        season = season_year(series.season, max(facts.as_of, ordinary.first))
        return [ordinary._replace(first=max(ordinary.first, season.first), last=min(ordinary.last, season.last))]
    return [ordinary, *(opening for opening in beyond if opening.first <= facts.as_of)]


def _filled(judged: Judged, series: Series, window: Opening) -> list[Slot]:
    if judged.course.are_phases:
        return [slot for slot in judged.slots if slot.series is series]
    if series.season is not None:
        return [slot for slot in judged.slots if season_year(series.season, slot.day).last >= window.first]
    return judged.slots


def _next(judged: Judged, facts: Facts, series: Series, standing: Ahead, windows: Sequence[Opening]) -> Next | None:
    day, born_on, filled = facts.as_of, facts.record.born_on, standing.filled
    products = _products(judged, facts, standing.version, series)
    dose = standing.dose
    if dose is None or not products:
        return None
    apart = max(
        (first for product in products for _, first in distances(product, day, facts.taken)),
        default=first_after_series(series, judged.slots),
    )
    apart = max(apart, first_after_series(series, judged.slots))
    for opening in windows:
        first = max(_first_day(dose, opening, filled, born_on), apart)
        last = opening.last if dose.must_be_by is None else min(opening.last, dose.must_be_by(born_on))
        if max(first, day) <= last:
            recommended, past_due = _standard(dose, standing, born_on, first)
            return Next(
                n=dose.n,
                earliest=first,
                recommended=min(recommended, last),
                past_due=None if past_due is None else min(max(past_due, recommended), last),
                latest=_shown(last),
                legal_status=opening.legal,
                products=products,
            )
    return None


def _first_day(dose: Dose, opening: Opening, filled: Sequence[Slot], born_on: date) -> date:
    floor = date.min if dose.not_before is None else dose.not_before(born_on)
    return max(opening.first, floor, first_after(filled, least_of(dose, opening)))


def _standard(dose: Dose, standing: Ahead, born_on: date, first: date) -> tuple[date, date | None]:
    """When the dose is recommended, and from when it is past due: by interval after the first dose, else by age.

    Who starts late is measured by the standard age of those who started in time.
    """
    standard = dose.standard
    if standard is None and dose.n == 1:
        standard = standing.version.variants[0].doses[0].standard
    by_age = None if standard is None else standard.last(born_on) + DAY
    if dose.usual is not None:
        before = slot_before(standing.filled, dose.usual.dose).day
        past_due = by_age if dose.usual.last is None else dose.usual.last(before) + DAY
        return max(first, dose.usual.first(before)), past_due
    return first if standard is None else max(first, standard.first(born_on)), by_age


def _products(judged: Judged, facts: Facts, version: Version, series: Series) -> tuple[Vaccine, ...]:
    """What may be given next on the day of asking; where nothing of the series is sold any more, what replaces it."""
    course, slots, day = judged.course, judged.slots, facts.as_of
    own = tuple(
        product
        for product in series.products
        if _is_offered(version, product, day) and (not slots or may_switch(course, facts, slots, product, day))
    )
    if own or not slots:
        return own
    return tuple(
        row.after
        for row in course.switches
        if row.before in series.products
        and row.before is slots[-1].taken.product
        and may_switch(course, facts, slots, row.after, day)
    )


def _is_offered(version: Version, product: Vaccine, day: date) -> bool:
    entered, left = programme_days(version, product)
    return entered <= day <= min(left, PRODUCTS[product].sold_until)


def _shown(day: date) -> date | None:
    return None if day == date.max else day
