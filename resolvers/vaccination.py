"""Deeds: doses are written down, put right by new entries, struck out, and reviewed where the rules are in doubt."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import strawberry
from sqlalchemy import select

from models.child import Child
from models.columns import table_of
from models.ids import Letter
from models.organisation import STAFF_KINDS, CallerKind
from models.record import RecordKind
from models.refusal import RefusalCode, Refused
from models.register_view import is_replaced
from models.relation import relation_of
from models.vaccination import DatePrecision, Vaccination, VaccinationReview, Vaccine
from resolvers.checked import bad_evidence, bad_span, bad_text, is_blank
from resolvers.corrections import bad_reason, replacement
from resolvers.deed import Task
from resolvers.provenance import carry
from resolvers.supplied import supplied
from rules.immunisation.record import span

TEXTS = ("product_text", "lot", "clinic", "doctor")
WORDS = ("vaccine", "precision", "is_lot_expired", "is_wrongly_given")


@dataclass(kw_only=True)
class RecordVaccination:
    """One dose of one product: a listed one, or of another what the handbook says, as `productText`.

    Where the handbook tells the month or the year alone, `precision` says so and `givenOn` is any day of it.
    """

    child_id: strawberry.ID
    vaccine: Vaccine | None = None
    product_text: str | None = None
    given_on: date
    precision: DatePrecision = DatePrecision.DAY
    is_lot_expired: bool = False
    is_wrongly_given: bool = False
    lot: str | None = None
    clinic: str | None = None
    doctor: str | None = None
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CorrectVaccination:
    """The dose as it ought to have been recorded, as a whole, and why."""

    vaccination_id: strawberry.ID
    vaccine: Vaccine | None = None
    product_text: str | None = None
    given_on: date
    precision: DatePrecision = DatePrecision.DAY
    is_lot_expired: bool = False
    is_wrongly_given: bool = False
    lot: str | None = None
    clinic: str | None = None
    doctor: str | None = None
    reason: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class StrikeVaccination:
    """A dose that was never given, and why it was on record."""

    vaccination_id: strawberry.ID
    reason: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class ReviewVaccination:
    """Whether a dose counts that the rules leave open, as a doctor or the city decided; `evidence` says which."""

    vaccination_id: strawberry.ID
    is_counted: bool
    evidence: str
    idempotency_key: strawberry.ID


Correction = CorrectVaccination | StrikeVaccination


async def record(task: Task, given: RecordVaccination) -> Vaccination | Refused:
    """The new dose, or why not; what a family copies from its handbook may be of any city's programme."""
    refused = _bad_dose(task, task.child, given)
    if refused is not None:
        return refused
    row = Vaccination(
        id=task.new_id(Letter.VACCINATION),
        child_id=task.child.id,
        municipality_code=None if _is_of_the_family(task) else task.context.municipality_code,
        organisation_id=task.supplier_id,
        recorded_by_id=task.context.caller.holder.id,
        recorded_at=task.context.now,
        **_told(task.child, given),
    )
    await supplied(task, RecordKind.VACCINATION, row.id, _said(given))
    return row


async def correct(task: Task, given: CorrectVaccination) -> Vaccination | Refused:
    """The entry that takes the place of one that was wrong, which stays in the history; or why not."""
    child = await _child(task)
    found = _bad_dose(task, child, given) or _replaced(task, given, _told(child, given))
    if isinstance(found, Vaccination):
        await carry(task, task.about.id, found.id)
    return found


async def strike(task: Task, given: StrikeVaccination) -> str | Refused:
    """The child without the dose: an entry says that it was never given, and the old one stays in the history."""
    entry = _replaced(task, given, {"is_void": True})
    if isinstance(entry, Refused):
        return entry
    task.session.add(entry)
    return entry.child_id


def _replaced(task: Task, given: Correction, changes: dict[str, Any]) -> Vaccination | Refused:
    """The entry in the place of the old one: the city may make it, and whoever supplied the old one or wrote it."""
    old: Vaccination = task.about
    me = task.context.caller.holder
    by = old.recorded_by_id if _is_of_the_family(task) else old.organisation_id
    if me.kind not in STAFF_KINDS and by != me.id:
        return Refused(RefusalCode.NOT_PERMITTED)
    entry = bad_reason(given) or replacement(task, old, task.new_id(Letter.VACCINATION), changes)
    if isinstance(entry, Vaccination):
        entry.recorded_by_id, entry.correction_reason = me.id, given.reason
    return entry


async def review(task: Task, given: ReviewVaccination) -> str | Refused:
    """The child with the decision; an earlier one about the same dose stays in the history."""
    dose: Vaccination = task.about
    refused = bad_evidence(given)
    if refused:
        return refused
    task.session.add(
        VaccinationReview(
            id=task.new_id(Letter.LOG),
            child_id=dose.child_id,
            vaccination_id=dose.id,
            is_counted=given.is_counted,
            evidence=given.evidence,
            recorded_at=task.context.now,
            recorded_by_id=task.context.caller.holder.id,
            replaces_id=await _standing_review(task, dose.id),
        )
    )
    return dose.child_id


async def _standing_review(task: Task, vaccination_id: str) -> str | None:
    """The decision about a dose that no other has replaced yet."""
    reviews = table_of(VaccinationReview)
    of_dose = select(reviews.c.id).where(reviews.c.vaccination_id == vaccination_id, ~is_replaced(reviews))
    found: str | None = await (await task.session.connection()).scalar(of_dose)
    return found


def _is_of_the_family(task: Task) -> bool:
    return task.context.caller.holder.kind is CallerKind.RESIDENT


async def _child(task: Task) -> Any:
    """The days of a child's life; a clinic corrects what it supplied also where it reaches the child no more."""
    known = relation_of(Child)
    connection = await task.session.connection()
    return (await connection.execute(select(known).where(known.c.id == task.about.child_id))).one()


def _bad_dose(task: Task, child: Any, given: RecordVaccination | CorrectVaccination) -> Refused | None:
    if given.vaccine is None and is_blank(given.product_text or ""):
        return Refused(RefusalCode.VALUE_MISSING, "vaccine")
    if given.vaccine is not None and given.product_text is not None:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "productText")
    if given.given_on.year > task.context.today.year:  # a year that no span need reach
        return Refused(RefusalCode.DATE_OUT_OF_RANGE, "givenOn")
    days = span(given.given_on, given.precision)
    return bad_span(child, days, task.context.today, "givenOn") or bad_text(given, *TEXTS)


def _told(child: Any, given: RecordVaccination | CorrectVaccination) -> dict[str, Any]:
    """What is given, by the name of its column; the day is the first on which this child can have had the dose."""
    said = _said(given)
    return said | {"given_on": max(said["given_on"], child.birth_date)}


def _said(given: RecordVaccination | CorrectVaccination) -> dict[str, Any]:
    """What is given, by the name of its column."""
    said = {name: getattr(given, name) for name in (*TEXTS, *WORDS)}
    return said | {"given_on": span(given.given_on, given.precision).first}
