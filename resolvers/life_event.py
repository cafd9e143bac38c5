"""Deeds: the register's desk records deaths and moves, and corrects such an entry by a new one."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeVar

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select

from models.child import Child
from models.columns import table_of
from models.grant import Grant
from models.guardianship import Guardianship
from models.ids import Letter, parsed
from models.life_event import LifeEvent, LifeEventKind
from models.refusal import RefusalCode, Refused
from models.resident import Resident
from resolvers.changes import About, RegisterChange, Survey, Written, of_children
from resolvers.checked import bad_evidence
from resolvers.deed import Task
from resolvers.register import bad_fact, bad_start, first_refusal, resident_of

Row = TypeVar("Row", Child, Resident)
DAYS = {LifeEventKind.DEATH: "died_on", LifeEventKind.MOVED_OUT: "moved_out_on"}  # where the newest entry shows


@dataclass(kw_only=True)
class RecordDeath:
    """Of a child, or of somebody else by the register's id of a resident: exactly one of the two."""

    child_id: strawberry.ID | None = None
    resident_id: strawberry.ID | None = None
    died_on: date
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class RecordMoveOut:
    """Of a child, or of somebody else by the register's id of a resident: exactly one of the two."""

    child_id: strawberry.ID | None = None
    resident_id: strawberry.ID | None = None
    moved_out_on: date
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CorrectLifeEvent:
    """The day on which it really happened; without a day it never did."""

    entry_id: strawberry.ID
    happened_on: date | None = None
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


class Subject(NamedTuple):
    """One person: the child of the health record, the resident of the register, or both."""

    child: Child | None
    resident: Resident | None

    @property
    def born_on(self) -> date:
        """The day of birth."""
        row = self.child or self.resident
        assert row is not None
        return row.birth_date


class Fact(NamedTuple):
    """What happened, when, and which entry it puts right."""

    kind: LifeEventKind
    day: date | None
    evidence: str
    replaces_id: str | None = None


async def record_death(task: Task, given: RecordDeath) -> RegisterChange | Refused:
    """The death, or why not."""
    refused = first_refusal(bad_evidence(given), bad_fact(task, given.died_on, "diedOn"))
    return refused or await _recorded(task, given, Fact(LifeEventKind.DEATH, given.died_on, given.evidence), "diedOn")


async def record_move_out(task: Task, given: RecordMoveOut) -> RegisterChange | Refused:
    """The move, or why not."""
    refused = first_refusal(bad_evidence(given), bad_start(task, given.moved_out_on, "movedOutOn"))
    fact = Fact(LifeEventKind.MOVED_OUT, given.moved_out_on, given.evidence)
    return refused or await _recorded(task, given, fact, "movedOutOn")


async def correct(task: Task, given: CorrectLifeEvent) -> RegisterChange | Refused:
    """The entry as it should have been, or why not; a birth is put right where births are registered."""
    old = bad_evidence(given) or await _standing(task, str(given.entry_id))
    if isinstance(old, Refused):
        return old
    subject = Subject(await _row(task, Child, old.child_id), await _row(task, Resident, old.resident_id))
    if given.happened_on is not None:
        is_ahead = bad_fact if old.kind is LifeEventKind.DEATH else bad_start
        refused = is_ahead(task, given.happened_on, "happenedOn") or _bad_birth(
            subject, given.happened_on, "happenedOn"
        )
        if refused is not None:
            return refused
    return await _written(task, subject, Fact(old.kind, given.happened_on, given.evidence, old.id))


async def _standing(task: Task, id: str) -> LifeEvent | Refused:
    found = await task.session.get(LifeEvent, id) if parsed(id) else None
    if found is None or found.kind not in DAYS:
        return Refused(RefusalCode.NOT_FOUND, "entryId")
    later = select(LifeEvent).where(col(LifeEvent.replaces_id) == id)
    return found if (await task.session.exec(later)).first() is None else Refused(RefusalCode.ENTRY_REPLACED, "entryId")


async def _recorded(task: Task, given: RecordDeath | RecordMoveOut, fact: Fact, name: str) -> RegisterChange | Refused:
    subject = await _subject(task, given)
    if isinstance(subject, Refused):
        return subject
    if await _is_recorded(task, subject, fact.kind):
        return Refused(RefusalCode.ALREADY_RECORDED, name)
    assert fact.day is not None
    return _bad_birth(subject, fact.day, name) or await _written(task, subject, fact)


