"""`tsumugi device`: the operator invites, lists and disables machines of organisations; a machine enrols itself."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth import fleet
from auth.fleet import Listed
from auth.scope import usable, words
from models.device import NAME_CHARACTERS
from models.organisation import STAFF_KINDS, Organisation
from rules.individual_number import contains_individual_number
from tsumugi.card import CARDS, SoftKey
from tsumugi.clock import real_now
from tsumugi.commands.asking import NAME
from tsumugi.halt import Halt
from tsumugi.settings import Settings
from tsumugi.transacting import transacted
from tsumugi.visit import enrol_device


class Wish(NamedTuple):
    """A device as the operator types it: the organisation by its id or its name, a label, the words of a scope."""

    organisation: str
    name: str
    scope: str


def invite(settings: Settings, wish: Wish, now: datetime) -> str:
    """The code with which the machine enrols itself."""
    if not (wish.name.isprintable() and 0 < len(wish.name.strip()) <= NAME_CHARACTERS):
        raise Halt(f"The name of a device is a printable text of at most {NAME_CHARACTERS} characters.")
    if contains_individual_number(wish.name):
        raise Halt("The name of a device must not hold an Individual Number.")

    async def work(db: AsyncSession) -> str:
        organisation = await _organisation(db, wish.organisation)
        _refuse_scope(organisation, wish.scope)
        made = fleet.invited(db, organisation, wish.name.strip(), wish.scope, now)
        return f"{made.code}\nDevice {made.id} of {organisation.name} waits until {made.expires_at.isoformat()}."

    return transacted(settings, work)


def listing(settings: Settings) -> str:
    """One line for each device."""
    return transacted(settings, _lines)


def disable(settings: Settings, device_id: str, now: datetime) -> str:
    """Say that it was done; every worker feels it within two seconds."""

    async def work(db: AsyncSession) -> bool:
        return await fleet.disabled(db, device_id, now)

    if not transacted(settings, work):
        raise Halt(f"There is no device {device_id} that is not disabled.")
    return f"Device {device_id} is disabled, and its sessions have ended."


def enrol(settings: Settings, name: str, code: str, server: str) -> str:
    """Make a key, bring it to the server with the code, and keep it in the data folder under that name."""
    if not NAME.fullmatch(name):
        raise Halt("NAME has small letters, digits and hyphens.")
    path: Path = settings.data / CARDS / f"{name}.json"
    if path.exists():
        raise Halt(f"There is a card or key called {name} already.")
    key = SoftKey.make("")
    made = SoftKey(enrol_device(server, key, code, real_now()), key.key)
    made.save(path)
    return f"This is device {made.client_id} now; its key is in {path}."


async def _organisation(db: AsyncSession, given: str) -> Organisation:
    named = or_(col(Organisation.id) == given, col(Organisation.name) == given)
    found = (await db.exec(select(Organisation).where(named))).all()
    if len(found) != 1:
        raise Halt("There is no such organisation, or several have this name: give its id.")
    if found[0].kind in STAFF_KINDS:
        raise Halt("An office of the city has no devices: staff rights are a person's.")
    return found[0]


def _refuse_scope(organisation: Organisation, scope: str) -> None:
    found, may = words(scope), usable(organisation.kind)
    if found is None or not found <= may:
        raise Halt(f"The scope of such a device is one or more of: {', '.join(sorted(may))}, with a blank between.")


async def _lines(db: AsyncSession) -> str:
    return "\n".join(map(_line, await fleet.listed(db))) or "There are no devices."


def _line(found: Listed) -> str:
    row = found.device
    ended = row.disabled_at and f"disabled {row.disabled_at.isoformat()}"
    enrolled = row.enrolled_at and f"enrolled {row.enrolled_at.isoformat()}"
    state = ended or enrolled or f"waits until {row.code_expires_at.isoformat()}"
    seen = "never seen" if row.last_seen_at is None else f"seen {row.last_seen_at.isoformat()}"
    return f"{row.id}\t{found.organisation}\t{row.name}\t{row.scope}\t{state}\t{seen}"
