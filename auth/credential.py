"""Credentials: which resident a verified certificate stands for. Of the certificate only a keyed hash is kept."""

import hashlib
import hmac
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.caller import Acr, Holder
from auth.certificate import SERIAL_BYTES, Verified
from auth.fault import Fault
from models.credential import Credential
from models.organisation import CallerKind
from models.relation import relation_of
from models.resident import Resident

LABEL = b"jpki-auth\0"


class Scheme(StrEnum):
    """The ways for a resident to log in; a person may have several credentials."""

    CARD = "jpki-auth"


class Pepper(NamedTuple):
    """The secret under which lookup keys are made; it is never in the database. The version tells old from new."""

    version: int
    secret: bytes


class Authenticated(NamedTuple):
    """What every authenticator ends in: the credential that was proved, and how surely."""

    scheme: Scheme
    lookup_key: str
    acr: Acr


def lookup_key(pepper: Pepper, verified: Verified) -> str:
    """HMAC-SHA256 of label, issuer key id and serial (20 bytes, so that the parts cannot run into one another)."""
    serial = verified.certificate.serial_number.to_bytes(SERIAL_BYTES)
    return hmac.new(pepper.secret, LABEL + verified.anchor.key_id + serial, hashlib.sha256).hexdigest()


def enrol(session: AsyncSession, pepper: Pepper, resident_id: str, verified: Verified, now: datetime) -> None:
    """Bind a verified certificate to a resident. Who may do this, and on what proof, is the caller's question."""
    key = lookup_key(pepper, verified)
    session.add(
        Credential(
            lookup_key=key, scheme=Scheme.CARD, pepper_version=pepper.version, resident_id=resident_id, created_at=now
        )
    )


async def recognised(session: AsyncSession, proof: Authenticated, now: datetime) -> Holder | Fault:
    """The resident of a proved credential. One that we do not know is refused; it never makes a new person."""
    person = relation_of(Resident)  # nobody is logged in yet, so nobody's row is reached
    question = (
        select(col(Credential.resident_id), col(Credential.closed_at), person.c.died_on)
        .join(person, person.c.id == col(Credential.resident_id))
        .where(col(Credential.lookup_key) == proof.lookup_key, col(Credential.scheme) == proof.scheme)
    )
    found = (await session.exec(question)).one_or_none()
    if found is None:
        return Fault.CREDENTIAL_UNKNOWN
    resident_id, closed_at, died_on = found
    if closed_at is not None:
        return Fault.CREDENTIAL_CLOSED
    if died_on is not None:
        return Fault.HOLDER_DECEASED
    use = update(Credential).where(col(Credential.lookup_key) == proof.lookup_key).values(last_used_at=now)
    await session.exec(use)
    return Holder(resident_id, CallerKind.RESIDENT, proof.acr)
