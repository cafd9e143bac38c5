"""`sub` as each sector sees it: the internal id, sealed. One person's seals in two sectors share nothing.

AES-SIV (RFC 5297) is deterministic, so that a person keeps one `sub` in a sector, and authenticated, so that nobody can
make one up; docs/decisions/0002-sub-is-sealed.md says why not a hash.
"""

import base64
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from auth.strict import base64url_bytes

KEY_BYTES = 64


@dataclass(frozen=True)
class Seal:
    """Seals and opens ids for one sector."""

    key: bytes
    sector: str

    @cached_property
    def _cipher(self) -> AESSIV:
        return AESSIV(self.key)

    def close(self, id: str) -> str:
        """The `sub` of an internal id."""
        sealed = self._cipher.encrypt(id.encode(), [self.sector.encode()])
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, sub: str) -> str | None:
        """The internal id of a `sub` of this sector, or None when it is none of ours."""
        sealed = base64url_bytes(sub)
        if not sealed:
            return None
        try:
            return self._cipher.decrypt(sealed, [self.sector.encode()]).decode()
        except (InvalidTag, ValueError):
            return None
