"""A resident who is linked in another city is asked for there by the home's word, and is a stranger in every other."""

import base64
import hashlib
import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from auth import router
from auth.city_letter import CITY, LINKED
from auth.router import Routers
from tests.tsumugi.dispatch.test_dispatch import EAST, HOME, KEY, UNHEARD, URL, child
from tsumugi.clock import real_now
from tsumugi.dispatch import introductions
from tsumugi.dispatch.app import FURTHER, Dispatcher
from tsumugi.dispatch.roster import City, Roster

QUERY = f'{{ viewer far: node(id: "{child(EAST, 1)}") {{ id }} }}'
GIVEN = "the east's own token"


def said(status, members):
    return httpx.Response(status, stream=httpx.ByteStream(json.dumps(members).encode()))


class Cities(httpx.AsyncBaseTransport):
    """A home that writes letters and an east that takes them; `how` says otherwise by path."""

    def __init__(self):
        self.asked, self.how, self.ended, self.given = [], {}, set(), GIVEN

    async def handle_async_request(self, request):
        self.asked.append(request)
        path, body = request.url.path, await request.aread()
        sent = json.loads(body).get("letter", "")
        if path != "/graphql":
            digest = hashlib.sha256(sent.encode()).hexdigest()
            assert Routers((KEY,)).body_of(request.headers[router.HEADER], {str(request.url)}, real_now()) == digest
        if path in self.how:
            return said(self.how[path], {})
        if path == CITY + EAST:
            assert request.url.host == HOME
            return said(200, {"letter": "of " + request.headers["authorization"]})
        if path == LINKED:
            assert (request.url.host, "authorization" in request.headers) == (EAST, False)
            return said(200, {"access_token": self.given, "sent": sent})
        token = request.headers.get("authorization", "nobody").removeprefix("Bearer ")
        status = 401 if token in self.ended else 200
        return said(status, {"data": {"viewer": None, "far": token}})


def token(code, kind="resident"):
    claims = json.dumps({"iss": f"https://{code}", "kind": kind}).encode()
    return f"x.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.x"


@pytest.fixture
def dispatched():
    """Ask for a record of the east; who asked there, and the cities."""
    cities = Cities()
    roster = Roster(URL, tuple(City(code, f"http://{code}/graphql", f"https://{code}") for code in (HOME, EAST)))
    dispatcher = Dispatcher(lambda: roster, KEY, real_now, httpx.AsyncClient(transport=cities), UNHEARD)
    app = Starlette(routes=[Route("/graphql", dispatcher.answer, methods=["POST"])])

    async def ask(home, further=""):
        body = json.dumps({"query": QUERY}).encode()
        signed = router.written(KEY, URL, hashlib.sha256(body).hexdigest(), real_now())
        headers = {router.HEADER: signed, FURTHER: further} | ({"authorization": f"Bearer {home}"} if home else {})
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://dispatcher") as opened:
            return (await opened.post("/graphql", content=body, headers=headers)).json()

    return ask, cities


def paths(cities):
    found = [(request.url.host, request.url.path) for request in cities.asked]
    cities.asked.clear()
    return [path for host, path in found if (host, path) != (HOME, "/graphql")]


async def test_the_homes_word_is_exchanged_once_a_minute_for_a_token_of_the_other_city(dispatched, monkeypatch):
    ask, cities = dispatched
    answers = [(await ask(token(HOME)))["data"]["far"] for _ in range(2)]
    first = paths(cities)
    monkeypatch.setattr(introductions, "monotonic", lambda: introductions.KEPT_S + 10**9)
    await ask(token(HOME))

    assert answers == [GIVEN, GIVEN]
    assert first == [CITY + EAST, LINKED, "/graphql", "/graphql"]
    assert paths(cities) == [CITY + EAST, LINKED, "/graphql"]


async def test_whoever_is_not_linked_or_no_more_is_a_stranger_as_without_a_token(dispatched):
    ask, cities = dispatched
    stranger = await ask("")
    told = {}
    for what in (CITY + EAST, LINKED):
        cities.how = {what: 401}
        told[what] = await ask(token(HOME))
    cities.how, cities.ended = {}, {GIVEN}
    told["ended"] = await ask(token(HOME))
    cities.ended = set()
    cities.asked.clear()
    again = await ask(token(HOME))

    assert stranger == {"data": {"viewer": None, "far": "nobody"}}
    assert list(told.values()) == [stranger] * 3
    assert (again["data"]["far"], paths(cities)) == (
        GIVEN,
        [CITY + EAST, LINKED, "/graphql"],
    )  # what ended is forgotten


async def test_where_a_city_is_away_nobody_is_taken_for_a_stranger(dispatched):
    ask, cities = dispatched
    for what in (CITY + EAST, LINKED):
        cities.how = {what: 503}
        answer = await ask(token(HOME))
        assert answer["data"] == {"viewer": None, "far": None}, what
        assert [(each["path"], each["extensions"]) for each in answer["errors"]] == [
            (["far"], {"code": "PARTNER_UNAVAILABLE", "municipality": EAST})
        ], what


async def test_what_is_no_token_goes_to_nobody_and_is_not_kept(dispatched):
    ask, cities = dispatched
    for odd in ("", "é", "a\r\nb: c", "x" * 4_097, 7):
        cities.given = odd
        answer = await ask(token(HOME))
        assert answer["data"] == {"viewer": None, "far": None}, odd
        assert [each["extensions"] for each in answer["errors"]] == [
            {"code": "PARTNER_ANSWER_INVALID", "municipality": EAST}
        ], odd
    cities.given = GIVEN
    assert (await ask(token(HOME)))["data"]["far"] == GIVEN


async def test_the_own_token_of_a_city_goes_before_and_nobody_but_residents_is_introduced(dispatched):
    ask, cities = dispatched
    own = token(EAST)
    answers = [await ask(token(HOME), own), await ask(token(HOME, "staff_health")), await ask("x.y.z")]

    assert [each["data"]["far"] for each in answers] == [own, "nobody", "nobody"]
    assert paths(cities) == ["/graphql"] * 3


async def test_what_is_kept_is_bounded(dispatched, monkeypatch):
    ask, cities = dispatched
    monkeypatch.setattr(introductions, "MOST", 1)
    for each in ("a", "b"):
        await ask(token(HOME) + each)
    cities.asked.clear()
    await ask(token(HOME) + "a")

    assert paths(cities) == [CITY + EAST, LINKED, "/graphql"]
