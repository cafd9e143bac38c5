"""Subscriptions over WebSocket, by the protocol graphql-transport-ws and no older one.

Source of the messages and of the codes with which a connection is closed: the protocol's own description in the
repository of graphql-ws.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from auth.fault import Fault
from auth.token import Bearer
from engine.errors import ErrorCode, error_body
from engine.limits import json_of
from engine.question import Question
from tsumugi import accept
from tsumugi.bearers import Bearers
from tsumugi.clock import Clock
from tsumugi.intake import MAX_BODY_BYTES
from tsumugi.log import Log
from tsumugi.stream.telling import OVERRUN, Ended, Overrun, Telling

PROTOCOL = "graphql-transport-ws"
INIT_S = 5.0
OPERATIONS_MOST = 10  # on one connection
CONNECTIONS_MOST = 5  # of one caller in one process: phones and tablets of a family member
BAD_REQUEST, UNAUTHORIZED, FORBIDDEN = 4400, 4401, 4403
NO_PROTOCOL, INIT_TIMEOUT, ALREADY_THERE, TOO_MANY = 4406, 4408, 4409, 4429


class Closing(Exception):
    """The connection is closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class Streams:
    """The ASGI application behind the route; `today` is the domain's clock."""

    telling: Telling
    bearers: Bearers
    origins: tuple[str, ...]
    today: Clock
    log: Log
    connections: Counter[str] = field(default_factory=Counter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection from its beginning to its end."""
        socket = WebSocket(scope, receive, send)
        origin = socket.headers.get("origin")
        if (origin is not None and origin not in self.origins) or PROTOCOL not in scope["subprotocols"]:
            await socket.close(NO_PROTOCOL)  # not accepted yet: a 403
            return
        await socket.accept(PROTOCOL)
        await Connection(self, socket).run()


class Connection:
    """One client. Its operations run side by side; whatever ends it ends them."""

    def __init__(self, streams: Streams, socket: WebSocket) -> None:
        self._streams = streams
        self._socket = socket
        self._bearer: Bearer | None = None
        self._authorization = ""
        self._words: Mapping[str, Any] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until the client goes, breaks the rules, or the token ends."""
        code = 1000
        try:
            async with asyncio.timeout(None) as deadline:
                await self._begin()
                rest_s = self._known().exp - self._streams.bearers.now().timestamp()
                deadline.reschedule(asyncio.get_running_loop().time() + max(0.0, rest_s))
                while True:
                    await self._heard(await self._message())
        except TimeoutError:
            code = await self._close(UNAUTHORIZED, "The token has ended; log in again.")
        except Closing as why:
            code = await self._close(why.code, why.reason)
        except WebSocketDisconnect as gone:
            code = gone.code
        finally:
            await self._end()
            kind = self._bearer.holder.kind.value if self._bearer else "anonymous"
            self._streams.log.event("stream", status=code, kind=kind)

    async def _begin(self) -> None:
        """The first message says who it is, and comes soon."""
        try:
            async with asyncio.timeout(INIT_S):
                first = await self._message()
        except TimeoutError:
            raise Closing(INIT_TIMEOUT, "Connection initialisation timeout") from None
        payload = first.get("payload") or {}
        if first["type"] != "connection_init":
            raise Closing(UNAUTHORIZED, "Unauthorized")
        if not isinstance(payload, dict):
            raise Closing(BAD_REQUEST, "The payload must be an object.")
        given = payload.get("authorization", payload.get("Authorization"))
        bearer = await self._streams.bearers.bearer(given if isinstance(given, str) else "")
        if isinstance(bearer, Fault):
            self._streams.log.event("stream_refused", code=bearer.value)
            raise Closing(FORBIDDEN, "Forbidden")
        if self._streams.connections[bearer.holder.id] >= CONNECTIONS_MOST:
            raise Closing(TOO_MANY, "Too many connections")
        self._streams.connections[bearer.holder.id] += 1
        self._bearer, self._words, self._authorization = bearer, payload, str(given)
        await self._send({"type": "connection_ack"})

    def _known(self) -> Bearer:
        assert self._bearer is not None, "it has begun"
        return self._bearer

    async def _still(self) -> bool:
        return not isinstance(await self._streams.bearers.bearer(self._authorization), Fault)

    async def _message(self) -> dict[str, Any]:
        """The next message. Raises Closing for anything that is none."""
        found = await self._socket.receive()
        if found["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(found.get("code", 1000))
        text = found.get("text")
        raw = text.encode() if isinstance(text, str) else b""
        message = json_of(raw) if len(raw) <= MAX_BODY_BYTES else None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise Closing(BAD_REQUEST, "Invalid message")
        return message

    async def _heard(self, message: dict[str, Any]) -> None:
        what = message["type"]
        if what == "ping":
            await self._send({"type": "pong"})
        elif what == "subscribe":
            await self._subscribe(message)
        elif what == "complete":
            running = self._running.pop(str(message.get("id")), None)
            if running is not None:
                running.cancel()
        elif what == "connection_init":
            raise Closing(TOO_MANY, "Too many initialisation requests")
        elif what != "pong":
            raise Closing(BAD_REQUEST, "Invalid message")

    async def _subscribe(self, message: dict[str, Any]) -> None:
        id, payload = message.get("id"), message.get("payload")
        if not isinstance(id, str) or not id or not isinstance(payload, dict):
            raise Closing(BAD_REQUEST, "Invalid message")
        if id in self._running:
            raise Closing(ALREADY_THERE, "Subscriber for this id already exists")
        question = self._question(payload)
        if question is None:
            raise Closing(BAD_REQUEST, "Invalid message")
        if len(self._running) >= OPERATIONS_MOST:
            await self._error(id, error_body(ErrorCode.TOO_MANY_REQUESTS))
            return
        refused = self._streams.telling.refused(question)
        if refused is not None:
            await self._error(id, refused.body)
            return
        self._running[id] = asyncio.create_task(self._tell(id, question))

    def _question(self, payload: Mapping[str, Any]) -> Question | None:
        text, name, variables = payload.get("query"), payload.get("operationName"), payload.get("variables")
        purpose, language = self._words.get("purpose"), self._words.get("acceptLanguage")
        texts = [each for each in (name, purpose, language) if each is not None]
        if not isinstance(text, str) or not all(isinstance(each, str) for each in texts):
            return None
        if not isinstance(variables, dict | None):
            return None
        return Question(
            text=text,
            operation_name=name or None,
            variables=variables or {},
            holder=self._known().holder,
            purpose=purpose,
            language=accept.language(language),
            only_queries=False,
            now=self._streams.today(),
            event="",
        )

    async def _tell(self, id: str, question: Question) -> None:
        try:
            async for answer in self._streams.telling.answers(question, self._still):
                await self._send({"id": id, "type": "next", "payload": orjson.Fragment(answer.body)})
        except Overrun:
            await self._error(id, error_body(ErrorCode.TOO_MANY_REQUESTS, detail=OVERRUN))
        except Ended:
            await self._error(id, error_body(ErrorCode.UNAUTHENTICATED))
        except (WebSocketDisconnect, RuntimeError):  # the client has gone
            return
        except Exception as why:  # noqa: BLE001 - the client gets a code, the log the rest
            self._streams.log.failure("stream_failed", why)
            await self._error(id, error_body(ErrorCode.INTERNAL))
        finally:
            if self._running.get(id) is asyncio.current_task():
                del self._running[id]

    async def _error(self, id: str, body: bytes) -> None:
        await self._send({"id": id, "type": "error", "payload": orjson.loads(body)["errors"]})

    async def _send(self, message: dict[str, Any]) -> None:
        await self._socket.send_text(orjson.dumps(message).decode())

    async def _close(self, code: int, reason: str) -> int:
        try:
            await self._socket.close(code, reason)
        except RuntimeError:  # it is closed already
            return code
        return code

    async def _end(self) -> None:
        for running in self._running.values():
            running.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        if self._bearer is not None:
            self._streams.connections[self._bearer.holder.id] -= 1
