"""Who asks, across the router: the city hears the caller, a partner what is meant for it, and nobody goes round."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from auth import jws, router
from auth.caller import Acr, Holder
from auth.jws import signing_key
from models.organisation import CallerKind
from schema.graph import sdl
from tests.gateway.conftest import until
from tests.running import CLIENT
from tsumugi.clock import real_now
from tsumugi.keyring import Keyring

pytestmark = pytest.mark.usefixtures("unmeasured")
CLUBS = "{ children(first: 1) { edges { node { name attendance { daysPresent } club { name } } } } }"
SERVICE = json.dumps({"query": "{ _service { sdl } }"}).encode()
BEARER = "Bearer "


def to_city(graph, body, text=None):
    headers = {"content-type": "application/json"} | ({} if text is None else {router.HEADER: text})
    return CLIENT.post(f"{graph.town.url}/graphql", content=body, headers=headers)


def letter(graph, body, now=None, audience=None):
    key = signing_key((graph.folder / "router.pem").read_bytes())
    digest = hashlib.sha256(body).hexdigest()
    return router.written(key, audience or f"{graph.town.url}/graphql", digest, now or real_now())


def test_a_partner_hears_of_a_caller_what_is_meant_for_it_and_nothing_else(graph):
    graph.chaos.how = "well"
    graph.chaos.seen.clear()
    response = graph.post(CLUBS, "nurse", purpose="CHK:2026-0142")
    [node] = [edge["node"] for edge in response.json()["data"]["children"]["edges"]]
    [(headers, asked)] = graph.chaos.seen
    told = jws.parted(headers["authorization"].removeprefix(BEARER))[1]

    assert node["name"]
    assert node["attendance"] is None  # the school answers residents
    assert node["club"] == {"name": "club 0"}
    assert told.keys() == {"iss", "aud", "sub", "kind", "iat", "exp", "jti", "body"}
    assert (told["aud"], told["kind"]) == ("102041", "staff_health")
    assert {name.lower() for name in headers} & {"tsumugi-purpose", "tsumugi-router", "x-request-id", "cookie"} == set()
    assert [each.keys() for each in asked["variables"]["representations"]] == [{"__typename", "id"}]


def test_what_a_client_says_beside_the_operation_goes_nowhere(graph):
    graph.chaos.how = "well"
    graph.chaos.seen.clear()
    planted = {"headers": {"x-planted": "planted", "tsumugi-purpose": "planted"}, "planted": "planted"}
    headers = {"authorization": BEARER + graph.town.token("nurse"), "tsumugi-purpose": "CHK:2026-0142"}
    answer = CLIENT.post(
        graph.url, json={"query": CLUBS, "extensions": planted}, headers=headers | {"x-planted": "planted"}
    )
    [(heard, asked)] = graph.chaos.seen

    assert answer.json()["data"]["children"]["edges"]
    assert "planted" not in str(heard) + str(asked)
    assert heard["authorization"] != headers["authorization"]
    assert "CHK" not in str(heard) + str(asked)


def is_answered(graph):
    """Whether the partner is asked, and answers: then none of its failures before counts any more."""
    edges = graph.post(CLUBS, "nurse", purpose="CHK:2026-0142").json()["data"]["children"]["edges"]
    return all(edge["node"]["club"] for edge in edges)


def test_two_who_ask_the_same_at_once_share_no_answer(graph):
    graph.chaos.how = "well"
    until(lambda: is_answered(graph))
    graph.chaos.how = "slows"
    graph.chaos.seen.clear()
    query = "{ viewer { wards { edges { node { id name club { name } } } } } }"
    with ThreadPoolExecutor() as threads:
        tokens = [graph.town.token(name) for name in ("mother", "father", "stranger")] * 2
        asked = [{"authorization": BEARER + token} for token in tokens]
        answers = list(
            threads.map(lambda each: CLIENT.post(graph.url, json={"query": query}, headers=each).json(), asked)
        )
    wards = [len(each["data"]["viewer"]["wards"]["edges"]) for each in answers]
    subs = {jws.parted(heard["authorization"].removeprefix(BEARER))[1]["sub"] for heard, _ in graph.chaos.seen}

    assert wards == [3, 2, 1] * 2
    assert (len(graph.chaos.seen), len(subs)) == (6, 3)


def test_a_partner_is_asked_by_nobody_but_the_router_and_once_with_one_token(graph):
    url = f"http://127.0.0.1:{graph.servers[0].port}/graphql"
    body = b'{"query": "{ __typename }"}'
    address = f"{graph.town.url}/auth/partner/102024"
    given = CLIENT.post(address, headers={router.HEADER: letter(graph, body, audience=address)}).json()["token"]
    mine = graph.town.token("mother")
    tried = [(body, given), (body, given), (body + b" ", given), (body, mine), (body, "x.y.z"), (body, "x")]
    statuses = [
        CLIENT.post(url, content=text, headers={"authorization": BEARER + token}).status_code for text, token in tried
    ]

    assert statuses == [200, 401, 401, 401, 401, 401]


def test_a_token_for_another_audience_is_nobodys_through_the_router(graph):
    address = f"{graph.town.url}/auth/partner/102024"
    mine = {"authorization": BEARER + graph.town.token("mother")}
    for_partner = CLIENT.post(address, headers=mine | {router.HEADER: letter(graph, b"", audience=address)})
    issuer, keyring = f"http://localhost:{graph.town.port}", Keyring.load(graph.town.data / "secrets", demo=True)
    somebody = Holder("102016-R00000000000000000000000001", CallerKind.RESIDENT, Acr.CARD_PIN)
    of_others = [
        keyring.tokens(*each).issue(somebody, real_now())
        for each in ((issuer, "other"), ("other", f"{issuer}/graphql"))
    ]
    graph.chaos.seen.clear()
    answers = [
        CLIENT.post(graph.url, json={"query": CLUBS}, headers={"authorization": BEARER + token})
        for token in (for_partner.json()["token"], *of_others)
    ]

    assert [each.status_code for each in answers] == [401] * 3
    assert [each["extensions"]["code"] for answer in answers for each in answer.json()["errors"]] == [
        "UNAUTHENTICATED"
    ] * 3
    assert graph.chaos.seen == []


def test_no_token_for_a_partner_without_the_routers_letter(graph):
    address = f"{graph.town.url}/auth/partner/102024"
    text = letter(graph, b"", audience=address)
    good = {router.HEADER: text}
    tried = [
        (address, {}),
        (address, {router.HEADER: letter(graph, b"")}),  # for the graph
        (f"{graph.town.url}/auth/partner/102025", good),  # no municipality
        (f"{graph.town.url}/auth/partner/102032", good),  # another partner
        (address, good | {"authorization": "Bearer x.y.z"}),
    ]

    assert [CLIENT.post(url, headers=headers).status_code for url, headers in tried] == [401] * 5


def test_the_printed_graph_and_entities_answer_the_router_and_nobody_without_a_login(graph):
    entity = {"__typename": "Child", "id": "102016-C00000000000000000000000001"}
    query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Child { name } } }"
    batch = json.dumps({"query": query, "variables": {"r": [entity] * 480}}).encode()
    late = real_now() - timedelta(minutes=2)
    text = letter(graph, SERVICE)

    assert to_city(graph, SERVICE).json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert to_city(graph, SERVICE, text).json()["data"]["_service"]["sdl"] == sdl()
    assert to_city(graph, batch).json()["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"
    assert to_city(graph, batch, letter(graph, batch)).json()["data"] == {"_entities": [None] * 480}
    refused = [
        text,
        letter(graph, SERVICE + b" "),
        letter(graph, SERVICE, late),
        letter(graph, SERVICE)[:-8] + "AAAAAAAA",
    ]
    assert [to_city(graph, SERVICE, each).status_code for each in refused] == [401] * 4
