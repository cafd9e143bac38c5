"""One question over the city and its partners: each is asked once, and what each may say is said."""

import json

import pytest
from graphql import build_schema

from tests.running import CLIENT, ROOT

pytestmark = pytest.mark.usefixtures("unmeasured")
CHILDREN = """{ viewer { wards { edges { node {
  name attendance { schoolYear daysPresent daysAbsent } picturebooks { title dueOn } } } } } }"""


def nodes(answer):
    return [edge["node"] for edge in answer["data"]["viewer"]["wards"]["edges"]]


def test_a_question_over_three_servers_is_one_request_to_each(graph):
    response = graph.post(CHILDREN, "mother")
    children = nodes(response.json())

    assert "errors" not in response.json()
    assert [child["name"] for child in children] == ["山吹 花", "花筏 湊", "花筏 澪"]
    assert [child["attendance"] is None for child in children] == [False, True, True]
    assert [len(child["picturebooks"]) for child in children] == [1, 2, 3]
    assert response.headers["tsumugi-subgraph-requests"] == "library=1, municipal=1, school=1"


def test_a_stranger_learns_no_more_through_the_router_than_directly(graph):
    wards = graph.town.ask("mother", "{ viewer { wards { edges { node { id } } } } }")["viewer"]["wards"]
    id = wards["edges"][0]["node"]["id"]
    query = "query ($id: ID!) { node(id: $id) { ... on Child { name attendance { daysPresent } } } }"
    response = graph.post(query, "stranger", id=id)

    assert response.json() == {"data": {"node": None}}
    assert response.headers["tsumugi-subgraph-requests"] == "municipal=1"


def test_what_was_denied_is_told_through_the_router_as_it_is_directly(graph):
    query = "{ children(first: 1) { totalCount edges { node { name attendance { daysPresent } } } } today { date } }"
    direct = graph.town.post({"query": query.replace("attendance { daysPresent }", "")}, "nurse").json()
    routed = graph.post(query, "nurse").json()

    assert direct["extensions"]["denied"]
    assert routed == direct


def test_an_error_keeps_its_message_path_and_code_and_nothing_else(graph):
    query = "{ today { date } viewer { wards(first: 101) { totalCount } } }"
    direct, routed = graph.town.post({"query": query}, "mother").json(), graph.post(query, "mother").json()

    assert [error["path"] for error in routed["errors"]] == [["viewer", "wards"]]
    assert routed["errors"] == [
        {key: error[key] for key in ("message", "path", "extensions")} for error in direct["errors"]
    ]


def test_a_token_that_does_not_count_is_401_as_it_is_directly(graph):
    answer = CLIENT.post(graph.url, json={"query": "{ today { date } }"}, headers={"authorization": "Bearer x.y.z"})

    assert answer.status_code == 401
    assert answer.json() == {
        "errors": [
            {
                "message": "The credentials are not valid; log in again.",
                "path": ["today"],
                "extensions": {"code": "UNAUTHENTICATED"},
            }
        ]
    }


def test_nobody_is_shown_the_graph_before_a_login(graph):
    public = graph.post("{ today { date } }")
    asked = [graph.post(query) for query in ("{ __schema { types { name } } }", "{ childrn { name } }")]

    assert public.json() == {"data": {"today": {"date": "2026-11-23"}}}
    assert [each.status_code for each in asked] == [200, 200]  # in plain JSON, as at the city
    assert asked[0].json() == asked[1].json()
    assert asked[0].json()["errors"] == [
        {
            "message": "The document does not fit the schema.",
            "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
        }
    ]


def test_a_contract_holds_what_carries_its_tag_and_nothing_that_leads_out_of_it(graph):
    public = (graph.folder / "api-public.graphql").read_text(encoding="utf-8")
    types = build_schema(public).type_map
    resident = (graph.folder / "supergraph-resident.graphql").read_text(encoding="utf-8")

    assert {"Today", "VaccineCatalogue", "Municipality"} <= types.keys()
    assert not {"Child", "Family", "Attendance", "Mutation"} & types.keys()
    assert "attendance: Attendance @join__field(graph: SCHOOL)\n" in resident


def test_the_lock_names_versions_and_hashes_and_no_address():
    lock = json.loads((ROOT / "gateway" / "package-lock.json").read_text(encoding="utf-8"))
    packages = [each for name, each in lock["packages"].items() if name]

    assert all(each["version"] and each["integrity"] for each in packages)
    assert not [each for each in packages if "resolved" in each]
