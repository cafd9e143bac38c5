"""Identity tokens of a provider (OpenID Connect Core 3.1.3.7): who it says was there, read as strictly as our own.

The algorithm is the configuration's and never the token's; keys are the provider's, found by `kid` and nothing else.
"""

import hmac
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from joserfc import jws as jose
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from auth import jws
from auth.fault import Fault
from auth.strict import base64url_bytes, is_plain

Key = RSAKey | ECKey
MAX_CHARACTERS = 16_384  # a member of staff is in many groups
SUBJECT_CHARACTERS = 255  # OpenID Connect Core 2
KEYS_MOST = 32
SKEW_S = 60  # a provider's clock is not ours
RSA_BITS = range(2048, 4097)
HEADER = {"alg", "kid", "typ"}
ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "P-256", "ES384": "P-384"}
PUBLIC = {"kty", "n", "e", "crv", "x", "y"}
REGISTRIES = {name: jose.JWSRegistry(algorithms=[name]) for name in ALGORITHMS}


class Expected(NamedTuple):
    """What a token has to say to be the answer to our question; `since`: when we asked."""

    issuer: str
    client_id: str
    algorithm: str
    nonce: str
    since: datetime


class Identity(NamedTuple):
    """Whom the provider speaks of, and what else it says; checked but for what the two kinds of login ask beyond."""

    subject: str
    claims: Mapping[str, object]


def keys_of(found: Mapping[str, object], algorithm: str) -> dict[str, Key]:
    """The keys of a JWKS that can verify this algorithm, by `kid`; what is of no use or named twice does not count."""
    listed = found.get("keys")
    jwks = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    names = Counter(str(each.get("kid")) for each in jwks)
    fit = {str(each["kid"]): _key(each, algorithm) for each in jwks[:KEYS_MOST] if _is_named(each, names)}
    return {kid: key for kid, key in fit.items() if key is not None}


def read(text: str, expected: Expected, keys: Mapping[str, Key], now: datetime) -> Identity | Fault:
    """Whom the token names, or why it does not count."""
    opened = jws.parted(text, MAX_CHARACTERS)
    if opened is None:
        return Fault.IDENTITY_MALFORMED
    header, claims = opened
    if not _is_header(header, expected.algorithm):
        return Fault.IDENTITY_HEADER
    key = keys.get(str(header["kid"]))
    if key is None:
        return Fault.IDENTITY_KEY_UNKNOWN
    if not _is_signed(text, key, expected.algorithm):
        return Fault.IDENTITY_SIGNATURE
    return _fault(claims, expected, int(now.timestamp())) or Identity(str(claims["sub"]), claims)


def _is_named(jwk: Mapping[str, object], names: Mapping[str, int]) -> bool:
    return isinstance(jwk.get("kid"), str) and names[str(jwk["kid"])] == 1


def _key(jwk: Mapping[str, object], algorithm: str) -> Key | None:
    if jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithm) != algorithm:
        return None
    wanted = ALGORITHMS[algorithm]
    kind = RSAKey if wanted == "RSA" else ECKey
    if jwk.get("kty") != kind.key_type or (kind is RSAKey and not _is_long(jwk.get("n"))):
        return None
    try:
        key = kind.import_key({name: str(value) for name, value in jwk.items() if name in PUBLIC})
        return key if isinstance(key, RSAKey) or key.curve_name == wanted else None
    except (JoseError, KeyError, ValueError):
        return None


def _is_long(modulus: object) -> bool:
    """Whether an RSA key is neither weak nor made to keep us busy; asked before it is imported."""
    found = base64url_bytes(modulus) if isinstance(modulus, str) else None
    return found is not None and int.from_bytes(found).bit_length() in RSA_BITS


def _is_header(header: Mapping[str, object], algorithm: str) -> bool:
    """No `crit`, no `b64`, no key and no address of one can stand in it."""
    is_known = header.keys() <= HEADER and header.get("typ", "JWT") == "JWT"
    return is_known and header.get("alg") == algorithm and isinstance(header.get("kid"), str)


def _is_signed(text: str, key: Key, algorithm: str) -> bool:
    try:
        jose.deserialize_compact(text, key, registry=REGISTRIES[algorithm])
    except (JoseError, ValueError):
        return False
    return True


def _fault(claims: Mapping[str, object], expected: Expected, now_s: int) -> Fault | None:
    """In this order; a check may rely on those before it."""
    since_s = int(expected.since.timestamp())
    checks: tuple[tuple[Fault, Callable[[], bool]], ...] = (
        (Fault.IDENTITY_CLAIMS, lambda: _are_claims(claims)),
        (Fault.IDENTITY_ISSUER, lambda: claims["iss"] == expected.issuer),
        (Fault.IDENTITY_AUDIENCE, lambda: _is_audience(claims, expected.client_id)),
        (Fault.IDENTITY_NONCE, lambda: hmac.compare_digest(str(claims["nonce"]).encode(), expected.nonce.encode())),
        (Fault.IDENTITY_EXPIRED, lambda: _number(claims["exp"]) > now_s),
        (Fault.IDENTITY_NOT_YET_VALID, lambda: _number(claims["iat"]) <= now_s + SKEW_S),
        (Fault.IDENTITY_NOT_YET_VALID, lambda: _number(claims.get("nbf", 0)) <= now_s + SKEW_S),
        (Fault.IDENTITY_OLD, lambda: _number(claims["iat"]) >= since_s - SKEW_S),
    )
    return next((fault for fault, passes in checks if not passes()), None)


def _are_claims(claims: Mapping[str, object]) -> bool:
    subject = claims.get("sub")
    is_subject = isinstance(subject, str) and is_plain(subject) and 0 < len(subject) <= SUBJECT_CHARACTERS
    are_texts = all(isinstance(claims.get(name), str) for name in ("iss", "nonce"))
    are_times = all(type(claims.get(name)) is int for name in ("exp", "iat")) and type(claims.get("nbf", 0)) is int
    return is_subject and are_texts and are_times


def _is_audience(claims: Mapping[str, object], client_id: str) -> bool:
    """For us and for nobody beside us."""
    return claims.get("aud") in (client_id, [client_id]) and claims.get("azp", client_id) == client_id


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
