"""The dispatcher's one route: a router's operation is split over the cities, asked of all at once, and merged."""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from time import perf_counter
from typing import Any, NamedTuple

import httpx
from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth.router import HEADER, Routers, written
from auth.strict import json_object
from engine.errors import ErrorCode, error_body
from models.organisation import CallerKind
from tsumugi import accept
from tsumugi.clock import Clock
from tsumugi.dispatch.events import Events
from tsumugi.dispatch.introductions import Home, Introductions
from tsumugi.dispatch.merging import merged, spoilt_by
from tsumugi.dispatch.roster import City, Roster
from tsumugi.dispatch.shards import Shard
from tsumugi.dispatch.splitting import Part, Question, Split, split
from tsumugi.intake import MAX_MACHINE_BODY_BYTES
from tsumugi.log import Log

ROUTE = "/graphql"
LANGUAGE, PURPOSE = "accept-language", "tsumugi-purpose"
FURTHER = "tsumugi-further-tokens"  # those of other cities in which the caller has logged in, with commas between them
MOST_TOKENS = 10


class Order(NamedTuple):
    """What is sent to a city."""

    city: City
    body: bytes
    headers: dict[str, str]


class Caller(NamedTuple):
    """The tokens of whoever asks, the home's first; the cities by code; what else each is told."""

    tokens: Mapping[str, str]
    cities: Mapping[str, City]
    passed: Mapping[str, str]

    @property
    def home(self) -> str | None:
        """The code of the city whose token came first."""
        return next(iter(self.tokens), None)

    @property
    def introducing(self) -> Home | None:
        """Who may vouch for the caller elsewhere: the home, for a resident of its own."""
        if self.home is None or _claims(self.tokens[self.home]).get("kind") != CallerKind.RESIDENT.value:
            return None
        return Home(self.cities[self.home], self.tokens[self.home])


