"""A subscription behind the dispatcher: one city's events as they come, and one coded error where they break off."""

import asyncio
import hashlib
import io
import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from auth import router
from auth.router import Routers
from tests.tsumugi.dispatch.test_dispatch import EAST, HOME, KEY, NOWHERE, UNHEARD, URL, child, token
from tsumugi.clock import real_now
from tsumugi.dispatch import events, shards
from tsumugi.dispatch.app import FURTHER, Dispatcher
from tsumugi.dispatch.roster import City, Roster
from tsumugi.dispatch.shards import FAILURES
from tsumugi.log import Log
from tsumugi.stream.wire import BEAT, COMPLETE, told

PATIENCE_S = 10
NOTICES = "subscription { news: notices { subjectId } }"
OF = 'subscription { news: notices(of: "ID") { subjectId } }'
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"
ANOTHERS = told(json.dumps({"data": {"news": {"id": child(EAST, 1), "subjectId": "b"}}}).encode())
DENIED = {"errors": [{"message": "m", "extensions": {"code": "UNAUTHENTICATED"}}]}


def notice(text):
    return told(json.dumps({"data": {"news": {"subjectId": text}}}, ensure_ascii=False).encode())


class Town:
    """A city on a port of its own that answers with a head, and then with pieces as they are put; None hangs up."""

    def __init__(self):
        self.heads, self.bodies, self.head, self.says = [], [], HEAD, asyncio.Queue()
        self.answering = {}  # each with what it is written to
        self.asked, self.left = asyncio.Semaphore(0), asyncio.Semaphore(0)

    async def open(self):
        self.server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def _answer(self, reader, writer):
        self.answering[asyncio.current_task()] = writer
        head = httpx.Headers(
            [line.split(b": ", 1) for line in (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[1:-2]]
        )
        self.heads.append(head)
        self.bodies.append(await reader.readexactly(int(head["content-length"])))
        self.asked.release()
        writer.write(self.head)
        going = asyncio.create_task(reader.read())
        while not going.done():
            saying = asyncio.create_task(self.says.get())
            await asyncio.wait({going, saying}, return_when=asyncio.FIRST_COMPLETED)
            piece = saying.result() if saying.done() else saying.cancel() and None
            if piece is None:
                break
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await asyncio.wait({going, asyncio.create_task(writer.drain())}, return_when=asyncio.FIRST_COMPLETED)
        going.cancel()
        writer.close()
        self.left.release()

    async def close(self):
        """Leave no connection for the next test's loop."""
        self.server.close()
        for writer in self.answering.values():
            writer.transport.abort()
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*self.answering, return_exceptions=True)
            await asyncio.gather(*(writer.wait_closed() for writer in self.answering.values()), return_exceptions=True)

    def tell(self, *pieces):
        for each in pieces:
            self.says.put_nowait(each)


class Listener:
    """One connection of the router to the dispatcher."""

    def __init__(self, app, query, **headers):
        body = json.dumps({"query": query}).encode()
        named = {router.HEADER: router.written(KEY, URL, hashlib.sha256(body).hexdigest(), real_now()), **headers}
        scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "root_path": ""}
        scope["headers"] = [(name.encode(), value.encode()) for name, value in named.items()]
        self._in, self._out, self.reads = asyncio.Queue(), asyncio.Queue(), asyncio.Event()
        self.reads.set()
        self._in.put_nowait({"type": "http.request", "body": body, "more_body": False})
        self.task = asyncio.create_task(app(scope, self._in.get, self._send))

    async def _send(self, message):
        await self.reads.wait()
        self._out.put_nowait(message)

    async def hear(self):
        """The next piece."""
        async with asyncio.timeout(PATIENCE_S):
            while (message := await self._out.get())["type"] != "http.response.body":
                pass
        return message["body"]

    async def told(self):
        """The text and the errors' extensions of the next event or answer."""
        body = json.loads((await self.hear()).removeprefix(b"event: next\ndata: "))
        errors = [each["extensions"] for each in body.get("errors", [])]
        news = body.get("data", {}).get("news")
        return news and news["subjectId"], *errors

    async def go(self):
        self._in.put_nowait({"type": "http.disconnect"})
        await self.task


class Federated:
    """The dispatcher over two cities; `listen` as the router does."""

    async def open(self, client):
        self.towns = {code: await Town().open() for code in (HOME, EAST)}
        self.cities = [
            City(code, f"http://127.0.0.1:{town.port}/graphql", f"https://{code}", PATIENCE_S * 1_000, 2)
            for code, town in self.towns.items()
        ]
        self.dispatcher = Dispatcher(lambda: Roster(URL, tuple(self.cities)), KEY, real_now, client, UNHEARD)
        self.app = Starlette(routes=[Route("/graphql", self.dispatcher.answer, methods=["POST"])])
        self.listeners = []
        return self

    def listen(self, query=NOTICES, **headers):
        self.listeners.append(Listener(self.app, query, **headers))
        return self.listeners[-1]

    async def close(self):
        for each in self.listeners:
            each.task.cancel()
        await asyncio.gather(*(each.task for each in self.listeners), return_exceptions=True)
        await asyncio.gather(*(town.close() for town in self.towns.values()))


