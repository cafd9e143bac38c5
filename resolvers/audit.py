"""Deeds of the supervisor: withhold entries of the access log, confirm a look in an emergency."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import strawberry
from sqlmodel import col, or_, select

from auth.purpose import EMERGENCY
from models.access_log import AccessEntry, Withholding
from models.breakglass import BreakGlass
from models.child import Child
from models.ids import Letter
from models.refusal import RefusalCode, Refused
from models.relation import relation_of
from resolvers.checked import bad_evidence
from resolvers.deed import Task

LONGEST = timedelta(days=731)  # a decision that nobody looks at again is none; a later one may hide for longer
CHILDREN = relation_of(Child)  # who is whose child: those who audit reach no record


@dataclass(kw_only=True)
class WithholdAccessLog:
    """Entries for the case of this one, about its subject and their household, stay hidden before the day `until`."""

    entry_id: strawberry.ID
    until: date
    evidence: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class ConfirmBreakGlass:
    """An entry of the look, whose purpose was an emergency."""

    entry_id: strawberry.ID
    idempotency_key: strawberry.ID


async def withhold(task: Task, given: WithholdAccessLog) -> AccessEntry | Refused:
    """The entry, from now on withheld, or why not. An entry without subject or case cannot be."""
    entry: AccessEntry = task.about
    if entry.subject_id is None or entry.case_reference is None:
        return Refused(RefusalCode.VALUE_MISSING, "entryId")
    if not task.context.today < given.until <= task.context.today + LONGEST:
        return Refused(RefusalCode.DATE_OUT_OF_RANGE, "until")
    refused = bad_evidence(given)
    if refused is not None:
        return refused
    task.session.add_all(
        Withholding(
            id=task.new_id(Letter.LOG),
            subject_id=subject_id,
            case_reference=entry.case_reference,
            until=given.until,
            decided_by_id=task.context.caller.holder.id,
            evidence=given.evidence,
            recorded_at=task.context.now,
        )
        for subject_id in await _household(task, entry.subject_id)
    )
    return entry


async def _household(task: Task, subject_id: str) -> list[str]:
    """The subject; of a child or family also the family and its children, since one look shows both."""
    family = select(CHILDREN.c.family_id).where(CHILDREN.c.id == subject_id)
    is_ours = or_(CHILDREN.c.family_id == subject_id, CHILDREN.c.family_id.in_(family))
    rows = await _rows(task, select(CHILDREN.c.id, CHILDREN.c.family_id).where(is_ours))
    found = {id for row in rows for id in row}
    return sorted(found | {subject_id})


async def _rows(task: Task, statement: Any) -> Any:
    return (await (await task.session.connection()).execute(statement)).all()


async def confirm(task: Task, given: ConfirmBreakGlass) -> AccessEntry | Refused:  # noqa: ARG001 - the entry says all
    """The entry whose look is confirmed from now on; NOT_FOUND when it opened nothing in an emergency."""
    entry: AccessEntry = task.about
    if entry.purpose_code != EMERGENCY.code or entry.subject_id is None:
        return Refused(RefusalCode.NOT_FOUND, "entryId")
    is_meant = or_(CHILDREN.c.id == entry.subject_id, CHILDREN.c.family_id == entry.subject_id)
    children = select(CHILDREN.c.id).where(is_meant)
    opened = select(BreakGlass).where(
        BreakGlass.actor_id == entry.actor_id,
        BreakGlass.case_reference == entry.case_reference,
        col(BreakGlass.child_id).in_(children),
    )
    found = (await task.session.exec(opened)).all()
    for each in found:
        if each.confirmed_at is None:
            each.confirmed_by_id, each.confirmed_at = task.context.caller.holder.id, task.context.now
    return entry if found else Refused(RefusalCode.NOT_FOUND, "entryId")
