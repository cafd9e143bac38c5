"""Deeds: a record is opened to a person by invitation or to an organisation, and closed again."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select

from auth import policy as p
from auth.consent import RECEIVERS, is_door_missing, is_giveable
from auth.policy import Policy
from auth.relations import is_invited
from models.columns import table_of
from models.deed import DeedReceipt
from models.field_group import FieldGroup
from models.grant import Grant
from models.ids import Letter, parsed
from models.invitation import Invitation
from models.organisation import Organisation
from models.outbox import MessageKind, Outbox
from models.refusal import RefusalCode, Refused
from models.subject import Noun
from resolvers.deed import Task
from rules.address import mailbox
from rules.individual_number import contains_individual_number
from rules.sharing import TRIES_MOST, TRIES_WITHIN, WAITING_MOST, is_end, link_ends

CODE_BYTES = 16  # nobody guesses 128 bits
LETTERS = {Noun.CHILD: Letter.SHARE, Noun.PREGNANCY: Letter.PARTNER_SHARE}
KEYS = {Noun.CHILD: "child_id", Noun.PREGNANCY: "pregnancy_id"}


@dataclass(kw_only=True)
class Invite:
    """The link that is sent to `email` works once, for 14 days; sharing ends before `validTo`, within two years."""

    child_id: strawberry.ID
    email: str
    field_groups: list[FieldGroup]
    valid_to: date
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class InvitePartner:
    """The link that is sent to `email` works once, for 14 days; sharing ends before `validTo`, within two years."""

    pregnancy_id: strawberry.ID
    email: str
    field_groups: list[FieldGroup]
    valid_to: date
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class ShareWith:
    """A clinic, a school or the education office; sharing ends before `validTo`, within two years."""

    child_id: strawberry.ID
    organisation_id: strawberry.ID
    field_groups: list[FieldGroup]
    valid_to: date
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class AcceptInvitation:
    """The code of the link in the mail."""

    code: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class RevokeSharing:
    """The id of a share, whether it was accepted or not."""

    id: strawberry.ID
    idempotency_key: strawberry.ID


async def invite(task: Task, given: Invite) -> Invitation | Refused:
    """The invitation to a child's record, its mail in the outbox; or why not."""
    return await _invited(task, given, Noun.CHILD, p.INVITED_FAMILY)


async def invite_partner(task: Task, given: InvitePartner) -> Invitation | Refused:
    """The invitation to the record before birth, its mail in the outbox; or why not."""
    return await _invited(task, given, Noun.PREGNANCY, p.PARTNER_BEFORE_BIRTH)


async def share_with(task: Task, given: ShareWith) -> Grant | Refused:
    """The consent to an organisation, valid at once; or why not."""
    is_id = parsed(given.organisation_id) is not None
    organisation = await task.session.get(Organisation, str(given.organisation_id)) if is_id else None
    policy = RECEIVERS.get(organisation.kind) if organisation else None
    if organisation is None or policy is None:
        return Refused(RefusalCode.NOT_FOUND, "organisationId")
    return _bad_terms(task, given, Noun.CHILD, policy) or Grant(
        id=task.new_id(Letter.SHARE),
        child_id=task.child.id,
        granted_by_id=task.context.caller.holder.id,
        grantee_id=organisation.id,
        field_groups=_names(given.field_groups),
        valid_from=task.context.today,
        valid_to=given.valid_to,
        recorded_at=task.context.now,
    )


async def accept(task: Task, given: AcceptInvitation) -> str | Refused:
    """The child or the pregnancy that is open now. Whatever is wrong with a code, the answer and its cost are one."""
    context, me = task.context, task.context.caller.holder.id
    if await tries(task, RefusalCode.INVITATION_INVALID) >= TRIES_MOST:
        return Refused(RefusalCode.TRIES_TOO_MANY)
    code_hash = hashed(given.code)
    found = select(Invitation).where(col(Invitation.code_hash) == code_hash).with_for_update()
    invitation = (await task.session.exec(found)).one_or_none()
    stands = await is_invited(await task.session.connection(), me, code_hash, context.now, context.today)
    if invitation is None or not stands:
        return Refused(RefusalCode.INVITATION_INVALID)
    invitation.accepted_at = context.now
    task.session.add(
        Grant(
            id=invitation.id,
            child_id=invitation.child_id,
            pregnancy_id=invitation.pregnancy_id,
            granted_by_id=invitation.invited_by_id,
            grantee_id=me,
            field_groups=invitation.field_groups,
            valid_from=context.today,
            valid_to=invitation.valid_to,
            recorded_at=context.now,
            invitation_id=invitation.id,
        )
    )
    return str(invitation.child_id or invitation.pregnancy_id)


