"""Deed: health staff record what the immunisation rules have to know of a child besides its doses."""

from dataclasses import dataclass
from datetime import date

import strawberry
from sqlmodel import select

from models.ids import Letter
from models.immunisation import Antigen, Condition
from models.immunity import ImmunityFact, ImmunityFactKind
from models.refusal import RefusalCode, Refused
from resolvers.checked import bad_day, bad_evidence
from resolvers.deed import Task

# An infection of the mother is hers alone: neither the child's record nor its other guardians learn of it from us.
OF_THE_MOTHER = frozenset({Condition.MOTHER_HBS_ANTIGEN_POSITIVE})


@dataclass(kw_only=True)
class RecordImmunityFact:
    """A disease that was had (`antigen`), a condition (`condition`), or the end of a long illness.

    `replacesId` names the entry that this one puts right; `isVoid` says that what it told never was so, or is over.
    """

    child_id: strawberry.ID
    kind: ImmunityFactKind
    antigen: Antigen | None = None
    condition: Condition | None = None
    happened_on: date
    evidence: str
    replaces_id: strawberry.ID | None = None
    is_void: bool = False
    idempotency_key: strawberry.ID


async def record(task: Task, given: RecordImmunityFact) -> str | Refused:
    """The child with the new entry, or why not."""
    refused = _bad_words(given) or bad_day(task.child, given.happened_on, task.context.today, "happenedOn")
    refused = refused or bad_evidence(given) or await _bad_place(task, given)
    if refused:
        return refused
    task.session.add(
        ImmunityFact(
            id=task.new_id(Letter.LOG),
            child_id=task.child.id,
            kind=given.kind,
            antigen=given.antigen,
            condition=given.condition,
            happened_on=given.happened_on,
            evidence=given.evidence,
            recorded_at=task.context.now,
            recorded_by_id=task.context.caller.holder.id,
            replaces_id=given.replaces_id,
            is_void=given.is_void,
        )
    )
    return task.child.id


def _bad_words(given: RecordImmunityFact) -> Refused | None:
    """Each kind has its own word, and no other."""
    needed = {"antigen": ImmunityFactKind.ILLNESS, "condition": ImmunityFactKind.CONDITION}
    for name, kind in needed.items():
        value = getattr(given, name)
        if (value is None) is (given.kind is kind):
            return Refused(RefusalCode.VALUE_MISSING if value is None else RefusalCode.VALUE_OUT_OF_RANGE, name)
    return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "condition") if given.condition in OF_THE_MOTHER else None


async def _bad_place(task: Task, given: RecordImmunityFact) -> Refused | None:
    """An entry replaces one of the same child that no other has replaced; only such an entry can be void."""
    if given.replaces_id is None:
        return Refused(RefusalCode.VALUE_MISSING, "replacesId") if given.is_void else None
    old = await task.session.get(ImmunityFact, given.replaces_id)
    if old is None or old.child_id != task.child.id:
        return Refused(RefusalCode.NOT_FOUND, "replacesId")
    later = select(ImmunityFact).where(ImmunityFact.replaces_id == old.id)
    is_replaced = (await task.session.exec(later)).first() is not None
    return Refused(RefusalCode.ENTRY_REPLACED, "replacesId") if is_replaced else None
