"""`/graphql`: GraphQL over HTTP. Who asks, what is asked, within which limits; the engine answers."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from time import perf_counter
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from auth.caller import Holder
from auth.fault import Fault
from engine.answer import Answer, Engine
from engine.errors import ErrorCode, Failure, error_body
from engine.question import Question
from models.organisation import CallerKind
from tsumugi import accept
from tsumugi.accept import Media
from tsumugi.bearers import Bearers
from tsumugi.clock import Clock
from tsumugi.intake import Order, Refusal, body_limit, from_body, from_url
from tsumugi.log import Log
from tsumugi.page import PAGE, POLICY

ROUTE = "/graphql"
METHODS = ("GET", "POST")
DEADLINE_S = 10.0  # as long as the database lets a statement run; the body's arrival counts
PUBLIC_S = 300  # how long shared caches may keep a public answer
PERSONAL = {"cache-control": "private, no-store", "x-content-type-options": "nosniff"}
# Refused before the body was read to its end: what is left of it must not be waited for.
UNREAD = frozenset(
    {
        ErrorCode.METHOD_NOT_ALLOWED,
        ErrorCode.NOT_ACCEPTABLE,
        ErrorCode.UNAUTHENTICATED,
        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
        ErrorCode.BODY_TOO_LARGE,
        ErrorCode.DEADLINE_EXCEEDED,
    }
)
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request and write one line about it."""
        started = perf_counter()
        request = Request(scope, receive)
        media = accept.media(_all(request.headers, "accept"))
        try:
            reply = await self._reply(request, media)
        except ClientDisconnect:
            return
        except Exception as why:  # noqa: BLE001 - whatever it is, the caller gets a number and the log the rest
            reply = _broken(why)
        self._write(request, reply, perf_counter() - started)
        await _response(request, reply, media or Media.JSON)(scope, receive, send)

    async def _reply(self, request: Request, media: Media | None) -> Reply:
        if request.method not in METHODS:
            return _refused(Refusal(405, ErrorCode.METHOD_NOT_ALLOWED), headers={"allow": ", ".join(METHODS)})
        if self.has_page and request.method == "GET" and accept.wants_page(_all(request.headers, "accept")):
            return Reply(
                200, PAGE, headers={"content-security-policy": POLICY}, content_type="text/html; charset=utf-8"
            )
        if media is None:
            return _refused(Refusal(406, ErrorCode.NOT_ACCEPTABLE))
        holder = await self.bearers.holder(_all(request.headers, "authorization"))
        if isinstance(holder, Fault):
            refused = _refused(Refusal(401, ErrorCode.UNAUTHENTICATED), headers={"www-authenticate": "Bearer"})
            return refused._replace(code=holder.value)
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await self._answered(request, holder, media)
        except TimeoutError:
            return _refused(Refusal(503, ErrorCode.DEADLINE_EXCEEDED), holder.kind)

    async def _answered(self, request: Request, holder: Holder, media: Media) -> Reply:
        is_get = request.method == "GET"
        order = from_url(request) if is_get else await from_body(request, body_limit(holder.kind))
        if isinstance(order, Refusal):
            return _refused(order, holder.kind)
        answer = await self.engine.answer(self._question(request, holder, order))
        return _replied(answer, holder.kind, media, is_get=is_get)

    def _question(self, request: Request, holder: Holder, order: Order) -> Question:
        return Question(
            text=order.text,
            operation_name=order.operation_name,
            variables=order.variables,
            holder=holder,
            purpose=_all(request.headers, "tsumugi-purpose"),
            language=accept.language(_all(request.headers, "accept-language")),
            only_queries=request.method == "GET",
            now=self.today(),
        )

    def _write(self, request: Request, reply: Reply, seconds: float) -> None:
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
            method=request.method if request.method in METHODS else "other",
            route=ROUTE,
            status=reply.status,
            code=reply.code,
            kind=reply.kind.value,
            duration_ms=round(seconds * 1000, 1),
            **_path(reply.answer),
        )


def _replied(answer: Answer, kind: CallerKind, media: Media, *, is_get: bool) -> Reply:
    """In plain JSON a request that could be read is 200 whatever its errors; the newer type says 400 of bad ones."""
    is_bad = answer.status == HTTPStatus.BAD_REQUEST
    is_read = is_bad and answer.excess is None
    status = HTTPStatus.OK if is_read and media is Media.JSON else answer.status
    headers = {"allow": "POST"} if status == HTTPStatus.METHOD_NOT_ALLOWED else {}
    public = answer.public and is_get and status == HTTPStatus.OK
    code = answer.failures[-1].code.value if answer.failures else answer.excess
    return Reply(status, answer.body, kind, code, headers, public, answer.failures, answer=answer)


def _path(answer: Answer | None) -> dict[str, str]:
    """By which path the engine answered, as far as it came to one."""
    if answer is None:
        return {}
    told = {"path": answer.path, "gave_up": answer.gave_up, "suspect": answer.suspect}
    return {key: value for key, value in told.items() if value}


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


def _response(request: Request, reply: Reply, media: Media) -> Response:
    headers = (
        PERSONAL | {"vary": VARY, "content-type": reply.content_type or f"{media}; charset=utf-8"} | dict(reply.headers)
    )
    if reply.public:
        tag = f'"{hashlib.sha256(media.encode() + reply.body).hexdigest()[:32]}"'
        headers |= {"cache-control": f"public, max-age={PUBLIC_S}", "etag": tag}
        if _knows(_all(request.headers, "if-none-match"), tag):
            del headers["content-type"]
            return Response(status_code=304, headers=headers)
    return Response(reply.body, status_code=reply.status, headers=headers)


def _knows(given: str | None, tag: str) -> bool:
    tags = {part.strip().removeprefix("W/") for part in (given or "").split(",")}
    return tag in tags or tags == {"*"}


def _all(headers: Headers, name: str) -> str | None:
    """A header's value; several lines of one name read as one with commas, so that a second one never hides."""
    given = headers.getlist(name)
    return ", ".join(given) if given else None
