"""Challenges: nonces that a card must sign. Each works once and for two minutes; only its hash is kept."""

import base64
import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, delete, func, insert, select

from auth.fault import Fault
from models.columns import expired, table_of
from models.credential import Challenge
from models.statements import Run

LIFETIME = timedelta(minutes=2)
NONCE_BYTES = 32  # 44 characters of base64, the least that Web eID allows
NONCE_FORM = re.compile(r"[A-Za-z0-9+/]{43}=")
MOST_OUTSTANDING = 10_000
_CHALLENGES = table_of(Challenge)
SWEEPING = expired(_CHALLENGES)
TAKING = (
    delete(_CHALLENGES)
    .where(_CHALLENGES.c.nonce_hash == bindparam("taken"))
    .returning(_CHALLENGES.c.key_thumbprint, _CHALLENGES.c.expires_at)
)
_ROW = [bindparam(f"its_{each.key}", type_=each.type) for each in _CHALLENGES.columns]
_OUTSTANDING = select(func.count()).select_from(_CHALLENGES).scalar_subquery()
GIVING = (
    insert(_CHALLENGES)
    .from_select(_CHALLENGES.columns.keys(), select(*_ROW).where(bindparam("most", type_=Integer) > _OUTSTANDING))
    .returning(_CHALLENGES.c.nonce_hash)
)


class Spent(NamedTuple):
    """A nonce that was ours, and the thumbprint of the key that asked for it, if it showed one."""

    nonce: str
    key_thumbprint: str | None


async def given(run: Run, now: datetime, most: int, key_thumbprint: str | None = None) -> str | Fault:
    """A new nonce; expired ones are swept first, and beyond `most` outstanding ones nobody gets another."""
    nonce = base64.b64encode(secrets.token_bytes(NONCE_BYTES)).decode()
    row = {"nonce_hash": _hash(nonce), "key_thumbprint": key_thumbprint, "expires_at": now + LIFETIME}
    await run(SWEEPING, at=now)
    is_given = await run(GIVING, most=most, **{f"its_{name}": value for name, value in row.items()})
    return nonce if is_given else Fault.CHALLENGES_EXHAUSTED


async def spent(run: Run, nonce: str, now: datetime) -> Spent | Fault:
    """The nonce, if we gave it and nobody used it. One statement takes it, whatever becomes of the login afterwards."""
    found = await run(TAKING, taken=_hash(nonce)) if NONCE_FORM.fullmatch(nonce) else []
    if not found:
        return Fault.CHALLENGE_UNKNOWN
    ((key_thumbprint, expires_at),) = found
    return Spent(nonce, key_thumbprint) if now < expires_at else Fault.CHALLENGE_EXPIRED


def _hash(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()
