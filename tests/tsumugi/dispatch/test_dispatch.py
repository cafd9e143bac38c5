"""One operation over several cities: each is asked for its own, and one that fails costs its own places alone."""

import asyncio
import base64
import hashlib
import io
import json

import httpx
import pytest
from graphql import OperationDefinitionNode, parse
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.routing import Route

from auth import router
from auth.router import Routers
from engine.errors import ErrorCode
from models.ids import Letter, mint
from tsumugi.clock import real_now
from tsumugi.dispatch.app import FURTHER, Dispatcher, dispatcher_app
from tsumugi.dispatch.merging import merged
from tsumugi.dispatch.roster import City, Roster, Rosters
from tsumugi.dispatch.shards import AT_ONCE, FAILURES, REST_S, Breaker, Shard
from tsumugi.dispatch.splitting import Part, Question, split
from tsumugi.halt import Halt
from tsumugi.log import Log

HOME, EAST, WEST, NOWHERE = "102016", "102024", "102032", "102041"
CODES = {HOME, EAST, WEST}
URL = "http://dispatcher.example/graphql"
DENIED = {"path": ["_entities", "name"], "rule": "PURPOSE_REQUIRED"}
UNHEARD = Log(io.StringIO(), real_now)
SECRET = "postgres://clerk:hunter2@10.0.0.7"
ENTITIES = """query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Child { name } } }"""


def child(code, number):
    return mint(code, Letter.CHILD, bytes(15) + bytes([number]))


def entity(code, number):
    return {"__typename": "Child", "id": child(code, number)}


def told(of, **said):
    """An entity as an honest city tells it."""
    return {**said, "of_this_city___typename": "Child", "of_this_city_id": of["id"]}


def question(text, **variables):
    document = parse(text)
    [operation] = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    return Question(document, operation, variables)


def test_a_batch_goes_to_each_city_once_and_comes_back_in_order():
    asked = [entity(HOME, 1), entity(EAST, 2), entity(NOWHERE, 3), entity(HOME, 4), {"__typename": "Child", "id": "x"}]
    found = split(question(ENTITIES, representations=asked), HOME, CODES)
    answers = [
        {"data": {"_entities": [told(asked[at], name=f"{part.city} {at}") for at in part.places["_entities"]]}}
        for part in found.parts
    ]
    whole = merged(found, answers)

    assert [(part.city, [each["id"] for each in part.variables["of_this_city0"]]) for part in found.parts] == [
        (HOME, [asked[0]["id"], asked[3]["id"], "x"]),
        (EAST, [asked[1]["id"]]),
    ]
    assert [each and each["name"] for each in whole["data"]["_entities"]] == [
        f"{HOME} 0",
        f"{EAST} 1",
        None,
        f"{HOME} 3",
        f"{HOME} 4",
    ]
    assert [(each["path"], each["extensions"]["code"]) for each in whole["errors"]] == [
        (["_entities", 2], "UNKNOWN_MUNICIPALITY")
    ]


def test_roots_go_where_their_ids_say_and_the_rest_home():
    text = """query ($id: ID!, $ids: [ID!]!, $x: Int) {
      viewer { wards(first: $x) { totalCount } }  today { date }
      far: node(id: $id) { ...Named }  some: nodes(ids: $ids) { ...Named }  gone: node(id: "GONE") { id } }
      fragment Named on Child { name ...More }  fragment More on Child { sex }"""
    found = split(
        question(text.replace("GONE", child(NOWHERE, 9)), id=child(EAST, 1), ids=[child(WEST, 2), child(EAST, 3)], x=1),
        HOME,
        CODES,
    )
    parts = {part.city: part for part in found.parts}

    assert {code: part.roots for code, part in parts.items()} == {
        HOME: ("viewer", "today"),
        EAST: ("far", "some"),
        WEST: ("some",),
    }
    assert parts[HOME].variables == {"x": 1}
    assert parts[EAST].variables == {"id": child(EAST, 1), "of_this_city1": [child(EAST, 3)]}
    assert "fragment More" in parts[WEST].query
    assert "fragment" not in parts[HOME].query
    assert all(parse(part.query) for part in found.parts)
    assert found.unknown == (("gone",),)


