"""Deeds: a guardian adds a mail address that gets dates, and takes it back; whoever reads it confirms it."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
import strawberry
from sqlmodel import update
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import table_of
from models.ids import Letter
from models.outbox import MessageKind, Outbox
from models.refusal import RefusalCode, Refused
from models.reminder import Reminder
from resolvers.deed import Task
from resolvers.reminders_due import is_protected, is_served
from resolvers.sharing import CODE_BYTES, bad_address, hashed
from rules.address import mailbox
from rules.reminding import ADDRESSES_MOST
from rules.sharing import is_end, link_ends

_rows, _mail = table_of(Reminder).c, table_of(Outbox)


@dataclass(kw_only=True)
class AddReminder:
    """The link that is sent to `email` works for 14 days; dates go there before `validTo`, within two years."""

    child_id: strawberry.ID
    email: str
    valid_to: date
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class RevokeReminder:
    """An address, confirmed or not; it is forgotten."""

    id: strawberry.ID
    idempotency_key: strawberry.ID


async def add(task: Task, given: AddReminder) -> Reminder | Refused:
    """The address, its mail in the outbox; or why not. Under a protection measure nothing is sent, and nothing said."""
    refused = bad_address(given.email)
    if refused is not None:
        return refused
    if not is_end(task.context.today, given.valid_to):
        return Refused(RefusalCode.DATE_OUT_OF_RANGE, "validTo")
    connection = await task.session.connection()
    me = task.context.caller.holder.id
    if not await is_served(connection, me, task.child.id, task.context.today):
        return Refused(RefusalCode.NOT_REGISTERED, "childId")
    if await _addresses(task) >= ADDRESSES_MOST:
        return Refused(RefusalCode.REMINDERS_TOO_MANY)
    code = secrets.token_urlsafe(CODE_BYTES)
    row = Reminder(
        id=task.new_id(Letter.REMINDER),
        child_id=task.child.id,
        added_by_id=me,
        address=mailbox(given.email),
        code_hash=hashed(code),
        added_at=task.context.now,
        expires_at=link_ends(task.context.today),
        valid_to=given.valid_to,
    )
    if not await is_protected(connection, task.child.id, task.context.today):
        task.session.add(
            Outbox(
                id=task.new_id(Letter.LOG),
                kind=MessageKind.REMINDER_CONFIRMATION,
                address=row.address,
                about_id=row.id,
                secret=code,
                created_at=task.context.now,
                due_at=task.context.now,
            )
        )
    return row


async def revoke(task: Task, given: RevokeReminder) -> str:
    """The address, to which nothing goes from now on; a mail that has not left never leaves."""
    row = await task.session.get_one(Reminder, task.about.id)
    row.revoked_at, row.address = row.revoked_at or task.context.now, None
    connection = await task.session.connection()
    await connection.execute(sa.delete(_mail).where(_mail.c.about_id == row.id, _mail.c.sent_at.is_(None)))
    return str(given.id)


async def confirmed(session: AsyncSession, code: str, now: datetime) -> None:
    """Whoever reads the address wants the dates; a code that is unknown, used or too old does nothing."""
    waits = (_rows.confirmed_at.is_(None), _rows.revoked_at.is_(None), _rows.expires_at > now)
    found = update(Reminder).where(_rows.code_hash == hashed(code), *waits)
    await session.exec(found.values(confirmed_at=now))


async def _addresses(task: Task) -> int:
    """How many that the caller added to this child are confirmed or can still be; others' tell them nothing."""
    now, day = task.context.now, task.context.today
    is_open = sa.or_(_rows.confirmed_at.is_not(None), _rows.expires_at > now)
    is_mine = _rows.added_by_id == task.context.caller.holder.id
    where = (_rows.child_id == task.child.id, is_mine, _rows.revoked_at.is_(None), _rows.valid_to > day, is_open)
    connection = await task.session.connection()
    return int((await connection.execute(sa.select(sa.func.count()).where(*where))).scalar_one())
