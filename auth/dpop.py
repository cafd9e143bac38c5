"""Proofs of possession (RFC 9449): whoever sends a request holds a key, and this very request was signed with it."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypedDict, TypeGuard

from joserfc.jwk import ECKey
from sqlalchemy.dialects.postgresql import insert

from auth import jws
from auth.fault import Fault
from auth.strict import fits, is_plain, shape
from models.columns import expired, table_of
from models.session import SpentProof
from models.statements import Run

TYPE = "dpop+jwt"
LIFETIME_S = 60
SKEW_S = 5  # between the client's clock and ours
JTI_CHARACTERS = 128
METHOD = "POST"  # all that is asked for with a proof
_SPENT = table_of(SpentProof)
SWEEPING = expired(_SPENT)
SPENDING = insert(_SPENT).on_conflict_do_nothing().returning(_SPENT.c.jti)  # SQLite says it in the same words


class Header(TypedDict):
    """All that the header of a proof may say; the key is its public half and nothing else."""

    alg: str
    typ: str
    jwk: dict[str, Any]


class Key(TypedDict):
    """A public key of P-256 as a JWK."""

    kty: str
    crv: str
    x: str
    y: str


class Claims(TypedDict):
    """What a proof says, all of it and nothing else."""

    jti: str
    htm: str
    htu: str
    iat: int


HEADER, KEY, CLAIMS = shape(Header), shape(Key), shape(Claims)


class Proof(NamedTuple):
    """A proof whose signature holds; `thumbprint` (RFC 7638) names the key. It is not spent yet."""

    thumbprint: str
    jti: str
    iat: int


def read(text: str, addresses: Collection[str], now: datetime) -> Proof | Fault:
    """The proof in `text` if it is for a POST to one of these addresses and was made within the last minute."""
    opened = jws.parted(text)
    if opened is None:
        return Fault.DPOP_MALFORMED
    header, claims = opened
    if not _is_header(header) or header["alg"] != jws.ALGORITHM or header["typ"] != TYPE:
        return Fault.DPOP_MALFORMED
    key = _key(header["jwk"])
    if key is None:
        return Fault.DPOP_KEY
    thumbprint = key.thumbprint()
    if not jws.Letter(text, thumbprint, claims).is_signed_by(key):
        return Fault.DPOP_SIGNATURE
    if not _are_claims(claims):
        return Fault.DPOP_CLAIMS
    return _fault(claims, addresses, int(now.timestamp())) or Proof(thumbprint, claims["jti"], claims["iat"])


async def spent(run: Run, proof: Proof, now: datetime) -> Fault | None:
    """Write the `jti` down, so that the proof works once; of two uses at once the primary key refuses the second."""
    await run(SWEEPING, at=now)
    expires_at = datetime.fromtimestamp(proof.iat, UTC) + timedelta(seconds=LIFETIME_S + SKEW_S)
    row = {"key_thumbprint": proof.thumbprint, "jti": proof.jti, "expires_at": expires_at}
    return None if await run(SPENDING, **row) else Fault.DPOP_REPLAYED


def _is_header(header: Mapping[str, object]) -> TypeGuard[Header]:
    key = header.get("jwk")
    return fits(header, HEADER) and isinstance(key, dict) and fits(key, KEY)


def _key(jwk: dict[str, Any]) -> ECKey | None:
    try:
        key = jws.es256_key(jwk)
    except ValueError:
        return None
    return key if jwk["kty"] == key.key_type else None  # the library takes its class's word for it


def _are_claims(claims: Mapping[str, object]) -> TypeGuard[Claims]:
    if not fits(claims, CLAIMS):
        return False
    jti = str(claims["jti"])
    return is_plain(jti) and 0 < len(jti) <= JTI_CHARACTERS


def _fault(claims: Claims, addresses: Collection[str], now_s: int) -> Fault | None:
    checks = (
        (Fault.DPOP_TARGET, claims["htm"] == METHOD and claims["htu"] in addresses),
        (Fault.DPOP_EXPIRED, claims["iat"] > now_s - LIFETIME_S),
        (Fault.DPOP_NOT_YET_VALID, claims["iat"] <= now_s + SKEW_S),
    )
    return next((fault for fault, passes in checks if not passes), None)
