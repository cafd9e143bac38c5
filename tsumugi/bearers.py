"""Whose request this is: the bearer of an access token, unless the session has ended on any worker."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from auth.caller import NOBODY, Holder
from auth.fault import Fault
from auth.token import Bearer, Tokens
from models.store import Store
from tsumugi.clock import Clock

LOOK_EVERY_S = 1.0  # so that what ended on one worker has ended on all within two seconds
MAX_TOKEN_CHARACTERS = 4_096  # ours have 700


@dataclass(slots=True)
class Bearers:
    """Reads `Authorization` headers; `now` is the real clock, `look_for_keys` sees whether the tokens' keys changed."""

    tokens: Tokens
    store: Store
    now: Clock
    look_for_keys: Callable[[], None] = lambda: None
    _looked_at: float = -LOOK_EVERY_S
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def holder(self, authorization: str | None) -> Holder | Fault:
        """Who asks: nobody without credentials; whoever brings some that do not count is refused, not nobody."""
        if authorization is None:
            return NOBODY
        found = await self.bearer(authorization)
        return found if isinstance(found, Fault) else found.holder

    async def bearer(self, authorization: str) -> Bearer | Fault:
        """All that the token says, or why it does not count."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or len(token) > MAX_TOKEN_CHARACTERS:
            return Fault.JWS_MALFORMED
        if monotonic() - self._looked_at >= LOOK_EVERY_S:
            await self._look()
        return self.tokens.bearer(token.strip(), self.now())

    async def _look(self) -> None:
        async with self._looking:
            began = monotonic()
            if began - self._looked_at < LOOK_EVERY_S:
                return
            self.look_for_keys()
            async with self.store.reading() as connection:
                await self.tokens.ended.look(connection, self.now())
            self._looked_at = began