class Dispatcher:
    """Without a token, the first city answers what names no city.

    The log has a line for each operation, and one for each question to a city (tsumugi/dispatch/shards.py).
    """

    def __init__(
        self, roster: Callable[[], Roster], key: ECKey, now: Clock, client: httpx.AsyncClient, log: Log
    ) -> None:
        self._roster, self._key, self._now, self._client, self._log = roster, key, now, client, log
        self._routers = Routers((key,))
        self._shards: dict[City, Shard] = {}
        self._introductions = Introductions(key, now, self._post)

    async def answer(self, request: Request) -> Response | Events:
        """One operation of the router, to which it has put its letter."""
        started, status = perf_counter(), HTTPStatus.INTERNAL_SERVER_ERROR
        try:
            found = await self._answered(request)
            status = HTTPStatus.OK if isinstance(found, Events) else HTTPStatus(found.status_code)
        finally:
            taken_ms = round((perf_counter() - started) * 1000, 1)
            self._log.event("dispatched", route=ROUTE, status=int(status), duration_ms=taken_ms)
        return found

    async def _answered(self, request: Request) -> Response | Events:
        roster, body = self._roster(), await _body(request)
        promised = self._routers.body_of(request.headers.get(HEADER, ""), {roster.url}, self._now())
        if promised != hashlib.sha256(body).hexdigest():
            return _refused(ErrorCode.UNAUTHENTICATED, HTTPStatus.UNAUTHORIZED)
        question = _question(body)
        if question is None:
            return _refused(ErrorCode.BAD_USER_INPUT, HTTPStatus.BAD_REQUEST)
        cities = {each.code: each for each in roster.cities}
        passed = {name: request.headers[name] for name in (LANGUAGE, PURPOSE) if name in request.headers}
        caller = Caller(_tokens(request.headers, cities), cities, passed)
        found = split(question, caller.home or roster.cities[0].code, cities)
        if question.operation.operation is OperationType.SUBSCRIPTION:
            tokens = caller.tokens
            orders = [self._order(cities[part.city], part, tokens.get(part.city), passed) for part in found.parts]
            return await self._listen(found, orders)
        asking = (self._sure(part, caller) for part in found.parts)
        spoken = accept.language(request.headers.get("accept-language"))
        whole = merged(found, await asyncio.gather(*asking), spoken)
        for code in spoilt_by(whole):
            self._shard(cities[code]).spoilt(ErrorCode.PARTNER_ANSWER_INVALID.value)
        return JSONResponse(whole)

    async def _sure(self, part: Part, caller: Caller) -> dict[str, Any] | ErrorCode:
        try:
            return await self._answer(part, caller)
        except Exception as why:  # noqa: BLE001 - whatever it is costs this city's places, and those of no other
            self._log.failure("city_failed", why, city=part.city)
            return ErrorCode.PARTNER_UNAVAILABLE

    async def _answer(self, part: Part, caller: Caller) -> dict[str, Any] | ErrorCode:
        """What a city says to its own token; to the one that it gives for the home's word, where the caller is linked.

        A link that has ended meanwhile makes a stranger of the caller, as there is none.
        """
        city, own, home = caller.cities[part.city], caller.tokens.get(part.city), caller.introducing
        if own is not None or home is None:
            return await self._ask(city, part, own, caller.passed)
        given = await self._introductions.token(home, city)
        answer = given if isinstance(given, ErrorCode) else await self._ask(city, part, given, caller.passed)
        if answer is ErrorCode.UNAUTHENTICATED and given is not None:
            self._introductions.forget(home, city)
            return await self._ask(city, part, None, caller.passed)
        return answer

    async def _post(self, city: City, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        return await self._shard(city).post(self._client, url, body, headers)

    async def _ask(
        self, city: City, part: Part, token: str | None, passed: Mapping[str, str]
    ) -> dict[str, Any] | ErrorCode:
        order = self._order(city, part, token, passed)
        return await self._shard(city).ask(self._client, order.body, order.headers)

    async def _listen(self, found: Split, orders: Sequence[Order]) -> Response | Events:
        """The events of the one city that a subscription is about."""
        if not orders:
            return JSONResponse({"errors": merged(found, [])["errors"]})
        city, body, headers = orders[0]
        shard = self._shard(city)
        try:
            events = await shard.listen(self._client, body, headers)
        except Exception as why:  # noqa: BLE001 - as of a question
            self._log.failure("city_failed", why, city=city.code)
            events = ErrorCode.PARTNER_UNAVAILABLE
        if isinstance(events, ErrorCode):
            return JSONResponse({"errors": merged(found, [events])["errors"]})
        return Events(shard, events, found, lambda: self._has(city))

    def _has(self, city: City) -> bool:
        return any((each.code, each.url) == (city.code, city.url) for each in self._roster().cities)

    def _shard(self, city: City) -> Shard:
        return self._shards.setdefault(city, Shard(city, self._log))

    def _order(self, city: City, part: Part, token: str | None, passed: Mapping[str, str]) -> Order:
        """The part for a city, with our letter and the token that this city issued.

        Without one there is nobody in that city who could have a purpose, and a purpose tells of a case elsewhere.
        """
        body = json.dumps({"query": part.query, "variables": part.variables}).encode()
        letter = written(self._key, city.url, hashlib.sha256(body).hexdigest(), self._now())
        told = {name: value for name, value in passed.items() if name != PURPOSE or token is not None}
        mine = {} if token is None else {"authorization": f"Bearer {token}"}
        return Order(city, body, {"content-type": "application/json", HEADER: letter, **told, **mine})


def _refused(code: ErrorCode, status: HTTPStatus) -> Response:
    return Response(error_body(code), status, media_type="application/json")


async def _body(request: Request) -> bytes:
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > MAX_MACHINE_BODY_BYTES:
            return b""
    return raw


def _question(body: bytes) -> Question | None:
    """One operation whose roots are written out, as routers send it."""
    members = json_object(body) or {}
    text, variables = members.get("query"), members.get("variables") or {}
    if not isinstance(text, str) or not isinstance(variables, dict):
        return None
    try:
        document = parse(text, no_location=True)
    except GraphQLError:
        return None
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if len(operations) != 1:
        return None
    [operation] = operations
    roots = operation.selection_set.selections
    is_one = operation.operation is not OperationType.SUBSCRIPTION or len(roots) == 1
    if not is_one or any(each.kind != "field" for each in roots):
        return None
    return Question(document, operation, variables)


def _tokens(headers: Mapping[str, str], cities: Mapping[str, City]) -> dict[str, str]:
    """Each city's own token, the caller's home first: by what the tokens say, which only the city can verify."""
    issuers = {each.issuer: each.code for each in cities.values()}
    _, _, first = headers.get("authorization", "").partition(" ")
    texts = [first, *(each.strip() for each in headers.get(FURTHER, "").split(","))]
    found: dict[str, str] = {}
    for text in filter(None, texts[: MOST_TOKENS + 1]):
        code = issuers.get(str(_claims(text).get("iss")))
        if code is not None:
            found.setdefault(code, text)
    return found


def _claims(token: str) -> dict[str, Any]:
    """What a token says, which only its issuer can verify."""
    try:
        return json_object(base64.urlsafe_b64decode(token.split(".")[1] + "==")) or {}
    except (ValueError, IndexError):
        return {}


def _no_cookies() -> CookieJar:
    """What a city would have remembered of one caller is not sent with the next one's question."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def dispatcher_app(roster: Callable[[], Roster], key: ECKey, now: Clock, log: Log) -> Starlette:
    """The application; the roster is read with each question, so that one more city is no restart."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
    client = httpx.AsyncClient(cookies=_no_cookies(), limits=limits, timeout=None, trust_env=False)  # noqa: S113 - each city has its own
    dispatcher = Dispatcher(roster, key, now, client, log)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        log.event("started")
        yield
        await client.aclose()
        log.event("stopped")

    return Starlette(routes=[Route(ROUTE, dispatcher.answer, methods=["POST"])], lifespan=lifespan)
