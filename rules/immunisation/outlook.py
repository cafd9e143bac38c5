"""How every series of a course stands on a day: complete, due, overdue, closed and the other words."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from models.immunisation import Programme, Reason, SeriesReason, SeriesStatus
from rules.immunisation.course import Facts
from rules.immunisation.forecast import Next, Standing, doses_needed, next_of, standing_of
from rules.immunisation.judging import Judged
from rules.immunisation.tables import SERIES
from rules.immunisation.terms import Series
from rules.immunisation.windows import is_immune, is_in_force, not_in_target, season_year


class Outlook(NamedTuple):
    """How one series stands; `latest` is its last legal day even where no next dose is offered any more."""

    series: str
    status: SeriesStatus
    next: Next | None = None
    latest: date | None = None
    variant: str | None = None
    doses_needed: int | None = None
    rule: str | None = None
    reasons: tuple[SeriesReason, ...] = ()


class Stop(NamedTuple):
    """Why no next dose is offered, whatever its dates would be."""

    status: SeriesStatus
    reasons: tuple[SeriesReason, ...] = ()


COMPLETE = Stop(SeriesStatus.COMPLETE)
IMMUNE = Stop(SeriesStatus.IMMUNE_EXCLUDED, (SeriesReason.HAD_THE_DISEASE,))
IN_DOUBT = Stop(SeriesStatus.NEEDS_REVIEW, (SeriesReason.DOUBTFUL_DOSE,))
AGED_OUT = Stop(SeriesStatus.AGED_OUT, (SeriesReason.NO_DAY_LEFT,))
ASK_PHYSICIAN = Stop(SeriesStatus.ASK_PHYSICIAN, (SeriesReason.CONDITION,))
GOING_ON = {status: Stop(status) for status in (SeriesStatus.NOT_YET, SeriesStatus.DUE, SeriesStatus.OVERDUE)}


def outlooks(judged: Judged, facts: Facts) -> list[Outlook]:
    """Every series of a course, in the order of the table."""
    if has_left(facts):
        return [_closed(series, SeriesReason.RECORD_CLOSED) for series in judged.course.series]
    carriers = _carriers(judged, facts)
    return [
        _outlook(judged, facts, series) if series in carriers else _closed(series, _left_out(series, facts.as_of))
        for series in judged.course.series
    ]


@lru_cache(maxsize=256)  # most series of most children
def _closed(series: Series, reason: SeriesReason) -> Outlook:
    return Outlook(series.id, SeriesStatus.CLOSED, reasons=(reason,))


def _left_out(series: Series, day: date) -> SeriesReason:
    """Why a series does not carry its course on."""
    return SeriesReason.OTHER_SERIES if is_in_force(series, day) else SeriesReason.NOT_IN_PROGRAMME


def has_left(facts: Facts) -> bool:
    """Whether the person had died or moved out by the day of asking."""
    days = (facts.record.died_on, facts.record.moved_out_on)
    return any(day is not None and day <= facts.as_of for day in days)


def _carriers(judged: Judged, facts: Facts) -> list[Series]:
    """The series that go on: each phase; of alternatives the one begun, and before the start those that are current."""
    course, slots, day = judged.course, judged.slots, facts.as_of
    if course.are_phases:
        return list(course.series)
    if not slots:
        current = [row for row in course.series if is_in_force(row, day) and not _is_succeeded(row, day)]
        regular = [row for row in current if row.programme is not Programme.ROUTINE_A_EXCEPTION]
        is_enough = len(regular) == len(current) or any(_goes_on(judged, facts, row) for row in regular)
        return regular if is_enough else current
    begun = slots[-1].series
    if len(course.series) == 1 or standing_of(judged, facts, begun).dose is None:
        return [begun]
    order = [begun, *(row for row in course.series if row is not begun)]
    in_force = [row for row in order if is_in_force(row, day)]
    going_on = (row for row in in_force if _goes_on(judged, facts, row))
    return [next(going_on, in_force[0])] if in_force else []


def _is_succeeded(series: Series, day: date) -> bool:
    return series.succeeded_by is not None and is_in_force(SERIES[series.succeeded_by], day)


def _goes_on(judged: Judged, facts: Facts, series: Series) -> bool:
    is_meant = not not_in_target(series, facts.record, facts.as_of)
    return is_meant and next_of(judged, facts, standing_of(judged, facts, series)) is not None


def _outlook(judged: Judged, facts: Facts, series: Series) -> Outlook:
    standing = standing_of(judged, facts, series)
    stop, coming = _stop(judged, facts, standing), None
    if stop is None:
        coming = next_of(judged, facts, standing)
        stop = _after_all(series, facts, coming)
        coming = None if stop.reasons else coming
    return Outlook(
        series=series.id,
        status=stop.status,
        next=coming,
        latest=standing.latest,
        variant=standing.variant.id,
        doses_needed=None if coming is None else doses_needed(standing.variant, coming, facts),
        rule=standing.version.id,
        reasons=stop.reasons,
    )


def _after_all(series: Series, facts: Facts, coming: Next | None) -> Stop:
    """How a series stands that nothing stops: by the dates of its next dose, if there are any left."""
    if coming is None:
        return AGED_OUT
    if facts.record.conditions and not series.ask_physician.isdisjoint(facts.record.conditions):
        return ASK_PHYSICIAN
    return GOING_ON[_status(coming, facts.as_of)]


def _stop(judged: Judged, facts: Facts, standing: Standing) -> Stop | None:
    series, record, day = standing.series, facts.record, facts.as_of
    is_certain = all(slot.is_counted for slot in standing.filled)
    if standing.dose is None and is_certain:
        return COMPLETE
    if is_immune(series, record, day):
        return IMMUNE
    if not is_certain or _is_held(judged, facts, series):
        return IN_DOUBT
    elsewhere = not_in_target(series, record, day)
    is_elsewhere = bool(elsewhere) and series.excluded.isdisjoint(record.conditions)
    is_covered, is_over = _is_covered(judged, facts), not is_in_force(series, day)
    if not (is_elsewhere or is_covered or is_over):
        return None
    found = [SeriesReason.NOT_IN_TARGET] if is_elsewhere else []
    found += [SeriesReason.NOT_STARTED_IN_TIME] if Reason.SERIES_NOT_STARTED_IN_TIME in elsewhere else []
    found += [SeriesReason.COVERED_BY_COMBINED] if is_covered else []
    found += [SeriesReason.NOT_IN_PROGRAMME] if is_over else []
    return Stop(SeriesStatus.CLOSED, tuple(found))


def _is_covered(judged: Judged, facts: Facts) -> bool:
    """Whether a combined product has taken over the course."""
    product = judged.course.covered_by
    return product is not None and any(taken.product is product for taken in facts.taken)


def _is_held(judged: Judged, facts: Facts, series: Series) -> bool:
    """Whether a dose without a place has to be looked at first: of this phase or season, or any alternative."""
    season = series.season
    return bool(judged.held) and any(
        (not judged.course.are_phases or held is series)
        and (season is None or season_year(season, taken.day) == season_year(season, facts.as_of))
        for held, taken in judged.held
    )


def _status(found: Next, day: date) -> SeriesStatus:
    if found.past_due is not None and day >= found.past_due:
        return SeriesStatus.OVERDUE
    return SeriesStatus.DUE if day >= found.recommended else SeriesStatus.NOT_YET