def test_a_deed_goes_to_the_city_of_the_record_that_it_is_about():
    text = "mutation ($input: RecordGrowthInput!) { recordGrowth(input: $input) { __typename } }"
    [part] = split(question(text, input={"childId": child(WEST, 1), "weightG": 9000}), HOME, CODES).parts

    assert (part.city, part.variables["input"]["weightG"]) == (WEST, 9000)
    linking = "mutation ($input: RedeemLinkCodeInput!) { redeemLinkCode(input: $input) { __typename } }"
    [part] = split(question(linking, input={"code": "x", "ownChildId": child(WEST, 1)}), HOME, CODES).parts
    assert part.city == HOME  # in whose record the link stands


def test_a_city_that_breaks_the_contract_loses_its_places_alone():
    asked = [entity(HOME, 1), entity(EAST, 2), entity(WEST, 3), entity(EAST, 4)]
    found = split(question(ENTITIES, representations=asked), HOME, CODES)
    kept = {"data": {"_entities": [told(asked[0], name="own")]}, "extensions": {"denied": [DENIED]}}
    broken = {
        "another id": {"data": {"_entities": [{"id": child(EAST, 9)}, {"id": asked[3]["id"]}]}},
        "another type": {"data": {"_entities": [{"__typename": "Family"}, None]}},
        "no object": {"data": {"_entities": [7, None]}},
        "another length": {"data": {"_entities": [{"name": "one"}]}},
        "no list": {"data": {"_entities": {}}},
    }
    invalid = {each: merged(found, [kept, answer, ErrorCode.PARTNER_UNAVAILABLE]) for each, answer in broken.items()}

    for what, whole in invalid.items():
        codes = [(each["path"], each["extensions"]) for each in whole["errors"]]
        assert whole["data"]["_entities"][:3] == [{"name": "own"}, None, None], what
        assert codes[0] == (["_entities", 1], {"code": "PARTNER_ANSWER_INVALID", "municipality": EAST}), what
        assert codes[-1] == (["_entities"], {"code": "PARTNER_UNAVAILABLE", "municipality": WEST}), what
        assert whole["extensions"] == {"denied": [DENIED]}, what


def test_errors_of_a_city_come_back_at_their_places():
    asked = [entity(EAST, 1), entity(HOME, 2), entity(EAST, 3)]
    found = split(question(ENTITIES, representations=asked), HOME, CODES)
    errors = [{"message": "m", "path": ["_entities", 1, "name"]}, {"message": "n"}]
    whole = merged(found, [{"data": {"_entities": [None, None]}, "errors": errors}, {"data": {"_entities": [None]}}])

    assert [each["path"] for each in whole["errors"]] == [["_entities", 2, "name"], ["_entities"]]


def test_which_entity_an_answer_is_of_is_asked_with_it_and_not_passed_on():
    asked = [entity(EAST, 1), entity(EAST, 2)]
    listed = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Child { name } } }"
    for text, variables in ((ENTITIES, {"representations": asked}), (listed, {"ids": [each["id"] for each in asked]})):
        found = split(question(text, **variables), HOME, CODES)
        [part] = found.parts
        [root] = part.roots
        all_told = [told(each, name=each["id"]) for each in asked]
        whole = merged(found, [{"data": {root: all_told}}])
        turned = merged(found, [{"data": {root: all_told[::-1]}}])

        assert whole == {"data": {root: [{"name": each["id"]} for each in asked]}}, root
        assert "of_this_city_id: id" in part.query, root
        assert turned["data"] == {root: [None, None]}, root
        assert {each["extensions"]["code"] for each in turned["errors"]} == {"PARTNER_ANSWER_INVALID"}, root
    typed = [each | {"of_this_city___typename": "Family"} for each in all_told]
    assert merged(split(question(ENTITIES, representations=asked), HOME, CODES), [{"data": {"_entities": typed}}])[
        "data"
    ] == {"_entities": [None, None]}


