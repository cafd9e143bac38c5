"""Deeds: the register's desk records, renews and ends protection measures of a family."""

from dataclasses import dataclass
from datetime import date

import strawberry
from sqlmodel import col, select

from models.child import Child
from models.columns import table_of
from models.guardianship import ProtectionMeasure
from models.ids import Letter
from models.refusal import Refused
from models.resident import Resident
from resolvers.changes import RegisterChange, Survey, Written, of_children
from resolvers.checked import bad_evidence
from resolvers.deed import Task
from resolvers.register import bad_start, first_refusal, resident_of, standing_of
from rules import measures as rules
from rules.measures import Measure, Protection


@dataclass(kw_only=True)
class RecordMeasure:
    """For its counterparty the family is absent from `validFrom` on, until the day before `validTo`: a year at most.

    `counterpartyId` is the register's id of a resident.
    """

    family_id: strawberry.ID
    counterparty_id: strawberry.ID
    valid_from: date
    valid_to: date | None = None
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class RenewMeasure:
    """Another year at most, from the end of the measure on."""

    family_id: strawberry.ID
    measure_id: strawberry.ID
    valid_to: date | None = None
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class EndMeasure:
    """`endsOn` is the first day on which it holds no more; on its own first day it never was."""

    family_id: strawberry.ID
    measure_id: strawberry.ID
    ends_on: date
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


async def record(task: Task, given: RecordMeasure) -> RegisterChange | Refused:
    """A new measure, or why not."""
    refused = first_refusal(bad_evidence(given), bad_start(task, given.valid_from, "validFrom"))
    counterparty = refused or await resident_of(task, given.counterparty_id, "counterpartyId")
    if isinstance(counterparty, Refused):
        return counterparty
    until = given.valid_to or rules.one_year_after(given.valid_from)
    measure = Measure(counterparty.id, given.valid_from, until)
    outcome = rules.taken(await _protection(task), measure, counterparty.family_id)
    return await _written(task, outcome, given.valid_from, given.evidence)


async def renew(task: Task, given: RenewMeasure) -> RegisterChange | Refused:
    """The measure for another year, or why not."""
    protection = await _protection(task)
    old = bad_evidence(given) or protection.measure(str(given.measure_id))
    if isinstance(old, Refused):
        return old
    home = (await task.session.get_one(Resident, old.counterparty_id)).family_id
    outcome = rules.renewed(protection, old.id, given.valid_to, home, task.context.today)
    return await _written(task, outcome, old.valid_to, given.evidence)


async def end(task: Task, given: EndMeasure) -> RegisterChange | Refused:
    """The measure with its end, or why not."""
    outcome = bad_evidence(given) or rules.ended(await _protection(task), str(given.measure_id), given.ends_on)
    return await _written(task, outcome, given.ends_on, given.evidence)


async def _protection(task: Task) -> Protection:
    wanted = select(ProtectionMeasure).where(col(ProtectionMeasure.family_id) == task.family.id)
    rows = (await task.session.exec(wanted)).all()
    standing, replaced = standing_of(rows)
    measures = [Measure(each.counterparty_id, each.valid_from, each.valid_to, each.id) for each in standing]
    return Protection(task.family.id, measures, replaced)


async def _written(task: Task, outcome: Measure | Refused, day: date, evidence: str) -> RegisterChange | Refused:
    if isinstance(outcome, Refused):
        return outcome
    row = ProtectionMeasure(
        id=task.new_id(Letter.LOG),
        family_id=task.family.id,
        counterparty_id=outcome.counterparty_id,
        valid_from=outcome.valid_from,
        valid_to=outcome.valid_to,
        recorded_at=task.context.now,
        recorded_by_id=task.context.caller.holder.id,
        evidence=evidence,
        replaces_id=outcome.replaces_id,
    )

    async def kept() -> Written:
        task.session.add(row)
        return Written([row.id])

    children = await of_children(task, table_of(Child).c.family_id == task.family.id)
    return await Survey(task, day, [outcome.counterparty_id]).changed(children, kept)
