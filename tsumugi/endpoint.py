"""`/graphql`: GraphQL over HTTP. Who asks, what is asked, within which limits; the engine answers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from time import perf_counter
from typing import NamedTuple

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from auth.caller import NOBODY, ROUTER, Holder
from auth.fault import Fault
from auth.router import Routers
from engine.answer import BAD_REQUEST, METHOD_NOT_ALLOWED, OK, Answer, Engine
from engine.errors import ErrorCode, Failure, error_body
from engine.question import Question
from models.organisation import CallerKind
from tsumugi import accept
from tsumugi.accept import Media
from tsumugi.bearers import Bearers
from tsumugi.budget import Budget
from tsumugi.clock import Clock
from tsumugi.deadline import within
from tsumugi.intake import MAX_MACHINE_BODY_BYTES, Incoming, Order, Refusal, body_limit, from_body, from_url
from tsumugi.log import Log
from tsumugi.page import PAGE, POLICY
from tsumugi.settings import BUDGET

ROUTE = "/graphql"
METHODS = ("GET", "POST")
DEADLINE_S = 10.0  # as long as the database lets a statement run; the body's arrival counts
PUBLIC_S = 300  # how long shared caches may keep a public answer
# Refused before the body was read to its end: what is left of it must not be waited for.
UNREAD = frozenset(
    {
        ErrorCode.METHOD_NOT_ALLOWED,
        ErrorCode.NOT_ACCEPTABLE,
        ErrorCode.UNAUTHENTICATED,
        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
        ErrorCode.BODY_TOO_LARGE,
        ErrorCode.TOO_MANY_REQUESTS,
        ErrorCode.DEADLINE_EXCEEDED,
    }
)
Headers = list[tuple[bytes, bytes]]
VARY = "Accept, Accept-Language, Authorization, Tsumugi-Purpose"


class Reply(NamedTuple):
    """What goes back, and what the log may know of it."""

    status: int
    body: bytes
    kind: CallerKind = CallerKind.ANONYMOUS
    code: str | None = None
    headers: Mapping[str, str] = {}
    public: bool = False
    failures: tuple[Failure, ...] = ()
    content_type: str = ""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The ASGI application behind the route; `today` is the domain's clock."""

    engine: Engine
    bearers: Bearers
    today: Clock
    log: Log
    has_page: bool = False
    budget: Budget = field(default_factory=lambda: Budget(BUDGET))
    deadline_s: float = DEADLINE_S
    routers: Routers = field(default_factory=lambda: Routers(()))
    audiences: frozenset[str] = frozenset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request and write one line about it."""
        started = perf_counter()
        incoming = Incoming(scope, receive)
        media = accept.media(incoming.header(b"accept"))
        try:
            reply = await self._reply(incoming, media)
        except ClientDisconnect:
            return
        except Exception as why:  # noqa: BLE001 - whatever it is, the caller gets a number and the log the rest
            reply = _broken(why)
        self._write(incoming, reply, perf_counter() - started)
        status, headers, body = _response(incoming, reply, media or Media.JSON)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _reply(self, incoming: Incoming, media: Media | None) -> Reply:
        if incoming.method not in METHODS:
            return _refused(Refusal(405, ErrorCode.METHOD_NOT_ALLOWED), headers={"allow": ", ".join(METHODS)})
        if self.has_page and incoming.method == "GET" and accept.wants_page(incoming.header(b"accept")):
            return Reply(
                200, PAGE, headers={"content-security-policy": POLICY}, content_type="text/html; charset=utf-8"
            )
        if media is None:
            return _refused(Refusal(406, ErrorCode.NOT_ACCEPTABLE))
        holder = await self.bearers.holder(incoming.header(b"authorization"))
        if isinstance(holder, Fault):
            refused = _refused(Refusal(401, ErrorCode.UNAUTHENTICATED), headers={"www-authenticate": "Bearer"})
            return refused._replace(code=holder.value)
        letter = incoming.header(b"tsumugi-router")
        if letter is None or incoming.method == "GET":  # a letter speaks of a body
            return await self._granted(incoming, holder, media)
        return await self._carried(incoming, holder, media, letter)

    async def _carried(self, incoming: Incoming, holder: Holder, media: Media, letter: str) -> Reply:
        """The answer to what a router sends with its letter."""
        body = self.routers.body_of(letter, self.audiences, self.bearers.now())
        if isinstance(body, Fault):
            return _refused(Refusal(401, ErrorCode.UNAUTHENTICATED))._replace(code=body.value)
        return await self._granted(incoming, ROUTER if holder == NOBODY else holder, media, body)

    async def _granted(self, incoming: Incoming, holder: Holder, media: Media, body: str | None = None) -> Reply:
        """The answer to somebody known, within the caller's budget and the deadline.

        `body`: the digest that a router's letter gives of the body; None without one.
        """
        wait_s = self.budget.wait_s(holder, self.bearers.now())
        if wait_s:
            refusal = Refusal(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS)
            return _refused(refusal, holder.kind, {"retry-after": str(wait_s)})
        try:
            return await within(self.deadline_s, self._answered(incoming, holder, media, body))
        except TimeoutError:
            return _refused(Refusal(503, ErrorCode.DEADLINE_EXCEEDED), holder.kind)

    async def _answered(self, incoming: Incoming, holder: Holder, media: Media, body: str | None) -> Reply:
        is_get = incoming.method == "GET"
        limit = MAX_MACHINE_BODY_BYTES if body else body_limit(holder.kind)
        order = from_url(incoming) if is_get else await from_body(incoming, limit, body)
        if isinstance(order, Refusal):
            return _refused(order, holder.kind)
        answer = await self.engine.answer(self._question(incoming, holder, order))
        self.budget.charge(holder, answer)
        return _replied(answer, holder.kind, media, is_get=is_get)

    def _question(self, incoming: Incoming, holder: Holder, order: Order) -> Question:
        return Question(
            text=order.text,
            operation_name=order.operation_name,
            variables=order.variables,
            holder=holder,
            purpose=incoming.header(b"tsumugi-purpose"),
            language=accept.language(incoming.header(b"accept-language")),
            only_queries=incoming.method == "GET",
            now=self.today(),
        )

    def _write(self, incoming: Incoming, reply: Reply, seconds: float) -> None:
        for failure in reply.failures:
            self.log.failure(
                "failure",
                failure.exception,
                code=failure.code.value,
                reference=failure.reference,
                kind=reply.kind.value,
            )
        self.log.event(
            "graphql",
            method=incoming.method if incoming.method in METHODS else "other",
            route=ROUTE,
            status=reply.status,
            code=reply.code,
            kind=KINDS[reply.kind],
            duration_ms=round(seconds * 1000, 1),
            **_path(reply.answer),
        )


def _replied(answer: Answer, kind: CallerKind, media: Media, *, is_get: bool) -> Reply:
    """In plain JSON a request that could be read is 200 whatever its errors; the newer type says 400 of bad ones."""
    is_read = answer.status == BAD_REQUEST and answer.excess is None
    status = OK if is_read and media is Media.JSON else answer.status
    headers = {"allow": "POST"} if status == METHOD_NOT_ALLOWED else {}
    public = answer.public and is_get and status == OK
    code = answer.failures[-1].code.value if answer.failures else answer.excess
    return Reply(status, answer.body, kind, code, headers, public, answer.failures, answer=answer)


def _path(answer: Answer | None) -> dict[str, str]:
    """By which path the engine answered, as far as it came to one."""
    if answer is None or not answer.path:
        return {}
    found = {"path": answer.path}
    if answer.gave_up:
        found["gave_up"] = answer.gave_up
    if answer.suspect:
        found["suspect"] = answer.suspect
    return found


def _refused(
    refusal: Refusal, kind: CallerKind = CallerKind.ANONYMOUS, headers: Mapping[str, str] | None = None
) -> Reply:
    body = error_body(refusal.code, detail=refusal.detail)
    closing = {"connection": "close"} if refusal.code in UNREAD else {}
    return Reply(refusal.status, body, kind, refusal.code.value, closing | dict(headers or {}))


def _broken(why: Exception) -> Reply:
    failure = Failure.of(why)
    status = 503 if failure.code is ErrorCode.UNAVAILABLE else 500
    body = error_body(failure.code, reference=failure.reference)
    return Reply(status, body, code=failure.code.value, failures=(failure,))


def _response(incoming: Incoming, reply: Reply, media: Media) -> tuple[int, Headers, bytes]:
    if not (reply.headers or reply.public or reply.content_type):
        return reply.status, [*PERSONAL[media], _length(reply.body)], reply.body
    headers = _texts(media) | dict(reply.headers)
    if reply.content_type:
        headers["content-type"] = reply.content_type
    if reply.public:
        tag = f'"{hashlib.sha256(media.encode() + reply.body).hexdigest()[:32]}"'
        headers |= {"cache-control": f"public, max-age={PUBLIC_S}", "etag": tag}
        if _knows(incoming.header(b"if-none-match"), tag):
            del headers["content-type"]
            return 304, _encoded(headers), b""
    return reply.status, [*_encoded(headers), _length(reply.body)], reply.body


def _texts(media: Media) -> dict[str, str]:
    """The headers of an answer that is for one person alone."""
    return {
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
        "vary": VARY,
        "content-type": f"{media}; charset=utf-8",
    }


def _encoded(headers: Mapping[str, str]) -> Headers:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"content-length", b"%d" % len(body)


def _knows(given: str | None, tag: str) -> bool:
    tags = {part.strip().removeprefix("W/") for part in (given or "").split(",")}
    return tag in tags or tags == {"*"}


KINDS = {kind: kind.value for kind in CallerKind}
PERSONAL = {media: _encoded(_texts(media)) for media in Media}