def test_no_word_of_a_citys_own_is_passed_on():
    asked = [entity(EAST, 1)]
    found = split(question(ENTITIES, representations=asked), HOME, CODES)
    errors = [
        {"message": SECRET, "path": ["_entities", 0, "name"], "extensions": {"code": "BAD_USER_INPUT", "sql": SECRET}},
        {"message": SECRET, "path": [SECRET], "extensions": {"code": SECRET}},
        {"message": SECRET, "path": {"a": SECRET}, "extensions": SECRET},
        SECRET,
    ]
    denied = [DENIED, DENIED | {"rule": SECRET}, DENIED | {"path": [SECRET]}, DENIED | {"more": SECRET}, SECRET]
    whole = merged(found, [{"data": {"_entities": [None]}, "errors": errors, "extensions": {"denied": denied}}], "ja")
    odd = [
        {"data": {"_entities": [None]}, "errors": SECRET, "extensions": extensions}
        for extensions in (SECRET, {"denied": 1})
    ]

    assert SECRET not in json.dumps(whole)
    assert [(each["path"], each["extensions"]["code"]) for each in whole["errors"]] == [
        (["_entities", 0, "name"], "BAD_USER_INPUT"),
        *[(["_entities"], "PARTNER_UNAVAILABLE")] * 3,
    ]
    assert whole["errors"][0]["message"] == "リクエストの形式または値に誤りがあります。"
    assert whole["extensions"] == {"denied": [DENIED]}
    assert [merged(found, [each]) for each in odd] == [{"data": {"_entities": [None]}}] * 2


def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_through_after_a_rest():
    moment = [0.0]
    breaker = Breaker(lambda: moment[0])
    for _ in range(FAILURES):
        assert breaker.lets_through()
        breaker.note(is_well=False)
    assert not breaker.lets_through()
    moment[0] += REST_S
    assert [breaker.lets_through(), breaker.lets_through()] == [True, False]
    breaker.note(is_well=True)
    assert breaker.lets_through()


class Cities(httpx.AsyncBaseTransport):
    """Cities that say who they are; `down` does not, and `slow` takes its time."""

    def __init__(self):
        self.asked, self.texts = [], {}

    async def handle_async_request(self, request):
        self.asked.append(request)
        if request.url.host == "slow":
            await asyncio.sleep(5)
        if request.url.host == "down":
            raise httpx.ConnectError("down")
        texts = {"html": b"<p>", "list": b"[]", "null": b'{"data": null}', "huge": b" " * 9_000_000, **self.texts}
        said = json.dumps({"data": {"viewer": request.url.host, "far": None}}).encode()
        statuses = {"ill": 500, "refuses": 401, "long": 413}
        text = httpx.ByteStream(texts.get(request.url.host, said))
        return httpx.Response(statuses.get(request.url.host, 200), stream=text)


async def test_a_city_is_asked_in_time_or_left_alone():
    async with httpx.AsyncClient(transport=Cities()) as client:
        hosts = ("well", "down", "slow", "ill", "html", "list", "null", "huge")
        shards = {host: Shard(City(HOME, f"http://{host}/graphql", "", 50), UNHEARD) for host in hosts}
        found = {host: await shard.ask(client, b"", {}) for host, shard in shards.items()}
        crowd = await asyncio.gather(*(shards["slow"].ask(client, b"", {}) for _ in range(AT_ONCE + 1)))
        counted = len(client._transport.asked)
        after = await shards["slow"].ask(client, b"", {})

    assert found.pop("well")["data"]["viewer"] == "well"
    assert {*found.values(), *crowd, after} == {ErrorCode.PARTNER_UNAVAILABLE}
    assert len(client._transport.asked) == counted == len(hosts) + AT_ONCE


async def test_what_a_city_refuses_takes_it_from_nobody(monkeypatch):
    async with httpx.AsyncClient(transport=Cities()) as client:
        shard, codes = Shard(City(HOME, "http://refuses/graphql", ""), UNHEARD), set()
        for host in ("refuses", "long"):
            monkeypatch.setattr(shard, "city", City(HOME, f"http://{host}/graphql", ""))
            codes |= {await shard.ask(client, b"", {}) for _ in range(FAILURES + 1)}

    assert codes == {ErrorCode.UNAUTHENTICATED, ErrorCode.PARTNER_UNAVAILABLE}
    assert len(client._transport.asked) == 2 * (FAILURES + 1)


KEY = ECKey.generate_key("P-256")
KEY.ensure_kid()


def token(issuer):
    """What says of itself that this issuer made it; only the city could tell."""
    claims = base64.urlsafe_b64encode(json.dumps({"iss": issuer}).encode()).decode().rstrip("=")
    return f"x.{claims}.x"


@pytest.fixture
def cities():
    return Cities()


@pytest.fixture
def lines():
    """What the dispatcher has logged, a dictionary a line."""
    stream = io.StringIO()
    return stream, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
