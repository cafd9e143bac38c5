"""Staff by the municipality's own provider: known in our register, with the second factor, in a group of their duty."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth import session
from auth.caller import Acr, Holder
from auth.fault import Fault
from auth.identity_token import Identity
from auth.session import Ending
from auth.strict import is_plain
from models.organisation import STAFF_KINDS, CallerKind, StaffMember
from models.staff_account import StaffAccount

GROUPS_MOST = 1_000


class Duty(NamedTuple):
    """What a group of the provider stands for: a kind of staff, and one office where it says so."""

    kind: CallerKind
    office_id: str | None = None


@dataclass(frozen=True)
class StaffTerms:
    """How the provider says who somebody is, that a second factor was shown, and which groups mean which duty.

    One of `acr`, or one of `amr`, must be in the token.
    """

    issuer: str
    acr: frozenset[str]
    amr: frozenset[str]
    subject_claim: str
    groups_claim: str
    duties: Mapping[str, Duty]


async def recognised(db: AsyncSession, identity: Identity, terms: StaffTerms) -> Holder | Fault:
    """The member of staff. What the register says and what the provider's groups say must agree."""
    if not _is_sure(identity.claims, terms):
        return Fault.IDENTITY_ACR
    subject = identity.claims.get(terms.subject_claim)
    if not isinstance(subject, str) or not is_plain(subject):
        return Fault.IDENTITY_CLAIMS
    member = await _member(db, terms.issuer, subject)
    if member is None:
        return Fault.STAFF_UNKNOWN
    is_on_duty = any(_fits(each, member) for each in _duties(identity.claims, terms))
    return Holder(member.id, member.kind, Acr.MFA) if is_on_duty else Fault.STAFF_GROUP


async def linked(db: AsyncSession, issuer: str, subject: str, staff_id: str, now: datetime) -> bool:
    """Let a subject be this member of staff; whether it was nobody before. What was closed is opened by it."""
    row = await _account(db, issuer, subject)
    if row is not None and row.closed_at is None:
        return False
    row = row or StaffAccount(issuer=issuer, sub=subject, staff_id=staff_id, created_at=now)
    row.staff_id, row.created_at, row.closed_at = staff_id, now, None
    db.add(row)
    return True


async def unlinked(db: AsyncSession, issuer: str, subject: str, now: datetime) -> bool:
    """Close an account and end its member's sessions for every worker; whether it was open."""
    row = await _account(db, issuer, subject)
    if row is None or row.closed_at is not None:
        return False
    row.closed_at = now
    db.add(row)
    await db.flush()
    await session.ended(db, Ending.DISABLED, now, holder_id=row.staff_id)
    return True


async def _account(db: AsyncSession, issuer: str, subject: str) -> StaffAccount | None:
    """The account, held, so that no login slips past its closing."""
    question = select(StaffAccount).where(col(StaffAccount.issuer) == issuer, col(StaffAccount.sub) == subject)
    return (await db.exec(question.with_for_update())).one_or_none()


async def _member(db: AsyncSession, issuer: str, subject: str) -> StaffMember | None:
    row = await _account(db, issuer, subject)
    if row is None or row.closed_at is not None:
        return None
    member = await db.get_one(StaffMember, row.staff_id)
    return member if member.kind in STAFF_KINDS else None


def _is_sure(claims: Mapping[str, object], terms: StaffTerms) -> bool:
    acr, amr = claims.get("acr"), claims.get("amr")
    is_by_acr = isinstance(acr, str) and acr in terms.acr
    return is_by_acr or not terms.amr.isdisjoint(_texts(amr))


def _duties(claims: Mapping[str, object], terms: StaffTerms) -> list[Duty]:
    return [terms.duties[each] for each in _texts(claims.get(terms.groups_claim)) if each in terms.duties]


def _texts(found: object) -> Collection[str]:
    return [each for each in found[:GROUPS_MOST] if isinstance(each, str)] if isinstance(found, list) else []


def _fits(duty: Duty, member: StaffMember) -> bool:
    return duty.kind is member.kind and duty.office_id in {None, member.organisation_id}