@pytest.fixture
async def federated():
    async with httpx.AsyncClient(timeout=None) as client:
        opened = await Federated().open(client)
        yield opened
        await opened.close()


async def test_events_come_one_by_one_from_the_city_of_the_token_which_hears_no_other(federated):
    mine, other = token(f"https://{EAST}"), token(f"https://{HOME}")
    named = {"authorization": f"Bearer {mine}", FURTHER: other, "tsumugi-purpose": "CHK:1"}
    client, east = federated.listen(**named), federated.towns[EAST]

    whole = notice("予防接種")
    east.tell(BEAT, whole[:56])
    assert await client.hear() == BEAT
    east.tell(whole[56:])
    assert await client.told() == ("予防接種",)
    east.tell(told(json.dumps(DENIED).encode()) + COMPLETE)
    assert await client.told() == (None, {"code": "UNAUTHENTICATED"})
    assert [await client.hear(), await client.task] == [COMPLETE, None]
    [head], [body] = east.heads, east.bodies
    assert (head["authorization"], head["tsumugi-purpose"], FURTHER in head) == (f"Bearer {mine}", "CHK:1", False)
    digest = hashlib.sha256(body).hexdigest()
    assert Routers((KEY,)).body_of(head[router.HEADER], {federated.cities[1].url}, real_now()) == digest
    assert federated.towns[HOME].heads == []


async def test_an_id_in_its_arguments_says_which_city_is_meant_and_the_first_line_is_for_nobody(federated):
    for query, code in ((OF.replace("ID", child(EAST, 1)), EAST), (NOTICES, HOME)):
        federated.towns[code].tell(notice(code))
        assert await federated.listen(query).told() == (code,)

    unknown = await federated.listen(OF.replace("ID", child(NOWHERE, 1))).told()
    assert unknown == (None, {"code": "UNKNOWN_MUNICIPALITY"})
    assert (await federated.listen("subscription { a b }").told())[1]["code"] == "BAD_USER_INPUT"


async def test_a_city_that_breaks_off_ends_the_stream_with_one_coded_error(federated, monkeypatch):
    home = federated.towns[HOME]
    ways = {
        "hangs up": ([None], "PARTNER_UNAVAILABLE"),
        "ends without saying so": ([b"", None], "PARTNER_UNAVAILABLE"),
        "is silent": ([], "PARTNER_UNAVAILABLE"),
        "is no JSON": ([b"data: {\n\n"], "PARTNER_ANSWER_INVALID"),
        "is a list": ([b"data: []\n\n"], "PARTNER_ANSWER_INVALID"),
        "has no data": ([b'data: {"data": 7}\n\n'], "PARTNER_ANSWER_INVALID"),
        "is too long": ([b"x" * 1_100_000], "PARTNER_ANSWER_INVALID"),
    }
    for what, (pieces, code) in ways.items():
        monkeypatch.setattr(shards, "SILENCE", httpx.Timeout(None, read=PATIENCE_S if pieces else 0.3))
        client = federated.listen()
        home.tell(notice("a"), *pieces)
        assert await client.told() == ("a",), what
        assert await client.told() == (None, {"code": code, "municipality": HOME}), what
        assert await client.hear() == COMPLETE, what
        await client.task
        await asyncio.wait_for(home.left.acquire(), PATIENCE_S)


async def test_why_there_are_no_events_is_one_coded_error(federated):
    home, plain = federated.towns[HOME], "HTTP/1.1 {} X\r\ncontent-type: application/json\r\ncontent-length: 0\r\n\r\n"
    for status, code in ((401, "UNAUTHENTICATED"), (429, "TOO_MANY_REQUESTS"), (200, "PARTNER_UNAVAILABLE")):
        home.head = plain.format(status).encode()
        assert await federated.listen().told() == (None, {"code": code, "municipality": HOME}), status

    home.head, federated.cities[0] = b"", federated.cities[0]._replace(timeout_ms=50)
    late = await federated.listen().told()
    home.server.close()
    away = [await federated.listen().told() for _ in range(FAILURES)]
    assert {late[1]["code"], *(each[1]["code"] for each in away)} == {"PARTNER_UNAVAILABLE"}
    assert not federated.dispatcher._shard(federated.cities[0]).breaker.lets_through()


