"""Subscriptions as server-sent events, one operation for each connection."""

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from auth.fault import Fault
from auth.token import Bearer
from engine.errors import ErrorCode, error_body
from engine.question import Question
from tsumugi import accept
from tsumugi.intake import Incoming, Order, Refusal, body_limit, from_body, from_url
from tsumugi.stream.socket import CONNECTIONS_MOST, Streams
from tsumugi.stream.telling import OVERRUN, Ended, Overrun
from tsumugi.stream.wire import BEAT, BEAT_S, COMPLETE, HEADERS, PERSONAL, gone, told

METHODS = ("GET", "POST")
BODY_S = 5.0  # as long as a WebSocket may take to say who it is
NO_BEARER = Refusal(401, ErrorCode.UNAUTHENTICATED)


@dataclass(frozen=True)
class SentEvents:
    """The ASGI application for whoever accepts events; callers have so many connections here and by WebSocket."""

    streams: Streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection from its beginning to its end."""
        incoming = Incoming(scope, receive)
        bearer = await self._bearer(incoming)
        if isinstance(bearer, Refusal):
            await _refuse(send, bearer)
            return
        connections, me = self.streams.connections, bearer.holder.id
        connections[me] += 1
        try:
            await Connection(self.streams, incoming, bearer, receive, send).run()
        finally:
            connections[me] -= 1
            self.streams.log.event("stream", status=200, kind=bearer.holder.kind.value)

    async def _bearer(self, incoming: Incoming) -> Bearer | Refusal:
        if incoming.method not in METHODS:
            return Refusal(405, ErrorCode.METHOD_NOT_ALLOWED)
        authorization = incoming.header(b"authorization")
        found = NO_BEARER if authorization is None else await self.streams.bearers.bearer(authorization)
        if isinstance(found, Fault):
            self.streams.log.event("stream_refused", code=found.value)
            return NO_BEARER
        if isinstance(found, Bearer) and self.streams.connections[found.holder.id] >= CONNECTIONS_MOST:
            return Refusal(429, ErrorCode.TOO_MANY_REQUESTS)
        return found


@dataclass(frozen=True)
class Connection:
    """One client with its one operation."""

    streams: Streams
    incoming: Incoming
    bearer: Bearer
    receive: Receive
    send: Send

    async def run(self) -> None:
        """Until the client goes, the token ends, or nothing more can be told."""
        order = await _order(self.incoming, self.bearer)
        if isinstance(order, Refusal):
            await _refuse(self.send, order)
        if not isinstance(order, Order):
            return
        await self.send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        question = self._question(order)
        refused = self.streams.telling.refused(question)
        last = refused.body if refused else await self._told(question)
        if last is not None:
            await _send(self.send, told(last) + COMPLETE, is_last=True)

    async def _told(self, question: Question) -> bytes | None:
        """With what it ended: an error; None when the client has gone."""
        telling = asyncio.create_task(self._tell(question))
        running = {telling, asyncio.create_task(_beat(self.send)), asyncio.create_task(gone(self.receive))}
        rest_s = max(0.0, self.bearer.exp - self.streams.bearers.now().timestamp())
        done, _ = await asyncio.wait(running, timeout=rest_s, return_when=asyncio.FIRST_COMPLETED)
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if telling in done:
            return self._why(telling.exception())
        return None if done else error_body(ErrorCode.UNAUTHENTICATED)

    async def _tell(self, question: Question) -> None:
        async for answer in self.streams.telling.answers(question, self._still):
            await _send(self.send, told(answer.body))

    async def _still(self) -> bool:
        authorization = self.incoming.header(b"authorization") or ""
        return not isinstance(await self.streams.bearers.bearer(authorization), Fault)

    def _why(self, why: BaseException | None) -> bytes:
        if isinstance(why, Overrun):
            return error_body(ErrorCode.TOO_MANY_REQUESTS, detail=OVERRUN)
        if isinstance(why, Ended):
            return error_body(ErrorCode.UNAUTHENTICATED)
        if isinstance(why, Exception):
            self.streams.log.failure("stream_failed", why)
        return error_body(ErrorCode.INTERNAL)

    def _question(self, order: Order) -> Question:
        return Question(
            text=order.text,
            operation_name=order.operation_name,
            variables=order.variables,
            holder=self.bearer.holder,
            purpose=self.incoming.header(b"tsumugi-purpose"),
            language=accept.language(self.incoming.header(b"accept-language")),
            only_queries=False,
            now=self.streams.today(),
            event="",
        )


async def _order(incoming: Incoming, bearer: Bearer) -> Order | Refusal | None:
    """What is asked for; None when the client has gone."""
    if incoming.method == "GET":
        return from_url(incoming)
    try:
        async with asyncio.timeout(BODY_S):
            return await from_body(incoming, body_limit(bearer.holder.kind))
    except ClientDisconnect:
        return None
    except TimeoutError:
        return Refusal(503, ErrorCode.DEADLINE_EXCEEDED)


async def _beat(send: Send) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        await _send(send, BEAT)


async def _send(send: Send, data: bytes, *, is_last: bool = False) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": not is_last})


async def _refuse(send: Send, refusal: Refusal) -> None:
    """An answer in plain JSON, before any event; what is left of a body is not waited for."""
    body = error_body(refusal.code, detail=refusal.detail)
    headers: list[Any] = [*PERSONAL, (b"content-type", b"application/json; charset=utf-8"), (b"connection", b"close")]
    headers += [(b"www-authenticate", b"Bearer")] if refusal.code is ErrorCode.UNAUTHENTICATED else []
    headers += [(b"allow", ", ".join(METHODS).encode())] if refusal.code is ErrorCode.METHOD_NOT_ALLOWED else []
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await _send(send, body, is_last=True)
