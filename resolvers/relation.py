"""Deeds: the register's desk records relations of residents to a child, ends and corrects them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import strawberry

from models.guardianship import GuardianshipKind
from models.refusal import RefusalCode, Refused
from resolvers.changes import About, RegisterChange, Survey, Written
from resolvers.checked import bad_evidence
from resolvers.deed import Task
from resolvers.register import bad_fact, bad_start, case_of, first_refusal, ids_named, write
from resolvers.siblings import borne_by
from rules import births
from rules import relations as rules
from rules.relations import Entry, Outcome


@dataclass(kw_only=True)
class RecordRelation:
    """A relation from `validFrom` on, until the day before `validTo`. `holderId` is the register's id of a resident.

    An adoption of this town is recorded by `recordAdoption`, which ends what it ends; `ADOPTIVE_PARENT` here is for a
    child who was adopted elsewhere and has moved in.
    """

    child_id: strawberry.ID
    holder_id: strawberry.ID
    kind: GuardianshipKind
    valid_from: date
    valid_to: date | None = None
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class EndRelation:
    """`endsOn` is the first day on which the relation holds no more."""

    child_id: strawberry.ID
    entry_id: strawberry.ID
    ends_on: date
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CorrectRelation:
    """What the entry should have said; what is left out stays as it was. `isVoid`: it should never have been.

    `isOpen` takes a last day away that was wrong.
    """

    child_id: strawberry.ID
    entry_id: strawberry.ID
    kind: GuardianshipKind | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    is_open: bool = False
    is_void: bool = False
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class DecideAuthority:
    """From `decidedOn` on these residents hold parental authority, one alone or two jointly; what stood before ends."""

    child_id: strawberry.ID
    holder_ids: list[strawberry.ID]
    custodian_id: strawberry.ID | None = None
    decided_on: date
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class RecordAdoption:
    """`spouseParentId`: the parent whose spouse adopts, who keeps authority. A special adoption seals the past."""

    child_id: strawberry.ID
    adopter_ids: list[strawberry.ID]
    spouse_parent_id: strawberry.ID | None = None
    adopted_on: date
    is_special: bool = False
    evidence: str
    is_preview: bool = False
    idempotency_key: strawberry.ID


async def record(task: Task, given: RecordRelation) -> RegisterChange | Refused:
    """A new relation, or why not."""
    refused = first_refusal(bad_evidence(given), bad_start(task, given.valid_from, "validFrom"))
    case = refused or await case_of(task, task.child, {str(given.holder_id): "holderId"})
    if isinstance(case, Refused):
        return case
    entry = Entry(str(given.holder_id), given.kind, given.valid_from, given.valid_to)
    refused = await _bad_mother(task, entry, "holderId")
    if refused is not None:
        return refused
    return await _written(task, rules.recorded(case, entry), given.valid_from, given.evidence)


async def end(task: Task, given: EndRelation) -> RegisterChange | Refused:
    """The relation with its end, or why not."""
    case = bad_evidence(given) or await case_of(task, task.child, {})
    if isinstance(case, Refused):
        return case
    return await _written(task, rules.ended(case, str(given.entry_id), given.ends_on), given.ends_on, given.evidence)


async def correct(task: Task, given: CorrectRelation) -> RegisterChange | Refused:
    """The entry as it should have been, or why not."""
    if given.valid_to is not None and given.is_open:
        return Refused(RefusalCode.PERIOD_INVALID, "isOpen")
    case = bad_evidence(given) or await case_of(task, task.child, {})
    if isinstance(case, Refused):
        return case
    old = case.entry(str(given.entry_id))
    if isinstance(old, Refused):
        return old
    now = None if given.is_void else _corrected(old, given)
    refused = None
    if now is not None:
        refused = bad_start(task, now.valid_from, "validFrom")
        refused = refused or (None if now.kind is old.kind else await _bad_mother(task, now, "kind"))
    day = rules.first_difference(old, now, task.context.today)
    return await _written(task, refused or rules.corrected(case, old.id, now), day, given.evidence)


async def _bad_mother(task: Task, entry: Entry, name: str) -> Refused | None:
    """Somebody whose other children's birthdays lie too near; a twin born late elsewhere is taken at its word."""
    if entry.kind is not GuardianshipKind.BIRTH_MOTHER:
        return None
    others = [each.born_on for each in await borne_by(task, entry.holder_id, but=task.child.id)]
    is_possible = births.are_possible(task.child.birth_date, others, is_delayed=True)
    return None if is_possible else Refused(RefusalCode.BIRTHS_APART, name)


def _corrected(old: Entry, given: CorrectRelation) -> Entry:
    last = None if given.is_open else given.valid_to or old.valid_to
    return Entry(old.holder_id, given.kind or old.kind, given.valid_from or old.valid_from, last)


async def decide(task: Task, given: DecideAuthority) -> RegisterChange | Refused:
    """Authority as it was decided, or why not."""
    custodian = None if given.custodian_id is None else str(given.custodian_id)
    if len(given.holder_ids) > rules.JOINT_HOLDERS:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "holderIds")
    named = ids_named(given.holder_ids, "holderIds") | ({} if custodian is None else {custodian: "custodianId"})
    refused = first_refusal(bad_evidence(given), bad_start(task, given.decided_on, "decidedOn"))
    case = refused or await case_of(task, task.child, named)
    if isinstance(case, Refused):
        return case
    outcome = rules.decided(case, given.decided_on, [str(each) for each in given.holder_ids], custodian)
    return await _written(task, outcome, given.decided_on, given.evidence)


async def adopt(task: Task, given: RecordAdoption) -> RegisterChange | Refused:
    """The adoption, or why not."""
    spouse = None if given.spouse_parent_id is None else str(given.spouse_parent_id)
    if len(given.adopter_ids) > rules.JOINT_HOLDERS:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "adopterIds")
    named = ids_named(given.adopter_ids, "adopterIds") | ({} if spouse is None else {spouse: "spouseParentId"})
    refused = first_refusal(bad_evidence(given), bad_fact(task, given.adopted_on, "adoptedOn"))
    case = refused or await case_of(task, task.child, named)
    if isinstance(case, Refused):
        return case
    adopters = [str(each) for each in given.adopter_ids]
    outcome = rules.adopted(case, given.adopted_on, adopters, spouse, is_special=given.is_special)
    return await _written(task, outcome, given.adopted_on, given.evidence)


async def _written(task: Task, outcome: Outcome, day: date, evidence: str) -> RegisterChange | Refused:
    if isinstance(outcome, Refused):
        return outcome
    entries: Sequence[Entry] = outcome

    async def kept() -> Written:
        return Written(write(task, task.child.id, entries, evidence))

    about = About.of(task.child)
    return await Survey(task, day, {about.id, *(each.holder_id for each in entries)}).changed([about], kept)
