"""Credentials: which resident a verified certificate stands for. Of the certificate only a keyed hash is kept."""

import hashlib
import hmac
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from sqlmodel import col, select, true, update
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.caller import Acr, Holder
from auth.certificate import SERIAL_BYTES, Verified
from auth.fault import Fault
from auth.revocation import RevocationList
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
    return _keyed(pepper, verified.anchor.key_id, verified.certificate.serial_number)


@lru_cache(maxsize=256)  # as many lists as may be in force; each is gone through once
def listed_keys(pepper: Pepper, found: RevocationList) -> frozenset[str]:
    """The lookup keys of all certificates on a revocation list: whose sessions end, since no serial was kept."""
    return frozenset(_keyed(pepper, found.scope.issuer_key_id, serial) for serial in found.serials)


def _keyed(pepper: Pepper, issuer_key_id: bytes, serial: int) -> str:
    return hmac.digest(pepper.secret, LABEL + issuer_key_id + serial.to_bytes(SERIAL_BYTES), hashlib.sha256).hex()


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
    resident_id = await standing(session, proof.lookup_key, proof.scheme)
    if isinstance(resident_id, Fault):
        return resident_id
    use = update(Credential).where(col(Credential.lookup_key) == proof.lookup_key).values(last_used_at=now)
    await session.exec(use)
    return Holder(resident_id, CallerKind.RESIDENT, proof.acr)


async def standing(session: AsyncSession, lookup_key: str, scheme: Scheme | None = None) -> str | Fault:
    """The id of the resident whom a credential, of this scheme if one is named, still lets in."""
    person = relation_of(Resident)  # nobody is logged in yet, so nobody's row is reached
    question = (
        select(col(Credential.resident_id), col(Credential.closed_at), person.c.died_on)
        .join(person, person.c.id == col(Credential.resident_id))
        .where(col(Credential.lookup_key) == lookup_key, true() if scheme is None else col(Credential.scheme) == scheme)
    )
    found = (await session.exec(question)).one_or_none()
    if found is None:
        return Fault.CREDENTIAL_UNKNOWN
    resident_id, closed_at, died_on = found
    if closed_at is not None:
        return Fault.CREDENTIAL_CLOSED
    if died_on is not None:
        return Fault.HOLDER_DECEASED
    return str(resident_id)
