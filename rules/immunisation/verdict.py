"""One dose against the next open place of its series: legal status and whether it counts are two answers."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from models.immunisation import Caution, Counts, LegalStatus, Programme, Reason
from rules.immunisation.course import (
    Facts,
    Slot,
    Taken,
    distances,
    first_after,
    first_after_series,
    least_of,
    next_dose,
    slot_before,
    variant_of,
)
from rules.immunisation.record import Given
from rules.immunisation.terms import Dose, Season, Series, Variant, Version
from rules.immunisation.windows import (
    Opening,
    is_immune,
    not_in_target,
    openings,
    programme_days,
    season_year,
    version_on,
)

# These alone leave open what a dose is before the law; every other reason takes it out of the routine programme.
OPEN_TO_DOUBT = frozenset({Reason.WRONG_PRODUCT, Reason.EXPIRED_LOT, Reason.WRONG_ROUTE_OR_VOLUME})


class Verdict(NamedTuple):
    """What the rules say of one record of a dose; both days are the ends of what was allowed for it."""

    given: Given
    legal_status: LegalStatus
    counts: Counts
    reasons: tuple[Reason, ...]
    cautions: tuple[Caution, ...] = ()
    series: str | None = None
    n: int | None = None
    allowed_first_day: date | None = None
    allowed_last_day: date | None = None
    rule: str | None = None
    sources: tuple[str, ...] = ()


class Place(NamedTuple):
    """The place in a series for which a dose is tried; `filled` are the doses of that series before it."""

    series: Series
    version: Version
    variant: Variant
    dose: Dose
    opening: Opening
    filled: Sequence[Slot]


class Finding(NamedTuple):
    """Reasons in the order of the rules, and what they mean."""

    reasons: list[Reason]
    is_known: bool  # False: the record alone cannot say what the dose is before the law
    still_counts: bool  # whatever the reasons say of the law


def place_of(facts: Facts, series: Series, filled: Sequence[Slot], taken: Taken) -> Place | None:
    """The next open place on the day of the dose, by the rules of that day; None when the series is complete."""
    version = version_on(series, taken.day)
    born_on = facts.record.born_on
    variant = version.variants[0]
    if len(version.variants) > 1:
        days = [*(slot.day for slot in filled), taken.day]
        products = [*(slot.product for slot in filled), taken.product]
        variant = variant_of(version, born_on, days, products)
    dose = next_dose(variant, born_on, filled, taken.day)
    if dose is None:
        return None
    opening = _opening_for(openings(series, version, facts.record), taken.day)
    return Place(series, version, variant, dose, opening, filled)


def try_dose(facts: Facts, place: Place, slots: Sequence[Slot], taken: Taken, *, is_foreseen: bool) -> Verdict:
    """Judge the dose for that place; `is_foreseen` says that its product may follow the one before."""
    finding, first = _findings(facts, place, slots, taken)
    if not is_foreseen:
        finding.reasons.append(Reason.WRONG_PRODUCT)
    finding.reasons.extend(taken.given.reported)
    is_sure = finding.still_counts and not OPEN_TO_DOUBT.intersection(finding.reasons)
    last = place.opening.last
    if place.dose.must_be_by is not None:
        last = min(last, place.dose.must_be_by(facts.record.born_on))
    is_closed = first > last  # on no day was it allowed
    return Verdict(
        given=taken.given,
        legal_status=_legal_status(place, finding),
        counts=Counts.COUNTED if is_sure else Counts.NEEDS_REVIEW,
        reasons=tuple(finding.reasons) or (Reason.OK,),
        cautions=tuple(_cautions(facts, place, taken)),
        series=place.series.id,
        n=place.dose.n,
        allowed_first_day=None if is_closed else first,
        allowed_last_day=None if is_closed or last == date.max else last,
        rule=place.version.id,
        sources=taken.sources,
    )


def _opening_for(found: tuple[Opening, ...], day: date) -> Opening:
    """The window in which the day lies; otherwise the last one that was over, and before all of them the first."""
    for opening in found:
        if opening.first <= day <= opening.last:
            return opening
    over = [opening for opening in found if opening.last < day]
    return max(over, key=lambda opening: opening.last) if over else found[0]


def _legal_status(place: Place, finding: Finding) -> LegalStatus:
    if place.series.programme is Programme.VOLUNTARY or not OPEN_TO_DOUBT.issuperset(finding.reasons):
        return LegalStatus.NOT_ROUTINE if finding.is_known else LegalStatus.UNKNOWN
    return LegalStatus.UNKNOWN if finding.reasons else place.opening.legal


def _findings(facts: Facts, place: Place, slots: Sequence[Slot], taken: Taken) -> tuple[Finding, date]:
    """What is against the dose, in the order of the rules, and the first day on which its time had come."""
    day, dose, opening = taken.day, place.dose, place.opening
    floor = opening.first if dose.not_before is None else max(opening.first, dose.not_before(facts.record.born_on))
    apart = max(first_after(place.filled, least_of(dose, opening)), first_after_series(place.series, slots))
    near = [(other, first) for other, first in distances(taken.product, day, facts.shortly_before(day)) if day < first]
    reasons = _of_programme(facts, place, taken)
    if not floor <= day <= opening.last:
        reasons.append(Reason.TOO_YOUNG if day < floor else Reason.TOO_OLD)
    if day < apart or not all(other.is_live for other, _ in near):
        reasons.append(Reason.TOO_SOON)
    if dose.most is not None and place.filled and day > dose.most(place.filled[-1].day):
        reasons.append(Reason.TOO_LATE)
    if any(other.is_live for other, _ in near):
        reasons.append(Reason.LIVE_CONFLICT)
    return Finding(
        reasons=reasons,
        is_known=reasons != [Reason.TOO_SOON] or bool(near) or not _is_for_a_doctor(place, day),
        still_counts=not reasons or _only_the_law_minds(reasons, place, taken),
    ), max(floor, apart, *(first for _, first in near))


def _of_programme(facts: Facts, place: Place, taken: Taken) -> list[Reason]:
    """Whether the programme knew the product on that day and meant this person."""
    day, record, series = taken.day, facts.record, place.series
    reasons = not_in_target(series, record, day)
    entered, left = programme_days(place.version, taken.row)
    if day > left or (day < entered and not series.credits_earlier):
        reasons.insert(0, Reason.PRODUCT_NOT_IN_PROGRAMME_ON_DATE)
    if is_immune(series, record, day):
        reasons.append(Reason.EXCLUDED_HISTORY_OF_DISEASE)
    return reasons


def _only_the_law_minds(reasons: list[Reason], place: Place, taken: Taken) -> bool:
    """A dose before its programme began, or after a longer interval than its ordinance allowed, counts all the same."""
    is_earlier = taken.day < programme_days(place.version, taken.row)[0]
    harmless = {Reason.TOO_LATE, Reason.PRODUCT_NOT_IN_PROGRAMME_ON_DATE} if is_earlier else {Reason.TOO_LATE}
    return harmless.issuperset(reasons)


def _is_for_a_doctor(place: Place, day: date) -> bool:
    """Whether a shorter interval is one that a doctor may have judged necessary."""
    return any(
        row.by_doctor is not None and day >= row.by_doctor(slot_before(place.filled, row.dose).day)
        for row in least_of(place.dose, place.opening)
    )


def _cautions(facts: Facts, place: Place, taken: Taken) -> list[Caution]:
    """What ought to be known although the dose may be in order."""
    found = []
    if place.dose.advised_by is not None and taken.day > place.dose.advised_by(facts.record.born_on):
        found.append(Caution.LATE_FIRST_DOSE)
    if place.filled and len(place.version.variants) > 1:
        before = [slot.day for slot in place.filled], [slot.product for slot in place.filled]
        if variant_of(place.version, facts.record.born_on, *before) is not place.variant:
            found.append(Caution.THIRD_DOSE_NEEDED)
    season: Season | None = place.series.season
    if season is not None and taken.day < season_year(season, taken.day).first:
        found.append(Caution.OUT_OF_SEASON)
    return found
