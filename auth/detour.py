"""Detours: `state`, `nonce` and PKCE verifier of a login at a provider. Each works once, for the key that began it.

Only the hash of the state is kept. Nonce and verifier are sealed from it (auth/seal.py), so a dump of the database
gives neither, and whoever sees the state in an address cannot work the verifier out.
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.fault import Fault
from auth.seal import Seal
from models.detour import Detour

LIFETIME = timedelta(minutes=10)  # somebody looks for the phone, and types a number into it
STATE_BYTES = 32
STATE_FORM = re.compile(r"[A-Za-z0-9_-]{43}")
MOST_OUTSTANDING = 10_000


@dataclass(frozen=True)
class Secrets:
    """What nonces and verifiers are made with; two seals, that share nothing."""

    nonces: Seal
    verifiers: Seal

    def nonce(self, state: str) -> str:
        """What the identity token has to repeat."""
        return self.nonces.close(state)

    def verifier(self, state: str) -> str:
        """What only who began can show (RFC 7636: 43 to 128 characters; this one has 79)."""
        return self.verifiers.close(state)

    def challenge(self, state: str) -> str:
        """The S256 challenge of the verifier."""
        digest = hashlib.sha256(self.verifier(state).encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class Start(NamedTuple):
    """At which provider, with which key in the client, and in which session, where something is bound to its holder."""

    provider: str
    key_thumbprint: str
    session_id: str | None = None


class Back(NamedTuple):
    """A detour that came back: when it began, and in which session."""

    started_at: datetime
    session_id: str | None


async def begun(db: AsyncSession, start: Start, now: datetime, most: int) -> str | Fault:
    """A new state; expired ones are swept first, and beyond `most` at this provider nobody gets another."""
    await db.exec(delete(Detour).where(col(Detour.expires_at) <= now))
    away = select(func.count()).select_from(Detour).where(col(Detour.provider) == start.provider)
    if (await db.exec(away)).one() >= most:
        return Fault.DETOURS_EXHAUSTED
    state = secrets.token_urlsafe(STATE_BYTES)
    row = Detour(state_hash=_hash(state), **start._asdict(), started_at=now, expires_at=now + LIFETIME)
    db.add(row)
    return state


async def spent(db: AsyncSession, state: str, start: Start, now: datetime) -> Back | Fault:
    """The detour of a state, taken by one statement whatever becomes of the login; only for the key that began it."""
    if STATE_FORM.fullmatch(state) is None:
        return Fault.DETOUR_UNKNOWN
    taking = delete(Detour).where(col(Detour.state_hash) == _hash(state), col(Detour.provider) == start.provider)
    row = (await db.exec(taking.returning(*vars(Detour)["__table__"].c))).one_or_none()
    if row is None:
        return Fault.DETOUR_UNKNOWN
    if now >= row.expires_at:
        return Fault.DETOUR_EXPIRED
    if row.key_thumbprint != start.key_thumbprint:
        return Fault.DPOP_OTHER_KEY
    return Back(row.started_at, row.session_id)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
