"""Sessions: how long a login goes on, how it is renewed, and how it ends for every worker at once.

An access token lives five minutes and cannot be taken back by itself; what can be ended is its session. A refresh
token works once, for whoever holds the key that it is bound to; a second use ends the session it belongs to.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from auth import assertion, credential
from auth.caller import Acr, Holder
from auth.fault import Fault
from models.columns import expired, table_of
from models.organisation import STAFF_KINDS, CallerKind
from models.session import RefreshToken, Session
from models.statements import Run, Within

ID_BYTES = 16
REFRESH_BYTES = 32
# No law says how long; a day's errands at home, a working day at a desk. A machine has its key and asks again.
LONGEST: Mapping[CallerKind, timedelta] = MappingProxyType(
    {CallerKind.RESIDENT: timedelta(hours=12)} | dict.fromkeys(STAFF_KINDS, timedelta(hours=8))
)
LIFETIME = timedelta(minutes=5)  # the life of one access token, and so of a machine's session
SKEW = timedelta(seconds=5)  # between the clocks of two workers
SWEEPING = expired(table_of(Session))
BEGINNING, GIVING = insert(table_of(Session)), insert(table_of(RefreshToken))


class Ending(StrEnum):
    """Why a session ended before its time."""

    LOGOUT = "logout"
    REUSE = "reuse"
    REVOCATION = "revocation"
    DISABLED = "disabled"


class Proven(NamedTuple):
    """Who logged in, with which key in hand (its thumbprint), and by which credential, if it was one."""

    holder: Holder
    key_thumbprint: str | None = None
    lookup_key: str | None = None


class Begun(NamedTuple):
    """What a login is answered with: the session, who holds it, since when, and a refresh token if it was bound."""

    id: str
    holder: Holder
    since: datetime
    refresh_token: str | None


async def begun(run: Run, proven: Proven, now: datetime) -> Begun:
    """A session from now on. Without a key in hand there is nothing to bind a refresh token to, and none is given."""
    await run(SWEEPING, at=now - LIFETIME)
    id, holder = secrets.token_urlsafe(ID_BYTES), proven.holder
    is_renewable = proven.key_thumbprint is not None and holder.kind in LONGEST
    await run(
        BEGINNING,
        id=id,
        holder_id=holder.id,
        kind=holder.kind,
        acr=holder.acr.value,
        key_thumbprint=proven.key_thumbprint,
        lookup_key=proven.lookup_key,
        device_id=holder.device and holder.device.id,
        started_at=now,
        expires_at=now + (LONGEST[holder.kind] if is_renewable else LIFETIME),
        ended_at=None,
        ended_by=None,
    )
    return Begun(id, holder, now, await _given(run, id) if is_renewable else None)


async def renewed(
    session: AsyncSession, text: str, key_thumbprint: str, is_listed: Callable[[str], bool], now: datetime
) -> Begun | Fault:
    """The session of a refresh token, with the next one: this one is spent.

    Used a second time it ends the session, since one of the two who used it is not the one it was given to. So does a
    holder who may not log in any more; `is_listed` answers for revoked certificates, by lookup key.
    """
    question = (
        select(col(RefreshToken.spent_at), Session)
        .join(Session, col(Session.id) == col(RefreshToken.session_id))
        .where(col(RefreshToken.token_hash) == _hash(text))
        .with_for_update()
    )
    found = (await session.exec(question)).one_or_none()
    if found is None:
        return Fault.SESSION_UNKNOWN
    spent_at, row = found
    fault = _fault(row, key_thumbprint, now)
    if fault is not None:
        return fault
    fault = Fault.SESSION_REUSED if spent_at is not None else await _standing_fault(session, row, is_listed)
    if fault is not None:
        by = Ending.REUSE if fault is Fault.SESSION_REUSED else Ending.REVOCATION
        await ended(session, by, now, id=row.id)
        return fault
    spending = update(RefreshToken).where(col(RefreshToken.token_hash) == _hash(text))
    await session.exec(spending.values(spent_at=now))
    holder = Holder(row.holder_id, row.kind, Acr(row.acr))
    return Begun(row.id, holder, row.started_at, await _given(Within(session), row.id))


async def ended(session: AsyncSession, by: Ending, now: datetime, **whose: str) -> None:
    """End sessions by `id`, `holder_id`, `lookup_key` or `device_id`; those that have ended keep their first reason."""
    ((column, value),) = whose.items()
    ending = update(Session).where(getattr(Session, column) == value, col(Session.ended_at).is_(None))
    await session.exec(ending.values(ended_at=now, ended_by=by.value))


async def of_refresh_token(session: AsyncSession, text: str) -> str | None:
    """The id of the session that a refresh token belongs to, spent or not."""
    question = select(col(RefreshToken.session_id)).where(col(RefreshToken.token_hash) == _hash(text))
    return (await session.exec(question)).one_or_none()


@dataclass(slots=True)
class Ended:
    """Sessions that ended while a token of theirs may still live, as a worker knows them from its last look."""

    ids: frozenset[str] = frozenset()

    async def look(self, connection: AsyncConnection, now: datetime) -> None:
        """Ask the database anew: one statement over those that ended within the life of a token."""
        since = now - LIFETIME - SKEW
        found = await connection.execute(select(col(Session.id)).where(col(Session.ended_at) >= since))
        self.ids = frozenset(found.scalars())


def _fault(row: Session, key_thumbprint: str, now: datetime) -> Fault | None:
    if row.key_thumbprint != key_thumbprint:
        return Fault.DPOP_OTHER_KEY
    if row.ended_at is not None:
        return Fault.SESSION_ENDED
    return Fault.SESSION_EXPIRED if now >= row.expires_at else None


async def _standing_fault(session: AsyncSession, row: Session, is_listed: Callable[[str], bool]) -> Fault | None:
    if row.lookup_key is None:
        client = await assertion.client_of(session, row.holder_id)
        return None if client is not None and client.kind is row.kind else Fault.CLIENT_UNKNOWN
    if is_listed(row.lookup_key):
        return Fault.CERTIFICATE_REVOKED
    found = await credential.standing(Within(session), [row.lookup_key])
    return found if isinstance(found, Fault) else None


async def _given(run: Run, session_id: str) -> str:
    text = secrets.token_urlsafe(REFRESH_BYTES)
    await run(GIVING, token_hash=_hash(text), session_id=session_id, spent_at=None)
    return text


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
