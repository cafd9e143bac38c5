"""Deeds: somebody applies for the record service with a signed document, takes it back; staff decide what waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypedDict, TypeGuard

import strawberry
from sqlalchemy import select

from auth import relations
from auth.access import Caller, Relations
from auth.caller import Acr, Holder
from auth.fault import Fault
from auth.groups import APART, CARERS
from auth.policy import FACILITY_OR_FOSTER
from auth.signature import Presented, Signed
from auth.strict import fits, json_object, shape
from models.application import Application, ApplicationKind, ApplicationStep, StepKind, StepReason
from models.application_view import APPLICATIONS
from models.child import Child
from models.columns import table_of
from models.family import Family
from models.ids import Letter
from models.organisation import CallerKind
from models.pregnancy import Pregnancy
from models.refusal import RefusalCode, Refused
from models.relation import relation_of
from models.resident import Resident, Sex
from models.subject import Noun
from resolvers.checked import bad_shape, bad_text, is_blank
from resolvers.deed import Task
from resolvers.reaching import reach
from rules.eligibility import Claim, Decision, Known, Registered, Ward, decided, differences, is_somebody_else
from rules.individual_number import contains_individual_number
from rules.service import WAITING_MOST, is_open
from rules.service_consent import in_force

FORMAT = "tsumugi-application:1"
GUARDIANS = (*CARERS, *APART, FACILITY_OR_FOSTER)


@dataclass(kw_only=True)
class Apply:
    """A document (docs/applying.md) and its signature by the card's signature certificate.

    `certificate` (DER) and `signature` in base64; `algorithm`: RS256, ES256 or ES384.
    """

    document: str
    certificate: str
    algorithm: str
    signature: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class Withdraw:
    """An application that waits, or one on which the applicant was registered."""

    application_id: strawberry.ID
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class DecideApplication:
    """The applicant reads `reason`. `childId` names the child where the register did not find it at once."""

    application_id: strawberry.ID
    is_accepted: bool
    child_id: strawberry.ID | None = None
    reason: str
    idempotency_key: strawberry.ID


class ConsentMembers(TypedDict):
    """What was agreed to: the version, the language that was read, and the text itself."""

    version: str
    language: str
    text: str


class ChildMembers(TypedDict):
    """The child, as the applicant calls it."""

    name: str
    birthDate: str


class Members(TypedDict):
    """The document, all of it and nothing else; `child` is null for a pregnant woman."""

    format: str
    kind: str
    consent: dict[str, Any]
    origin: str
    nonce: str


SHAPE, CONSENT, CHILD = shape(Members), shape(ConsentMembers), shape(ChildMembers)


class Document(NamedTuple):
    """A document as it was read."""

    claim: Claim
    consent: ConsentMembers
    origin: str
    nonce: str


async def apply(task: Task, given: Apply) -> str | Refused:
    """The application, decided where the register can decide; or why it is none."""
    document = _read(given.document)
    refused = bad_shape(given, "document") or _bad_document(document, task.context.today)
    if refused is not None or document is None:
        return refused or Refused(RefusalCode.DOCUMENT_MALFORMED, "document")
    signed = await _signed(task, given, document)
    if isinstance(signed, Fault):
        return Refused(RefusalCode.SIGNATURE_REFUSED)
    person = await _registered(task)
    if is_somebody_else(signed.signer, person):
        return Refused(RefusalCode.SIGNER_DIFFERS)
    refused = await _repeated(task, document.claim)
    if refused is not None:
        return refused
    known = Known(differences(signed.signer, person), await _wards(task), await _pregnancy_of(task, _me(task)))
    decision = decided(task.context.today, document.claim, known)
    row = Application(
        id=await reach(task, Noun.APPLICATION, task.new_id(Letter.APPLICATION)),
        applicant_id=_me(task),
        kind=document.claim.kind,
        consent_version=document.consent["version"],
        consent_language=document.consent["language"],
        document=given.document,
        algorithm=given.algorithm,
        signature=given.signature,
        signer_key=signed.signer_key,
        applied_at=task.context.now,
    )
    task.session.add(row)
    await task.session.flush()
    task.session.add(_step(task, row, 1, decision))
    return row.id


async def withdraw(task: Task, given: Withdraw) -> str | Refused:
    """The application, on which nobody is served from the next request on."""
    row = await _row(task)
    if not _is_open(row, task.context.today):
        return Refused(RefusalCode.ENTRY_ENDED, "applicationId")
    decision = Decision(StepKind.WITHDRAWN, (StepReason.BY_APPLICANT,), row.child_id, row.pregnancy_id)
    task.session.add(_step(task, row, row.number + 1, decision))
    return str(given.application_id)


async def decide(task: Task, given: DecideApplication) -> str | Refused:
    """The application as staff decided it; accepted only for whom the register knows what it is accepted for."""
    if is_blank(given.reason):
        return Refused(RefusalCode.VALUE_MISSING, "reason")
    refused = bad_text(given, "reason")
    if refused is not None:
        return refused
    row = await _row(task)
    if row.is_settled:
        return Refused(RefusalCode.ALREADY_RECORDED, "applicationId")
    decision: Decision | Refused = Decision(StepKind.REFUSED, (StepReason.BY_STAFF,), row.child_id)
    if given.is_accepted:
        decision = await _accepted(task, row, given.child_id or row.child_id)
    if isinstance(decision, Refused):
        return decision
    step = _step(task, row, row.number + 1, decision)
    step.note, step.decided_by_id = given.reason, task.context.caller.holder.id
    task.session.add(step)
    return str(given.application_id)


async def _row(task: Task) -> Any:
    """The application with its newest step; whoever takes another step at this moment takes one of that number."""
    rows = APPLICATIONS.rows
    statement = select(rows).where(rows.c.id == task.about.id)
    return (await (await task.session.connection()).execute(statement)).one()


async def _accepted(task: Task, row: Any, child_id: str | None) -> Decision | Refused:
    """Rights and registrations follow from the register alone: what it does not know is recorded there first."""
    reason = (StepReason.BY_STAFF,)
    if row.kind is ApplicationKind.PREGNANT:
        found = await _pregnancy_of(task, row.applicant_id)
        decision = Decision(StepKind.ACCEPTED, reason, pregnancy_id=found)
        return decision if found else Refused(RefusalCode.RELATION_MISSING, "applicationId")
    holder = Holder(row.applicant_id, CallerKind.RESIDENT, Acr.CARD_PIN)
    held = await relations.load(await task.session.connection(), holder, task.context.today)
    if child_id not in guarded(held):
        return Refused(RefusalCode.RELATION_MISSING, "childId")
    return Decision(StepKind.ACCEPTED, reason, child_id)


def _read(text: str) -> Document | None:
    members = json_object(text.encode(errors="replace"))
    if members is None or "child" not in members:
        return None
    child = members.pop("child")
    if not _is_document(members) or members["format"] != FORMAT:
        return None
    consent = members["consent"]
    claim = _claim(members["kind"], child)
    if claim is None or not _is_consent(consent):
        return None
    return Document(claim, consent, members["origin"], members["nonce"])


def _claim(kind: str, child: object) -> Claim | None:
    if kind == ApplicationKind.PREGNANT and child is None:
        return Claim(ApplicationKind.PREGNANT)
    if kind != ApplicationKind.GUARDIAN or not isinstance(child, dict) or not _is_child(child):
        return None
    born_on = _day(child["birthDate"])
    return None if born_on is None else Claim(ApplicationKind.GUARDIAN, child["name"], born_on)


def _day(text: str) -> date | None:
    """A date in its one spelling."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _is_document(members: dict[str, object]) -> TypeGuard[Members]:
    return fits(members, SHAPE)


