"""Deeds: a guardian says that a record is wrong; health staff decide, once they have put it right or found it so."""

from dataclasses import dataclass

import strawberry
from sqlmodel import col, select

from models.contest import Contest, ContestOutcome
from models.ids import LETTER_AT, Letter
from models.refusal import RefusalCode, Refused
from resolvers.checked import bad_text, is_blank
from resolvers.deed import Task
from resolvers.record_kinds import BY_RECORD, KINDS
from resolvers.records import Keeping

BY_LETTER = {kind.letter: kind for kind in KINDS}


@dataclass(kw_only=True)
class ContestRecord:
    """What is wrong with a record, in the guardian's own words."""

    record_id: strawberry.ID
    statement: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class DecideContest:
    """Approved once the record has been put right, or struck out, by its own deed; `reason` is for the guardian."""

    contest_id: strawberry.ID
    is_approved: bool
    reason: str
    idempotency_key: strawberry.ID


async def contest(task: Task, given: ContestRecord) -> Contest | Refused:
    """The contest, which waits for the staff, or why not."""
    if is_blank(given.statement):
        return Refused(RefusalCode.VALUE_MISSING, "statement")
    refused = bad_text(given, "statement")
    if refused is not None:
        return refused
    record_id, me = str(given.record_id), task.context.caller.holder.id
    kind = BY_LETTER[Letter(record_id[LETTER_AT])]
    if await Keeping(task).standing(kind, record_id) is None:
        return Refused(RefusalCode.ENTRY_REPLACED, "recordId")
    waiting = select(Contest).where(
        Contest.record_id == record_id, Contest.contested_by_id == me, col(Contest.decided_at).is_(None)
    )
    if (await task.session.exec(waiting)).first() is not None:
        return Refused(RefusalCode.ALREADY_RECORDED, "recordId")
    return Contest(
        id=task.new_id(Letter.CONTEST),
        child_id=task.about.child_id,
        kind=kind.record,
        record_id=record_id,
        contested_by_id=me,
        statement=given.statement,
        contested_at=task.context.now,
    )


async def decide(task: Task, given: DecideContest) -> str | Refused:
    """The contest with its decision, or why not. What was approved shows in the record's own history."""
    row: Contest = task.about
    if row.decided_at is not None:
        return Refused(RefusalCode.ALREADY_RECORDED, "contestId")
    if is_blank(given.reason):
        return Refused(RefusalCode.VALUE_MISSING, "reason")
    refused = bad_text(given, "reason")
    if refused is not None:
        return refused
    stands = await Keeping(task).standing(BY_RECORD[row.kind], row.record_id) is not None
    if given.is_approved and stands:
        return Refused(RefusalCode.CORRECTION_MISSING, "isApproved")
    row.decided_at, row.decided_by_id = task.context.now, task.context.caller.holder.id
    row.outcome = ContestOutcome.APPROVED if given.is_approved else ContestOutcome.REJECTED
    row.decision = given.reason
    task.session.add(row)
    return str(row.id)
