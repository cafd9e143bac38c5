"""Deeds: health staff record a pregnancy when it is notified, and its end without a birth."""

from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select

from models import wall
from models.ids import Letter
from models.invitation import Invitation
from models.pregnancy import Outcome, Pregnancy
from models.pregnancy_checkup import DueBasis, DueDate
from models.refusal import RefusalCode, Refused
from models.relation import relation_of
from models.resident import Resident
from models.subject import Noun
from resolvers.changes import RegisterChange, Written, written
from resolvers.checked import bad_evidence
from resolvers.deed import Task
from resolvers.register import bad_fact, first_refusal, resident_of
from rules.births import OVERDUE, TERM, overlap
from rules.pregnancy import is_possible_due
from rules.town_time import TOWN_TIME

LONGEST = TERM + OVERDUE  # from notification, be it ever so early, to the expected day


@dataclass(kw_only=True)
class RecordPregnancy:
    """A notification of pregnancy (妊娠届). `motherId` is the register's id, as the notification has it."""

    mother_id: strawberry.ID
    notified_on: date
    due_on: date
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class EndPregnancy:
    """A miscarriage or a stillbirth; a birth is registered by the register's desk."""

    pregnancy_id: strawberry.ID
    ended_on: date
    outcome: Outcome
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CorrectDueDate:
    """Another expected day, and what it was reckoned from; the newest counts."""

    pregnancy_id: strawberry.ID
    due_on: date
    basis: DueBasis
    idempotency_key: strawberry.ID


async def record(task: Task, given: RecordPregnancy) -> RegisterChange | Refused:
    """The pregnancy, which is the mother's alone, or why not."""
    refused = first_refusal(bad_evidence(given), bad_fact(task, given.notified_on, "notifiedOn"))
    mother = refused or await resident_of(task, given.mother_id, "motherId")
    if isinstance(mother, Refused):
        return mother
    refused = (
        _bad_days(mother, given) or await _expecting(task, mother) or await _bad_due(task, mother.id, given.due_on)
    )
    if refused is not None:
        return refused
    row = Pregnancy(
        id=task.new_id(Letter.PREGNANCY), mother_id=mother.id, notified_on=given.notified_on, due_on=given.due_on
    )
    task.session.add(row)
    await task.session.flush()
    task.session.add(_entry(task, row, 1, DueBasis.NOTIFICATION))
    return written(task, given.notified_on, Written([row.id]))


def _entry(task: Task, row: Pregnancy, number: int, basis: DueBasis) -> DueDate:
    return DueDate(
        id=task.new_id(Letter.LOG),
        pregnancy_id=row.id,
        number=number,
        due_on=row.due_on,
        basis=basis,
        recorded_at=task.context.now,
        organisation_id=row.organisation_id,
    )


def _first(task: Task, row: Pregnancy) -> DueDate:
    """What the notification had, of a pregnancy whose row is older than the history."""
    entry = _entry(task, row, 1, DueBasis.NOTIFICATION)
    entry.recorded_at = datetime.combine(row.notified_on, time(), TOWN_TIME)
    return entry


async def correct_due(task: Task, given: CorrectDueDate) -> str | Refused:
    """The pregnancy with its new expected day, or why not. What was expected before stays in the history."""
    row, day = task.pregnancy, given.due_on
    if row.ended_on is not None:
        return Refused(RefusalCode.ENTRY_ENDED, "pregnancyId")
    if not is_possible_due(task.context.today, day) or not _is_possible(row.notified_on, day):
        return Refused(RefusalCode.DATE_OUT_OF_RANGE, "dueOn")
    refused = await _bad_due(task, row.mother_id, day)
    if refused is not None:
        return refused
    held = select(DueDate).where(col(DueDate.pregnancy_id) == row.id)
    newest = (await task.session.exec(held.order_by(col(DueDate.number).desc()))).first()
    newest = newest or _first(task, row)
    if (newest.due_on, newest.basis) == (day, given.basis):
        return Refused(RefusalCode.ALREADY_RECORDED, "dueOn")
    row.due_on = day
    task.session.add_all([row, newest, _entry(task, row, newest.number + 1, given.basis)])
    return row.id