def _is_consent(members: dict[str, object]) -> TypeGuard[ConsentMembers]:
    return fits(members, CONSENT)


def _is_child(members: dict[str, object]) -> TypeGuard[ChildMembers]:
    return fits(members, CHILD)


def _bad_document(document: Document | None, today: date) -> Refused | None:
    """A document in which something is said that cannot be, or that is not to be said."""
    if document is None:
        return Refused(RefusalCode.DOCUMENT_MALFORMED, "document")
    claim, consent = document.claim, document.consent
    if contains_individual_number(claim.child_name):
        return Refused(RefusalCode.INDIVIDUAL_NUMBER_REFUSED, "document")
    if claim.child_born_on is not None and (claim.child_born_on > today or is_blank(claim.child_name)):
        return Refused(RefusalCode.DOCUMENT_MALFORMED, "document")
    wanted = in_force(today)
    is_agreed = consent["version"] == wanted.version and consent["text"] == wanted.text(consent["language"])
    return None if is_agreed else Refused(RefusalCode.CONSENT_OUTDATED, "document")


async def _signed(task: Task, given: Apply, document: Document) -> Signed | Fault:
    signing = task.context.signing
    if signing is None:
        return Fault.CHALLENGE_UNKNOWN
    answer = {"certificate": given.certificate, "algorithm": given.algorithm, "signature": given.signature}
    presented = Presented(given.document, document.origin, document.nonce, answer)
    return await signing.examined(task.session, presented)


