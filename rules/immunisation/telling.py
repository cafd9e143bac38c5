"""What a family is told: the schedule of a child and the verdict on each dose, with their rules, sources and day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from models.immunisation import (
    Caution,
    Counts,
    LegalStatus,
    Programme,
    Reason,
    SeriesReason,
    SeriesStatus,
)
from models.resident import Sex
from models.vaccination import Vaccine
from rules.immunisation import schedule as immunisation
from rules.immunisation.forecast import Next
from rules.immunisation.outlook import Outlook
from rules.immunisation.record import Given, Record
from rules.immunisation.tables import RULES_VERSION, SERIES, VERSIONS
from rules.immunisation.terms import Source
from rules.immunisation.verdict import Verdict

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)  # ages and windows of a life stay within the calendar


class Child(NamedTuple):
    """What is on record of a child, in the order in which the graph's fields name it."""

    birth_date: date
    sex: Sex
    died_on: date | None
    moved_out_on: date | None
    doses: Sequence[Any]


class NextDose(NamedTuple):
    """The next dose of a series; see `Next`."""

    n: int
    earliest: date
    recommended: date
    past_due: date | None
    latest: date | None
    legal_status: LegalStatus
    products: list[Vaccine]
    warnings: list[Caution]


class ScheduledSeries(NamedTuple):
    """How one series stands, and why where no date says so."""

    series: str
    name: str
    name_ja: str
    programme: Programme
    status: SeriesStatus
    reasons: list[SeriesReason]
    next: NextDose | None
    latest: date | None
    variant: str | None
    doses_needed: int | None
    notes: list[str]
    rule: str | None
    sources: list[Source]


class Schedule(NamedTuple):
    """Every series on a day. `live_choice`: injected live vaccines due together, on one day or 28 days apart."""

    as_of: date
    rules_version: str
    series: list[ScheduledSeries]
    live_choice: list[str]


class EvaluatedDose(NamedTuple):
    """The verdict on one record of a dose: what it is before the law, and whether it counts."""

    vaccination_id: str
    vaccine: Vaccine
    given_on: date
    legal_status: LegalStatus
    counts: Counts
    reasons: list[Reason]
    warnings: list[Caution]
    series: str | None
    n: int | None
    allowed_first_day: date | None
    allowed_last_day: date | None
    rule: str | None
    sources: list[Source]
    rules_version: str
    as_of: date


def schedule(today: date, *child: Any) -> Schedule | None:
    """The schedule of a child on that day; None for a birth on no day that the rules reach."""
    found = _found(today, Child(*child))
    return found and Schedule(
        found.as_of, found.rules_version, [_scheduled(each) for each in found.series], list(found.live_choice)
    )


def evaluated(today: date, *child: Any) -> list[EvaluatedDose] | None:
    """The verdict on each dose on record, by day."""
    found = _found(today, Child(*child))
    return found and [_evaluated(verdict, today) for verdict in found.doses]


def _found(today: date, child: Child) -> immunisation.Schedule | None:
    if not EARLIEST <= child.birth_date <= LATEST:
        return None
    return immunisation.schedule(_record(child), today)


def _record(child: Child) -> Record:
    return Record(
        born_on=child.birth_date,
        sex=child.sex,
        doses=tuple(Given(dose.vaccine, dose.given_on, dose.id) for dose in child.doses),
        died_on=child.died_on,
        moved_out_on=child.moved_out_on,
    )


def _scheduled(outlook: Outlook) -> ScheduledSeries:
    row = SERIES[outlook.series]
    return ScheduledSeries(
        series=outlook.series,
        name=row.name,
        name_ja=row.name_ja,
        programme=row.programme,
        status=outlook.status,
        reasons=list(outlook.reasons),
        next=outlook.next and _next(outlook.next),
        latest=outlook.latest,
        variant=outlook.variant,
        doses_needed=outlook.doses_needed,
        notes=list(row.notes),
        rule=outlook.rule,
        sources=_sources(outlook.rule),
    )


def _next(coming: Next) -> NextDose:
    return NextDose(*coming[:6], products=list(coming.products), warnings=list(coming.cautions))


def _evaluated(verdict: Verdict, today: date) -> EvaluatedDose:
    given = verdict.given
    assert isinstance(given.given_on, date), "the day is known"
    return EvaluatedDose(
        vaccination_id=given.source,
        vaccine=given.product,
        given_on=given.given_on,
        legal_status=verdict.legal_status,
        counts=verdict.counts,
        reasons=list(verdict.reasons),
        warnings=list(verdict.cautions),
        series=verdict.series,
        n=verdict.n,
        allowed_first_day=verdict.allowed_first_day,
        allowed_last_day=verdict.allowed_last_day,
        rule=verdict.rule,
        sources=_sources(verdict.rule),
        rules_version=RULES_VERSION,
        as_of=today,
    )


def _sources(rule: str | None) -> list[Source]:
    return [] if rule is None else list(VERSIONS[rule].sources)
