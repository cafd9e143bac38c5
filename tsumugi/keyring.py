"""The folder of secrets (TSUMUGI_SECRETS): what signs tokens and the access log, the pepper, other keys."""

import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from joserfc.jwk import ECKey

from auth.chain import AuditKey
from auth.credential import Pepper
from auth.jws import CURVE, signing_key
from auth.seal import KEY_BYTES, Seal
from auth.token import Tokens
from tsumugi.halt import Halt
from tsumugi.private import read_private, write_private

SIGNING = "signing-*.pem"  # the one that sorts last signs; all of them verify
FIRST_SIGNING = "signing-1.pem"
AUDIT = "audit-*.pem"  # the one that sorts last signs the access log; the others signed what is older
FIRST_AUDIT = "audit-1.pem"
PEPPER, PEPPER_VERSION, PEPPER_BYTES = "pepper-1.key", 1, 32
SECTOR = "sector.key"
CURSOR = "cursor.key"
DEMO = "DEMO"
DEMO_TEXT = b"Secrets of a demo town. Tsumugi refuses them in production.\n"
MAIL_STOP = "mail-stop"  # what links that stop mail are sealed for
CORE = "core"  # the sector of the city itself; partners, taxi operators and shops have sectors of their own


@dataclass(frozen=True)
class Keyring:
    """The secrets of one server, read once."""

    signing: tuple[ECKey, ...]
    pepper: Pepper
    sector: bytes
    cursor: bytes
    audit: tuple[AuditKey, ...]

    @classmethod
    def load(cls, folder: Path, *, demo: bool) -> Self:
        """The secrets in a folder; raises Halt when one is missing, is too short, or belongs to the other world."""
        if (folder / DEMO).exists() != demo:
            other = "are not of a demo; the demo makes its own" if demo else "are of a demo, for anybody to read"
            raise Halt(f"The secrets in {folder} {other}.")
        signing = sorted(folder.glob(SIGNING), reverse=True) or [folder / FIRST_SIGNING]
        audit = sorted(folder.glob(AUDIT), reverse=True) or [folder / FIRST_AUDIT]
        return cls(
            signing=tuple(_signing_key(path) for path in signing),
            pepper=Pepper(PEPPER_VERSION, _secret(folder / PEPPER, PEPPER_BYTES)),
            sector=_secret(folder / SECTOR, KEY_BYTES),
            cursor=_secret(folder / CURSOR, KEY_BYTES),
            audit=tuple(_audit_key(path) for path in audit),
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
            write_private(unfinished / PEPPER, secrets.token_bytes(PEPPER_BYTES))
            for name in (SECTOR, CURSOR):
                write_private(unfinished / name, secrets.token_bytes(KEY_BYTES))
            unfinished.rename(folder)
        return cls.load(folder, demo=True)

    def tokens(self, issuer: str, audience: str) -> Tokens:
        """Issuer and reader of the city's own access tokens."""
        return Tokens(issuer, audience, self.seal(CORE), self.signing)

    def seal(self, sector: str) -> Seal:
        """What seals ids and addresses for one use; seals for two uses share nothing."""
        return Seal(self.sector, sector)


def _signing_key(path: Path) -> ECKey:
    try:
        return signing_key(read_private(path))
    except ValueError:
        raise Halt(f"The file {path} is not a private key of P-256 in PEM.") from None


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
