"""`tsumugi keys`: new peppers and signing keys while the server answers, and the end of old ones nothing depends on."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path

from joserfc.jwk import ECKey

from auth import credential
from auth.jws import CURVE
from rules.ride_sync import CAPABILITY_LASTS
from rules.rides import TERMS
from tsumugi.halt import Halt
from tsumugi.keyring import (
    DEMO,
    FIRST_PEPPER,
    FIRST_SIGNING,
    PEPPER_BYTES,
    SETTLES,
    SIGNING,
    Keyring,
    numbered,
    pepper_files,
    settled,
    settles_at,
)
from tsumugi.private import write_new
from tsumugi.settings import Settings
from tsumugi.transacting import transacted

RETIRED = ".retired"  # kept, and read by nobody
# Much longer than any token: what a tablet kept without a network is checked by the letter that it had with it.
CHECKED = CAPABILITY_LASTS + timedelta(days=1 + max(each.grace_days for each in TERMS))


def rotate_pepper(settings: Settings) -> str:
    """A new pepper beside the others; says which."""
    _read(settings)
    path = _next(pepper_files(settings.secrets), FIRST_PEPPER)
    write_new(path, secrets.token_bytes(PEPPER_BYTES))
    return (
        f"{path.name} is made: running servers take it within a second. Credentials follow at their next login;"
        " keep the older peppers until `tsumugi keys retire pepper` lets them go, and back the folder up now."
    )


def rotate_signing(settings: Settings) -> str:
    """A new signing key beside the others; says which, and when it signs."""
    _read(settings)
    path = _next(numbered(settings.secrets, SIGNING), FIRST_SIGNING)
    write_new(path, ECKey.generate_key(CURVE).as_pem(private=True))
    minutes = int(SETTLES.total_seconds()) // 60
    return f"{path.name} is made: it is published within a second and signs in {minutes} minutes."


def retire_pepper(settings: Settings, version: int) -> str:
    """Put a pepper away by which no credential is kept, open or closed; raises Halt for the newest, and before."""
    peppers = _read(settings).peppers
    if version not in {each.version for each in peppers}:
        raise Halt(f"There is no pepper {version} in {settings.secrets}.")
    if version == peppers[0].version:
        raise Halt(f"Pepper {version} is the newest: `tsumugi keys rotate pepper` makes another first.")
    number = transacted(settings, lambda session: credential.depending(session, version))
    if number:
        raise Halt(
            f"{number} credentials still depend on pepper {version}; each follows at its next login,"
            " closed ones never do and are recognised by it."
        )
    return _put_away(settings.secrets / f"pepper-{version}.key")


def retire_signing(settings: Settings, name: str, now: datetime) -> str:
    """Put a signing key away by which nothing can be checked now; raises Halt for the one that signs, and before."""
    _read(settings)
    files, _ = settled(settings.secrets, now)
    path = next((each for each in files if each.name == name), None)
    if path is None:
        raise Halt(f"There is no signing key {name} in {settings.secrets}.")
    signs = files[0]
    if path is signs:
        raise Halt(f"{name} signs: `tsumugi keys rotate signing` makes another first, which signs after a while.")
    newest_first = numbered(settings.secrets, SIGNING)
    has_signed = newest_first.index(path) > newest_first.index(signs)
    ends_at = settles_at(signs) + CHECKED
    if has_signed and now < ends_at:
        raise Halt(f"What {name} signed for tablets may come until {ends_at:%Y-%m-%dT%H:%M:%SZ}.")
    return _put_away(path)


def _read(settings: Settings) -> Keyring:
    """The folder as it stands, a demo's or not; raises Halt when it does not hold."""
    return Keyring.load(settings.secrets, demo=(settings.secrets / DEMO).exists())


def _next(files: list[Path], first: str) -> Path:
    """The file whose number follows the highest, of those put away as well."""
    head, _, tail = first.partition("1")
    newest = files[0]
    number = newest.name.removeprefix(head).removesuffix(tail)
    if not number.isdecimal():
        raise Halt(f"{newest.name} has no number: name the files {head}1{tail}, {head}2{tail} and so on.")
    retired = (each.name.removeprefix(head).removesuffix(tail + RETIRED) for each in newest.parent.iterdir())
    highest = max(int(each) for each in (number, *retired) if each.isdecimal())
    return newest.with_name(f"{head}{highest + 1}{tail}")


def _put_away(path: Path) -> str:
    away = path.with_name(path.name + RETIRED)
    path.rename(away)
    return f"{away.name} is read by no server any more."
