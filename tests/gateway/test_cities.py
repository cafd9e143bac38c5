"""Several cities in one graph: each answers for its own, and one more is a line of a file."""

import time

import pytest

from auth.city_letter import CITY, LINK
from gateway.federation import write_cities
from rules.link_consent import LINKING
from tests.gateway.conftest import city, until
from tests.gateway.test_subscription import TOLD, subscribed, writing
from tests.linking import ISSUE, REDEEM, REVOKE_LINK
from tests.running import CLIENT, FEWEST_FAMILIES, Tsumugi
from tsumugi import card
from tsumugi.card import SoftKey
from tsumugi.clock import real_now
from tsumugi.signin import CHALLENGE, LOGIN

pytestmark = [pytest.mark.full, pytest.mark.usefixtures("unmeasured")]
EAST, WEST = "102067", "102032"  # from the first one the stranger's child moved here
IDS = "{ viewer { wards { edges { node { id } } } } }"
CHILDREN = """query ($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Child { id name attendance { daysPresent } } }  today { date } }"""

HELD = "{ viewer { wards { edges { node { id recordSources { organisationId ownChildId } } } } } }"
NOBODYS = "102041-C00000000000000000000000001"  # of a city that is not there


@pytest.fixture(scope="module")
def others(graph, tmp_path_factory):
    """Two more cities, of which the graph knows nothing yet."""
    folder, keys = tmp_path_factory.mktemp("cities"), {"TSUMUGI_ROUTER_KEYS": str(graph.folder / "router-keys.json")}
    keys |= {"TSUMUGI_CITIES": str(folder / "cities.json")}
    found = {code: Tsumugi(folder / code, **keys) for code in (EAST, WEST)}
    write_cities(folder, {code: f"http://localhost:{town.port}" for code, town in found.items()})
    before = list(graph.cities)
    for code, town in found.items():
        town.start("demo", "--families", FEWEST_FAMILIES, "--municipality", code)
    yield found
    graph.cities = before
    graph.publish()
    time.sleep(3 * graph.poll_ms / 1000)
    for town in found.values():
        town.end()


def first(town):
    return town.ask("mother", IDS)["viewer"]["wards"]["edges"][0]["node"]["id"]


def test_one_question_spans_three_cities_and_a_school(graph, others):
    ids = [first(others[WEST]), first(graph.town), first(others[EAST])]

    def asked(**words):
        return graph.post(CHILDREN, "mother", ids=ids, **words).json()

    graph.cities.append(city(EAST, others[EAST]))
    graph.publish()
    until(lambda: "UNKNOWN_MUNICIPALITY" in str(asked()))
    graph.cities.append(city(WEST, others[WEST]))
    graph.publish()
    until(lambda: "errors" not in asked())

    further = ", ".join(town.token("mother") for town in others.values())
    response = graph.post(CHILDREN, "mother", further=further, ids=ids)
    assert [node["id"] for node in response.json()["data"]["nodes"]] == ids
    assert [node["attendance"] is None for node in response.json()["data"]["nodes"]] == [True, False, True]
    assert response.headers["tsumugi-subgraph-requests"] == "municipal=1, school=1"
    assert asked()["data"]["nodes"][0::2] == [None, None]  # without a login there a stranger


@pytest.fixture
def joined(graph, others):
    """The graph over all three cities."""
    there = {each.code for each in graph.cities}
    if not {EAST, WEST} <= there:
        graph.cities += [city(code, town) for code, town in others.items() if code not in there]
        graph.publish()
        ids = [first(town) for town in others.values()]
        until(lambda: "UNKNOWN_MUNICIPALITY" in graph.post(CHILDREN, "mother", ids=[NOBODYS]).text)
        until(lambda: "errors" not in graph.post(CHILDREN, "mother", ids=ids).json())
    return graph


class Linking:
    """The mother of a town, logged in with her card and a key of her client's own."""

    def __init__(self, town, key):
        self.town, self.key = town, key
        held = card.load(town.data / "cards" / "mother.json")
        nonce = self.post(CHALLENGE).json()["nonce"]
        said = {"nonce": nonce, "token": held.sign_login(town.url, nonce)}
        self.token = self.post(LOGIN, json=said).json()["access_token"]

    def post(self, path, token=None, **body):
        proof = {"dpop": self.key.sign_proof(self.town.url + path, real_now())}
        named = {"authorization": f"Bearer {token}"} if token else {}
        return CLIENT.post(self.town.url + path, headers=proof | named, **body)