async def revoke(task: Task, given: RevokeSharing) -> str:
    """The share, which opens nothing from the next request on; a mail that has not left never leaves."""
    for row in (await task.session.get(Grant, task.about.id), await task.session.get(Invitation, task.about.id)):
        if row is not None and row.revoked_at is None:
            row.revoked_at = task.context.now
    mail = table_of(Outbox)
    connection = await task.session.connection()
    await connection.execute(sa.delete(mail).where(mail.c.about_id == task.about.id, mail.c.sent_at.is_(None)))
    return str(given.id)


async def _invited(task: Task, given: Invite | InvitePartner, noun: Noun, policy: Policy) -> Invitation | Refused:
    refused = bad_address(given.email) or _bad_terms(task, given, noun, policy)
    if refused is not None:
        return refused
    if await _waiting(task, noun) >= WAITING_MOST:
        return Refused(RefusalCode.INVITATIONS_TOO_MANY)
    code = secrets.token_urlsafe(CODE_BYTES)
    invitation = Invitation(
        id=task.new_id(LETTERS[noun]),
        **{KEYS[noun]: task.about.id},
        invited_by_id=task.context.caller.holder.id,
        field_groups=_names(given.field_groups),
        valid_to=given.valid_to,
        code_hash=hashed(code),
        invited_at=task.context.now,
        expires_at=link_ends(task.context.today),
    )
    task.session.add(_mail(task, invitation, mailbox(given.email), code))
    return invitation


def bad_address(email: str) -> Refused | None:
    """An address that cannot be one, or that holds an Individual Number."""
    if contains_individual_number(email):
        return Refused(RefusalCode.INDIVIDUAL_NUMBER_REFUSED, "email")
    return Refused(RefusalCode.ADDRESS_MALFORMED, "email") if mailbox(email) is None else None


def _mail(task: Task, invitation: Invitation, address: str | None, code: str) -> Outbox:
    return Outbox(
        id=task.new_id(Letter.LOG),
        kind=MessageKind.INVITATION,
        address=address,
        about_id=invitation.id,
        secret=code,
        created_at=task.context.now,
        due_at=task.context.now,
    )


def _bad_terms(task: Task, given: Invite | InvitePartner | ShareWith, noun: Noun, policy: Policy) -> Refused | None:
    """No group, one that cannot be given to them or by the caller, no way in, or no end that people remember."""
    names = {each.name for each in given.field_groups}
    if not names:
        return Refused(RefusalCode.VALUE_MISSING, "fieldGroups")
    if not is_giveable(task.context.caller, policy, noun, task.about.id, names):
        return Refused(RefusalCode.GROUP_NOT_SHAREABLE, "fieldGroups")
    if is_door_missing(policy, noun, names):
        return Refused(RefusalCode.VALUE_MISSING, "fieldGroups")
    if not is_end(task.context.today, given.valid_to):
        return Refused(RefusalCode.DATE_OUT_OF_RANGE, "validTo")
    return None


async def tries(task: Task, code: RefusalCode) -> int:
    """How many codes the caller brought lately that did not work, and so were refused; each has left its receipt."""
    rows, now = table_of(DeedReceipt).c, task.context.now
    is_wrong = rows.refusal_code == code.value
    where = (rows.caller_id == task.context.caller.holder.id, is_wrong, rows.recorded_at > now - TRIES_WITHIN)
    connection = await task.session.connection()
    return int((await connection.execute(sa.select(sa.func.count()).where(*where))).scalar_one())


async def _waiting(task: Task, noun: Noun) -> int:
    """How many invitations of the caller's own to this record could still be accepted; others' tell them nothing."""
    rows = table_of(Invitation).c
    is_open = (rows.accepted_at.is_(None), rows.revoked_at.is_(None), rows.expires_at > task.context.now)
    is_mine = rows.invited_by_id == task.context.caller.holder.id
    connection = await task.session.connection()
    statement = sa.select(sa.func.count()).where(rows[KEYS[noun]] == task.about.id, is_mine, *is_open)
    return int((await connection.execute(statement)).scalar_one())


def _names(groups: Iterable[FieldGroup]) -> str:
    """Each once, in the order of the table, so that what was shared reads alike."""
    wanted = set(groups)
    return " ".join(each.name for each in FieldGroup if each in wanted)


def hashed(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()
