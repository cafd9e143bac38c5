"""A partner fails in every way, and costs its own fields and nothing else."""

import time

import pytest

from tests.gateway.chaos import SECRET

pytestmark = pytest.mark.usefixtures("unmeasured")
QUERY = "{ viewer { wards { edges { node { name picturebooks { title } club { name members } } } } } }"
NODE = ["viewer", "wards", "edges", "node"]
CLUBS = [["viewer", "wards", "edges", place, "node", "club"] for place in range(3)]
NODES = [path[:-1] for path in CLUBS]
UNAVAILABLE, INVALID = "PARTNER_UNAVAILABLE", "PARTNER_ANSWER_INVALID"
SLACK_S = 0.3
# How it fails: the code, and the paths of which one error each tells.
FAILURES = {
    "refuses": (UNAVAILABLE, [NODE]),
    "redirects": (UNAVAILABLE, [NODE]),
    "hangs": (UNAVAILABLE, [NODE]),
    "trickles": (UNAVAILABLE, [NODE]),
    "fails": (UNAVAILABLE, [NODE]),
    "html": (UNAVAILABLE, [NODE]),
    "halves": (UNAVAILABLE, [NODE]),
    "huge": (UNAVAILABLE, [NODE]),
    "nothing": (UNAVAILABLE, [NODE]),
    "secrets": (UNAVAILABLE, CLUBS),
    "fewer": (INVALID, [NODE]),
    "others": (INVALID, NODES),
    "typed": (INVALID, NODES),
    "reversed": (INVALID, [NODES[0], NODES[2]]),
    "nulls": (INVALID, [[*path, "name"] for path in CLUBS]),
    "mistyped": (INVALID, [[*path, "members"] for path in CLUBS]),
}


def asked(graph, how):
    """The children, the errors, and how long it took."""
    graph.chaos.how = how
    started = time.monotonic()
    response = graph.post(QUERY, "mother")
    assert response.status_code == 200, how
    assert SECRET not in response.text, how
    answer = response.json()
    children = [edge["node"] for edge in answer["data"]["viewer"]["wards"]["edges"]]
    return children, answer.get("errors", []), time.monotonic() - started


def test_a_partner_that_fails_costs_its_own_fields_and_one_coded_error_a_path(graph):
    well, none, _ = asked(graph, "well")
    ours = [child | {"club": None} for child in well]
    assert [child["club"] for child in well] == [{"name": f"club {place}", "members": 7} for place in range(3)]
    assert none == []

    for how, (code, paths) in FAILURES.items():
        children, errors, took_s = asked(graph, how)
        assert [child | {"club": None} for child in children] == ours, how
        assert [error["path"] for error in errors] == paths, how
        assert {error["extensions"]["code"] for error in errors} == {code}, how
        assert took_s < 0.5 + SLACK_S, (how, took_s)


def test_a_partner_that_is_gone_costs_no_more(graph):
    children, _, _ = asked(graph, "well")
    graph.chaos.close()
    again, errors, _ = asked(graph, "well")
    graph.chaos.open()

    assert again == [child | {"club": None} for child in children]
    assert [(error["path"], error["extensions"]) for error in errors] == [(NODE, {"code": UNAVAILABLE})]
