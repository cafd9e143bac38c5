"""Who asks, by the same tokens: verified once, then remembered until they expire."""

import base64
import hashlib
from datetime import datetime

import orjson

from auth.caller import Holder
from auth.token import Tokens
from tsumugi.clock import real_now

KEPT = 1_000


class Callers:
    """Holders by the digest of their token."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._known: dict[bytes, tuple[float, Holder]] = {}

    def behind(self, authorization: str) -> Holder | None:
        """Whom an `Authorization` header speaks of; None when it does not count."""
        token = authorization.removeprefix("Bearer ")
        digest, now = hashlib.sha256(token.encode()).digest(), real_now()
        expires_at, holder = self._known.get(digest, (0.0, None))
        return holder if now.timestamp() < expires_at else self._verified(token, digest, now)

    def _verified(self, token: str, digest: bytes, now: datetime) -> Holder | None:
        holder = self._tokens.read(token, now)
        if not isinstance(holder, Holder):
            return None
        if len(self._known) >= KEPT:
            self._known.clear()
        claims = orjson.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        self._known[digest] = (claims["exp"], holder)
        return holder
