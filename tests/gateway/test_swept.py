"""Every field of every node through the router, as callers see it: the same data, denials and codes as directly."""

import sqlite3
from collections import defaultdict
from contextlib import closing

import pytest

from models.ids import parsed
from schema.node import NODES
from tests.sweep.asking import selection_of
from tests.sweep.matrix import FIELDS

pytestmark = pytest.mark.usefixtures("unmeasured")
LOGS = {"accessLog", "auditLog"}  # asking adds to them
OF_EACH = 1  # record of a kind; the cast's come first
# Those who see much, little and nothing first; with the purpose that opens something.
CALLERS = [
    (None, None),
    ("mother", None),
    ("nurse", "CHK:2026-0142"),
    ("counterparty", None),
    ("ex-spouse", None),
    ("nurse", None),
    ("stranger", None),
    ("father", None),
    ("grandmother", None),
    ("adult-child", None),
    ("expecting-mother", None),
    ("clinic", None),
    ("school", None),
    ("taxi-operator", None),
    ("shop", None),
    ("partner-city", None),
    ("taxi-desk", "ELG:2026-0001"),
    ("points-desk", "PTS:2026-0001"),
    ("registry-desk", "REG:2026-0001"),
    ("education-desk", "SCH:2026-0001"),
    ("auditor", None),
    ("supervisor", None),
    ("sysadmin", None),
]


@pytest.fixture(scope="module")
def questions(graph):
    """For each kind of node its whole selection, and records that there are."""
    by_letter = defaultdict(list)
    with closing(sqlite3.connect(graph.town.data / "tsumugi.db")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if "id" in [column[1] for column in database.execute(f"PRAGMA table_info({table})")]:
                for (id,) in database.execute(f"SELECT id FROM {table} ORDER BY rowid LIMIT {OF_EACH}"):
                    if parsed(id):
                        by_letter[parsed(id).letter].append(id)
    return [(whole(name), id) for name, node in NODES.items() for id in by_letter[node.letter][:OF_EACH]]


def whole(type_):
    rules = [rule for rule in FIELDS if rule.type == type_ and rule.name not in LOGS]
    return f"query ($id: ID!) {{ node(id: $id) {{ __typename ... on {type_} {{ {selection_of(rules)} }} }} }}"


def told(answer):
    """Data, what was denied, and of errors where and which."""
    errors = {(str(each.get("path")), each["extensions"]["code"]) for each in answer.get("errors", [])}
    denied = {(str(each["path"]), each["rule"]) for each in answer.get("extensions", {}).get("denied", [])}
    return answer.get("data"), denied, errors


def test_what_a_caller_sees_of_anything_is_the_same_through_the_router(graph, questions, size):
    asked = seen = 0
    for name, purpose in CALLERS[: size("callers who ask through the router")]:
        for query, id in questions:
            body = {"query": query, "variables": {"id": id}}
            direct = told(graph.town.post(body, name, purpose).json())
            assert told(graph.post(query, name, purpose, id=id).json()) == direct, (name, purpose, query, id)
            asked, seen = asked + 1, seen + bool((direct[0] or {}).get("node"))

    assert asked > seen > 0
    assert len({query for query, _ in questions}) >= 20
