"""What a standing can never see is named by its path, from the document alone: data shows nothing there."""

import pytest
from graphql import parse

from auth.access import Standing, Verdict, standings, verdict
from auth.purpose import PURPOSES
from engine.collect import Selections
from engine.denied import Denials
from models.organisation import STAFF_KINDS, CallerKind
from schema.graph import core
from schema.node import NODES
from tests.hanamori import HOLDERS, child

TAXI = Standing(CallerKind.STAFF_TAXI)
SETTLING = Standing(CallerKind.STAFF_TAXI, PURPOSES["CLM"])
RESIDENT = Standing(CallerKind.RESIDENT)
TAPPED = Standing(CallerKind.RESIDENT, rank=0)
SHOP = Standing(CallerKind.SHOP)
KIND, PURPOSE, ACR = "KIND_NOT_PERMITTED", "PURPOSE_REQUIRED", "ACR_REQUIRED"
CHILDREN = "{ children { edges { node { name } } } }"
EITHER = '{ node(id: "1") { ... on Child { n: name } ... on Rider { n: name } } }'


def denied(text, standing, **booleans):
    tree = parse(text)
    selections = Selections(core, tree, booleans)
    found = Denials(core, selections, standing).of(tree.definitions[0])
    return {".".join(each["path"]): each["rule"] for each in found}


@pytest.mark.parametrize(
    ("text", "standing", "found"),
    [
        (CHILDREN, TAXI, {"children": KIND}),
        (CHILDREN, SHOP, {"children": KIND}),
        (CHILDREN, Standing(CallerKind.STAFF_HEALTH), {"children": PURPOSE}),
        (CHILDREN, TAPPED, {"children": ACR}),
        (CHILDREN, RESIDENT, {}),
        ("{ rides { edges { node { fareYen pickUp } } } }", SETTLING, {"rides.edges.node.pickUp": KIND}),
        ("{ rides { edges { node { p: pickUp } } } }", SETTLING, {"rides.edges.node.p": KIND}),
        ("{ a: rides { edges { node { pickUp } } } }", TAXI, {"a": PURPOSE}),
        ("{ viewer { kind rider { name } family { address } } }", SHOP, {"viewer.rider": KIND, "viewer.family": KIND}),
        ("{ today { date } municipality { name } }", SHOP, {}),
        ("{ __typename _service { sdl } }", SHOP, {}),
        ("query { ...F } fragment F on Query { children { totalCount } }", SHOP, {"children": KIND}),
    ],
)
def test_a_denial_names_its_path_and_its_rule(text, standing, found):
    assert denied(text, standing) == found


def test_below_a_denial_nothing_is_denied_once_more():
    assert denied("{ children { edges { node { vaccinations { totalCount } } } } }", SHOP) == {"children": KIND}


@pytest.mark.parametrize(
    ("standing", "found"),
    [
        (TAXI, {"node.n": PURPOSE}),
        (Standing(CallerKind.STAFF_TAXI, PURPOSES["ELG"]), {}),
        (SHOP, {"node.n": KIND}),
        (RESIDENT, {}),
        (TAPPED, {"node.n": ACR}),
    ],
)
def test_a_path_of_several_types_is_denied_only_if_each_is_and_says_what_would_help(standing, found):
    assert denied(EITHER, standing) == found


UNCOVERED = """... on Child { name growth { totalCount } } ... on Family { address measures { evidence } }
  ... on Growth { weightG }"""


@pytest.mark.parametrize("purpose", [None, "CHK:1"])
async def test_no_purpose_is_asked_for_where_none_of_the_kind_would_open_the_field(ask, purpose):
    """Home growth and measures are health staff's by duty, and no purpose of today covers them."""
    text = f"""query ($i: ID!, $r: [_Any!]!) {{ node(id: $i) {{ {UNCOVERED} }} nodes(ids: [$i]) {{ {UNCOVERED} }}
      _entities(representations: $r) {{ {UNCOVERED} }} }}"""
    told = await ask(
        "staff_health", text, i=child("aki"), r=[{"__typename": "Child", "id": child("aki")}], purpose=purpose
    )
    rules = {path: rule for path, rule in told.denied.items() if path.split(".")[-1] not in {"name", "address"}}

    assert rules == {
        f"{root}.{field}": KIND
        for root in ("node", "nodes", "_entities")
        for field in ("growth", "measures", "weightG")
    }
    assert set(told.denied.values()) == ({KIND} if purpose else {KIND, PURPOSE})


