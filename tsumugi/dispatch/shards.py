"""Cities as they are asked: in time, not too many questions at once, and for a while not at all when they fail."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import Any

import httpx

from engine.errors import ErrorCode
from tsumugi.dispatch.roster import City

AT_ONCE = 32  # questions to one city; what comes beyond is not kept waiting
FAILURES = 5  # one after the other, and the city is left alone
REST_S = 5.0
MAX_BYTES = 8 * 1024 * 1024


@dataclass
class Breaker:
    """Counts failures in a row; after so many it is open for a while, and then lets one question through to see."""

    now: Callable[[], float] = monotonic
    _failures: int = 0
    _until: float = float("-inf")

    def lets_through(self) -> bool:
        """Whether the city is to be asked; who is let through after a rest is alone until it is over."""
        if self._failures < FAILURES:
            return True
        if self.now() < self._until:
            return False
        self._until = self.now() + REST_S
        return True

    def note(self, *, is_well: bool) -> None:
        """What came of a question."""
        self._failures = 0 if is_well else self._failures + 1
        if self._failures >= FAILURES:
            self._until = self.now() + REST_S


@dataclass
class Shard:
    """One city behind its limits."""

    city: City
    breaker: Breaker = field(default_factory=Breaker)
    _asked: int = 0

    async def ask(
        self, client: httpx.AsyncClient, body: bytes, headers: Mapping[str, str]
    ) -> dict[str, Any] | ErrorCode:
        """The city's answer, or PARTNER_UNAVAILABLE."""
        if self._asked >= AT_ONCE or not self.breaker.lets_through():
            return ErrorCode.PARTNER_UNAVAILABLE
        self._asked += 1
        try:
            async with asyncio.timeout(self.city.timeout_ms / 1000):
                answer = await _answer(client, self.city.url, body, headers)
        except (httpx.HTTPError, TimeoutError, ValueError):
            answer = None
        finally:
            self._asked -= 1
        self.breaker.note(is_well=answer is not None)
        return ErrorCode.PARTNER_UNAVAILABLE if answer is None else answer


async def _answer(
    client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]
) -> dict[str, Any] | None:
    """A GraphQL response with data, None for anything else; read no further than the cap."""
    async with client.stream("POST", url, content=body, headers=dict(headers)) as response:
        raw = b""
        async for piece in response.aiter_bytes():
            raw += piece
            if len(raw) > MAX_BYTES:
                return None
        answer = json.loads(raw) if response.status_code == HTTPStatus.OK else None
    return answer if isinstance(answer, dict) and isinstance(answer.get("data"), dict) else None
