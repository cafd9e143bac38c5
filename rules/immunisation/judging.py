"""Every dose of a record, course by course, in the order of time; nothing is dropped, later doses change nothing."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from models.immunisation import Counts, LegalStatus, Reason
from models.vaccination import Vaccine
from rules.immunisation.course import Facts, Slot, Taken, may_switch
from rules.immunisation.products import PRODUCTS
from rules.immunisation.record import Given, Partial, Record, day_in_life, last_day
from rules.immunisation.terms import Course, Series
from rules.immunisation.verdict import Verdict, place_of, try_dose
from rules.immunisation.windows import openings, season_year, version_on

ORDER = {vaccine: place for place, vaccine in enumerate(Vaccine)}  # of doses given on one day


class Judged(NamedTuple):
    """A course with its verdicts, the places filled, and doses without a place that somebody has to look at."""

    course: Course
    verdicts: list[tuple[Taken, Verdict]]
    slots: list[Slot]
    held: list[tuple[Series, Taken]]


def merged(record: Record) -> tuple[list[Taken], list[Given]]:
    """One dose for each product and date, in the order of time; and the records that say it once more."""
    found: dict[tuple[Vaccine, object], list[Given]] = {}
    for given in record.doses:
        found.setdefault((given.product, given.given_on), []).append(given)
    taken = [_merge(every, record.born_on) for every in found.values()]
    taken.sort(key=lambda dose: (dose.day, ORDER[dose.product], dose.is_exact))
    return taken, [again for every in found.values() for again in every[1:]]


def _merge(every: list[Given], born_on: date) -> Taken:
    first = every[0]
    if len(every) > 1:
        reported = dict.fromkeys(reason for one in every for reason in one.reported)
        reviewed = next((one.reviewed for one in every if one.reviewed is not None), None)
        first = first._replace(reported=tuple(reported), reviewed=reviewed)
    return Taken(
        day=day_in_life(first.given_on, born_on),
        product=first.product,
        row=PRODUCTS[first.product],
        given=first,
        sources=tuple(one.source for one in every if one.source),
        is_exact=not isinstance(first.given_on, Partial),
    )


def judge(course: Course, facts: Facts, own: Sequence[Taken]) -> Judged:
    """Walk through the doses of one course."""
    judged = Judged(course, [], [], [])
    for taken in own:
        _judge_one(judged, facts, taken)
    return judged


def filled_before(course: Course, series: Series, slots: Sequence[Slot], taken: Taken) -> list[Slot]:
    """The doses that count as earlier ones of the same series: of the phase, of the season, or of any alternative."""
    if course.are_phases:
        return [slot for slot in slots if slot.series is series]
    if series.season is not None:
        season = season_year(series.season, taken.day)
        return [slot for slot in slots if season_year(series.season, slot.day) == season]
    return list(slots)


def _judge_one(judged: Judged, facts: Facts, taken: Taken) -> None:
    """The verdict on one dose, and the place that it takes, for certain or not."""
    course, slots = judged.course, judged.slots
    series = _host(course, facts, slots, taken)
    is_listed = taken.product not in course.unlisted
    marks = _marks(facts, taken) or (() if is_listed else (Reason.WRONG_PRODUCT,))
    filled = filled_before(course, series, slots, taken)
    place = place_of(facts, series, filled, taken) if is_listed else None
    if place is None:
        verdict = _doubtful(taken, series, marks) if marks else _extra(taken, series)
    else:
        is_next = not filled or may_switch(course, facts, filled, taken.product, taken.day)
        is_foreseen = is_next and not _is_covered(course, facts, taken)
        verdict = try_dose(facts, place, slots, taken, is_foreseen=is_foreseen)
        if marks:  # of what was found, the allowed days alone are certain
            doubtful = _doubtful(taken, series, marks)
            days = verdict.allowed_first_day, verdict.allowed_last_day
            verdict = doubtful._replace(n=verdict.n, allowed_first_day=days[0], allowed_last_day=days[1])
    if taken.given.reviewed is not None:
        verdict = _reviewed(verdict)
    judged.verdicts.append((taken, verdict))
    if place is not None and verdict.counts is not Counts.NOT_COUNTED:
        slots.append(Slot(place.dose.n, taken.day, taken.product, series, verdict.counts is Counts.COUNTED))
    elif marks and verdict.counts is Counts.NEEDS_REVIEW:
        judged.held.append((series, taken))


def _reviewed(verdict: Verdict) -> Verdict:
    """A doubtful dose as somebody decided who looked at it; what it is before the law stays as it is."""
    if verdict.counts is not Counts.NEEDS_REVIEW:
        return verdict
    return verdict._replace(counts=Counts.COUNTED if verdict.given.reviewed else Counts.NOT_COUNTED)


def _marks(facts: Facts, taken: Taken) -> tuple[Reason, ...]:
    """What keeps a dose from being judged at all."""
    record = facts.record
    end = last_day(taken.given.given_on)
    found = []
    if not taken.is_exact:
        found.append(Reason.INCOMPLETE_DATE)
    if end < record.born_on:
        found.append(Reason.RECORDED_BEFORE_BIRTH)
    if record.died_on is not None and taken.day > record.died_on:
        found.append(Reason.AFTER_DEATH)
    return tuple(found)


def _host(course: Course, facts: Facts, slots: Sequence[Slot], taken: Taken) -> Series:
    """The series to which the dose belongs."""
    if len(course.series) == 1:
        return course.series[0]
    if course.are_phases:
        return _phase(course, facts, slots, taken)
    fitting = [series for series in course.series if taken.product in series.products]
    if slots and not may_switch(course, facts, slots, taken.product, taken.day):
        return slots[-1].series
    if not fitting:  # a product without a series of its own
        return slots[-1].series if slots else course.series[0]
    return next((series for series in fitting if _is_open(series, facts, taken)), fitting[0])


def _phase(course: Course, facts: Facts, slots: Sequence[Slot], taken: Taken) -> Series:
    """The phase in whose window the day lies, the earlier first; between two windows it is the earlier phase."""
    around = [series for series in course.series if _is_open(series, facts, taken)]
    for series in around:
        if place_of(facts, series, filled_before(course, series, slots, taken), taken) is not None:
            return series
    if around:
        return around[-1]
    born_on = facts.record.born_on
    begun = [row for row in course.series if version_on(row, taken.day).window.first(born_on) <= taken.day]
    return begun[-1] if begun else course.series[0]


def _is_open(series: Series, facts: Facts, taken: Taken) -> bool:
    record = facts.record
    found = openings(series, version_on(series, taken.day), record)
    is_meant = series.cohort.first <= record.born_on <= series.cohort.last
    return is_meant and any(opening.first <= taken.day <= opening.last for opening in found)


def _is_covered(course: Course, facts: Facts, taken: Taken) -> bool:
    """Whether a combined product had taken over this course before that day."""
    return course.covered_by is not None and any(
        other.product is course.covered_by and other.day < taken.day for other in facts.taken
    )


def _doubtful(taken: Taken, series: Series, marks: tuple[Reason, ...]) -> Verdict:
    return Verdict(
        given=taken.given,
        legal_status=LegalStatus.UNKNOWN,
        counts=Counts.NEEDS_REVIEW,
        reasons=(*marks, *taken.given.reported),
        series=series.id,
        rule=version_on(series, taken.day).id,
        sources=taken.sources,
    )


def _extra(taken: Taken, series: Series) -> Verdict:
    """A dose beyond the series: it holds nothing."""
    return Verdict(
        given=taken.given,
        legal_status=LegalStatus.NOT_ROUTINE,
        counts=Counts.NOT_COUNTED,
        reasons=(Reason.EXTRA_DOSE, *taken.given.reported),
        series=series.id,
        rule=version_on(series, taken.day).id,
        sources=taken.sources,
    )


def to_come(taken: Taken) -> Verdict:
    """A dose after the day of asking: on that day nothing follows from it."""
    return Verdict(
        given=taken.given,
        legal_status=LegalStatus.UNKNOWN,
        counts=Counts.NEEDS_REVIEW,
        reasons=(Reason.RECORDED_IN_FUTURE, *taken.given.reported),
        sources=taken.sources,
    )


def again(given: Given, first: Verdict) -> Verdict:
    """A record that repeats what another source has said: it takes no place of its own."""
    return first._replace(
        given=given,
        legal_status=LegalStatus.NOT_ROUTINE,
        counts=Counts.NOT_COUNTED,
        reasons=(Reason.DUPLICATE_RECORD,),
        cautions=(),
        sources=(given.source,) if given.source else (),
    )