async def test_so_many_may_listen_to_a_city_and_one_that_goes_makes_room(federated):
    home = federated.towns[HOME]
    first, _ = federated.listen(), federated.listen()
    for _ in range(2):
        await asyncio.wait_for(home.asked.acquire(), PATIENCE_S)
    assert (await federated.listen().told())[1]["code"] == "TOO_MANY_REQUESTS"

    await first.go()
    await asyncio.wait_for(home.left.acquire(), PATIENCE_S)
    federated.listen()
    await asyncio.wait_for(home.asked.acquire(), PATIENCE_S)


async def test_a_client_that_is_slow_makes_its_city_wait(federated):
    home, client = federated.towns[HOME], federated.listen()
    client.reads.clear()
    home.tell(*[notice("x" * 100_000)] * 1_000)
    await asyncio.wait_for(home.asked.acquire(), PATIENCE_S)

    waiting = -1
    while waiting != home.says.qsize():
        waiting = home.says.qsize()
        await asyncio.sleep(0.3)
    assert 500 < waiting < 1_000
    client.reads.set()
    assert (await client.told())[0] == "x" * 100_000


async def test_whoever_takes_nothing_and_a_city_that_never_ends_are_broken_off(federated, monkeypatch):
    home = federated.towns[HOME]
    for limit, reads in (("SEND_S", False), ("WHOLE_S", True)):
        monkeypatch.setattr(events, limit, 0.1)
        client = federated.listen()
        if not reads:
            client.reads.clear()
        home.tell(notice("a"))
        await asyncio.wait_for(client.task, PATIENCE_S)
        await asyncio.wait_for(home.left.acquire(), PATIENCE_S)
        heard = [client._out.get_nowait().get("body") for _ in range(client._out.qsize())]
        assert COMPLETE not in heard, limit  # which would be an end in good order
        monkeypatch.undo()
    assert federated.dispatcher._shard(federated.cities[0])._listening == 0


async def test_a_city_that_is_taken_out_of_the_file_is_heard_no_more(federated):
    client, home = federated.listen(), federated.towns[HOME]
    home.tell(notice("a"))
    assert await client.told() == ("a",)

    del federated.cities[0]
    home.tell(BEAT)
    assert await client.told() == (None, {"code": "UNKNOWN_MUNICIPALITY", "municipality": HOME})
    assert await client.hear() == COMPLETE


async def test_a_fault_of_ours_ends_the_stream_and_is_in_the_log(federated, monkeypatch):
    client, home, log = federated.listen(), federated.towns[HOME], io.StringIO()
    home.tell(notice("a"))
    assert await client.told() == ("a",)

    monkeypatch.setattr(federated.dispatcher._shard(federated.cities[0]), "log", Log(log, real_now))
    monkeypatch.setattr(federated.dispatcher, "_roster", None)
    home.tell(BEAT)
    await asyncio.wait_for(client.task, PATIENCE_S)
    await asyncio.wait_for(home.left.acquire(), PATIENCE_S)
    line = json.loads(log.getvalue())

    assert (line["event"], line["exception"], line["city"]) == ("city_failed", "TypeError", HOME)


SAID = {
    "an event that is none": (b"data: {\n\n", "PARTNER_ANSWER_INVALID", "city_spoilt"),
    "an object of another city": (ANOTHERS, "PARTNER_ANSWER_INVALID", "city_spoilt"),
    "nothing more": (None, "PARTNER_UNAVAILABLE", "city"),
}


@pytest.mark.parametrize(("said", "code", "event"), SAID.values(), ids=SAID)
async def test_what_does_not_count_and_an_end_too_soon_are_told_of_its_city(federated, monkeypatch, said, code, event):
    client, home, log = federated.listen(), federated.towns[HOME], io.StringIO()
    home.tell(notice("a"))
    assert await client.told() == ("a",)

    monkeypatch.setattr(federated.dispatcher._shard(federated.cities[0]), "log", Log(log, real_now))
    home.tell(said)
    _, extensions = await client.told()
    line = json.loads(log.getvalue())

    assert extensions == {"code": code, "municipality": HOME}
    assert (line["event"], line["city"]) == (event, HOME)
    assert line["code"] == ("unreached" if event == "city" else code)


async def test_what_counts_and_a_city_that_was_taken_out_leave_no_line(federated, monkeypatch):
    client, home, log = federated.listen(), federated.towns[HOME], io.StringIO()
    monkeypatch.setattr(federated.dispatcher._shard(federated.cities[0]), "log", Log(log, real_now))
    home.tell(notice("a"))
    assert await client.told() == ("a",)
    before = log.getvalue()
    home.tell(told(json.dumps({"data": {"news": None}, **DENIED}).encode()))
    assert await client.told() == (None, {"code": "UNAUTHENTICATED"})

    del federated.cities[0]
    home.tell(BEAT)
    assert (await client.told())[1]["code"] == "UNKNOWN_MUNICIPALITY"
    assert log.getvalue() == before
