"""The outbox as workers meet it: claimed for a while, handed over once, settled. No two send one message."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from models.columns import table_of
from models.outbox import EndReason, MessageKind, Outbox
from models.store import Store

BATCH = 20
LEASE = timedelta(minutes=5)  # begun anew with each handing over, which takes a minute at most (TSUMUGI_SMTP_TIMEOUT)
_rows = table_of(Outbox).c
_IS_OPEN = and_(_rows.sent_at.is_(None), _rows.ended_at.is_(None))
_FREE: dict[str, Any] = {"lease": None, "leased_until": None, "handed_at": None}
_FORGOTTEN: dict[str, Any] = {"lease": None, "leased_until": None, "address": None, "secret": None}


class Claimed(NamedTuple):
    """A message in the hands of one worker."""

    id: str
    kind: MessageKind
    recipient_id: str | None
    address: str | None
    about_id: str | None
    mailbox_id: str | None
    secret: str | None
    created_at: datetime
    attempts: int
    day: date | None = None


_COLUMNS = [_rows[name] for name in Claimed._fields]


async def forgotten(session: AsyncSession, now: datetime) -> None:
    """Addresses of mailboxes that were removed, once the day is over for which they were held; no mail ever leaves."""
    is_over = and_(_rows.kind == MessageKind.MAILBOX_REMOVED, _IS_OPEN, _rows.due_at <= now)
    ended = {"ended_at": now, "end_reason": EndReason.WITHDRAWN, **_FORGOTTEN}
    await (await session.connection()).execute(update(table_of(Outbox)).where(is_over).values(ended))


class Queue:
    """What one worker does with the outbox; `ticket` is the worker's own word, which no other has.

    `now` is the domain's moment, by which messages are due; `clock` the real one, by which leases run out.
    """

    def __init__(self, store: Store, ticket: str) -> None:
        self._store = store
        self._ticket = ticket

    async def claim(self, now: datetime, clock: datetime, most: int = BATCH) -> list[Claimed]:
        """The messages that are due and in nobody's hands, now in ours; the oldest first.

        What somebody else began to hand over and did not bring to an end is settled as uncertain, and not sent again.
        """
        is_over = or_(_rows.leased_until.is_(None), _rows.leased_until <= clock)
        uncertain = {"ended_at": now, "end_reason": EndReason.UNCERTAIN, **_FORGOTTEN}
        wanted = select(*_COLUMNS).where(_IS_OPEN, _rows.due_at <= now, is_over, _rows.handed_at.is_(None))
        wanted = wanted.order_by(_rows.due_at, _rows.id).limit(most).with_for_update(skip_locked=True)
        if not await self._is_any(now, clock):
            return []
        async with self._store.writing(serialised=False) as session:
            connection = await session.connection()
            await connection.execute(
                update(table_of(Outbox)).where(_IS_OPEN, is_over, _rows.handed_at.is_not(None)).values(uncertain)
            )
            found = [Claimed(*row) for row in await connection.execute(wanted)]
            leased = {"lease": self._ticket, "leased_until": clock + LEASE}
            ids = [each.id for each in found]
            await connection.execute(update(table_of(Outbox)).where(_rows.id.in_(ids)).values(leased))
        return found

    async def _is_any(self, now: datetime, clock: datetime) -> bool:
        """Whether there is anything to claim, read without being in anybody's way."""
        is_over = or_(_rows.leased_until.is_(None), _rows.leased_until <= clock)
        async with self._store.reading() as connection:
            wanted = select(_rows.id).where(_IS_OPEN, _rows.due_at <= now, is_over).limit(1)
            return await connection.scalar(wanted) is not None

    async def hand_over(self, id: str, clock: datetime) -> bool:
        """Note durably that the message is being handed over; False when it is ours no more, and must not be."""
        is_ours = and_(self._is_mine([id]), _rows.leased_until > clock, _rows.handed_at.is_(None))
        return await self._settled(is_ours, {"handed_at": clock, "leased_until": clock + LEASE})

    async def sent(self, id: str, now: datetime) -> None:
        """The server has it; address and code are forgotten."""
        await self._settled(self._is_mine([id]), {"sent_at": now, **_FORGOTTEN})

    async def ended(self, id: str, reason: EndReason, now: datetime) -> None:
        """It will never leave, or nobody knows whether it has."""
        await self._settled(self._is_mine([id]), {"ended_at": now, "end_reason": reason, **_FORGOTTEN})

    async def again(self, id: str, due_at: datetime, attempts: int) -> None:
        """It is tried again, not before `due_at`."""
        await self._settled(self._is_mine([id]), {"due_at": due_at, "attempts": attempts, **_FREE})

    async def released(self, ids: Sequence[str]) -> None:
        """Whatever was not touched is for the next worker."""
        if ids:
            await self._settled(and_(self._is_mine(ids), _rows.handed_at.is_(None)), _FREE)

    def _is_mine(self, ids: Sequence[str]) -> ColumnElement[bool]:
        return and_(_rows.id.in_(ids), _rows.lease == self._ticket, _IS_OPEN)

    async def _settled(self, which: ColumnElement[bool], values: dict[str, Any]) -> bool:
        async with self._store.writing(serialised=False) as session:
            connection = await session.connection()
            done = await connection.execute(update(table_of(Outbox)).where(which).values(values))
        return bool(done.rowcount)
