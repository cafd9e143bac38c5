"""To which addresses a date is owed today, and whether one may still be sent: asked with the reach of whoever added it.

Everything that lets a date go is asked again right before it leaves: the address, the registration for the service,
that whoever added it may still share the record, and that no protection measure covers the family, whoever it names,
since nobody knows who reads an address.
"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel.ext.asyncio.session import AsyncSession

from auth import relations
from auth.access import Access, Caller
from auth.caller import Acr, Holder
from auth.groups import SHARE_GRANTS
from auth.register import TODAY, stands
from models import wall
from models.application_view import APPLICATIONS
from models.child import Child
from models.columns import table_of
from models.guardianship import ProtectionMeasure
from models.ids import LETTER_AT, RANDOM_BYTES, Letter, mint
from models.organisation import CallerKind
from models.outbox import MessageKind, Outbox
from models.relation import relation_of
from models.reminder import Reminder
from models.subject import Noun
from resolvers.context import today
from resolvers.vaccinated import told_of
from rules.immunisation.telling import schedule
from rules.reminding import WITHIN, ReminderStatus, day_named, is_time
from rules.reminding import status as standing_of
from rules.service import ApplicationStatus, status
from rules.town_time import TOWN_TIME

SHARES = Access((SHARE_GRANTS,), writes=True)
_reminder, _mail = table_of(Reminder), table_of(Outbox)
_child, _measure = relation_of(Child), relation_of(ProtectionMeasure)


class Due(NamedTuple):
    """A date that is owed to an address today."""

    reminder_id: str
    address: str
    day: date


async def due(connection: AsyncConnection, now: datetime) -> list[Due]:
    """The dates that are owed today and not yet in the outbox, by address."""
    rows = _reminder.c
    standing = (rows.confirmed_at.is_not(None), rows.revoked_at.is_(None), rows.valid_to > today(now))
    found = (await connection.execute(select(_reminder).where(*standing).order_by(rows.id))).all()
    named = [(row, await _named(connection, row, now)) for row in found]
    return [Due(row.id, row.address, day) for row, day in named if day is not None]


async def address_of(
    connection: AsyncConnection, reminder_id: str, now: datetime, *, is_confirmed: bool = True
) -> str | None:
    """Where a mail of this reminder goes at this moment; None when it may not go any more. Asked at each sending.

    `is_confirmed`: it is a date; else the mail that asks whether dates are wanted.
    """
    row = (await connection.execute(select(_reminder).where(_reminder.c.id == reminder_id))).one_or_none()
    if row is None:
        return None
    wanted = ReminderStatus.CONFIRMED if is_confirmed else ReminderStatus.WAITING
    if standing_of(today(now), row.confirmed_at, row.expires_at, row.valid_to, row.revoked_at) is not wanted:
        return None
    address: str = row.address
    return address if await _may_go(connection, row, today(now)) else None


async def queued(session: AsyncSession, now: datetime) -> int:
    """What is due is put into the outbox, once a day; in a serialised transaction two workers do it once."""
    found = await due(await session.connection(), now) if is_time(now) else []
    for reminder_id, address, day in found:
        id = mint(reminder_id[: LETTER_AT - 1], Letter.LOG, secrets.token_bytes(RANDOM_BYTES))
        message = Outbox(id=id, kind=MessageKind.REMINDER, address=address, created_at=now, due_at=now)
        message.about_id, message.day = reminder_id, day
        session.add(message)
    return len(found)


async def is_served(connection: AsyncConnection, resident_id: str, child_id: str, day: date) -> bool:
    """Whether a resident is registered for this child, by an application for it or for the pregnancy before it."""
    rows = APPLICATIONS.rows.c
    pregnancy_id = select(_child.c.pregnancy_id).where(_child.c.id == child_id).scalar_subquery()
    meant = or_(rows.child_id == child_id, rows.pregnancy_id == pregnancy_id)
    columns = (rows.state, rows.born_on, rows.closed_on)
    found = await connection.execute(select(*columns).where(rows.applicant_id == resident_id, meant))
    return any(status(day, *row) is ApplicationStatus.REGISTERED for row in found)


async def is_protected(connection: AsyncConnection, child_id: str, day: date) -> bool:
    """Whether a protection measure covers the child's family, whomever it names."""
    family_id = select(_child.c.family_id).where(_child.c.id == child_id).scalar_subquery()
    wanted = select(_measure.c.id).where(_measure.c.family_id == family_id, stands(_measure)).limit(1)
    return await connection.scalar(wanted, {TODAY.key: day}) is not None


async def _named(connection: AsyncConnection, row: Any, now: datetime) -> date | None:
    """The date that this address is owed today."""
    day = today(now)
    if not await _may_go(connection, row, day):
        return None
    since = datetime.combine(day - WITHIN, time.min, TOWN_TIME)
    sent = select(_mail.c.created_at).where(
        _mail.c.about_id == row.id, _mail.c.kind == MessageKind.REMINDER, _mail.c.created_at > since
    )
    sent_on = [today(at) for at in await connection.scalars(sent)]
    return day_named(day, await _next_days(connection, row.child_id, day), sent_on)


async def _may_go(connection: AsyncConnection, row: Any, day: date) -> bool:
    """Whether whoever added the address may still do so; from here on the transaction reaches what they reach."""
    holder = Holder(row.added_by_id, CallerKind.RESIDENT, Acr.CARD_PIN)
    caller = Caller.of(holder, None, await relations.load(connection, holder, day))
    if not caller.may_write(SHARES, Noun.CHILD, row.child_id):
        return False
    await wall.open_to(connection, caller.opening())
    is_wanted = await is_served(connection, row.added_by_id, row.child_id, day)
    return is_wanted and not await is_protected(connection, row.child_id, day)


async def _next_days(connection: AsyncConnection, child_id: str, day: date) -> Sequence[date]:
    """The recommended days of the child's next doses."""
    found = schedule(day, *(await told_of(connection, [child_id]))[child_id])
    return [each.next.recommended for each in found.series if each.next] if found else []
