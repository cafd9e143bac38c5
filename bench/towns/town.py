"""A bench town in a folder: founded as a demo is, filled in bulk, a card for its guardian, a key for its nurse."""

import asyncio
import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Self

import migrations
from auth import credential
from auth.pepper import Peppers
from bench.towns.families import CODE, COLUMNS, TODAY, Rows, families
from bench.towns.load import IN_TEXT, load_postgresql, load_sqlite
from bench.towns.offices import NURSE, offices
from models.organisation import CallerKind
from models.resident import Sex
from models.store import Store
from tsumugi.card import CARDS
from tsumugi.clock import DomainClock, parse_moment, real_now
from tsumugi.demo.words import CLINICS
from tsumugi.founding import OFFICE, found
from tsumugi.keyring import Keyring
from tsumugi.pki.bearer import Bearer
from tsumugi.pki.office import KeyKind, Office
from tsumugi.place import sqlite_file
from tsumugi.settings import Settings, read_settings

GUARDIAN = "guardian"
NINE_O_CLOCK = f"{TODAY}T09:00+09:00"
WANTED = 100  # children that are asked for by their ids
RECORD = "bench.json"
FEW = 20


@dataclass(frozen=True)
class Town:
    """What the bench must know of a town: who asks, and for which children. `stamp` says what made it."""

    families: int
    guardian_id: str
    nurse_id: str
    child_ids: list[str]
    stamp: str

    @classmethod
    def made(cls, settings: Settings, families: int) -> Self:
        """The town in the data folder of these settings, founded anew unless the same one is there already."""
        record = settings.data / RECORD
        if record.exists() and settings.is_sqlite:
            known = cls(**json.loads(record.read_text(encoding="utf-8")))
            if known.stamp == stamp() and known.families == families:
                return known
        shutil.rmtree(settings.data, ignore_errors=True)
        settings.data.mkdir(parents=True)
        town = cls._founded(settings, families)
        record.write_text(json.dumps(asdict(town)), encoding="utf-8")
        return town

    @classmethod
    def _founded(cls, settings: Settings, families: int) -> Self:
        empty = offices()
        found(settings, empty, real_now())
        clinics = tuple(each.id for each in empty.organisations if each.kind is CallerKind.CLINIC)
        file = sqlite_file(settings.database_url)
        if file is None:
            first = load_postgresql(settings.migration_url, families, clinics)
        else:
            first = load_sqlite(file, families, clinics)
        guardian_id = _card(settings, first)
        children = [row[0] for row in first["child"]]
        wanted = children[:: max(1, len(children) // WANTED)][:WANTED]
        return cls(families, guardian_id, empty.clients[NURSE], wanted, stamp())


def settings_of(data: Path, port: int = 8000, **more: str) -> Settings:
    """The settings of a demo server over that folder."""
    return read_settings(environ_of(data, port, **more))


def environ_of(data: Path, port: int, **more: str) -> dict[str, str]:
    """The same as the environment spells them."""
    return {"TSUMUGI_ENV": "demo", "TSUMUGI_DATA": str(data), "TSUMUGI_PORT": str(port), **more}


def set_clock(settings: Settings) -> None:
    """Let it be nine o'clock on the bench's day."""
    DomainClock(settings.data).set(parse_moment(NINE_O_CLOCK))


def stamp() -> str:
    """Changes with the families that are drawn and with the steps of the database."""
    drawn = repr((migrations.head(), COLUMNS, *families(FEW, ("",) * len(CLINICS), IN_TEXT)))
    return hashlib.sha256(drawn.encode()).hexdigest()


def _card(settings: Settings, first: Rows) -> str:
    """Who asks for the family page: the mother of the first family, whose card is made here."""
    mother = dict(zip(COLUMNS["resident"], first["resident"][0], strict=True))
    office = Office.open(settings.data / OFFICE, settings.anchors, real_now())
    born = mother["birth_date"]
    bearer = Bearer(mother["name"], "", born if isinstance(born, date) else date.fromisoformat(born), Sex.FEMALE, CODE)
    card = office.issue(bearer, real_now(), KeyKind.P256)
    office.publish(real_now())
    card.save(settings.data / CARDS / f"{GUARDIAN}.json")
    verified, resident_id = office.verified(card), str(mother["id"])
    peppers = Peppers(Keyring.load(settings.secrets, demo=True).peppers)

    async def enrolled() -> None:
        store = Store(settings.migration_url, pooled=False)
        async with store.writing() as session:
            credential.enrol(session, peppers, resident_id, verified, real_now())
        await store.close()

    asyncio.run(enrolled())
    return resident_id
