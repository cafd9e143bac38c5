"""Access tokens: who holds the session. RFC 9068 (`at+jwt`), ES256, five minutes, no name and nothing of the card."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, TypedDict, TypeGuard

from joserfc.jwk import ECKey

from auth import jws
from auth.caller import Acr, Device, Holder
from auth.fault import Fault
from auth.scope import EVERYTHING, words
from auth.seal import Seal
from auth.session import ID_BYTES, LIFETIME, SKEW, Begun, Ended
from auth.strict import fits, shape
from models.organisation import CallerKind

TYPE = "at+jwt"
LIFETIME_S = int(LIFETIME.total_seconds())
SKEW_S = int(SKEW.total_seconds())
JTI_BYTES = 16
KNOWN = 10_000  # verified tokens; a city's busiest minutes
CARD_CLIENT = "card"  # `client_id` of a resident's login; a machine or staff member is its own client
METHODS = {  # RFC 8176
    Acr.TAP: ["sc"],
    Acr.KEY: ["pop"],
    Acr.CARD_PIN: ["sc", "pin"],
    Acr.APP: ["hwk", "pin"],
    Acr.CITY: [],  # the other city knows
    Acr.MFA: ["mfa"],
}
KINDS = {kind.value: kind for kind in CallerKind if kind is not CallerKind.ANONYMOUS}
ACRS = {acr.value: acr for acr in Acr}


class Claims(TypedDict):
    """Every claim of a token; one more or one less, and it is none of ours."""

    iss: str
    aud: str
    sub: str
    client_id: str
    kind: str
    acr: str
    amr: list[str]
    auth_time: int
    iat: int
    exp: int
    jti: str
    sid: str
    scope: str


SHAPE = shape(Claims)


class Bearer(NamedTuple):
    """Whom a verified token speaks of, of which session, from when until when (seconds of the epoch)."""

    holder: Holder
    session_id: str
    iat: int
    exp: int


@dataclass
class Tokens:
    """Issues and reads the tokens of one audience. The first key signs; all of them verify, so that keys can change."""

    issuer: str
    audience: str
    seal: Seal
    keys: tuple[ECKey, ...]
    ended: Ended = field(default_factory=Ended)

    @cached_property
    def _known(self) -> dict[bytes, Bearer]:
        """Verified tokens by digest: a signature costs half of what the fastest answer does."""
        return {}

    def turn(self, keys: tuple[ECKey, ...]) -> None:
        """Go on with other keys; what one of them has not signed counts no more."""
        self.keys = keys
        self._known.clear()

    def issue(self, holder: Holder, now: datetime, begun: Begun | None = None) -> str:
        """A token for somebody who was authenticated when the session began; just now, if there is none."""
        sub, at = self.seal.close(holder.id), int(now.timestamp())
        claims: Claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": sub,
            "client_id": self._client_id(holder),
            "kind": holder.kind.value,
            "acr": holder.acr.value,
            "amr": METHODS[holder.acr],
            "auth_time": at if begun is None else int(begun.since.timestamp()),
            "iat": at,
            "exp": at + LIFETIME_S,
            "jti": secrets.token_urlsafe(JTI_BYTES),
            "sid": secrets.token_urlsafe(ID_BYTES) if begun is None else begun.id,
            "scope": EVERYTHING if holder.device is None else " ".join(sorted(holder.device.scope)),
        }
        return jws.written(claims, self.keys[0], TYPE)

    def _client_id(self, holder: Holder) -> str:
        return CARD_CLIENT if holder.kind is CallerKind.RESIDENT else self.seal.close(holder.client_id)

    def read(self, text: str, now: datetime) -> Holder | Fault:
        """Whom a token speaks of, or why it does not count."""
        found = self.bearer(text, now)
        return found if isinstance(found, Fault) else found.holder

    def bearer(self, text: str, now: datetime) -> Bearer | Fault:
        """All that a token says, or why it does not count. A good one is verified once and known until it ends."""
        digest = hashlib.sha256(text.encode()).digest()
        known = self._known.get(digest)
        now_s = int(now.timestamp())
        if known is None or known.iat > now_s + SKEW_S or now_s >= known.exp:
            found = self._verified(text, now_s)
            if isinstance(found, Fault):
                return found
            if len(self._known) >= KNOWN:
                self._known.clear()
            self._known[digest] = known = found
        return Fault.BEARER_ENDED if known.session_id in self.ended.ids else known

    def _verified(self, text: str, now_s: int) -> Bearer | Fault:
        letter = jws.read(text, TYPE)
        if isinstance(letter, Fault):
            return letter
        key = next((each for each in self.keys if each.kid == letter.kid), None)
        if key is None:
            return Fault.JWS_KEY_UNKNOWN
        return self._said(letter.claims, now_s) if letter.is_signed_by(key) else Fault.JWS_SIGNATURE

    def jwks(self) -> dict[str, Any]:
        """The public keys, for whoever verifies these tokens."""
        return {"keys": [key.as_dict(private=False, use="sig", alg=jws.ALGORITHM) for key in self.keys]}

    def _said(self, claims: Mapping[str, object], now_s: int) -> Bearer | Fault:
        if not _are_claims(claims) or claims["kind"] not in KINDS or claims["acr"] not in ACRS:
            return Fault.BEARER_CLAIMS
        fault = self._place_fault(claims) or _time_fault(claims, now_s)
        if fault is not None:
            return fault
        id = self.seal.open(claims["sub"])
        if id is None:
            return Fault.BEARER_SUBJECT
        device = self._device(claims)
        if isinstance(device, Fault):
            return device
        holder = Holder(id, KINDS[claims["kind"]], ACRS[claims["acr"]], device)
        return Bearer(holder, claims["sid"], claims["iat"], claims["exp"])

    def _place_fault(self, claims: Claims) -> Fault | None:
        if claims["iss"] != self.issuer:
            return Fault.BEARER_ISSUER
        return None if claims["aud"] == self.audience else Fault.BEARER_AUDIENCE

    def _device(self, claims: Claims) -> Device | Fault | None:
        """The machine with a scope of its own that the token was given to, or None for everybody else."""
        if claims["scope"] == EVERYTHING:
            return None
        scope, id = words(claims["scope"]), self.seal.open(claims["client_id"])
        return Fault.BEARER_SCOPE if scope is None or id is None else Device(id, scope)


def _are_claims(claims: Mapping[str, object]) -> TypeGuard[Claims]:
    return fits(claims, SHAPE)


def _time_fault(claims: Claims, now_s: int) -> Fault | None:
    if not 0 < claims["exp"] - claims["iat"] <= LIFETIME_S:
        return Fault.BEARER_LIFETIME
    if claims["iat"] > now_s + SKEW_S:
        return Fault.BEARER_NOT_YET_VALID
    return Fault.BEARER_EXPIRED if claims["exp"] <= now_s else None
