"""Asked right before a message leaves: to which address, in which language; or why it may not any more."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.seal import Seal
from models.columns import table_of
from models.invitation import Invitation
from models.outbox import EndReason, MailStop, MessageKind
from models.store import Store
from resolvers.outbox import Claimed
from resolvers.reminders_due import address_of
from rules.address import mailbox
from rules.letters import MailLanguage

_stop, _invitation = table_of(MailStop).c, table_of(Invitation).c


class Addressed(NamedTuple):
    """Where a message goes, and how it is written."""

    address: str
    language: MailLanguage


class Directory:
    """Knows to whom messages may be sent at this moment. `seal` closes addresses as `MailStop` keeps them."""

    def __init__(self, store: Store, seal: Seal) -> None:
        self._store = store
        self._seal = seal

    async def addressed(self, message: Claimed, now: datetime) -> Addressed | EndReason:
        """Where it goes, or why it goes nowhere."""
        async with self._store.reading() as connection:
            if message.kind is MessageKind.INVITATION:
                found = await self._invited(connection, message, now)
            elif message.kind in {MessageKind.REMINDER_CONFIRMATION, MessageKind.REMINDER}:
                found = await self._reminded(connection, message, now)
            else:
                found = EndReason.NO_ADDRESS
            if isinstance(found, EndReason):
                return found
            if mailbox(found.address) is None:
                return EndReason.ADDRESS_MALFORMED
            return EndReason.UNSUBSCRIBED if await self._is_stopped(connection, found.address) else found

    async def _invited(self, connection: AsyncConnection, message: Claimed, now: datetime) -> Addressed | EndReason:
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

    async def _reminded(self, connection: AsyncConnection, message: Claimed, now: datetime) -> Addressed | EndReason:
        """Only as long as the address is there and nothing keeps dates from it."""
        is_confirmed = message.kind is MessageKind.REMINDER
        address = await address_of(connection, message.about_id or "", now, is_confirmed=is_confirmed)
        return EndReason.WITHDRAWN if address is None else Addressed(address, MailLanguage.BOTH)

    async def _is_stopped(self, connection: AsyncConnection, address: str) -> bool:
        wanted = select(_stop.sealed).where(_stop.sealed == self._seal.close(address), _stop.lifted_at.is_(None))
        return await connection.scalar(wanted) is not None


async def stop(store: Store, sealed: str, now: datetime) -> None:
    """No mail to this address any more; said twice is said once."""
    await _kept(store, MailStop(sealed=sealed, stopped_at=now))


async def lift(store: Store, sealed: str, now: datetime) -> None:
    """Mail to this address is wanted again."""
    await _kept(store, MailStop(sealed=sealed, stopped_at=now, lifted_at=now))


async def _kept(store: Store, row: MailStop) -> None:
    async with store.writing(serialised=False) as session:
        await session.merge(row)
