"""Founding a demo town: tables, rows, cards and keys, so that either all of it is there or the next try begins anew."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from sqlalchemy import select
from sqlmodel.ext.asyncio.session import AsyncSession

import migrations
from auth import assertion, credential
from auth.age import OWN_SIGNATURE_YEARS, birthday
from auth.chain import AuditKey
from auth.pepper import Peppers
from models.application import Application, ApplicationStep
from models.columns import table_of
from models.municipality import Municipality
from models.resident import Resident
from models.store import Store
from resolvers.ledger_ends import sign
from tsumugi.card import CARDS, SoftCard, SoftKey
from tsumugi.demo.applying import applications
from tsumugi.halt import Halt
from tsumugi.keyring import Keyring
from tsumugi.pki.bearer import Bearer
from tsumugi.pki.office import Office
from tsumugi.settings import Settings
from tsumugi.town.load import write
from tsumugi.town.rows import Town

OFFICE = "authority"


def migrate(settings: Settings) -> None:
    """Bring the tables to the step that this program needs, as their owner, and let the application's role in."""
    migrations.upgrade(settings.migration_url)
    migrations.admit(settings.migration_url, settings.database_url)


def has_town(settings: Settings) -> bool:
    """Whether the database, which has its tables, holds a town already; the application's role may not be there yet."""
    return asyncio.run(_has_town(settings))


async def _has_town(settings: Settings) -> bool:
    store = Store(settings.migration_url, pooled=False)
    try:
        async with store.reading() as connection:
            return (await connection.execute(select(table_of(Municipality).c.code).limit(1))).first() is not None
    finally:
        await store.close()


def found(settings: Settings, town: Town, now: datetime) -> None:
    """Write a town with its secrets, authority, cards and keys; raises Halt when there is one already.

    Cards come first and the rows last, in one transaction: a founding that was interrupted is begun again.
    """
    migrate(settings)
    if has_town(settings):  # asked before the cards of those who live there are written over
        raise Halt(f"There is a town in {settings.data} already: choose another TSUMUGI_DATA.")
    keyring = Keyring.create(settings.secrets)
    office = Office.open(settings.data / OFFICE, settings.anchors, now)
    cards = _issued(office, town, now)
    keys = {name: SoftKey.make(client_id) for name, client_id in town.clients.items()}
    office.publish(now)
    folder = settings.data / CARDS
    held: dict[str, SoftCard | SoftKey] = {**cards, **keys}
    for name, each in held.items():
        each.save(folder / f"{name}.json")
    asyncio.run(_written(settings, town, _Login(keyring, office, cards, keys, now), keyring.audit[0], now))


def republish(settings: Settings, now: datetime) -> None:
    """New revocation lists of the demo's authority; they hold for 90 days."""
    Office.open(settings.data / OFFICE, settings.anchors, now).publish(now)


class _Login:
    """Everything with which the town's people log in."""

    def __init__(
        self, keyring: Keyring, office: Office, cards: dict[str, SoftCard], keys: dict[str, SoftKey], now: datetime
    ) -> None:
        self._peppers = Peppers(keyring.peppers)
        self._office, self._cards, self._keys, self._now = office, cards, keys, now

    async def write(self, session: AsyncSession, town: Town) -> None:
        """Credentials and public keys, in the town's own transaction."""
        for name, card in self._cards.items():
            verified = self._office.verified(card)
            credential.enrol(session, self._peppers, town.cards[name], verified, self._now)
        for name, key in self._keys.items():
            await assertion.register(session, town.clients[name], key.public_jwk(), self._now)

    def applications(self, town: Town, origin: str) -> list[Application | ApplicationStep]:
        """What some of them have signed."""
        return list(applications(town, self._office, self._cards, origin, self._peppers.newest))


async def _written(settings: Settings, town: Town, login: _Login, key: AuditKey, now: datetime) -> None:
    store = Store(settings.migration_url, pooled=False)  # the wall keeps everybody out but the owner
    try:
        async with store.writing() as session:
            await write(town, await session.connection())
            await sign(await session.connection(), key, now)
            await login.write(session, town)
            await session.flush()
            session.add_all(login.applications(town, settings.origin[0]))
    finally:
        await store.close()


def _issued(office: Office, town: Town, now: datetime) -> dict[str, SoftCard]:
    """A card for each name; making RSA keys is slow, and OpenSSL lets go of the interpreter meanwhile."""
    residents = {each.id: each for each in town.residents}
    addresses = {each.id: each.address for each in town.families}

    def issue(resident_id: str) -> SoftCard:
        resident: Resident = residents[resident_id]
        address = addresses.get(resident.family_id or "", "")
        bearer = Bearer(resident.name, address, resident.birth_date, resident.sex, town.code)
        signs = birthday(resident.birth_date, OWN_SIGNATURE_YEARS) <= town.as_of
        return office.issue(bearer, now, signature=signs)

    with ThreadPoolExecutor() as threads:
        return dict(zip(town.cards, threads.map(issue, town.cards.values()), strict=True))
