"""Every field of every node, asked as a caller by every path in few operations."""

import json
from datetime import UTC, datetime

from auth.caller import NOBODY, Acr, Holder
from engine.answer import Engine, Question
from models.organisation import CallerKind
from tests.sweep.matrix import BEHIND, FIELDS, TYPES

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)  # 00:00 of 23 November in Tokyo, still the 22nd in UTC
LEAVES = {"guardians": "guardians { name }"}
EDGES = {edge for _, edge in BEHIND}
ROOTS = {
    "Family": "families",
    "Child": "children",
    "Pregnancy": "pregnancies",
    "Rider": "riders",
    "Ride": "rides",
    "PointEntry": "pointEntries",
}
BELOW = {type_: way for way, type_ in BEHIND.items()}  # parent and edge


def selected(name):
    if name in EDGES:
        return f"{name} {{ edges {{ node {{ id }} }} }}"
    return LEAVES.get(name, name)


def selection(type_):
    return " ".join(selected(rule.name) for rule in FIELDS if rule.type == type_)


def by_id(type_):
    body = f"{{ __typename ... on {type_} {{ {selection(type_)} }} }}"
    return (
        "query ($id: ID!, $r: [_Any!]!) {"
        f" node(id: $id) {body} nodes(ids: [$id]) {body} _entities(representations: $r) {body} }}"
    )


def nested(type_):
    parent, edge = BELOW[type_]
    page = f"{edge}(first: 100) {{ totalCount edges {{ node {{ {selection(type_)} }} }} }}"
    return f"query ($id: ID!) {{ node(id: $id) {{ ... on {parent} {{ {page} }} }} }}"


def listed(type_):
    after = "($after: String)"
    page = "first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { id } } }"
    return f"query {after} {{ {ROOTS[type_]}({page} }}"


BY_ID = {type_: by_id(type_) for type_ in TYPES}
NESTED = {type_: nested(type_) for type_ in BELOW}
LISTED = {type_: listed(type_) for type_ in ROOTS}


class Asker:
    """Asks as a caller, over the real engine."""

    def __init__(self, store):
        self.engine = Engine(store, b"k" * 64)
        self.bytes = {}

    async def ask(self, caller, text, **variables):
        holder = NOBODY
        if caller.kind != "anonymous":
            holder = Holder(caller.id, CallerKind(caller.kind), Acr.TAP if caller.is_tap else Acr.CARD_PIN)
        purpose = caller.purpose and f"{caller.purpose}:2026-1"
        question = Question(text, None, variables, holder, purpose, "ja", only_queries=False, now=NOW)
        answer = await self.engine.answer(question)
        assert answer.status == 200, (caller.name, text, answer.body)
        self.bytes.setdefault(caller.name, []).append(answer.body)
        return json.loads(answer.body)
