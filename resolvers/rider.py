"""Deeds: somebody applies for the taxi subsidy, for a ward or at the counter; staff decide, suspend and reinstate."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select

from auth.access import Access
from auth.groups import RIDE_ELIGIBILITY_REASON
from models.child import Child
from models.columns import table_of
from models.ids import Letter
from models.refusal import RefusalCode, Refused
from models.relation import relation_of
from models.resident import Resident
from models.rider import Eligibility, Rider, RiderState, RiderStep, RiderStepKind
from models.subject import Noun
from resolvers.checked import bad_evidence, bad_label, bad_words
from resolvers.deed import Task
from resolvers.reaching import reach
from rules import riders
from rules.riders import Claim, Exclusion

# Whose reason somebody may know of oneself, and write of a ward.
ONESELF = Access((RIDE_ELIGIBILITY_REASON,))
WARD = Access((RIDE_ELIGIBILITY_REASON,), writes=True)

FAULTY = {RefusalCode.RIDES_EXCLUDED: "exclusions"}  # the field that a code is about, where it is not the eligibility


@dataclass(kw_only=True)
class Claiming:
    """What is said of the person. `evidence`: what shows it, a certificate say, in words."""

    eligibility: Eligibility
    has_licence: bool
    exclusions: list[Exclusion]
    evidence: str


@dataclass(kw_only=True)
class ApplyForRides(Claiming):
    """For oneself, or for the ward with this id. `evidence`: what shows it, a certificate say, in words."""

    child_id: strawberry.ID | None = None
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class ApplyForRidesAtCounter(Claiming):
    """Staff enter what somebody at the counter says, by the register's id and the name on what was shown."""

    resident_id: strawberry.ID
    name: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class DecideRider:
    """`validFrom`: today if it is not said. `validTo`: the first day without; a must for pregnancy."""

    rider_id: strawberry.ID
    is_accepted: bool
    eligibility: Eligibility | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    reason: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class SuspendRider:
    """The rider reads `reason`; rides are refused from now on."""

    rider_id: strawberry.ID
    reason: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class ReinstateRider:
    """The rider reads `reason`."""

    rider_id: strawberry.ID
    reason: str
    idempotency_key: strawberry.ID


class Person(NamedTuple):
    """Somebody who lives here; the name as far as this caller reaches it."""

    id: str
    birth_date: date
    name: str | None


async def apply(task: Task, given: ApplyForRides) -> str | Refused:
    """The rider whom staff decide on, or why not."""
    found = await _whom(task, given.child_id)
    person = found if isinstance(found, Refused) else await _person(task, found, "childId")
    if isinstance(person, Refused):
        return person
    return await _applied(task, person, person.name, given)


async def apply_at_counter(task: Task, given: ApplyForRidesAtCounter) -> str | Refused:
    """The same for whoever stands there, card or no card."""
    person = await _person(task, str(given.resident_id), "residentId")
    if isinstance(person, Refused):
        return person
    return bad_label(given, "name") or await _applied(task, person, given.name, given)


async def decide(task: Task, given: DecideRider) -> str | Refused:
    """The rider as staff decided; a refused renewal leaves what is registered as it is."""
    row = await task.session.get_one(Rider, str(task.about.id))
    if row.is_settled:
        return Refused(RefusalCode.ALREADY_RECORDED, "riderId")
    refused = bad_words(given, "reason")
    if refused is not None:
        return refused
    if not given.is_accepted:
        if row.state is not RiderState.REGISTERED:
            row.state = RiderState.REFUSED
        return await _stepped(task, row, RiderStepKind.REFUSED, given.reason)
    return await _accepted(task, row, given)


async def suspend(task: Task, given: SuspendRider) -> str | Refused:
    """The rider, who rides without the subsidy from now on."""
    return await _turned(task, RiderStepKind.SUSPENDED, given.reason, bad_words(given, "reason"))


async def reinstate(task: Task, given: ReinstateRider) -> str | Refused:
    """The rider, registered as before."""
    return await _turned(task, RiderStepKind.REINSTATED, given.reason, bad_words(given, "reason"))


TURNS = {
    RiderStepKind.SUSPENDED: (RiderState.REGISTERED, RiderState.SUSPENDED),
    RiderStepKind.REINSTATED: (RiderState.SUSPENDED, RiderState.REGISTERED),
}


async def _turned(task: Task, kind: RiderStepKind, reason: str, refused: Refused | None) -> str | Refused:
    row = await task.session.get_one(Rider, str(task.about.id))
    before, after = TURNS[kind]
    if refused is not None or row.state is not before:
        return refused or Refused(RefusalCode.ALREADY_RECORDED, "riderId")
    row.state = after
    return await _stepped(task, row, kind, reason)


async def _whom(task: Task, child_id: strawberry.ID | None) -> str | Refused:
    """The register's id of the person; a child of whom the caller may write nothing is like one that is not there."""
    caller = task.context.caller
    if child_id is None:
        is_own = caller.may_write(ONESELF, Noun.PERSON, caller.holder.id)
        return caller.holder.id if is_own else Refused(RefusalCode.NOT_PERMITTED)
    if not caller.may_write(WARD, Noun.CHILD, str(child_id)):
        return Refused(RefusalCode.NOT_FOUND, "childId")
    child = table_of(Child)
    found = await task.session.scalar(sa.select(child.c.resident_id).where(child.c.id == str(child_id)))
    return found or Refused(RefusalCode.NOT_RESIDENT, "childId")


