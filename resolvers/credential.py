"""Deeds: the desk issues a code with which a resident binds a card; what lets somebody in is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import orjson
import sqlalchemy as sa
import strawberry
from sqlmodel import col, select

from auth import credential, relations
from auth.age import OWN_SIGNATURE_YEARS, birthday
from auth.caller import Acr, Holder
from models.child import Child
from models.columns import table_of
from models.credential import ClosedBy, Credential, EnrolmentCode
from models.ids import Letter
from models.organisation import CallerKind
from models.refusal import RefusalCode, Refused
from models.resident import Resident
from resolvers.application import guarded
from resolvers.deed import Task
from resolvers.register import resident_of
from rules.enrolment import code_ends, code_of, handle
from rules.linking import code_hash


@dataclass(kw_only=True)
class IssueEnrolmentCode:
    """For one resident, by the register's id. Below 15 a guardian helps, and gets the code: `guardianId`.

    The code works once, for 24 hours and five tries; an earlier one of the same resident works no more.
    """

    resident_id: strawberry.ID
    guardian_id: strawberry.ID | None = None
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CloseCredential:
    """One of the caller's own, by its id."""

    credential_id: strawberry.ID
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CloseCredentials:
    """All of one resident, by the register's id: for a lost card, say."""

    resident_id: strawberry.ID
    idempotency_key: strawberry.ID


class IssuedCode(NamedTuple):
    """A code that waits; the code itself is told to its issuer and kept nowhere."""

    code_id: str
    resident_id: str
    expires_at: datetime
    enrolment_code: str = ""

    @property
    def looks(self) -> Sequence[tuple[str, str]]:
        """Who issued a code is on record with the resident."""
        return (("Mutation.issueEnrolmentCode", self.resident_id),)

    def told(self, key: str) -> "IssuedCode":
        """With the code, which the client's key gives again."""
        return self._replace(enrolment_code=code_of(key, self.code_id))

    def packed(self) -> str:
        """As JSON text, without the code."""
        return orjson.dumps([self.code_id, self.resident_id, self.expires_at]).decode()

    @classmethod
    def unpacked(cls, text: str) -> "IssuedCode":
        """Back from the text."""
        code_id, resident_id, expires_at = orjson.loads(text)
        return cls(code_id, resident_id, datetime.fromisoformat(expires_at))


class Closed(NamedTuple):
    """How many ways to log in were closed, of whom."""

    closed: int
    resident_id: str

    @property
    def looks(self) -> Sequence[tuple[str, str]]:
        """Who closed them is on record with the resident."""
        return (("Mutation.closeCredentials", self.resident_id),)

    def packed(self) -> str:
        """As JSON text."""
        return orjson.dumps([*self]).decode()

    @classmethod
    def unpacked(cls, text: str) -> "Closed":
        """Back from the text."""
        return cls(*orjson.loads(text))


async def issue(task: Task, given: IssueEnrolmentCode) -> IssuedCode | Refused:
    """The code, or why not."""
    person = await resident_of(task, given.resident_id, "residentId")
    if isinstance(person, Refused):
        return person
    if person.died_on is not None:
        return Refused(RefusalCode.HOLDER_DECEASED, "residentId")
    refused = await _without_guardian(task, person, given.guardian_id)
    if refused is not None:
        return refused
    await _revoked(task, person.id)
    id, now = task.new_id(Letter.LOG), _real_now(task)
    code = code_of(str(given.idempotency_key), id)
    row = EnrolmentCode(
        id=id,
        resident_id=person.id,
        guardian_id=given.guardian_id and str(given.guardian_id),
        handle=handle(code),
        code_hash=code_hash(code),
        issued_by_id=task.context.caller.holder.id,
        issued_at=now,
        expires_at=code_ends(now),
    )
    task.session.add(row)
    return IssuedCode(id, person.id, row.expires_at)


async def close(task: Task, given: CloseCredential) -> str:
    """The credential, which lets nobody in from now on; the second time nothing changes."""
    row = await task.session.get_one(Credential, str(task.about.id), with_for_update=True)
    if row.closed_at is None:
        await credential.close(task.session, [row], ClosedBy.HOLDER, _real_now(task))
    return str(given.credential_id)


async def close_all(task: Task, given: CloseCredentials) -> Closed | Refused:
    """How many there were. Codes that wait work no more, either."""
    person = await resident_of(task, given.resident_id, "residentId")
    if isinstance(person, Refused):
        return person
    rows = await credential.open_ones(task.session, person.id)
    await credential.close(task.session, rows, ClosedBy.DESK, _real_now(task))
    await _revoked(task, person.id)
    return Closed(len(rows), person.id)


def _real_now(task: Task) -> datetime:
    """Sessions and codes go by the real clock, as signing in does; a demo's domain clock may stand anywhere."""
    signing = task.context.signing
    return task.context.now if signing is None else signing.now()


async def _without_guardian(task: Task, person: Resident, guardian_id: strawberry.ID | None) -> Refused | None:
    """Below 15 there is no signature certificate, and a login is the guardian helping: one of today must be named."""
    today = task.context.today
    if guardian_id is None:
        is_child = birthday(person.birth_date, OWN_SIGNATURE_YEARS) > today
        return Refused(RefusalCode.VALUE_MISSING, "guardianId") if is_child else None
    found = await resident_of(task, guardian_id, "guardianId")
    if isinstance(found, Refused):
        return found
    is_guardian = await _guards(task, found, person, today)
    return None if is_guardian else Refused(RefusalCode.RELATION_MISSING, "guardianId")


async def _guards(task: Task, guardian: Resident, person: Resident, today: date) -> bool:
    connection = await task.session.connection()
    holder = Holder(guardian.id, CallerKind.RESIDENT, Acr.CARD_PIN)
    held = await relations.load(connection, holder, today)
    child = table_of(Child)
    own = await connection.execute(sa.select(child.c.id).where(child.c.resident_id == person.id))
    return bool(guarded(held) & set(own.scalars()))


async def _revoked(task: Task, resident_id: str) -> None:
    """Codes that wait for this resident work no more."""
    waiting = select(EnrolmentCode).where(
        col(EnrolmentCode.resident_id) == resident_id,
        col(EnrolmentCode.redeemed_at).is_(None),
        col(EnrolmentCode.revoked_at).is_(None),
    )
    for each in (await task.session.exec(waiting)).all():
        each.revoked_at = _real_now(task)
        task.session.add(each)
