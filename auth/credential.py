"""Credentials: which resident a verified certificate stands for. Of the certificate only a keyed hash is kept."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from sqlmodel import col, func, select, true, update
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.caller import Acr, Holder
from auth.certificate import Verified
from auth.fault import Fault
from auth.pepper import Keyed, Label, Pepper, Peppers, certified, keyed
from auth.revocation import RevocationList
from models.credential import Credential
from models.organisation import CallerKind
from models.relation import relation_of
from models.resident import Resident
from models.session import Session


class Scheme(StrEnum):
    """The ways for a resident to log in; a person may have several credentials."""

    CARD = "jpki-auth"


class Authenticated(NamedTuple):
    """What every authenticator ends in: the credential that was proved, by each pepper in force, and how surely."""

    scheme: Scheme
    keys: tuple[Keyed, ...]
    acr: Acr

    @property
    def lookup_key(self) -> str:
        """By which it is kept from now on."""
        return self.keys[0].key


class Standing(NamedTuple):
    """A credential that lets somebody in: whom, and by which key it is kept."""

    resident_id: str
    lookup_key: str


def lookup_keys(peppers: Peppers, verified: Verified) -> tuple[Keyed, ...]:
    """What a login certificate is found by, by the newest pepper first."""
    return peppers.keys(certified(Label.LOGIN, verified.anchor.key_id, verified.certificate.serial_number))


@lru_cache(maxsize=512)  # as many lists as may be in force, by two peppers; each is gone through once
def listed_keys(pepper: Pepper, found: RevocationList) -> frozenset[str]:
    """The lookup keys of all certificates on a revocation list: whose sessions end, since no serial was kept."""
    issuer = found.scope.issuer_key_id
    return frozenset(keyed(pepper, certified(Label.LOGIN, issuer, serial)) for serial in found.serials)


def enrol(session: AsyncSession, peppers: Peppers, resident_id: str, verified: Verified, now: datetime) -> None:
    """Bind a verified certificate to a resident. Who may do this, and on what proof, is the caller's question."""
    key, version = lookup_keys(peppers, verified)[0]
    session.add(
        Credential(lookup_key=key, scheme=Scheme.CARD, pepper_version=version, resident_id=resident_id, created_at=now)
    )


async def recognised(session: AsyncSession, proof: Authenticated, now: datetime) -> Holder | Fault:
    """The resident of a proved credential. One that we do not know is refused; it never makes a new person.

    One that was kept by an older pepper is kept by the newest from now on, and so are its sessions.
    """
    keys = [each.key for each in proof.keys]
    holding = select(col(Credential.lookup_key)).where(col(Credential.lookup_key).in_(keys))
    await session.exec(holding.with_for_update())  # so that it is not closed before the session has begun
    found = await standing(session, keys, proof.scheme)
    if isinstance(found, Fault):
        return found
    key, version = proof.keys[0]
    use = update(Credential).where(col(Credential.lookup_key) == found.lookup_key)
    await session.exec(use.values(lookup_key=key, pepper_version=version, last_used_at=now))
    if found.lookup_key != key:
        following = update(Session).where(col(Session.lookup_key) == found.lookup_key)
        await session.exec(following.values(lookup_key=key))
    return Holder(found.resident_id, CallerKind.RESIDENT, proof.acr)


async def standing(
    session: AsyncSession, lookup_keys: Collection[str], scheme: Scheme | None = None
) -> Standing | Fault:
    """Whom a credential, of this scheme if one is named, still lets in: found by any of its keys."""
    person = relation_of(Resident)  # nobody is logged in yet, so nobody's row is reached
    question = (
        select(col(Credential.lookup_key), col(Credential.resident_id), col(Credential.closed_at), person.c.died_on)
        .join(person, person.c.id == col(Credential.resident_id))
        .where(
            col(Credential.lookup_key).in_(lookup_keys),
            true() if scheme is None else col(Credential.scheme) == scheme,
        )
    )
    found = (await session.exec(question)).one_or_none()
    if found is None:
        return Fault.CREDENTIAL_UNKNOWN
    lookup_key, resident_id, closed_at, died_on = found
    if closed_at is not None:
        return Fault.CREDENTIAL_CLOSED
    if died_on is not None:
        return Fault.HOLDER_DECEASED
    return Standing(str(resident_id), lookup_key)


async def depending(session: AsyncSession, version: int) -> int:
    """How many open credentials are kept by the pepper of this version, and so would be found no more without it."""
    is_open = (col(Credential.pepper_version) == version, col(Credential.closed_at).is_(None))
    return (await session.exec(select(func.count()).select_from(Credential).where(*is_open))).one()
