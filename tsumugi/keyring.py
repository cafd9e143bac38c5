"""The folder of secrets (TSUMUGI_SECRETS): what signs tokens and the access log, the pepper, other keys."""

import re
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from joserfc.jwk import ECKey

from auth.chain import AuditKey
from auth.jws import CURVE, es256_key, signing_key
from auth.pepper import Pepper
from auth.seal import KEY_BYTES, Seal
from auth.sector import CORE
from auth.strict import json_object
from auth.token import Tokens
from tsumugi.clock import real_now
from tsumugi.halt import Halt
from tsumugi.private import read_private, write_private

SIGNING = "signing-*.pem"  # all of them verify; which one signs: `settled`
FIRST_SIGNING = "signing-1.pem"
AUDIT = "audit-*.pem"  # the one that sorts last signs the access log; the others signed what is older
FIRST_AUDIT = "audit-1.pem"
PEPPER = "pepper-*.key"  # the one with the highest number makes hashes; all of them find
FIRST_PEPPER, PEPPER_BYTES = "pepper-1.key", 32
PEPPER_NAME = re.compile(r"pepper-([1-9][0-9]{0,8})\.key")
SECTOR = "sector.key"
CURSOR = "cursor.key"
DEMO = "DEMO"
DEMO_TEXT = b"Secrets of a demo town. Tsumugi refuses them in production.\n"
MAIL_STOP = "mail-stop"  # what links that stop mail are sealed for
# A key is published before it signs: whoever verifies our tokens may keep the published keys for five minutes.
SETTLES = timedelta(minutes=10)


@dataclass(frozen=True)
class Keyring:
    """The secrets of one server, read once."""

    signing: tuple[ECKey, ...]
    peppers: tuple[Pepper, ...]
    sector: bytes
    cursor: bytes
    audit: tuple[AuditKey, ...]
    settles_at: datetime | None = None  # when another key will sign

    @property
    def pepper(self) -> Pepper:
        """The one under which hashes are made."""
        return self.peppers[0]

    @classmethod
    def load(cls, folder: Path, *, demo: bool) -> Self:
        """The secrets in a folder; raises Halt when one is missing, is too short, or belongs to the other world."""
        if (folder / DEMO).exists() != demo:
            other = "are not of a demo; the demo makes its own" if demo else "are of a demo, for anybody to read"
            raise Halt(f"The secrets in {folder} {other}.")
        signing, settles_at = settled(folder, real_now())
        audit = sorted(folder.glob(AUDIT), reverse=True) or [folder / FIRST_AUDIT]
        return cls(
            signing=tuple(_signing_key(path) for path in signing),
            peppers=tuple(_pepper(path) for path in pepper_files(folder) or [folder / FIRST_PEPPER]),
            sector=_secret(folder / SECTOR, KEY_BYTES),
            cursor=_secret(folder / CURSOR, KEY_BYTES),
            audit=tuple(_audit_key(path) for path in audit),
            settles_at=settles_at,
        )

    @classmethod
    def create(cls, folder: Path) -> Self:
        """The secrets of a demo, made on the first call: all of them or none, whatever happens in between."""
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
            write_private(unfinished / DEMO, DEMO_TEXT)
            write_private(unfinished / FIRST_SIGNING, ECKey.generate_key(CURVE).as_pem(private=True))
            write_private(unfinished / FIRST_AUDIT, AuditKey.generate())
            write_private(unfinished / FIRST_PEPPER, secrets.token_bytes(PEPPER_BYTES))
            for name in (SECTOR, CURSOR):
                write_private(unfinished / name, secrets.token_bytes(KEY_BYTES))
            unfinished.rename(folder)
        return cls.load(folder, demo=True)

    def tokens(self, issuer: str, audience: str, sector: str = CORE) -> Tokens:
        """Issuer and reader of the access tokens of an audience, the city's own or another sector's."""
        return Tokens(issuer, audience, self.seal(sector), self.signing)

    def seal(self, sector: str) -> Seal:
        """What seals ids and addresses for one use; seals for two uses share nothing."""
        return Seal(self.sector, sector)


def numbered(folder: Path, pattern: str) -> list[Path]:
    """Files whose names differ in a number, the highest first."""
    return sorted(folder.glob(pattern), key=lambda path: (len(path.name), path.name), reverse=True)


def pepper_files(folder: Path) -> list[Path]:
    """The peppers in a folder, the newest first."""
    return [path for path in numbered(folder, PEPPER) if PEPPER_NAME.fullmatch(path.name)]


def settled(folder: Path, now: datetime) -> tuple[Sequence[Path], datetime | None]:
    """The signing keys, the one that signs first, and when another will.

    It is the newest that has been published long enough; in a folder made just now, the oldest.
    """
    files = numbered(folder, SIGNING) or [folder / FIRST_SIGNING]
    waiting = [path for path in files[:-1] if settles_at(path) > now]
    signs = next(path for path in files if path not in waiting)
    first = [signs, *(path for path in files if path is not signs)]
    return first, min(map(settles_at, waiting), default=None)


def settles_at(path: Path) -> datetime:
    """When a signing key has been published long enough to sign."""
    made_s = path.stat().st_mtime if path.exists() else 0
    return datetime.fromtimestamp(made_s, UTC) + SETTLES


def _pepper(path: Path) -> Pepper:
    name = PEPPER_NAME.fullmatch(path.name)
    assert name is not None, "no other files are taken for peppers"
    return Pepper(int(name[1]), _secret(path, PEPPER_BYTES))


def _signing_key(path: Path) -> ECKey:
    try:
        return signing_key(read_private(path))
    except ValueError:
        raise Halt(f"The file {path} is not a private key of P-256 in PEM.") from None


def read_router_keys(file: Path | None) -> tuple[ECKey, ...]:
    """The public keys of the router in front, out of a JWKS; raises Halt when the file is none."""
    if file is None:
        return ()
    try:
        members = json_object(file.read_bytes()) or {}
        keys = tuple(es256_key(each) for each in members["keys"])  # type: ignore[attr-defined]
    except (OSError, KeyError, TypeError, ValueError):
        raise Halt(f"The file {file} is not a JWKS with keys of P-256.") from None
    return keys


def _audit_key(path: Path) -> AuditKey:
    try:
        return AuditKey(read_private(path))
    except ValueError:
        raise Halt(f"The file {path} is not a private key of Ed25519 in PEM.") from None


def _secret(path: Path, size: int) -> bytes:
    secret = read_private(path)
    if len(secret) != size:
        raise Halt(f"The file {path} must hold {size} random bytes, not {len(secret)}.")
    return secret
