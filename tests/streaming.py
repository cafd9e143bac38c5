"""Clients of the WebSocket in the test's own loop, over one town, and the events that they wait for."""

import asyncio
import io
import json
from urllib.parse import urlencode

import pytest
from joserfc.jwk import ECKey

from auth.seal import KEY_BYTES, Seal
from auth.token import Tokens
from models.notice import NoticeKind
from resolvers.addressing import New
from tests.hanamori import HOLDERS, NOW, child
from tests.telling import write_now
from tsumugi.bearers import Bearers
from tsumugi.clock import real_now
from tsumugi.log import Log
from tsumugi.stream import hub as hubs
from tsumugi.stream.hub import Hub
from tsumugi.stream.sent import SentEvents
from tsumugi.stream.socket import PROTOCOL, Streams
from tsumugi.stream.telling import Telling

ORIGIN = "https://kosodate.city.example"
SUBSCRIBE = "subscription { notices { id kind subjectId message { titleEn } announcement { titleJa } } }"
PATIENCE_S, QUIET_S = 10, 0.3


class Client:
    """One WebSocket."""

    def __init__(self, streams, *, origin=None, protocols=(PROTOCOL,)):
        self._in, self._out = asyncio.Queue(), asyncio.Queue()
        headers = [] if origin is None else [(b"origin", origin.encode())]
        scope = {"type": "websocket", "path": "/graphql", "query_string": b"", "headers": headers, "scheme": "ws"}
        scope |= {"server": ("test", 80), "client": ("test", 1), "subprotocols": list(protocols)}
        self._in.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(streams(scope, self._in.get, self._out.put))

    async def hear(self):
        """The next message; an int is the code of a closing."""
        async with asyncio.timeout(PATIENCE_S):
            found = await self._out.get()
        if found["type"] == "websocket.close":
            return found["code"]
        return json.loads(found["text"]) if found["type"] == "websocket.send" else found["type"]

    async def hears_nothing(self):
        await asyncio.sleep(QUIET_S)
        return self._out.empty()

    def say(self, *messages):
        for each in messages:
            self._in.put_nowait(
                {"type": "websocket.receive", "text": each if isinstance(each, str) else json.dumps(each)}
            )

    async def begin(self, token, **words):
        """Up to the acknowledgement."""
        self.say({"type": "connection_init", "payload": {"authorization": f"Bearer {token}", **words}})
        assert await self.hear() == "websocket.accept"
        return await self.hear()

    async def subscribe(self, id_="1", query=SUBSCRIBE, **payload):
        self.say({"type": "subscribe", "id": id_, "payload": {"query": query, **payload}})
        await asyncio.sleep(QUIET_S)  # nothing says that a subscription has begun

    async def go(self):
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await self.task


class Listener:
    """One connection that accepts server-sent events."""

    def __init__(self, streams, token, query=SUBSCRIBE, *, method="POST", body=None, **headers):
        self._in, self._out, self.status, self.headers = asyncio.Queue(), asyncio.Queue(), None, {}
        headers = {"content-type": "application/json", "accept": "text/event-stream"} | headers
        headers |= {} if token is None else {"authorization": f"Bearer {token}"}
        raw = json.dumps({"query": query}).encode() if body is None else body
        query_string = urlencode({"query": query}).encode() if method == "GET" else b""
        scope = {"type": "http", "method": method, "path": "/graphql", "query_string": query_string}
        scope["headers"] = [(name.encode(), value.encode()) for name, value in headers.items()]
        self._in.put_nowait({"type": "http.request", "body": b"" if method == "GET" else raw, "more_body": False})
        self.task = asyncio.create_task(SentEvents(streams)(scope, self._in.get, self._out.put))

    async def hear(self):
        """The next piece of the body, as it came; None at the end."""
        async with asyncio.timeout(PATIENCE_S):
            found = await self._out.get()
        if found["type"] == "http.response.start":
            self.status, self.headers = found["status"], dict(found["headers"])
            return await self.hear()
        return found["body"] or None

    async def begun(self):
        """Once it listens."""
        await asyncio.sleep(QUIET_S)
        return self

    async def hears_nothing(self):
        await asyncio.sleep(QUIET_S)
        return all(each["type"] == "http.response.start" for each in self._out._queue)

    async def go(self):
        self._in.put_nowait({"type": "http.disconnect"})
        await self.task


class Streaming:
    """The streams of one process over a town."""

    def __init__(self, act):
        self.act, self.store, self.log, self.at = act, act.store, io.StringIO(), real_now()
        self.tokens = Tokens("https://t.example", "https://t.example", Seal(b"s" * KEY_BYTES, "core"), (KEY,))
        log = Log(self.log, real_now)
        self.hub = Hub(self.store, log)
        self.telling = Telling(act.engine, self.hub, lambda: NOW)
        self.bearers = Bearers(self.tokens, self.store, lambda: self.at)
        self.streams = Streams(self.telling, self.bearers, (ORIGIN,), lambda: NOW, log)
        self.clients = []

    def client(self, **words):
        self.clients.append(Client(self.streams, **words))
        return self.clients[-1]

    def token(self, who):
        return self.tokens.issue(HOLDERS[who], self.at)

    def listener(self, who="mother", *given, **words):
        """`who` is somebody of the town, a token, or nobody at all."""
        token = self.token(who) if who in HOLDERS else who
        self.clients.append(Listener(self.streams, token, *given, **words))
        return self.clients[-1]

    async def listening(self, who, query=SUBSCRIBE, **words):
        """A client that has subscribed."""
        client = self.client()
        assert await client.begin(self.token(who), **words) == {"type": "connection_ack"}
        await client.subscribe(query=query)
        return client

    async def write(self, about, number=1):
        key = f"VACCINATION_DUE:2026-11-{number:02}"
        assert await write_now(self.store, New(NoticeKind.VACCINATION_DUE, key, child_id=child(about))) == 1

    async def close(self):
        for each in self.clients:
            each.task.cancel()
        await asyncio.gather(*(each.task for each in self.clients), return_exceptions=True)
        await self.hub.close()


KEY = ECKey.generate_key("P-256", auto_kid=True)


@pytest.fixture
async def streaming(act, monkeypatch):
    monkeypatch.setattr(hubs, "POLL_S", 0.02)
    made = Streaming(act)
    yield made
    await made.close()
