"""Cities as they are asked: in time, not too many questions at once, and for a while not at all when they fail."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic, perf_counter
from typing import Any

import httpx

from auth.strict import json_object
from engine.errors import ErrorCode
from tsumugi import bounded
from tsumugi.accept import EVENTS
from tsumugi.dispatch.roster import City
from tsumugi.log import Log
from tsumugi.stream.wire import BEAT_S

# Decisions of this project, the same for partners in gateway/plugins/breakers.mjs.
AT_ONCE = 32  # questions to one city: each may hold 8 MB of ours, and a city that is slow is not helped by more
FAILURES = 5  # in a row: one is a lost packet or a restart, five are an outage
REST_S = 5.0  # so long a city that is back goes unnoticed; one that is away is asked once in that time
MAX_BYTES = 8 * 1024 * 1024  # 500 entities with all that hangs below them
SILENCE = httpx.Timeout(None, read=3 * BEAT_S)  # of a city that tells events, which beats when it has none
REFUSALS = {401: ErrorCode.UNAUTHENTICATED, 429: ErrorCode.TOO_MANY_REQUESTS}  # what a city has against a caller
AWAY = (int(HTTPStatus.SERVICE_UNAVAILABLE), b"")
# Why a city gave no answer, for the log: in the order in which it is found out.
FULL, LEFT_ALONE, LATE, UNREACHED, UNREADABLE = "full", "left_alone", "late", "unreached", "unreadable"


@dataclass
class Breaker:
    """Counts failures in a row; after so many it is open for a while, and then lets one question through to see."""

    now: Callable[[], float] = monotonic
    _failures: int = 0
    _until: float = float("-inf")

    @property
    def is_open(self) -> bool:
        """Whether the city is left alone."""
        return self._failures >= FAILURES

    def lets_through(self) -> bool:
        """Whether the city is to be asked; who is let through after a rest is alone until it is over."""
        if not self.is_open:
            return True
        if self.now() < self._until:
            return False
        self._until = self.now() + REST_S
        return True

    def note(self, *, is_well: bool) -> None:
        """What came of a question."""
        self._failures = 0 if is_well else self._failures + 1
        if self.is_open:
            self._until = self.now() + REST_S


@dataclass
class Shard:
    """One city behind its limits."""

    city: City
    log: Log
    breaker: Breaker = field(default_factory=Breaker)
    _asked: int = 0
    _listening: int = 0

    async def ask(
        self, client: httpx.AsyncClient, body: bytes, headers: Mapping[str, str]
    ) -> dict[str, Any] | ErrorCode:
        """The city's answer, or PARTNER_UNAVAILABLE."""
        status, raw = await self.post(client, self.city.url, body, headers)
        if status == HTTPStatus.UNAUTHORIZED:
            return ErrorCode.UNAUTHENTICATED
        if status != HTTPStatus.OK:
            return ErrorCode.PARTNER_UNAVAILABLE
        answer = _read(raw)
        if answer is None:
            self.spoilt(UNREADABLE)
        return ErrorCode.PARTNER_UNAVAILABLE if answer is None else answer

    def spoilt(self, code: str) -> None:
        """Tell the log that the city answered, and why its answer does not count."""
        self.log.event("city_spoilt", city=self.city.code, code=code)

    def broke_off(self) -> None:
        """Tell the log that the city's events ended before their end."""
        self._tell(UNREACHED)

    async def listen(
        self, client: httpx.AsyncClient, body: bytes, headers: Mapping[str, str]
    ) -> httpx.Response | ErrorCode:
        """The city's events as they begin, for whoever `leave`s them; or why there are none."""
        if self._listening >= self.city.subscriptions:
            self._tell(FULL)
            return ErrorCode.TOO_MANY_REQUESTS
        if not self.breaker.lets_through():
            self._tell(LEFT_ALONE)
            return ErrorCode.PARTNER_UNAVAILABLE
        self._listening += 1
        found: httpx.Response | ErrorCode = ErrorCode.PARTNER_UNAVAILABLE
        try:
            found = await self._begun(client, body, headers)
        finally:
            if isinstance(found, ErrorCode):
                self._listening -= 1
        return found

    async def leave(self, events: httpx.Response) -> None:
        """Hear no more of them."""
        self._listening -= 1
        await events.aclose()

    async def _begun(
        self, client: httpx.AsyncClient, body: bytes, headers: Mapping[str, str]
    ) -> httpx.Response | ErrorCode:
        named = {**headers, "accept": EVENTS, **bounded.PLAIN}
        request = client.build_request("POST", self.city.url, content=body, headers=named, timeout=SILENCE)
        started = perf_counter()
        try:
            async with asyncio.timeout(self.city.timeout_ms / 1000):
                response = await client.send(request, stream=True)
        except (httpx.HTTPError, TimeoutError) as why:
            self._tell(_word(why), started=started)
            self._note(is_well=False)
            return ErrorCode.PARTNER_UNAVAILABLE
        self._tell(status=response.status_code, started=started)
        self._note(is_well=response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR)
        if response.status_code == HTTPStatus.OK and response.headers.get("content-type", "").startswith(EVENTS):
            return response
        await response.aclose()
        return REFUSALS.get(response.status_code, ErrorCode.PARTNER_UNAVAILABLE)

    async def post(
        self, client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """Status and body at an address of the city's; 503 where it is left alone, away or late."""
        if self._asked >= AT_ONCE:
            self._tell(FULL)
            return AWAY
        if not self.breaker.lets_through():
            self._tell(LEFT_ALONE)
            return AWAY
        self._asked += 1
        started = perf_counter()
        try:
            async with asyncio.timeout(self.city.timeout_ms / 1000):
                status, raw = await _answer(client, url, body, headers)
            self._tell(status=status, started=started)
        except (httpx.HTTPError, TimeoutError) as why:
            status, raw = AWAY
            self._tell(_word(why), started=started)
        finally:
            self._asked -= 1
        # What a city refuses, it answers: else a stranger's five bad tokens would take it from everybody.
        self._note(is_well=status < HTTPStatus.INTERNAL_SERVER_ERROR)
        return status, raw

    def _tell(self, code: str | None = None, *, status: int | None = None, started: float | None = None) -> None:
        """One line of the log for a question: what the city answered, or why there is no answer."""
        taken_ms = None if started is None else round((perf_counter() - started) * 1000, 1)
        self.log.event("city", city=self.city.code, status=status, code=code, duration_ms=taken_ms)

    def _note(self, *, is_well: bool) -> None:
        """What came of a question; the log is told when the city is left alone, and when it answers again."""
        was_open = self.breaker.is_open
        self.breaker.note(is_well=is_well)
        if self.breaker.is_open is not was_open:
            self.log.event("city_back" if is_well else "city_left_alone", city=self.city.code)


def _word(why: Exception) -> str:
    return LATE if isinstance(why, TimeoutError | httpx.TimeoutException) else UNREACHED


async def _answer(client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
    """The status and the body; of one beyond the cap nothing, and it is read no further."""
    async with client.stream("POST", url, content=body, headers={**headers, **bounded.PLAIN}) as response:
        return response.status_code, await bounded.body(response, MAX_BYTES) or b""


def _read(raw: bytes) -> dict[str, Any] | None:
    """A GraphQL response with data, None for anything else."""
    answer = json_object(raw) or {}
    return answer if isinstance(answer.get("data"), dict) else None
