"""Challenges: nonces that a card must sign. Each works once and for two minutes; only its hash is kept."""

import base64
import hashlib
import re
import secrets
from datetime import datetime, timedelta

from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.fault import Fault
from models.credential import Challenge

LIFETIME = timedelta(minutes=2)
NONCE_BYTES = 32  # 44 characters of base64, the least that Web eID allows
NONCE_FORM = re.compile(r"[A-Za-z0-9+/]{43}=")
MOST_OUTSTANDING = 10_000


async def given(session: AsyncSession, now: datetime, most: int) -> str | Fault:
    """A new nonce; expired ones are swept first, and beyond `most` outstanding ones nobody gets another."""
    await session.exec(delete(Challenge).where(col(Challenge.expires_at) <= now))
    if (await session.exec(select(func.count()).select_from(Challenge))).one() >= most:
        return Fault.CHALLENGES_EXHAUSTED
    nonce = base64.b64encode(secrets.token_bytes(NONCE_BYTES)).decode()
    session.add(Challenge(nonce_hash=_hash(nonce), expires_at=now + LIFETIME))
    return nonce


async def spent(session: AsyncSession, nonce: str, now: datetime) -> str | Fault:
    """The nonce, if we gave it and nobody used it. One statement takes it, whatever becomes of the login afterwards."""
    if NONCE_FORM.fullmatch(nonce) is None:
        return Fault.CHALLENGE_UNKNOWN
    taking = delete(Challenge).where(col(Challenge.nonce_hash) == _hash(nonce)).returning(col(Challenge.expires_at))
    expires_at = (await session.exec(taking)).scalar_one_or_none()
    if expires_at is None:
        return Fault.CHALLENGE_UNKNOWN
    return nonce if now < expires_at else Fault.CHALLENGE_EXPIRED


def _hash(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()