def _me(task: Task) -> str:
    return task.context.caller.holder.id


async def _registered(task: Task) -> Registered:
    """The applicant; who belongs to no family is known by the birth date alone, and is left to staff."""
    known, person, home = relation_of(Resident), table_of(Resident), table_of(Family)
    statement = (
        select(known.c.birth_date, person.c.name, person.c.sex, home.c.address)
        .select_from(known)
        .outerjoin(person, person.c.id == known.c.id)
        .outerjoin(home, home.c.id == person.c.family_id)
        .where(known.c.id == _me(task))
    )
    row = (await (await task.session.connection()).execute(statement)).one()
    return Registered(row.birth_date, row.name, row.sex or Sex.UNKNOWN, row.address)


def guarded(held: Relations) -> frozenset[str]:
    """The children whom somebody guards, near or far; who is invited guards nobody."""
    found = (ids for (policy, noun), ids in held.held.items() if noun is Noun.CHILD and policy in GUARDIANS)
    return frozenset[str]().union(*found)


async def _wards(task: Task) -> list[Ward]:
    caller: Caller = task.context.caller
    child, ids = table_of(Child), guarded(caller.relations)
    columns = (child.c.id, child.c.name, child.c.birth_date)
    rows = await (await task.session.connection()).execute(select(*columns).where(child.c.id.in_(ids)))
    return [Ward(id, name, born_on, id in caller.relations.closed) for id, name, born_on in rows]


async def _pregnancy_of(task: Task, mother_id: str) -> str | None:
    """The pregnancy of this woman that has not ended; asked of the relations, which staff of any purpose may know."""
    known = relation_of(Pregnancy)
    statement = select(known.c.id).where(known.c.mother_id == mother_id, known.c.ended_on.is_(None))
    found: str | None = await (await task.session.connection()).scalar(statement.order_by(known.c.id))
    return found


async def _repeated(task: Task, claim: Claim) -> Refused | None:
    """The same claim that waits or is in force; or more that wait than one person can have."""
    mine = select(APPLICATIONS.rows).where(APPLICATIONS.rows.c.applicant_id == _me(task))
    rows = (await (await task.session.connection()).execute(mine)).all()
    if any(_said(row.document) == claim for row in _open(rows, task.context.today)):
        return Refused(RefusalCode.ALREADY_RECORDED, "document")
    if sum(row.state is StepKind.WAITING for row in rows) >= WAITING_MOST:
        return Refused(RefusalCode.APPLICATIONS_TOO_MANY)
    return None


def _open(rows: Sequence[Any], today: date) -> Iterable[Any]:
    return (row for row in rows if _is_open(row, today))


def _is_open(row: Any, today: date) -> bool:
    return is_open(today, row.state, row.born_on, row.closed_on)


def _said(text: str) -> Claim | None:
    document = _read(text)
    return document and document.claim


def _step(task: Task, application: Any, number: int, decision: Decision) -> ApplicationStep:
    return step_of(task.new_id(Letter.LOG), application, number, decision, task.context.now)


def step_of(id: str, application: Any, number: int, decision: Decision, now: datetime) -> ApplicationStep:
    """A decision as the next step of an application."""
    return ApplicationStep(
        id=id,
        application_id=application.id,
        applicant_id=application.applicant_id,
        number=number,
        kind=decision.kind,
        is_settled=decision.kind is not StepKind.WAITING,
        reasons=" ".join(each.name for each in decision.reasons),
        child_id=decision.child_id,
        pregnancy_id=decision.pregnancy_id,
        taken_at=now,
    )
