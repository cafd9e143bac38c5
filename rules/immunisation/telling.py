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
from models.immunity import ImmunityFactKind as Kind
from models.resident import Sex
from models.vaccination import DatePrecision, Vaccine
from rules.immunisation import schedule as immunisation
from rules.immunisation.forecast import Next
from rules.immunisation.outlook import Outlook
from rules.immunisation.record import Given, Illness, Record, span
from rules.immunisation.tables import RULES_VERSION, SERIES, VERSIONS
from rules.immunisation.verdict import Verdict
from rules.source import Source

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)  # ages and windows of a life stay within the calendar


class Child(NamedTuple):
    """What is on record of a child, in the order in which the graph's fields name it.

    Doses are those that stand; of reviews and facts every entry is there.
    """

    birth_date: date
    sex: Sex
    died_on: date | None
    moved_out_on: date | None
    doses: Sequence[Any]
    reviews: Sequence[Any]
    facts: Sequence[Any]


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
    """Every series on a day. `live_choice`: injected live vaccines due together, on one day or 28 days apart.

    `doses_to_review`: how many doses on record somebody has to look at, those of unknown products among them.
    """

    as_of: date
    rules_version: str
    series: list[ScheduledSeries]
    live_choice: list[str]
    doses_to_review: int


class EvaluatedDose(NamedTuple):
    """The verdict on one record of a dose: what it is before the law, and whether it counts."""

    vaccination_id: str
    vaccine: Vaccine | None
    product_text: str | None
    given_on: date
    precision: DatePrecision
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


def schedule(today: date, *told: Any) -> Schedule | None:
    """The schedule of a child on that day; None for a birth on no day that the rules reach."""
    child = Child(*told)
    found = _found(today, child)
    return found and Schedule(
        found.as_of,
        found.rules_version,
        [_scheduled(each) for each in found.series],
        list(found.live_choice),
        sum(each.counts is Counts.NEEDS_REVIEW for each in _verdicts(today, child, found)),
    )


def evaluated(today: date, *told: Any) -> list[EvaluatedDose] | None:
    """The verdict on each dose on record, by day."""
    child = Child(*told)
    found = _found(today, child)
    return found and _verdicts(today, child, found)


def standing(entries: Sequence[Any]) -> list[Any]:
    """Entries that no other replaces and that were not struck out."""
    return [each for each in newest(entries) if not each.is_void]


def newest(entries: Sequence[Any]) -> list[Any]:
    """Entries that no other replaces."""
    replaced = {each.replaces_id for each in entries}
    return [each for each in entries if each.id not in replaced]


def _found(today: date, child: Child) -> immunisation.Schedule | None:
    if not EARLIEST <= child.birth_date <= LATEST:
        return None
    return immunisation.schedule(_record(child), today)


def _record(child: Child) -> Record:
    facts = standing(child.facts)
    reviewed = {each.vaccination_id: each.is_counted for each in newest(child.reviews)}
    doses = (dose for dose in child.doses if dose.vaccine is not None)
    return Record(
        born_on=child.birth_date,
        sex=child.sex,
        doses=tuple(_given(dose, reviewed.get(dose.id)) for dose in doses),
        illnesses=tuple(Illness(each.antigen, each.happened_on) for each in facts if each.antigen is not None),
        conditions=frozenset(each.condition for each in facts if each.condition is not None),
        recovered_on=max((each.happened_on for each in facts if each.kind is Kind.RECOVERY), default=None),
        died_on=child.died_on,
        moved_out_on=child.moved_out_on,
    )


def _given(dose: Any, reviewed: bool | None) -> Given:  # noqa: FBT001 - an answer of three, not a switch
    days = span(dose.given_on, dose.precision)
    reported = {Reason.EXPIRED_LOT: dose.is_lot_expired, Reason.WRONG_ROUTE_OR_VOLUME: dose.is_wrongly_given}
    return Given(
        product=dose.vaccine,
        given_on=dose.given_on if dose.precision is DatePrecision.DAY else days,
        source=dose.id,
        reported=tuple(reason for reason, is_so in reported.items() if is_so),
        reviewed=reviewed,
    )


def _verdicts(today: date, child: Child, found: immunisation.Schedule) -> list[EvaluatedDose]:
    """Of every dose on record; of a product that no table knows nothing can be said."""
    verdicts = {each.given.source: each for each in found.doses}
    return [_evaluated(dose, verdicts.get(dose.id), today) for dose in child.doses]


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


def _evaluated(dose: Any, verdict: Verdict | None, today: date) -> EvaluatedDose:
    return EvaluatedDose(
        vaccination_id=dose.id,
        vaccine=dose.vaccine,
        product_text=dose.product_text,
        given_on=dose.given_on,
        precision=dose.precision,
        legal_status=verdict.legal_status if verdict else LegalStatus.UNKNOWN,
        counts=verdict.counts if verdict else Counts.NEEDS_REVIEW,
        reasons=list(verdict.reasons) if verdict else [Reason.UNKNOWN_PRODUCT],
        warnings=list(verdict.cautions) if verdict else [],
        series=verdict and verdict.series,
        n=verdict and verdict.n,
        allowed_first_day=verdict and verdict.allowed_first_day,
        allowed_last_day=verdict and verdict.allowed_last_day,
        rule=verdict and verdict.rule,
        sources=_sources(verdict and verdict.rule),
        rules_version=RULES_VERSION,
        as_of=today,
    )


def _sources(rule: str | None) -> list[Source]:
    return [] if rule is None else list(VERSIONS[rule].sources)