def _bad_days(mother: Resident, given: RecordPregnancy) -> Refused | None:
    if mother.died_on is not None and mother.died_on <= given.notified_on:
        return Refused(RefusalCode.HOLDER_DECEASED, "motherId")
    is_possible = _is_possible(given.notified_on, given.due_on)
    return None if is_possible else Refused(RefusalCode.DATE_OUT_OF_RANGE, "dueOn")


def _is_possible(notified_on: date, due_on: date) -> bool:
    """A notification may come as late as the birth, and the birth some weeks late."""
    return notified_on - OVERDUE <= due_on <= notified_on + LONGEST


async def _expecting(task: Task, mother: Resident) -> Refused | None:
    found = await open_pregnancy(task, mother.id)
    return None if found is None else Refused(RefusalCode.ALREADY_RECORDED, "motherId")


async def _bad_due(task: Task, mother_id: str, due_on: date) -> Refused | None:
    """An expected day on which she would have been pregnant twice at one time."""
    ended = select(Pregnancy).where(col(Pregnancy.mother_id) == mother_id, col(Pregnancy.ended_on).is_not(None))
    for each in (await task.session.exec(ended)).all():
        assert each.ended_on is not None
        if overlap(due_on, each.due_on, each.ended_on):
            return Refused(RefusalCode.DATE_OUT_OF_RANGE, "dueOn")
    return None


async def end(task: Task, given: EndPregnancy) -> RegisterChange | Refused:
    """The end, on which nothing remains for anybody but the mother, or why not."""
    row = task.pregnancy
    refused = first_refusal(bad_evidence(given), bad_fact(task, given.ended_on, "endedOn"))
    if refused is not None:
        return refused
    if row.ended_on is not None:
        return Refused(RefusalCode.ALREADY_RECORDED, "pregnancyId")
    if given.outcome is Outcome.BIRTH:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "outcome")
    if not row.notified_on <= given.ended_on <= row.due_on + OVERDUE:
        return Refused(RefusalCode.DATE_OUT_OF_RANGE, "endedOn")
    await close(task, row, given.ended_on, given.outcome)
    return written(task, given.ended_on, Written([row.id]))


async def open_pregnancy(task: Task, mother_id: str) -> Pregnancy | None:
    """The pregnancy of this mother that has not ended; it is opened for whoever registers its end, and it alone.

    The register's desk reaches no pregnancy of its own: which one there is, is asked of the relations (models/wall.py).
    """
    known = relation_of(Pregnancy)
    connection = await task.session.connection()
    id = await connection.scalar(
        sa.select(known.c.id).where(known.c.mother_id == mother_id, known.c.ended_on.is_(None)).order_by(known.c.id)
    )
    if id is None:
        return None
    opening = task.context.caller.opening()
    reached = opening.subjects.get(Noun.PREGNANCY, frozenset())
    if reached is not None:
        widened = {**opening.subjects, Noun.PREGNANCY: reached | {id}}
        await wall.open_to(connection, opening._replace(subjects=widened))
    return await task.session.get_one(Pregnancy, id)


async def close(task: Task, row: Pregnancy, day: date, outcome: Outcome) -> None:
    """End it; consents about it open nothing from that day on, and invitations that wait are revoked."""
    row.ended_on, row.outcome = day, outcome
    task.session.add(row)
    waiting = select(Invitation).where(
        col(Invitation.pregnancy_id) == row.id,
        col(Invitation.accepted_at).is_(None),
        col(Invitation.revoked_at).is_(None),
    )
    for each in (await task.session.exec(waiting)).all():
        each.revoked_at = task.context.now
        task.session.add(each)
