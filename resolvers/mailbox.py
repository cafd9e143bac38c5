"""Deeds: a resident enters a mail address, confirms it by the code that was sent there, chooses what comes."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import strawberry
from sqlmodel import col, select

from auth.access import Access
from auth.groups import ADDRESS_CONTACT
from models.ids import Letter
from models.mailbox import Mailbox, MailLanguage
from models.notice import NoticeKind
from models.outbox import MessageKind, Outbox
from models.refusal import RefusalCode, Refused
from models.subject import Noun
from resolvers.deed import Task
from rules import notices as rules
from rules.address import mailbox
from rules.individual_number import contains_individual_number

CODE_BYTES = 16  # nobody guesses 128 bits
HAS_AN_ADDRESS = Access((ADDRESS_CONTACT,))


@dataclass(kw_only=True)
class AddMailbox:
    """Nothing comes to `address` but the code that confirms it, which works once, for 24 hours.

    Quiet hours are minutes of the day in Asia/Tokyo, may pass midnight, and hold notices back until they are over.
    """

    address: str
    kinds: list[NoticeKind]
    language: MailLanguage
    quiet_from_minute: int | None = None
    quiet_to_minute: int | None = None
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class ConfirmMailbox:
    """The code of the link in the mail."""

    code: str
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class ChangeMailbox:
    """What comes from now on; all of it is said anew."""

    mailbox_id: strawberry.ID
    kinds: list[NoticeKind]
    language: MailLanguage
    quiet_from_minute: int | None = None
    quiet_to_minute: int | None = None
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class RemoveMailbox:
    """Nothing comes there any more but of a new way to log in that is added within a day.

    Then the address is forgotten.
    """

    mailbox_id: strawberry.ID
    idempotency_key: strawberry.ID


async def add(task: Task, given: AddMailbox) -> Mailbox | Refused:
    """The mailbox, not confirmed yet, its code in the outbox; or why not."""
    me = task.context.caller.holder.id
    if me not in task.context.caller.reach(HAS_AN_ADDRESS, Noun.PERSON, has_supplier=False).ids:
        return Refused(RefusalCode.NOT_PERMITTED)
    refused = _bad_address(given.address) or _bad_wishes(given)
    if refused is not None:
        return refused
    now = task.context.now
    is_there, is_new = col(Mailbox.removed_at).is_(None), col(Mailbox.added_at) > now - rules.ADDED_WITHIN
    mine = select(is_there, is_new).where(col(Mailbox.resident_id) == me, is_there | is_new)
    found = (await task.session.exec(mine)).all()
    if sum(there for there, _ in found) >= rules.MAILBOXES_MOST or sum(new for _, new in found) >= rules.ADDED_MOST:
        return Refused(RefusalCode.MAILBOXES_TOO_MANY)
    code = secrets.token_urlsafe(CODE_BYTES)
    row = Mailbox(
        id=task.new_id(Letter.MAILBOX),
        resident_id=me,
        address=mailbox(given.address),
        kinds=_names(given.kinds),
        language=given.language,
        quiet_from_minute=given.quiet_from_minute,
        quiet_to_minute=given.quiet_to_minute,
        added_at=now,
        code_hash=_hashed(code),
        code_expires_at=now + rules.CODE_LASTS,
    )
    task.session.add(_mail(task, row, MessageKind.CONFIRMATION, now, secret=code))
    return row


def _mail(task: Task, row: Mailbox, kind: MessageKind, due_at: datetime, secret: str | None = None) -> Outbox:
    return Outbox(
        id=task.new_id(Letter.LOG),
        kind=kind,
        recipient_id=row.resident_id,
        about_id=row.id,
        address=row.address,
        secret=secret,
        created_at=task.context.now,
        due_at=due_at,
    )


async def confirm(task: Task, given: ConfirmMailbox) -> str | Refused:
    """The mailbox, confirmed. Whatever is wrong with a code, the answer is one."""
    found = select(Mailbox).where(
        col(Mailbox.code_hash) == _hashed(given.code),
        col(Mailbox.resident_id) == task.context.caller.holder.id,
        col(Mailbox.removed_at).is_(None),
    )
    row = (await task.session.exec(found.with_for_update())).one_or_none()
    if row is None or row.code_expires_at <= task.context.now:
        return Refused(RefusalCode.CODE_INVALID, "code")
    row.confirmed_at, row.code_hash = task.context.now, None
    return row.id


async def change(task: Task, given: ChangeMailbox) -> str | Refused:
    """The mailbox with other wishes, or why not."""
    refused = _bad_wishes(given)
    if refused is not None:
        return refused
    row: Mailbox = task.about
    row.kinds, row.language = _names(given.kinds), given.language
    row.quiet_from_minute, row.quiet_to_minute = given.quiet_from_minute, given.quiet_to_minute
    return row.id


async def remove(task: Task, given: RemoveMailbox) -> str:
    """The mailbox, gone; the second time nothing changes.

    The outbox holds a confirmed address for a day: whoever has somebody's card may begin here (docs/decisions/0018).
    """
    row: Mailbox = task.about
    if row.removed_at is None:
        now = task.context.now
        if row.confirmed_at is not None:
            task.session.add(_mail(task, row, MessageKind.MAILBOX_REMOVED, now + rules.REMOVED_HEARS_FOR))
        row.address, row.code_hash, row.removed_at = None, None, now
    return str(given.mailbox_id)


def _bad_address(address: str) -> Refused | None:
    if contains_individual_number(address):
        return Refused(RefusalCode.INDIVIDUAL_NUMBER_REFUSED, "address")
    return Refused(RefusalCode.ADDRESS_MALFORMED, "address") if mailbox(address) is None else None


def _bad_wishes(given: AddMailbox | ChangeMailbox) -> Refused | None:
    is_good = rules.are_quiet(given.quiet_from_minute, given.quiet_to_minute)
    return None if is_good else Refused(RefusalCode.VALUE_OUT_OF_RANGE, "quietFromMinute")


def _names(kinds: list[NoticeKind]) -> str:
    """Each once, in the order of the words."""
    return " ".join(each.name for each in NoticeKind if each in set(kinds))


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()
