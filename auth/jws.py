"""Signed letters: JWS in compact form, ES256 only, with a header in which nothing unexpected can stand."""

import json
from collections.abc import Mapping
from typing import NamedTuple, TypedDict, TypeGuard

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from auth.fault import Fault
from auth.strict import base64url_bytes, fits, is_plain, json_object, shape

ALGORITHM = "ES256"
CURVE = "P-256"
MAX_CHARACTERS = 4096
PARTS = 3


class Header(TypedDict):
    """All that a header may say: no `crit`, no `b64`, no key or address of a key."""

    alg: str
    kid: str
    typ: str


HEADER = shape(Header)
REGISTRY = jws.JWSRegistry(algorithms=[ALGORITHM])  # made once: it costs half as much as a signature


class Letter(NamedTuple):
    """A letter of the right form. Its claims are only what it says until its signature is checked."""

    text: str
    kid: str
    claims: Mapping[str, object]

    def is_signed_by(self, key: ECKey) -> bool:
        """Whether that key signed it."""
        try:
            jws.deserialize_compact(self.text, key, registry=REGISTRY)
        except (JoseError, ValueError):
            return False
        return True


def es256_key(pem_or_jwk: bytes | dict[str, str | list[str]]) -> ECKey:
    """A key of P-256, with its thumbprint as `kid` unless it names itself. Costly: import once and keep.

    Raises ValueError when it is something else.
    """
    try:
        key = ECKey.import_key(pem_or_jwk)
        is_fit = key.curve_name == CURVE
    except (JoseError, KeyError, ValueError) as why:
        raise ValueError("this is no key") from why
    if not is_fit:
        raise ValueError(f"{ALGORITHM} takes a key of {CURVE}")
    key.ensure_kid()
    return key


def signing_key(pem: bytes) -> ECKey:
    """The private key in `pem`; raises ValueError when it is something else."""
    key = es256_key(pem)
    if not key.is_private:
        raise ValueError("this key cannot sign")
    return key


def read(text: str, type: str) -> Letter | Fault:
    """The letter in `text` if it has the three parts, and a header that says alg, kid and this type and no more."""
    opened = parted(text)
    if opened is None:
        return Fault.JWS_MALFORMED
    header, claims = opened
    if not _is_header(header) or header["alg"] != ALGORITHM or header["typ"] != type or not is_plain(header["kid"]):
        return Fault.JWS_HEADER
    return Letter(text, header["kid"], claims)


def parted(text: str, most: int = MAX_CHARACTERS) -> tuple[dict[str, object], dict[str, object]] | None:
    """Header and claims, unchecked, of a text with the three parts of a letter and not too long."""
    parts = text.split(".") if len(text) <= most else []
    if len(parts) != PARTS:
        return None
    header, claims = _object(parts[0]), _object(parts[1])
    return None if header is None or claims is None else (header, claims)


def written(claims: Mapping[str, object], key: ECKey, type: str) -> str:
    """Those claims, signed."""
    return signed({"alg": ALGORITHM, "kid": key.kid, "typ": type}, claims, key)


def signed(header: Mapping[str, object], claims: Mapping[str, object], key: ECKey) -> str:
    """Claims under a header of the caller's own."""
    return jws.serialize_compact(dict(header), json.dumps(claims), key, registry=REGISTRY)


def _object(part: str) -> dict[str, object] | None:
    plain = base64url_bytes(part)
    return None if plain is None else json_object(plain)


def _is_header(header: Mapping[str, object]) -> TypeGuard[Header]:
    return fits(header, HEADER)