def test_whatever_a_purpose_opens_is_behind_a_door_that_the_same_purpose_opens():
    """So a caller who is asked for a purpose can state one."""
    lost = [
        (kind, node.name, name)
        for kind in STAFF_KINDS
        for node in NODES.values()
        for name, field in node.fields.items()
        for each in [[s for s in standings() if s.kind is kind]]
        if any(verdict(field.access, node.noun, standing) is Verdict.PURPOSE_REQUIRED for standing in each)
        and all(is_shut(standing, node, field) for standing in each)
    ]

    assert lost == []


def is_shut(standing, node, field):
    return any(verdict(access, node.noun, standing).is_closed for access in (node.door, field.access))


def test_entities_are_denied_like_nodes():
    text = "{ _entities(representations: []) { ... on Child { n: name } ... on Rider { n: name } } }"

    assert denied(text, TAXI) == {"_entities.n": PURPOSE}


@pytest.mark.parametrize(("skipped", "found"), [(True, {}), (False, {"children": KIND})])
def test_what_is_skipped_is_not_denied(skipped, found):
    text = "query ($s: Boolean!) { today { date } children @skip(if: $s) { totalCount } }"

    assert denied(text, SHOP, s=skipped) == found


def test_denials_come_in_the_order_of_the_response():
    text = "{ viewer { family { id } rider { id } pointAccount { id } record { id } } }"

    assert list(denied(text, SHOP)) == ["viewer.family", "viewer.rider", "viewer.pointAccount", "viewer.record"]


def test_a_deed_of_another_kind_is_denied():
    text = (
        'mutation { recordGrowth(input: {childId: "1", measuredOn: "2026-01-01", idempotencyKey: "1"}) { __typename } }'
    )

    assert denied(text, SHOP) == {"recordGrowth": KIND}
    assert denied(text, RESIDENT) == {}


async def test_what_is_denied_is_null_and_no_error(ask):
    told = await ask("staff_taxi", "{ rides { edges { node { fareYen pickUp } } } }", purpose="CLM:1")

    assert told.denied == {"rides.edges.node.pickUp": KIND}
    assert {edge["node"]["pickUp"] for edge in told.data["rides"]["edges"]} == {None}


async def test_what_depends_on_data_leaves_no_trace(ask):
    text = "query ($i: ID!) { node(id: $i) { ... on Child { name allergies vaccinations { totalCount } } } }"
    found = [(await ask("stranger", text, i=each)).raw for each in (child("aki"), child("fuyu"), child("nobody"))]

    assert found == [b'{"data":{"node":null}}'] * 3


async def test_denials_are_the_same_for_everybody_of_a_kind(ask):
    text = "{ viewer { family { address } pointAccount { balance } } statistics: children { totalCount } }"
    residents = [name for name, holder in HOLDERS.items() if holder.kind is CallerKind.RESIDENT and name != "tapped"]

    assert {str((await ask(name, text)).denied) for name in residents} == {"{}"}


async def test_one_document_is_denied_by_standing_and_by_its_conditions(ask):
    text = "query ($s: Boolean! = false) { viewer { kind } children @skip(if: $s) { totalCount } }"
    found = [
        (await ask(*each[:1], text, **each[1])).denied
        for each in (("shop", {}), ("mother", {}), ("shop", {"s": True}), ("shop", {"s": False}))
    ]

    assert found == [{"children": KIND}, {}, {}, {"children": KIND}]


TWO = '{ node(id: "1") { ... on Child { x: checkups { totalCount } } ... on Rider { x: rides { totalCount } } } }'


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{ node(id: "1") { id } }', {"Node.id"}),
        ('{ node(id: "1") { ... on Child { name } } }', {"Child.name"}),
        (EITHER, {"Child.name"}),
        (TWO, {"Child.checkups"}),
    ],
)
def test_the_log_names_the_type_that_was_asked_and_no_other(text, names):
    tree = parse(text)
    denials = Denials(core, Selections(core, tree, {}), Standing(CallerKind.STAFF_EDUCATION))
    denials.of(tree.definitions[0])

    assert {name for name, _ in denials.fields()} == names
