"""The dates of the next dose of a series: earliest, recommended, past due, latest, by today's rules."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from models.immunisation import Caution, LegalStatus
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
    cautions: tuple[Caution, ...] = ()


class Standing(NamedTuple):
    """Where a series is: its rules, what was given of it, and the dose that is next; None when it has all of them."""

    series: Series
    version: Version
    windows: list[Opening]
    variant: Variant
    filled: list[Slot]
    dose: Dose | None

    @property
    def latest(self) -> date | None:
        """The last legal day of the series."""
        return _shown(max(opening.last for opening in self.windows))


def standing_of(judged: Judged, facts: Facts, series: Series) -> Standing:
    """Where the series is on the day of asking, by the rules of that day."""
    day, born_on = facts.as_of, facts.record.born_on
    version = version_on(series, day)
    windows = _windows(series, version, facts)
    filled = _filled(judged, series, windows[0])
    variant = version.variants[0]
    if len(version.variants) > 1:
        days = [slot.day for slot in filled] or [max(day, windows[0].first)]
        variant = variant_of(version, born_on, days, [slot.product for slot in filled])
    dose = next_dose(variant, born_on, filled, day)
    if dose is not None and dose.must_be_by is not None:  # the interval alone may lead beyond the age limit
        first = _first_day(dose, windows[0], filled, born_on)
        dose = next_dose(variant, born_on, filled, max(day, first))
    return Standing(series, version, windows, variant, filled, dose)


def doses_needed(variant: Variant, coming: Next, facts: Facts) -> int:
    """How many doses are left when the next one is given as soon as it may be."""
    born_on, given_on = facts.record.born_on, max(facts.as_of, coming.earliest)
    later = [dose for dose in variant.doses if dose.n > coming.n]
    limits = [(dose.must_be_by, dose.skipped_after) for dose in later]
    return 1 + sum(all(limit is None or given_on <= limit(born_on) for limit in pair) for pair in limits)


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


def next_of(judged: Judged, facts: Facts, standing: Standing) -> Next | None:
    """The dates of the next dose, in the first window that leaves a day for it."""
    day, born_on, filled, dose = facts.as_of, facts.record.born_on, standing.filled, standing.dose
    products = _products(judged, facts, standing)
    if dose is None or not products:
        return None
    others = [first for product in products for _, first in distances(product, day, facts.taken)]
    apart = max(first_after_series(standing.series, judged.slots), *others, date.min)
    for opening in standing.windows:
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
                cautions=_cautions(dose, born_on, max(first, day)),
            )
    return None


def _cautions(dose: Dose, born_on: date, given_on: date) -> tuple[Caution, ...]:
    """What ought to be known before the dose is given on that day."""
    is_late = dose.advised_by is not None and given_on > dose.advised_by(born_on)
    return (Caution.LATE_FIRST_DOSE,) if is_late else ()


def _first_day(dose: Dose, opening: Opening, filled: Sequence[Slot], born_on: date) -> date:
    floor = date.min if dose.not_before is None else dose.not_before(born_on)
    return max(opening.first, floor, first_after(filled, least_of(dose, opening)))


def _standard(dose: Dose, standing: Standing, born_on: date, first: date) -> tuple[date, date | None]:
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


def _products(judged: Judged, facts: Facts, standing: Standing) -> tuple[Vaccine, ...]:
    """What may be given next on the day of asking; where nothing of the series is sold any more, what replaces it."""
    course, slots, day = judged.course, judged.slots, facts.as_of
    series = standing.series
    own = _offered(series, standing.version, day)
    if not slots:
        return own
    own = tuple(product for product in own if may_switch(course, facts, slots, product, day))
    if own:
        return own
    return tuple(
        row.after
        for row in course.switches
        if row.before in series.products
        and row.before is slots[-1].product
        and may_switch(course, facts, slots, row.after, day)
    )


@lru_cache(maxsize=256)
def _offered(series: Series, version: Version, day: date) -> tuple[Vaccine, ...]:
    """What is in the programme and on sale."""
    found = []
    for product in series.products:
        row = PRODUCTS[product]
        entered, left = programme_days(version, row)
        if entered <= day <= min(left, row.sold_until):
            found.append(product)
    return tuple(found)


def _shown(day: date) -> date | None:
    return None if day == date.max else day
