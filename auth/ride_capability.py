"""A tablet's capability: a letter by which it goes on with rides while it has no network. It names nobody who rides.

The server's own keys sign it (`kid`), so it lasts as long as one of them verifies; it is bound to the device and to the
key that the device logs in with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypedDict, TypeGuard

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from auth import jws
from auth.fault import Fault
from auth.strict import fits, shape
from auth.token import Tokens
from models.credential import ClientKey
from models.device import Device

TYPE = "ride-capability+jwt"


class Confirmation(TypedDict):
    """The key that it is bound to (RFC 7800), by its thumbprint."""

    jkt: str


class Claims(TypedDict):
    """What a capability says, all of it and nothing else; `sub` is the device."""

    iss: str
    sub: str
    jti: str
    iat: int
    exp: int
    cnf: dict[str, Any]


SHAPE, CONFIRMATION = shape(Claims), shape(Confirmation)


class Capability(NamedTuple):
    """Of which device with which key, from when until when, both included."""

    id: str
    device_id: str
    key_thumbprint: str
    valid_from: datetime
    valid_to: datetime

    def covers(self, at: datetime) -> bool:
        """Whether the moment lies in its time."""
        return self.valid_from <= at <= self.valid_to


@dataclass(frozen=True)
class Capabilities:
    """Writes and reads them with the keys that sign and verify access tokens."""

    tokens: Tokens

    def written(self, given: Capability) -> str:
        """The letter that the tablet keeps."""
        claims: Claims = {
            "iss": self.tokens.issuer,
            "sub": given.device_id,
            "jti": given.id,
            "iat": int(given.valid_from.timestamp()),
            "exp": int(given.valid_to.timestamp()),
            "cnf": {"jkt": given.key_thumbprint},
        }
        return jws.written(claims, self.tokens.keys[0], TYPE)

    def read(self, text: str) -> Capability | Fault:
        """What a letter says, if one of our keys signed it. Whether its time is over is asked of each ride."""
        letter = jws.read(text, TYPE)
        if isinstance(letter, Fault):
            return letter
        key = next((each for each in self.tokens.keys if each.kid == letter.kid), None)
        if key is None:
            return Fault.JWS_KEY_UNKNOWN
        if not letter.is_signed_by(key):
            return Fault.JWS_SIGNATURE
        claims = letter.claims
        if not _are_claims(claims) or claims["iss"] != self.tokens.issuer:
            return Fault.BEARER_CLAIMS
        first, last = datetime.fromtimestamp(claims["iat"], UTC), datetime.fromtimestamp(claims["exp"], UTC)
        return Capability(claims["jti"], claims["sub"], claims["cnf"]["jkt"], first, last)


async def tablet_key(session: AsyncSession, device_id: str) -> str | Fault:
    """The thumbprint of the key of a device that may go on."""
    row = await session.get(Device, device_id)
    if row is None:
        return Fault.CLIENT_UNKNOWN
    if row.disabled_at is not None:
        return Fault.DEVICE_DISABLED
    mine = (col(ClientKey.client_id) == device_id, col(ClientKey.closed_at).is_(None))
    key_id = (await session.exec(select(ClientKey.key_id).where(*mine))).first()
    return Fault.CLIENT_UNKNOWN if key_id is None else key_id


def _are_claims(claims: Mapping[str, object]) -> TypeGuard[Claims]:
    bound = claims.get("cnf")
    return fits(claims, SHAPE) and isinstance(bound, dict) and fits(bound, CONFIRMATION)
