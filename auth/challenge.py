"""Challenges: nonces that a card must sign. Each works once and for two minutes; only its hash is kept."""

import base64
import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.fault import Fault
from models.credential import Challenge

LIFETIME = timedelta(minutes=2)
NONCE_BYTES = 32  # 44 characters of base64, the least that Web eID allows
NONCE_FORM = re.compile(r"[A-Za-z0-9+/]{43}=")
MOST_OUTSTANDING = 10_000


class Spent(NamedTuple):
    """A nonce that was ours, and the thumbprint of the key that asked for it, if it showed one."""

    nonce: str
    key_thumbprint: str | None


async def given(session: AsyncSession, now: datetime, most: int, key_thumbprint: str | None = None) -> str | Fault:
    """A new nonce; expired ones are swept first, and beyond `most` outstanding ones nobody gets another."""
    await session.exec(delete(Challenge).where(col(Challenge.expires_at) <= now))
    if (await session.exec(select(func.count()).select_from(Challenge))).one() >= most:
        return Fault.CHALLENGES_EXHAUSTED
    nonce = base64.b64encode(secrets.token_bytes(NONCE_BYTES)).decode()
    session.add(Challenge(nonce_hash=_hash(nonce), key_thumbprint=key_thumbprint, expires_at=now + LIFETIME))
    return nonce


async def spent(session: AsyncSession, nonce: str, now: datetime) -> Spent | Fault:
    """The nonce, if we gave it and nobody used it. One statement takes it, whatever becomes of the login afterwards."""
    if NONCE_FORM.fullmatch(nonce) is None:
        return Fault.CHALLENGE_UNKNOWN
    taking = delete(Challenge).where(col(Challenge.nonce_hash) == _hash(nonce))
    found = (
        await session.exec(taking.returning(col(Challenge.key_thumbprint), col(Challenge.expires_at)))
    ).one_or_none()
    if found is None:
        return Fault.CHALLENGE_UNKNOWN
    return Spent(nonce, found.key_thumbprint) if now < found.expires_at else Fault.CHALLENGE_EXPIRED


def _hash(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()