async def dispatched(cities, lines):
    """Ask the dispatcher over two cities, which say who they are; the requests that they were sent."""
    roster = Roster(URL, tuple(City(code, f"http://{code}/graphql", f"https://{code}") for code in (HOME, EAST)))
    async with httpx.AsyncClient(transport=cities) as client:
        dispatcher = Dispatcher(lambda: roster, KEY, real_now, client, Log(lines[0], real_now))
        app = Starlette(routes=[Route("/graphql", dispatcher.answer, methods=["POST"])])

        async def ask(query, letter=None, **headers):
            body = query if isinstance(query, bytes) else json.dumps({"query": query}).encode()
            signed = router.written(KEY, URL, hashlib.sha256(body).hexdigest(), real_now())
            named = {router.HEADER: signed if letter is None else letter, **headers}
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://dispatcher") as opened:
                return await opened.post("/graphql", content=body, headers=named)

        yield ask, cities.asked


async def test_each_city_hears_its_own_token_and_no_other(dispatched):
    ask, asked = dispatched
    query = f'{{ viewer far: node(id: "{child(HOME, 1)}") {{ id }} }}'
    mine, other, strange = token(f"https://{EAST}"), token(f"https://{HOME}"), token("https://elsewhere")
    further = f"{strange}, {other}, nonsense, {token(7)}"
    answer = await ask(query, authorization=f"Bearer {mine}", **{FURTHER: further, "tsumugi-purpose": "CHK:1"})
    heard = {request.url.host: request.headers for request in asked}

    assert answer.json()["data"] == {"viewer": EAST, "far": None}
    assert {host: headers["authorization"] for host, headers in heard.items()} == {
        EAST: f"Bearer {mine}",
        HOME: f"Bearer {other}",
    }
    assert {headers["tsumugi-purpose"] for headers in heard.values()} == {"CHK:1"}
    asked.clear()
    await ask(query, authorization=f"Bearer {mine}", **{"tsumugi-purpose": "CHK:1", "accept-language": "ja"})
    assert {request.url.host: request.headers.get("tsumugi-purpose") for request in asked} == {
        EAST: "CHK:1",
        HOME: None,
    }
    assert {request.headers["accept-language"] for request in asked} == {"ja"}
    for request in asked:
        body = hashlib.sha256(request.content).hexdigest()
        assert Routers((KEY,)).body_of(request.headers[router.HEADER], {str(request.url)}, real_now()) == body


async def test_the_dispatcher_answers_its_router_alone_and_nothing_but_one_operation(dispatched):
    ask, asked = dispatched
    bodies = (b"", b"[]", b'{"query": 1}', b'{"query": "{", "variables": {}}', b'{"query": "{ a }", "variables": 1}')
    several = (b'{"query": "query a { b } query c { d }"}', b'{"query": "{ ...F } fragment F on Query { a }"}')
    huge = b'{"query": "{ a }", "variables": {"x": "' + b"x" * 1_100_000 + b'"}}'

    assert [(await ask("{ viewer }", letter)).status_code for letter in ("", "x.y.z")] == [401, 401]
    assert [(await ask(body)).status_code for body in (*bodies, *several)] == [400] * 7
    assert (await ask(huge)).status_code == 401
    assert asked == []
    assert (await ask("{ viewer }")).json() == {"data": {"viewer": HOME}}


async def test_each_operation_and_each_question_to_a_city_is_a_line_of_the_log_and_nobody_is_in_it(dispatched, lines):
    ask, asked = dispatched
    query = f'{{ viewer far: node(id: "{child(EAST, 1)}") {{ id }} }}'
    await ask(query, authorization=f"Bearer {token(f'https://{HOME}')}", **{"tsumugi-purpose": "CHK:2026-0142"})
    await ask("{ viewer }", "x.y.z")
    stream, logged = lines
    found = [{key: line[key] for key in line if key not in {"at", "duration_ms"}} for line in logged()]

    assert sorted(found, key=str) == [
        {"event": "city", "city": HOME, "status": 200, "code": None},
        {"event": "city", "city": EAST, "status": 200, "code": None},
        {"event": "dispatched", "route": "/graphql", "status": 200},
        {"event": "dispatched", "route": "/graphql", "status": 401},
    ]
    assert all(line["duration_ms"] >= 0 for line in logged())
    assert not any(word in stream.getvalue() for word in (child(EAST, 1), "2026-0142", "viewer", "x."))
    assert len(asked) == 2


