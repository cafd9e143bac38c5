"""The fleet: devices as an operator sees them. Invited with a code, enrolled with a key, seen, disabled."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, TypeGuard

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth import assertion, jws, session
from auth.dpop import KEY
from auth.fault import Fault
from auth.session import Ending
from auth.strict import fits
from models.device import SELECTOR_CHARACTERS, Device
from models.ids import ALPHABET, RANDOM_BYTES, Letter, mint
from models.organisation import Organisation

# Decisions of this project: the operator reads the code out to somebody who stands before the machine.
CODE_LIFETIME = timedelta(hours=1)
CODE_CHARACTERS = 2 * SELECTOR_CHARACTERS  # 40 bits that find the row, 40 that are tried against it
TRIES_MOST = 5
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


class Invited(NamedTuple):
    """A device that waits, and the code that it will be enrolled with, which is kept nowhere."""

    id: str
    code: str
    expires_at: datetime


class Enrolled(NamedTuple):
    """What a machine has to know of itself from now on."""

    id: str
    key_id: str
    scope: str


class Listed(NamedTuple):
    """A device with the name of its organisation."""

    device: Device
    organisation: str


def invited(db: AsyncSession, organisation: Organisation, name: str, scope: str, now: datetime) -> Invited:
    """A device that waits for its key. Who may invite one, and with which scope, is the caller's question."""
    plain = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARACTERS))
    row = Device(
        id=mint(organisation.municipality_code, Letter.DEVICE, secrets.token_bytes(RANDOM_BYTES)),
        organisation_id=organisation.id,
        name=name,
        scope=scope,
        code_selector=plain[:SELECTOR_CHARACTERS],
        code_hash=_hash(plain),
        code_expires_at=now + CODE_LIFETIME,
        invited_at=now,
    )
    db.add(row)
    return Invited(row.id, "-".join(plain[at : at + 4] for at in range(0, CODE_CHARACTERS, 4)), row.code_expires_at)


async def enrolled(
    db: AsyncSession, code: str, jwk: Mapping[str, object], thumbprint: str, now: datetime
) -> Enrolled | Fault:
    """The device of a code, with this key from now on. The code is used up by it, and by too many wrong ones."""
    if not _is_key(jwk) or not _is_public(jwk):
        return Fault.DEVICE_KEY
    if jws.es256_key(dict(jwk)).thumbprint() != thumbprint:
        return Fault.DPOP_OTHER_KEY
    row = await _invited(db, code.upper().translate(MISREAD), now)
    if isinstance(row, Fault):
        return row
    row.code_selector, row.code_hash, row.enrolled_at = None, None, now
    db.add(row)
    return Enrolled(row.id, await assertion.register(db, row.id, dict(jwk), now), row.scope)


async def disabled(db: AsyncSession, device_id: str, now: datetime) -> bool:
    """End a device and its sessions for every worker; whether there is one that was not ended before."""
    row = (await db.exec(select(Device).where(col(Device.id) == device_id).with_for_update())).one_or_none()
    if row is None or row.disabled_at is not None:
        return False
    row.disabled_at, row.code_selector, row.code_hash = now, None, None
    db.add(row)
    await db.flush()
    await session.ended(db, Ending.DISABLED, now, device_id=device_id)
    return True


async def listed(db: AsyncSession) -> list[Listed]:
    """Every device, by organisation and age."""
    question = select(Device, col(Organisation.name)).join(
        Organisation, col(Organisation.id) == col(Device.organisation_id)
    )
    found = await db.exec(question.order_by(col(Organisation.name), col(Device.invited_at), col(Device.id)))
    return [Listed(row, name) for row, name in found]


async def _invited(db: AsyncSession, plain: str, now: datetime) -> Device | Fault:
    question = select(Device).where(col(Device.code_selector) == plain[:SELECTOR_CHARACTERS])
    is_code = plain.isascii() and len(plain) == CODE_CHARACTERS and not plain.strip(ALPHABET)
    row = (await db.exec(question.with_for_update())).one_or_none() if is_code else None
    if row is None:
        return Fault.DEVICE_CODE_UNKNOWN
    if now >= row.code_expires_at:
        return Fault.DEVICE_CODE_EXPIRED
    if row.tries >= TRIES_MOST:
        return Fault.DEVICE_CODE_TRIES
    if not hmac.compare_digest(_hash(plain), row.code_hash or ""):
        row.tries += 1
        db.add(row)
        return Fault.DEVICE_CODE_UNKNOWN
    return row


def _is_key(jwk: Mapping[str, object]) -> TypeGuard[Mapping[str, str]]:
    return fits(jwk, KEY)


def _is_public(jwk: Mapping[str, str]) -> bool:
    try:
        return jws.es256_key(dict(jwk)).key_type == jwk["kty"]
    except ValueError:
        return False


def _hash(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()