async def _person(task: Task, resident_id: str, field: str) -> Person | Refused:
    known, person = relation_of(Resident).alias("known"), table_of(Resident)
    statement = (
        sa.select(known.c.birth_date, known.c.died_on, known.c.moved_out_on, person.c.name)
        .select_from(known)
        .outerjoin(person, person.c.id == known.c.id)
        .where(known.c.id == resident_id)
    )
    row = (await (await task.session.connection()).execute(statement)).one_or_none()
    if row is None:
        return Refused(RefusalCode.NOT_FOUND, field)
    gone = [day for day in (row.died_on, row.moved_out_on) if day is not None and day <= task.context.today]
    return Refused(RefusalCode.NOT_RESIDENT, field) if gone else Person(resident_id, row.birth_date, row.name)


async def _applied(task: Task, person: Person, name: str | None, given: Any) -> str | Refused:
    """The application as a step of the one registration that somebody can have."""
    claim = Claim(given.eligibility, given.has_licence, given.exclusions)
    code = riders.unmet(task.context.today, person.birth_date, claim)
    refused = bad_evidence(given) or (code and Refused(code, FAULTY.get(code, "eligibility")))
    if refused is not None:
        return refused
    if name is None:  # of no household: the counter helps
        return Refused(RefusalCode.NOT_RESIDENT)
    row = (await task.session.exec(select(Rider).where(col(Rider.resident_id) == person.id))).one_or_none()
    if row is None:
        row = await _new(task, person.id, name, given.eligibility)
    elif not row.is_settled or not _is_over(task, row):
        return Refused(RefusalCode.ALREADY_RECORDED)
    row.is_settled = False
    if row.state is RiderState.REFUSED:
        row.state = RiderState.APPLIED
    return await _stepped(task, row, RiderStepKind.APPLIED, given.evidence, given.eligibility)


def _is_over(task: Task, row: Rider) -> bool:
    found = riders.status(task.context.today, row.state, row.registered_on, row.valid_to, None)
    return riders.may_apply(task.context.today, found, row.valid_to)


async def _new(task: Task, resident_id: str, name: str, eligibility: Eligibility) -> Rider:
    row = Rider(
        id=await reach(task, Noun.RIDER, task.new_id(Letter.RIDER)),
        resident_id=resident_id,
        name=name,
        eligibility=eligibility,
        registered_on=task.context.today,
        state=RiderState.APPLIED,
    )
    task.session.add(row)
    await task.session.flush()
    return row


async def _accepted(task: Task, row: Rider, given: DecideRider) -> str | Refused:
    today = task.context.today
    eligibility = given.eligibility or await _claimed(task, row)
    first = given.valid_from or today
    code = riders.bad_period(today, eligibility, first, given.valid_to)
    if code is not None:
        return Refused(code, "validFrom" if code is RefusalCode.DATE_OUT_OF_RANGE else "validTo")
    person = await _person(task, row.resident_id, "riderId")
    if isinstance(person, Refused):
        return person
    code = riders.unmet(first, person.birth_date, Claim(eligibility, has_licence=False))
    if code is not None:
        return Refused(code, "eligibility")
    is_renewed = row.state is RiderState.REGISTERED and row.valid_to is not None and first <= row.valid_to
    row.registered_on = row.registered_on if is_renewed else first
    row.state, row.eligibility, row.valid_to = RiderState.REGISTERED, eligibility, given.valid_to
    return await _stepped(task, row, RiderStepKind.ACCEPTED, given.reason, eligibility, first)


async def _claimed(task: Task, row: Rider) -> Eligibility:
    """What the application that waits says."""
    mine = select(RiderStep).where(col(RiderStep.rider_id) == row.id, RiderStep.kind == RiderStepKind.APPLIED)
    newest = (await task.session.exec(mine.order_by(col(RiderStep.number).desc()))).first()
    return row.eligibility if newest is None else newest.eligibility


async def _stepped(
    task: Task, row: Rider, kind: RiderStepKind, note: str, eligibility: Eligibility | None = None, *days: date
) -> str:
    """The step is written, and the row shows what it comes to; who steps at the same moment takes one number."""
    if kind in {RiderStepKind.ACCEPTED, RiderStepKind.REFUSED}:
        row.is_settled = True
    task.session.add(row)
    before = sa.select(sa.func.count()).where(col(RiderStep.rider_id) == row.id)
    step = RiderStep(
        id=task.new_id(Letter.LOG),
        rider_id=row.id,
        number=int(await task.session.scalar(before) or 0) + 1,
        kind=kind,
        eligibility=eligibility or row.eligibility,
        valid_from=days[0] if days else None,
        valid_to=row.valid_to if days else None,
        note=note,
        taken_by_id=task.context.caller.holder.id,
        taken_at=task.context.now,
    )
    task.session.add(step)
    return row.id
