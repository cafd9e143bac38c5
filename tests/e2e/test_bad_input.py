"""Bad input over HTTP: a code each, cheap, and no word of what was sent."""

import json
import time

import pytest

DEEP = "[" * 100_000 + "]" * 100_000
TOO_MANY_TOKENS = "{" + " viewer" * 1_000 + "}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{", "BAD_USER_INPUT"),
        ("5", "BAD_USER_INPUT"),
        ('[{"query":"{ today { date } }"}]', "BAD_USER_INPUT"),
        ("[" * 5_000 + "]" * 5_000, "BAD_USER_INPUT"),
        (json.dumps({"query": "{ today { date } }", "variables": {"x": "y" * 33_000}}), "BODY_TOO_LARGE"),
        (json.dumps({"query": TOO_MANY_TOKENS}), "OPERATION_TOO_COSTLY"),
        (json.dumps({"query": "{ today { "}), "GRAPHQL_PARSE_FAILED"),
        (json.dumps({"query": "{ secretOfTheTown }"}), "GRAPHQL_VALIDATION_FAILED"),
    ],
    ids=["malformed", "scalar", "array", "nested", "33 KB", "1,001 tokens", "syntax", "unknown field"],
)
def test_a_malformed_request_is_400_with_a_code(demo, body, code):
    answer = demo.post(body, accept="application/graphql-response+json")

    assert answer.status_code == 400
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == [code]
    assert "secretOfTheTown" not in answer.text


def test_a_hundred_thousand_brackets_are_refused_at_once(demo):
    started = time.monotonic()

    answer = demo.post(DEEP)

    assert answer.status_code == 400
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("authorization", ["Bearer x.y.z", "Bearer", "Basic eDp5", "Bearer " + "a" * 9_000])
def test_a_bad_token_is_one_generic_401(demo, authorization):
    answer = demo.post({"query": "{ today { date } }"}, authorization=authorization)

    assert answer.status_code == 401
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("id_", ["", "x", "102016-C", "102017-C00000000000000000000000001", "102016-C" + "0" * 26])
def test_an_id_that_names_nothing_is_null_without_an_error(demo, id_):
    query = "query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"

    assert demo.ask("mother", query, id=id_) == {"node": None, "nodes": [None]}


def test_an_unknown_type_beside_a_good_one_leaves_the_good_one_answered(demo):
    ward = demo.ask("mother", "{ viewer { wards { edges { node { id name } } } } }")["viewer"]["wards"]["edges"][0][
        "node"
    ]
    representations = [{"__typename": "Nobody", "id": "1"}, {"__typename": "Child", "id": ward["id"]}]
    query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Child { name } } }"

    assert demo.ask("mother", query, r=representations)["_entities"] == [None, {"name": ward["name"]}]


def test_an_anonymous_call_learns_nothing_from_entities_and_service(demo):
    answer = demo.post(
        {"query": '{ _entities(representations: [{__typename: "Child", id: "x"}]) { __typename } }'}
    ).json()
    service = demo.post({"query": "{ _service { sdl } }"}).json()

    assert [each["errors"][0]["extensions"]["code"] for each in (answer, service)] == ["GRAPHQL_VALIDATION_FAILED"] * 2
    assert "Child" not in str(answer)


def test_no_person_stands_in_the_log(demo):
    demo.ask("mother", "{ viewer { family { address } wards { edges { node { id name } } } } }")
    wards = demo.ask("mother", "{ viewer { wards { edges { node { id name } } } } }")["viewer"]["wards"]["edges"]
    log = demo.log.read_text(encoding="utf-8")

    assert not [text for edge in wards for text in edge["node"].values() if text in log]
    assert "eyJ" not in log
    assert "viewer" not in log
