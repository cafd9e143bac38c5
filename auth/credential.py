"""Credentials: which resident a verified certificate stands for. Of the certificate only a keyed hash is kept."""

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.caller import Acr, Holder
from auth.certificate import Verified
from auth.fault import Fault
from auth.pepper import Keyed, Label, Pepper, Peppers, certified, keyed
from auth.revocation import RevocationList
from models.columns import table_of
from models.credential import ClosedBy, Credential, EnrolledBy
from models.ids import CODE_LENGTH, RANDOM_BYTES, Letter, mint
from models.organisation import CallerKind
from models.relation import relation_of
from models.resident import Resident
from models.session import Session

CLOSED = "closed"  # why a session ended


class Scheme(StrEnum):
    """The ways for a resident to log in; a person may have several credentials."""

    CARD = "jpki-auth"
    APP = "oidc-app"


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
    """A credential that lets somebody in: which, whom, and by which key it is kept."""

    id: str
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
    """Bind a verified card to a resident, as the city does when somebody stands at its desk."""
    card = Authenticated(Scheme.CARD, lookup_keys(peppers, verified), Acr.CARD_PIN)
    session.add(bound(card, resident_id, EnrolledBy.CODE, now))


def bound(card: Authenticated, resident_id: str, by: EnrolledBy, now: datetime) -> Credential:
    """The row that binds a proved credential to a resident. Who may do this is the caller's question."""
    key, version = card.keys[0]
    return Credential(
        id=mint(resident_id[:CODE_LENGTH], Letter.CREDENTIAL, secrets.token_bytes(RANDOM_BYTES)),
        lookup_key=key,
        scheme=card.scheme,
        pepper_version=version,
        resident_id=resident_id,
        created_at=now,
        enrolled_by=by,
    )


async def recognised(session: AsyncSession, proof: Authenticated, now: datetime) -> Holder | Fault:
    """The resident of a proved credential. One that we do not know is refused; it never makes a new person.

    One that was kept by an older pepper is kept by the newest from now on, and so are its sessions.
    """
    keys = [each.key for each in proof.keys]
    holding = select(col(Credential.id)).where(col(Credential.lookup_key).in_(keys))
    await session.exec(holding.with_for_update())  # so that it is not closed before the session has begun
    found = await standing(session, keys, proof.scheme)
    if isinstance(found, Fault):
        return found
    await session.exec(update(Credential).where(col(Credential.id) == found.id).values(last_used_at=now))
    await _kept(session, found.lookup_key, proof.keys[0])
    return Holder(found.resident_id, CallerKind.RESIDENT, proof.acr)


async def _kept(session: AsyncSession, old: str, new: Keyed) -> None:
    """What was kept by one key is kept by another: the credential, what it was before it was closed, its sessions."""
    if old == new.key:
        return
    rows = update(Credential).where(col(Credential.lookup_key) == old)
    await session.exec(rows.values(lookup_key=new.key, pepper_version=new.version))
    following = update(Session).where(col(Session.lookup_key) == old)
    await session.exec(following.values(lookup_key=new.key))


async def standing(
    session: AsyncSession, lookup_keys: Collection[str], scheme: Scheme | None = None
) -> Standing | Fault:
    """Whom a credential, of this scheme if one is named, still lets in: found by any of its keys."""
    person = relation_of(Resident)  # nobody is logged in yet, so nobody's row is reached
    row = table_of(Credential).c
    question = (
        sa.select(row.id, row.resident_id, row.lookup_key, row.closed_at, person.c.died_on)
        .join(person, person.c.id == row.resident_id)
        .where(row.lookup_key.in_(lookup_keys), sa.true() if scheme is None else row.scheme == scheme)
        .order_by(row.closed_at.is_not(None))  # an open one, if there is one, comes first
    )
    found = (await (await session.connection()).execute(question)).first()
    if found is None:
        return Fault.CREDENTIAL_UNKNOWN
    if found.closed_at is not None:
        return Fault.CREDENTIAL_CLOSED
    if found.died_on is not None:
        return Fault.HOLDER_DECEASED
    return Standing(found.id, found.resident_id, found.lookup_key)


async def close(session: AsyncSession, rows: Iterable[Credential], by: ClosedBy, now: datetime) -> None:
    """Close credentials that are open; their sessions end with them, for every worker."""
    for each in rows:
        each.closed_at, each.closed_by = now, by
        session.add(each)
        ending = update(Session).where(col(Session.lookup_key) == each.lookup_key, col(Session.ended_at).is_(None))
        await session.exec(ending.values(ended_at=now, ended_by=CLOSED))


async def open_ones(session: AsyncSession, resident_id: str) -> list[Credential]:
    """The credentials of a resident that are open; nobody else closes or uses them meanwhile."""
    mine = (col(Credential.resident_id) == resident_id, col(Credential.closed_at).is_(None))
    return list((await session.exec(select(Credential).where(*mine).with_for_update())).all())


async def depending(session: AsyncSession, version: int) -> int:
    """How many credentials are kept by the pepper of this version, and so would be found no more without it.

    Closed ones are among them: a card that was closed and is not recognised would be taken for a new one.
    """
    is_kept = col(Credential.pepper_version) == version
    return (await session.exec(select(func.count()).select_from(Credential).where(is_kept))).one()
