"""Asked right before a message leaves: to which address, in which language; or why it may not any more."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.access import NO_IDS, Access, Caller
from auth.groups import ACCESS_LOG
from auth.seal import Seal
from models import wall
from models.columns import table_of
from models.invitation import Invitation
from models.mailbox import Mailbox, MailLanguage
from models.notice import NoticeKind
from models.outbox import EndReason, MailStop, MessageKind
from models.relation import relation_of
from models.resident import Resident
from models.store import Store
from models.subject import Noun
from models.wall import Opening
from resolvers.addressing import READS_NOTICES, as_resident
from resolvers.context import today
from resolvers.cursor import Cursors
from resolvers.outbox import Claimed
from resolvers.reader import Reader
from resolvers.reminders_due import address_of
from resolvers.serving import applied_for
from resolvers.source import Source
from rules.address import mailbox
from rules.delivery import after_quiet
from rules.mailboxes import clock
from rules.service import is_mailed

READS_THE_LOG = Access((ACCESS_LOG,))
REGISTRATIONS = Opening({Noun.APPLICATION: None})
_stop, _invitation, _mailbox = (table_of(each).c for each in (MailStop, Invitation, Mailbox))
_person = relation_of(Resident).c
CREDENTIAL_TOLD_WITHIN = timedelta(days=60)  # an address may be somebody else's after years without a mail server


class Addressed(NamedTuple):
    """Where a message goes, and how it is written."""

    address: str
    language: MailLanguage


Found = Addressed | EndReason | datetime
Ask = Callable[[AsyncConnection, Claimed, datetime], Awaitable[Found]]


class Directory:
    """Knows to whom messages may be sent at this moment.

    `seal` closes addresses as `MailStop` keeps them; `notices` is the source of notices with its door.
    """

    def __init__(self, store: Store, seal: Seal, notices: Source) -> None:
        self._store = store
        self._seal = seal
        self._notices = notices
        self._asks: dict[MessageKind, Ask] = {
            MessageKind.INVITATION: self._invited,
            MessageKind.REMINDER_CONFIRMATION: self._reminded,
            MessageKind.REMINDER: self._reminded,
            MessageKind.CONFIRMATION: self._confirming,
            MessageKind.EMERGENCY_LOOK: self._looked_at,
            MessageKind.NOTICE: self._told,
            MessageKind.RECORD_RECEIVED: self._received,
            MessageKind.CREDENTIAL: self._enrolled,
            MessageKind.MAILBOX_REMOVED: self._held,
        }

    async def addressed(self, message: Claimed, now: datetime) -> Found:
        """Where it goes; or why it goes nowhere, or not before when."""
        async with self._store.reading() as connection:
            found = await self._asks[message.kind](connection, message, now)
            if not isinstance(found, Addressed):
                return found
            if mailbox(found.address) is None:
                return EndReason.ADDRESS_MALFORMED
            return EndReason.UNSUBSCRIBED if await self._is_stopped(connection, found.address) else found

    async def _invited(self, connection: AsyncConnection, message: Claimed, now: datetime) -> Found:
        """Only while the invitation waits; whoever is invited chose no language yet."""
        is_waiting = (
            _invitation.accepted_at.is_(None),
            _invitation.revoked_at.is_(None),
            _invitation.expires_at > now,
        )
        wanted = select(_invitation.id).where(_invitation.id == message.about_id, *is_waiting)
        if message.address is None or await connection.scalar(wanted) is None:
            return EndReason.WITHDRAWN
        return Addressed(message.address, MailLanguage.BOTH)

    async def _reminded(self, connection: AsyncConnection, message: Claimed, now: datetime) -> Found:
        """Only as long as the address is there and nothing keeps dates from it."""
        is_confirmed = message.kind is MessageKind.REMINDER
        address = await address_of(connection, message.about_id or "", now, is_confirmed=is_confirmed)
        return EndReason.WITHDRAWN if address is None else Addressed(address, MailLanguage.BOTH)

    async def _confirming(self, connection: AsyncConnection, message: Claimed, now: datetime) -> Found:
        """Only while the code is waited for."""
        caller = await self._recipient(connection, message, now)
        box = None if caller is None else await self._mailbox(connection, message, _mailbox.id == message.about_id)
        if box is None or box.confirmed_at is not None or box.code_expires_at <= now or message.address is None:
            return EndReason.WITHDRAWN
        return Addressed(message.address, box.language)

    async def _looked_at(self, connection: AsyncConnection, message: Claimed, now: datetime) -> Found:
        """At any hour: whoever may read the log shall know. Supervisors have no mailbox here."""
        caller = await self._recipient(connection, message, now)
        if caller is None:
            return EndReason.NO_ADDRESS
        if message.about_id not in caller.reach(READS_THE_LOG, Noun.LOOK, has_supplier=False).ids:
            return EndReason.NOT_PERMITTED
        box = await self._mailbox(connection, message, _mailbox.confirmed_at.is_not(None))
        return EndReason.NO_ADDRESS if box is None else Addressed(box.address, box.language)

    async def _told(self, connection: AsyncConnection, message: Claimed, now: datetime) -> Found:
        """Only what the recipient could read at this moment, is still wanted, and in no quiet hour."""
        caller = await self._recipient(connection, message, now)
        if caller is None:
            return EndReason.NOT_PERMITTED
        notice = await Reader(connection, caller, Cursors(b"", ""), today(now)).one(
            self._notices, message.about_id or ""
        )
        if notice is None:
            return EndReason.NOT_PERMITTED
        box = await self._mailbox(connection, message, _mailbox.id == message.mailbox_id)
        is_of_service = notice.kind is not NoticeKind.ANNOUNCEMENT
        if is_of_service and not await self._is_served(connection, message, notice.subject_id):
            return EndReason.NOT_WANTED
        return _wanted(box, notice.kind, now)

    async def _received(self, connection: AsyncConnection, message: Claimed, now: datetime) -> Found:
        """The same for a record that was handed in, of whoever may read notices about the child."""
        caller = await self._recipient(connection, message, now)
        subject_id = message.about_id or ""
        reached = NO_IDS if caller is None else caller.reach(READS_NOTICES, Noun.NOTICE, has_supplier=True).ids
        if caller is None or subject_id not in reached or subject_id in caller.relations.closed:
            return EndReason.NOT_PERMITTED
        box = await self._mailbox(connection, message, _mailbox.confirmed_at.is_not(None))
        if not await self._is_served(connection, message, subject_id):
            return EndReason.NOT_WANTED
        return _wanted(box, NoticeKind.RECORD_RECEIVED, now)

    async def _enrolled(self, connection: AsyncConnection, message: Claimed, now: datetime) -> Found:
        """At any hour, whatever the mailbox wants, and also when a thief removed it or closed the credential since.

        The dead alone are not told; whoever has moved out can still log in.
        """
        wanted = select(_person.id).where(_person.id == message.recipient_id, _person.died_on.is_(None))
        if await connection.scalar(wanted) is None:
            return EndReason.NOT_PERMITTED
        if message.address is None or now - message.created_at > CREDENTIAL_TOLD_WITHIN:
            return EndReason.WITHDRAWN
        return Addressed(message.address, MailLanguage.BOTH)

    async def _held(self, _connection: AsyncConnection, _message: Claimed, _now: datetime) -> Found:
        """Nothing is sent: the day is over for which a removed address was held, see resolvers/enrolment.py."""
        return EndReason.WITHDRAWN

    async def _is_served(self, connection: AsyncConnection, message: Claimed, subject_id: str) -> bool:
        """Whether the record service tells the recipient of this child or pregnancy; the last thing that is read."""
        await wall.open_to(connection, REGISTRATIONS)
        applied = (await applied_for(connection, [subject_id])).get(subject_id, {})
        return is_mailed(applied, message.recipient_id or "")

    async def _recipient(self, connection: AsyncConnection, message: Claimed, now: datetime) -> Caller | None:
        """The recipient as if they asked now, before whom the wall opens; None for whoever holds nothing."""
        if message.recipient_id is None:
            return None
        caller = await as_resident(connection, message.recipient_id, now)
        await wall.open_to(connection, caller.opening())
        return caller if caller.relations.held else None

    async def _mailbox(self, connection: AsyncConnection, message: Claimed, which: Any) -> Any:
        """The recipient's mailbox that was entered first, of those that are there."""
        mine = (_mailbox.resident_id == message.recipient_id, _mailbox.removed_at.is_(None), which)
        wanted = select(*_mailbox).where(*mine).order_by(_mailbox.added_at, _mailbox.id).limit(1)
        return (await connection.execute(wanted)).first()

    async def _is_stopped(self, connection: AsyncConnection, address: str) -> bool:
        wanted = select(_stop.sealed).where(_stop.sealed == self._seal.close(address), _stop.lifted_at.is_(None))
        return await connection.scalar(wanted) is not None


def _wanted(box: Any, kind: NoticeKind, now: datetime) -> Found:
    """Whether a mailbox wants this kind, and when."""
    if box is None or box.confirmed_at is None:
        return EndReason.NO_ADDRESS
    if kind.name not in box.kinds.split():
        return EndReason.NOT_WANTED
    leaves_at = after_quiet(now, clock(box.quiet_from_minute), clock(box.quiet_to_minute))
    return leaves_at if leaves_at > now else Addressed(box.address, box.language)


async def stop(store: Store, sealed: str, now: datetime) -> None:
    """No mail to this address any more; said twice is said once."""
    await _kept(store, MailStop(sealed=sealed, stopped_at=now))


async def lift(store: Store, sealed: str, now: datetime) -> None:
    """Mail to this address is wanted again."""
    await _kept(store, MailStop(sealed=sealed, stopped_at=now, lifted_at=now))


async def _kept(store: Store, row: MailStop) -> None:
    async with store.writing(serialised=False) as session:
        await session.merge(row)
