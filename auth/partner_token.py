"""Tokens for partners: who asks, under a `sub` of the partner's own, for one request of the router and one minute.

They say that the caller has passed our door, and nothing of the caller that the partner did not know: no name, no
relation, no id of the city's. A partner checks signature, `aud`, `exp` and that `body` is the SHA-256 of what came.
"""

import secrets
from datetime import datetime
from typing import NamedTuple, TypedDict

from auth import jws
from auth.caller import Holder
from auth.seal import Seal
from auth.token import JTI_BYTES, Tokens
from models.organisation import CallerKind

TYPE = "partner+jwt"
LIFETIME_S = 60


class Claims(TypedDict):
    """All that a partner is told. `sub` is empty for somebody who has not logged in."""

    iss: str
    aud: str
    sub: str
    kind: str
    iat: int
    exp: int
    jti: str
    body: str


class Errand(NamedTuple):
    """What the router is about to send: to which partner, a municipality's code, which body (its SHA-256)."""

    partner: str
    body: str


def issued(tokens: Tokens, seal: Seal, errand: Errand, holder: Holder, now: datetime) -> str:
    """The token for one errand; `seal` is that of the partner's sector."""
    at = int(now.timestamp())
    claims: Claims = {
        "iss": tokens.issuer,
        "aud": errand.partner,
        "sub": "" if holder.kind is CallerKind.ANONYMOUS else seal.close(holder.id),
        "kind": holder.kind.value,
        "iat": at,
        "exp": at + LIFETIME_S,
        "jti": secrets.token_urlsafe(JTI_BYTES),
        "body": errand.body,
    }
    return jws.written(claims, tokens.keys[0], TYPE)
