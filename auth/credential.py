"""Credentials: which resident a verified certificate stands for. Of the certificate only a keyed hash is kept."""

import secrets
from collections.abc import Collection, Iterable
from datetime import date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import col, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from auth.caller import Acr, Holder
from auth.certificate import Verified
from auth.fault import Fault
from auth.pepper import Keyed, Label, Pepper, Peppers, certified, keyed
from auth.register import ME, PROTECTING, TODAY
from auth.revocation import RevocationList
from models.columns import table_of
from models.credential import ClosedBy, Credential, EnrolledBy
from models.ids import CODE_LENGTH, RANDOM_BYTES, Letter, mint
from models.organisation import CallerKind
from models.relation import relation_of
from models.resident import Resident
from models.session import Session
from models.statements import Run

CLOSED = "closed"  # why a session ended
_CREDENTIALS, _SESSIONS = table_of(Credential), table_of(Session)
_AT = sa.bindparam("used_at", type_=_CREDENTIALS.c.last_used_at.type)
USING = sa.update(_CREDENTIALS).where(_CREDENTIALS.c.id == sa.bindparam("used")).values(last_used_at=_AT)
# What was kept by one key is kept by another: the credential, what it was before it was closed, its sessions.
_OLD, _NEW = (sa.bindparam(name, type_=sa.String) for name in ("old", "new"))
_VERSION = sa.bindparam("version", type_=sa.Integer)
KEEPING = (
    sa.update(_CREDENTIALS).where(_CREDENTIALS.c.lookup_key == _OLD).values(lookup_key=_NEW, pepper_version=_VERSION)
)
FOLLOWING = sa.update(_SESSIONS).where(_SESSIONS.c.lookup_key == _OLD).values(lookup_key=_NEW)


class Scheme(StrEnum):
    """The ways for a resident to log in; a person may have several credentials."""

    CARD = "jpki-auth"
    APP = "oidc-app"
    CITY = "city"


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


class _Found(NamedTuple):
    """A credential with what may be against it."""

    id: str
    resident_id: str
    lookup_key: str
    closed_at: datetime | None
    died_on: date | None
    scheme: str


def lookup_keys(peppers: Peppers, verified: Verified) -> tuple[Keyed, ...]:
    """What a login certificate is found by, by the newest pepper first."""
    return peppers.keys(certified(Label.LOGIN, verified.anchor.key_id, verified.certificate.serial_number))


@lru_cache(maxsize=512)  # as many lists as may be in force, by two peppers; each is gone through once
def listed_keys(pepper: Pepper, found: RevocationList) -> frozenset[str]:
    """The lookup keys of all certificates on a revocation list: whose sessions end, since no serial was kept."""
    issuer = found.scope.issuer_key_id
    return frozenset(keyed(pepper, certified(Label.LOGIN, issuer, serial)) for serial in found.serials)


def enrol(session: AsyncSession, peppers: Peppers, resident_id: str, verified: Verified, now: datetime) -> None:
    """Bind a verified card to a resident who is written with it, as whoever founds a town does.

    Nobody is told of it: what is added later goes by resolvers/enrolment.py.
    """
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


async def recognised(run: Run, proof: Authenticated, now: datetime) -> Holder | Fault:
    """The resident of a proved credential. One that we do not know is refused; it never makes a new person.

    One that was kept by an older pepper is kept by the newest from now on, and so are its sessions.
    """
    keys, (newest, *_) = [each.key for each in proof.keys], proof.keys
    found = await standing(run, keys, proof.scheme, is_held=True)
    if isinstance(found, Fault):
        return found
    await run(USING, used=found.id, used_at=now)
    if found.lookup_key != newest.key:
        await run(KEEPING, old=found.lookup_key, new=newest.key, version=newest.version)
        await run(FOLLOWING, old=found.lookup_key, new=newest.key)
    return Holder(found.resident_id, CallerKind.RESIDENT, proof.acr)


async def standing(
    run: Run, lookup_keys: Collection[str], scheme: Scheme | None = None, *, is_held: bool = False
) -> Standing | Fault:
    """Whom a credential, of this scheme if one is named, still lets in: found by any of its keys.

    `is_held`: it is not closed before this transaction ends.
    """
    keys = {f"key_{at}": key for at, key in enumerate(lookup_keys)}
    rows = await run(_finding(len(keys), is_held=is_held), **keys)
    found = next((each for each in map(_Found._make, rows) if scheme in {None, each.scheme}), None)
    if found is None:
        return Fault.CREDENTIAL_UNKNOWN
    if found.closed_at is not None:
        return Fault.CREDENTIAL_CLOSED
    if found.died_on is not None:
        return Fault.HOLDER_DECEASED
    return Standing(found.id, found.resident_id, found.lookup_key)


@cache  # by how many peppers are in force
def _finding(number: int, *, is_held: bool) -> sa.Select[Any]:
    row, person = _CREDENTIALS.c, relation_of(Resident)  # nobody is logged in yet, so nobody's row is reached
    found = (
        sa.select(row.id, row.resident_id, row.lookup_key, row.closed_at, person.c.died_on, row.scheme)
        .join(person, person.c.id == row.resident_id)
        .where(sa.or_(*(row.lookup_key == sa.bindparam(f"key_{at}") for at in range(number))))
        .order_by(row.closed_at.is_not(None))  # an open one, if there is one, comes first
    )
    return found.with_for_update(of=_CREDENTIALS) if is_held else found


async def is_protected(run: Run, resident_id: str, today: date) -> bool:
    """Whether a protection measure stands about the household: whoever fled is not followed by an old link."""
    return bool(await run(PROTECTING, **{ME.key: resident_id, TODAY.key: today}))


async def holder_then(session: AsyncSession, lookup_keys: Collection[str], then: datetime) -> str | None:
    """Whose card it was at that moment: closed since or not, its holder alive or not."""
    row = table_of(Credential).c
    was_open = sa.or_(row.closed_at.is_(None), row.closed_at > then)
    question = sa.select(row.resident_id).where(row.lookup_key.in_(lookup_keys), row.scheme == Scheme.CARD, was_open)
    rows = await (await session.connection()).execute(question.order_by(row.created_at))
    found: str | None = rows.scalars().first()
    return found


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
