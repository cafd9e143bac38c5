"""Letters from one city to another: under which `sub` it speaks there of a resident who has logged in with it.

For one city, for a minute, used once, and for whoever holds a key: the client that links the two, or the router that
asks in its name. No id, name, number or relation crosses; a resident is known to each city by another `sub`.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, TypedDict, TypeGuard

from joserfc.jwk import ECKey

from auth import jws
from auth.caller import Acr
from auth.credential import Authenticated, Scheme
from auth.fault import Fault
from auth.pepper import Keyed, Peppers
from auth.seal import Seal
from auth.strict import fits, is_plain, shape
from auth.token import JTI_BYTES, Tokens

TYPE = "city+jwt"
LIFETIME_S = 60
SKEW_S = 5  # between the clocks of two cities
MOST_CHARACTERS = 128  # of each text but the addresses
ROUTERS = ""  # the key of a letter that a router carries, which shows one of its own
LABEL, SPENT = b"city\0", b"city-letter\0"
CITY, LINK, LINKED = "/auth/city/", "/auth/link", "/auth/linked"  # where letters are written, and where they count


class Claims(TypedDict):
    """What a letter says, all of it and nothing else; `key` is the thumbprint of the client's key."""

    iss: str
    aud: str
    sub: str
    key: str
    iat: int
    exp: int
    jti: str


SHAPE = shape(Claims)


class Bound(NamedTuple):
    """To which city a letter goes (its issuer), and by whose key."""

    city: str
    key: str = ROUTERS


class Introduced(NamedTuple):
    """Of whom a letter speaks that counts, and by whose key it may come; it is not used up yet."""

    issuer: str
    sub: str
    key: str
    jti: str
    exp: int


def written(tokens: Tokens, seal: Seal, bound: Bound, id: str, now: datetime) -> str:
    """The letter about a resident; `seal` is that of the other city's sector."""
    at = int(now.timestamp())
    claims: Claims = {
        "iss": tokens.issuer,
        "aud": bound.city,
        "sub": seal.close(id),
        "key": bound.key,
        "iat": at,
        "exp": at + LIFETIME_S,
        "jti": secrets.token_urlsafe(JTI_BYTES),
    }
    return jws.written(claims, tokens.keys[0], TYPE)


def read(letter: jws.Letter, key: ECKey, to: str, now: datetime) -> Introduced | Fault:
    """Of whom a letter speaks that the city of this key wrote to us; that it is that city's to say is not asked."""
    if not letter.is_signed_by(key):
        return Fault.JWS_SIGNATURE
    claims, now_s = letter.claims, int(now.timestamp())
    if not _are_claims(claims):
        return Fault.ASSERTION_CLAIMS
    fault = _fault(claims, to, now_s)
    return fault or Introduced(claims["iss"], claims["sub"], claims["key"], claims["jti"], claims["exp"])


def authenticated(peppers: Peppers, found: Introduced) -> Authenticated:
    """What a letter proves, once a link says for whom; neither part can hold the NUL between them."""
    message = LABEL + found.issuer.encode() + b"\0" + found.sub.encode()
    return Authenticated(Scheme.CITY, peppers.keys(message), Acr.CITY)


def spent(peppers: Peppers, found: Introduced) -> tuple[Keyed, ...]:
    """As what a letter is kept that was used: nobody reads in it which city wrote it."""
    return peppers.keys(SPENT + found.issuer.encode() + b"\0" + found.jti.encode())


def _are_claims(claims: Mapping[str, object]) -> TypeGuard[Claims]:
    if not fits(claims, SHAPE):
        return False
    texts = [str(claims[name]) for name in ("sub", "key", "jti")]
    is_said = all(is_plain(text) and len(text) <= MOST_CHARACTERS for text in texts)
    return is_said and bool(claims["sub"] and claims["jti"])


def _fault(claims: Claims, to: str, now_s: int) -> Fault | None:
    checks = (
        (Fault.ASSERTION_AUDIENCE, claims["aud"] == to),
        (Fault.ASSERTION_EXPIRED, claims["exp"] > now_s),
        (Fault.ASSERTION_LIFETIME, claims["exp"] <= now_s + LIFETIME_S + SKEW_S),
        (Fault.ASSERTION_NOT_YET_VALID, claims["iat"] <= now_s + SKEW_S),
    )
    return next((fault for fault, passes in checks if not passes), None)