async def _subject(task: Task, given: RecordDeath | RecordMoveOut) -> Subject | Refused:
    """The one person that the input names."""
    if (given.child_id is None) is (given.resident_id is None):
        return Refused(RefusalCode.VALUE_MISSING, "childId")
    if given.child_id is not None:
        child = await task.session.get(Child, str(given.child_id)) if parsed(given.child_id) else None
        if child is None:
            return Refused(RefusalCode.NOT_FOUND, "childId")
        return Subject(child, await _row(task, Resident, child.resident_id))
    resident = await resident_of(task, given.resident_id, "residentId")
    if isinstance(resident, Refused):
        return resident
    own = select(Child).where(col(Child.resident_id) == resident.id)
    return Subject((await task.session.exec(own)).first(), resident)


async def _row(task: Task, model: type[Row], id: str | None) -> Row | None:
    return None if id is None else await task.session.get(model, id)


async def _is_recorded(task: Task, subject: Subject, kind: LifeEventKind) -> bool:
    """Whether an entry that stands says that it happened."""
    row, later = table_of(LifeEvent), table_of(LifeEvent).alias("later")
    about = [
        column == each.id
        for column, each in ((row.c.child_id, subject.child), (row.c.resident_id, subject.resident))
        if each is not None
    ]
    stands = ~sa.select(later.c.id).where(later.c.replaces_id == row.c.id).exists()
    found = sa.select(row.c.id).where(sa.or_(*about), row.c.kind == kind, row.c.happened_on.is_not(None), stands)
    return (await (await task.session.connection()).execute(found)).first() is not None


def _bad_birth(subject: Subject, day: date, name: str) -> Refused | None:
    return Refused(RefusalCode.DATE_OUT_OF_RANGE, name) if day < subject.born_on else None


async def _written(task: Task, subject: Subject, fact: Fact) -> RegisterChange:
    """The entry, and the person's row as the newest entry says."""
    child, resident = subject
    row = entry(task, subject, fact)

    async def kept() -> Written:
        task.session.add(row)
        for each in (child, resident):
            if each is not None:
                setattr(each, DAYS[fact.kind], fact.day)
                task.session.add(each)
        return Written([row.id])

    day = _first_day(task, subject, fact)
    named = [each.id for each in subject if each is not None]
    return await Survey(task, day, named).changed(await _abouts(task, subject), kept)


def _first_day(task: Task, subject: Subject, fact: Fact) -> date:
    """The day from which the entry tells a difference: the earlier of what was known and what is."""
    row = subject.child or subject.resident
    known = getattr(row, DAYS[fact.kind])
    return min((day for day in (known, fact.day) if day is not None), default=task.context.today)


def entry(task: Task, subject: Subject, fact: Fact) -> LifeEvent:
    """A row of the register about one person."""
    return LifeEvent(
        id=task.new_id(Letter.LOG),
        kind=fact.kind,
        child_id=None if subject.child is None else subject.child.id,
        resident_id=None if subject.resident is None else subject.resident.id,
        happened_on=fact.day,
        recorded_at=task.context.now,
        recorded_by_id=task.context.caller.holder.id,
        evidence=fact.evidence,
        replaces_id=fact.replaces_id,
    )


async def _abouts(task: Task, subject: Subject) -> list[About]:
    """The person's own record, and the children of whom the person has, or has given, anything: also the address."""
    child, edge, grant = (table_of(each) for each in (Child, Guardianship, Grant))
    ways = [] if subject.child is None else [child.c.id == subject.child.id]
    if subject.resident is not None:
        wards = sa.select(edge.c.child_id).where(edge.c.holder_id == subject.resident.id)
        shared = sa.select(grant.c.child_id).where(
            sa.or_(grant.c.grantee_id == subject.resident.id, grant.c.granted_by_id == subject.resident.id),
            grant.c.child_id.is_not(None),
        )
        ways += [child.c.id.in_(wards), child.c.id.in_(shared), child.c.family_id == subject.resident.family_id]
    return await of_children(task, sa.or_(*ways))