NAMES = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Child { id name } } }"
OWN = "{ viewer { credentials { edges { node { id scheme closedAt } } } } }"
CLOSE = "mutation ($input: CloseCredentialInput!) { closeCredential(input: $input) { __typename } }"


def test_a_resident_links_a_second_city_once_with_the_card_and_takes_it_back(joined, others):
    key, ids = SoftKey.make(""), [first(others[EAST]), first(others[WEST])]
    home, there = (Linking(others[code], key) for code in (EAST, WEST))

    def seen():
        headers = {"authorization": f"Bearer {home.token}"}
        answer = CLIENT.post(joined.url, json={"query": NAMES, "variables": {"ids": ids}}, headers=headers).json()
        assert "errors" not in answer, answer
        return [node and node["id"] for node in answer["data"]["nodes"]]

    before = seen()
    letter = home.post(CITY + WEST, home.token).json()["letter"]
    made = there.post(LINK, there.token, json={"letter": letter, "consent": LINKING.version})
    assert (made.status_code, before, seen()) == (204, [ids[0], None], ids)

    ways = [edge["node"] for edge in others[WEST].ask("mother", OWN)["viewer"]["credentials"]["edges"]]
    [link] = [each["id"] for each in ways if each["scheme"] == "city"]
    others[WEST].ask("mother", CLOSE, input={"credentialId": link, "idempotencyKey": "linked-no-more"})
    until(lambda: seen() == before)


def test_what_stayed_behind_is_asked_where_it_is_while_a_consent_stands(joined, others):
    theirs = first(others[EAST])

    def asked(query, name="stranger", **words):
        return joined.post(query, name, **words).json()["data"]

    def held():
        [ward] = asked(HELD)["viewer"]["wards"]["edges"]
        return ward["node"]["id"], *ward["node"]["recordSources"]

    id, there = held()
    given = {"childId": id, "organisationId": there["organisationId"], "idempotencyKey": "moved-here-1"}
    made = asked(ISSUE, input=given)["done"]
    given = {"code": made["linkCode"], "patientNumber": "P-1", "ownChildId": theirs, "idempotencyKey": "moved-here-2"}
    assert asked(REDEEM, "partner-city", purpose="MOV:2026-1", input=given)["done"]["__typename"] == "Linked"

    assert held()[1]["ownChildId"] == theirs
    further = others[EAST].token("mother")
    names = [asked(CHILDREN, ids=[id, theirs], further=each)["nodes"] for each in ("", further)]
    assert [[node and node["id"] for node in nodes] for nodes in names] == [[id, None], [id, theirs]]
    asked(REVOKE_LINK, input={"id": made["linkId"], "idempotencyKey": "moved-here-3"})
    assert held()[1]["ownChildId"] is None


def test_events_pass_the_dispatcher_from_the_city_of_the_token_and_a_city_that_dies_ends_its_own(joined, others):
    east = others[EAST]
    with subscribed(joined) as home, subscribed(joined, east.token("mother")) as told:
        with writing(east, 0) as theirs:
            assert next(told)["data"]["notices"]["subjectId"] == theirs
        east.kill()
        failed = [error for event in told for error in event.get("errors", ())]
        with writing(joined.town, 2) as ours:
            assert next(home) == {"data": {"notices": TOLD | {"subjectId": ours}}}

    assert [each["extensions"] for each in failed] == [{"code": "PARTNER_UNAVAILABLE", "municipality": EAST}]
    with subscribed(joined, east.token("mother")) as told:
        assert [error["extensions"]["code"] for event in told for error in event["errors"]] == ["PARTNER_UNAVAILABLE"]


def test_a_graph_that_is_broken_leaves_the_one_before(graph):
    file = graph.folder / "supergraph.graphql"
    good = file.read_text()
    file.write_text(good[:-1000])
    time.sleep(3 * graph.poll_ms / 1000)
    kept = graph.post("{ today { date } }").json()
    file.write_text(good)

    assert kept == {"data": {"today": {"date": "2026-11-23"}}}


def test_a_city_that_is_gone_costs_its_own_places(joined, others):
    ids, further = [first(others[WEST]), first(joined.town)], others[WEST].token("mother")
    others[WEST].end()
    gone = joined.post(CHILDREN, "mother", further=further, ids=ids).json()

    assert [node and node["id"] for node in gone["data"]["nodes"]] == [None, ids[1]]
    assert [(error["path"], error["extensions"]) for error in gone["errors"]] == [
        (["nodes"], {"code": "PARTNER_UNAVAILABLE", "municipality": WEST})
    ]
