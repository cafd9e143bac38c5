"""One question over the city and its partners: each is asked once, and what each may say is said."""

import json
from collections import defaultdict

import pytest
from graphql import build_schema, parse, print_ast

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


SHOWN = {  # what stands for a contract, and what is no part of it
    "public": ({"Query.vaccines"}, {"Query.children", "Viewer.wards", "Child.name"}),
    "resident": (
        {"Viewer.wards", "Child.attendance", "Mutation.recordGrowth"},
        {"Query.claims", "Mutation.decideRider"},
    ),
    "staff": ({"Query.rideStatistics", "Mutation.decideRider"}, {"Child.attendance", "Mutation.recordGrowth"}),
    "partner": ({"Query.children", "Mutation.submitRecords"}, {"Query.auditLog", "Viewer.family", "Child.attendance"}),
}


def fields(text):
    """Every field of an object that clients can name, with its tags."""
    objects = [each for each in parse(text).definitions if each.kind.startswith("object_type")]
    told = {f"{each.name.value}.{field.name.value}": field for each in objects for field in each.fields or ()}
    marks = {name: [*map(str.strip, map(print_ast, field.directives or ()))] for name, field in told.items()}
    return {name: found for name, found in marks.items() if "@inaccessible" not in found}


def test_each_contract_shows_what_carries_its_tag_and_nothing_else(graph):
    tags = defaultdict(set)
    for each in json.loads((graph.folder / "federation.json").read_text(encoding="utf-8"))["subgraphs"]:
        for name, marks in fields((graph.folder / each["schema"]).read_text(encoding="utf-8")).items():
            tags[name].update(marks)
    for tag, (of_it, not_of_it) in SHOWN.items():
        shown = fields((graph.folder / f"supergraph-{tag}.graphql").read_text(encoding="utf-8")).keys()

        assert [name for name in shown if f'@tag(name: "{tag}")' not in tags[name]] == [], tag
        assert of_it <= shown, tag
        assert not not_of_it & shown, tag


def test_the_lock_names_versions_and_hashes_and_no_address():
    lock = json.loads((ROOT / "gateway" / "package-lock.json").read_text(encoding="utf-8"))
    packages = [each for name, each in lock["packages"].items() if name]

    assert all(each["version"] and each["integrity"] for each in packages)
    assert not [each for each in packages if "resolved" in each]