async def test_the_log_says_why_a_city_gives_no_answer_and_when_it_is_left_alone(cities, lines, monkeypatch):
    moment, (stream, logged) = [0.0], lines
    log = Log(stream, real_now)
    async with httpx.AsyncClient(transport=cities) as client:
        shard = Shard(City(EAST, "http://down/graphql", "", 50), log, Breaker(lambda: moment[0]))
        for host in ("slow", "ill", "down", "down", "down", "down"):
            monkeypatch.setattr(shard, "city", shard.city._replace(url=f"http://{host}/graphql"))
            await shard.ask(client, b"", {})
        moment[0] += REST_S
        monkeypatch.setattr(shard, "city", shard.city._replace(url="http://html/graphql"))
        await shard.ask(client, b"", {})
        monkeypatch.setattr(shard, "_asked", AT_ONCE)
        await shard.ask(client, b"", {})
    found = [(line["event"], line.get("status"), line.get("code")) for line in logged()]

    assert {line["city"] for line in logged()} == {EAST}
    assert found == [
        ("city", None, "late"),
        ("city", 500, None),
        *[("city", None, "unreached")] * 3,
        ("city_left_alone", None, None),
        ("city", None, "left_alone"),
        ("city", 200, None),
        ("city_back", None, None),
        ("city_spoilt", None, "unreadable"),
        ("city", None, "full"),
    ]


async def test_a_fault_of_ours_is_told_with_its_place_and_an_operation_that_breaks_has_its_line(lines):
    stream, logged = lines
    log = Log(stream, real_now)
    async with httpx.AsyncClient() as client:
        broken = Dispatcher(lambda: Roster(URL, ()), KEY, real_now, client, log)
        failed = await broken._sure(Part(EAST, "", {}, (), {}, {}, ()), None)
        with pytest.raises(AttributeError):
            await broken.answer(None)

    assert failed is ErrorCode.PARTNER_UNAVAILABLE
    [fault, line] = logged()
    assert (fault["event"], fault["exception"], fault["city"]) == ("city_failed", "AttributeError", EAST)
    assert (line["event"], line["status"]) == ("dispatched", 500)


@pytest.mark.parametrize(
    "wrong",
    [
        "{",
        "{}",
        '{"subgraphs": []}',
        '{"subgraphs": [{"cities": [], "url": ""}]}',
        '{"subgraphs": [{"cities": ["102016"], "url": ""}]}',
        '{"subgraphs": [{"cities": [{"code": "102016", "url": "", "issuer": "", "timeoutMs": 1e999}], "url": ""}]}',
        '{"subgraphs": [{"cities": [{"code": "102016", "url": "", "issuer": "", "subscriptions": 0}], "url": ""}]}',
    ],
)
def test_a_file_that_names_no_city_is_one_sentence(tmp_path, wrong):
    (tmp_path / "federation.json").write_text(wrong)

    with pytest.raises(Halt, match="one subgraph with cities"):
        Rosters(tmp_path, UNHEARD)


async def test_one_more_city_is_a_line_of_the_file_and_a_broken_file_changes_nothing(tmp_path, monkeypatch, lines):
    def write(*codes):
        cities = [{"code": code, "url": f"http://{code}", "issuer": f"https://{code}"} for code in codes]
        subgraphs = [{"name": "school", "url": "http://school"}, {"name": "municipal", "url": URL, "cities": cities}]
        (tmp_path / "federation.json").write_text(json.dumps({"subgraphs": subgraphs}))

    monkeypatch.setattr("tsumugi.dispatch.roster.READ_AGAIN_S", 0)
    write(HOME)
    stream, logged = lines
    rosters = Rosters(tmp_path, Log(stream, real_now))
    before = [city.code for city in rosters().cities]
    write(HOME, WEST)
    after = rosters()
    for text in ("{", "{}", '{"subgraphs": []}', '{"subgraphs": [{"cities": [], "url": ""}]}'):
        (tmp_path / "federation.json").write_text(text)
        assert rosters() == after
    write("102017")
    assert rosters() == after
    with pytest.raises(Halt, match="one subgraph with cities"):
        Rosters(tmp_path, UNHEARD)
    async with dispatcher_app(lambda: after, KEY, real_now, Log(stream, real_now)).router.lifespan_context(None):
        assert (before, [city.code for city in after.cities]) == ([HOME], [HOME, WEST])
    assert [line["event"] for line in logged()] == ["cities_refused", "started", "stopped"]
