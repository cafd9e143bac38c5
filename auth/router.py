"""The router's letters (`private_key_jwt`): each names the body that it comes with, lives a minute and works once.

A letter opens little: larger bodies, the printed graph, `_entities` for somebody who has not logged in, tokens for
partners. Every row is still decided for the caller. So which letters were used is known to one worker alone: used again
at another within its minute, with the same body, a letter opens nothing that it has not opened before.
"""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict, TypeGuard

from joserfc.jwk import ECKey

from auth import jws
from auth.assertion import JTI_CHARACTERS, LONGEST_S, SKEW_S, TYPE
from auth.fault import Fault
from auth.strict import fits, is_plain, shape

HEADER = "tsumugi-router"
CLIENT = "router"
WRITTEN_S = 30
JTI_BYTES = 16
DIGEST = re.compile("[0-9a-f]{64}")  # SHA-256


class Claims(TypedDict):
    """What a letter says, all of it and nothing else; `body` is the SHA-256 of the request's body."""

    iss: str
    sub: str
    aud: str
    iat: int
    exp: int
    jti: str
    body: str


SHAPE = shape(Claims)


@dataclass
class Routers:
    """Reads the letters of whoever holds one of these keys; with no key nobody is a router."""

    keys: tuple[ECKey, ...]
    _used: dict[str, int] = field(default_factory=dict)

    def body_of(self, text: str, audiences: Collection[str], now: datetime) -> str | Fault:
        """The digest of the body that a letter speaks of, or why it does not count; it is used by this."""
        letter = jws.read(text, TYPE)
        if isinstance(letter, Fault):
            return letter
        key = next((each for each in self.keys if each.kid == letter.kid), None)
        if key is None:
            return Fault.JWS_KEY_UNKNOWN
        if not letter.is_signed_by(key):
            return Fault.JWS_SIGNATURE
        claims, now_s = letter.claims, int(now.timestamp())
        if not _are_claims(claims):
            return Fault.ASSERTION_CLAIMS
        fault = _fault(claims, audiences, now_s) or self._replay(claims["jti"], now_s)
        if fault is not None:
            return fault
        self._used[claims["jti"]] = claims["exp"]
        return claims["body"]

    def _replay(self, jti: str, now_s: int) -> Fault | None:
        """Whether it was used; those that are over are forgotten, the oldest first."""
        while self._used and next(iter(self._used.values())) <= now_s:
            del self._used[next(iter(self._used))]
        return Fault.ASSERTION_REPLAYED if jti in self._used else None


def _fault(claims: Claims, audiences: Collection[str], now_s: int) -> Fault | None:
    checks = (
        (Fault.ASSERTION_SUBJECT, claims["iss"] == CLIENT == claims["sub"]),
        (Fault.ASSERTION_AUDIENCE, claims["aud"] in audiences),
        (Fault.ASSERTION_EXPIRED, claims["exp"] > now_s),
        (Fault.ASSERTION_LIFETIME, claims["exp"] <= now_s + LONGEST_S),
        (Fault.ASSERTION_NOT_YET_VALID, claims["iat"] <= now_s + SKEW_S),
    )
    return next((fault for fault, passes in checks if not passes), None)


def _are_claims(claims: Mapping[str, object]) -> TypeGuard[Claims]:
    return (
        fits(claims, SHAPE)
        and all(is_plain(value) for value in claims.values() if isinstance(value, str))
        and 0 < len(str(claims["jti"])) <= JTI_CHARACTERS
        and DIGEST.fullmatch(str(claims["body"])) is not None
    )


def written(key: ECKey, audience: str, body: str, now: datetime) -> str:
    """A letter for one request to that address, with a body of that digest."""
    at = int(now.timestamp())
    claims: Claims = {
        "iss": CLIENT,
        "sub": CLIENT,
        "aud": audience,
        "iat": at,
        "exp": at + WRITTEN_S,
        "jti": secrets.token_urlsafe(JTI_BYTES),
        "body": body,
    }
    return jws.written(claims, key, TYPE)
