"""What a router may ask for: each representation on its own, its key alone read, every door guarded."""

import copy

import pytest
from graphql import execute_sync, parse

from auth.access import Caller
from models.organisation import CallerKind
from resolvers.context import Context
from schema.graph import core, sdl
from tests.hanamori import NOW, child, family

QUERY = """query($r: [_Any!]!) { _entities(representations: $r) {
  __typename ... on Child { id name } ... on Family { id address } } }"""
HARU, AKI, NATSU, FUYU = (child(name) for name in ("haru", "aki", "natsu", "fuyu"))

BAD = [
    {"__typename": "Nothing", "id": AKI},
    {"__typename": "Family", "id": AKI},
    {"__typename": "Refused", "id": AKI},
    {"__typename": None, "id": AKI},
    {"__typename": ["Child"], "id": AKI},
    {"__typename": "Child"},
    {"id": AKI},
    {},
    {"__typename": "Child", "id": None},
    {"__typename": "Child", "id": 7},
    {"__typename": "Child", "id": [AKI]},
    {"__typename": "Child", "id": AKI + " "},
    {"__typename": "Child", "id": child("nobody")},
    {"__typename": "Child", "id": FUYU},
    {"__typename": "Child", "id": AKI, "name": "鈴木"},
    {"__typename": "Child", "id": AKI, "_id": AKI},
    "Child",
    7,
    [],
    True,
]


def named(name, **more):
    return {"__typename": "Child", "id": child(name)} | more


async def names(ask, who, *representations, **words):
    found = (await ask(who, QUERY, r=list(representations), **words)).data["_entities"]
    return [each and each.get("name") for each in found]


@pytest.mark.parametrize("text", ["{ _service { sdl } }", QUERY.replace("$r: [_Any!]!", "$r: [_Any!]! = []")])
def test_the_graph_itself_refuses_an_anonymous_caller(text):
    """A second wall: the engine does not let such a document through."""
    found = execute_sync(core, parse(text), context_value=Context(Caller(), None, None, NOW, ""))

    assert (found.data, [each.extensions["code"] for each in found.errors]) == (None, ["UNAUTHENTICATED"])


@pytest.mark.parametrize("text", ["{ _service { sdl } }", QUERY])
async def test_to_an_anonymous_caller_there_are_no_entities(ask, text):
    told = await ask("anonymous", text, r=[named("aki")])

    assert (told.status, told.codes) == (400, ["GRAPHQL_VALIDATION_FAILED"])


@pytest.mark.parametrize(("who", "kind"), [("stranger", CallerKind.RESIDENT), ("shop", CallerKind.SHOP)])
async def test_a_caller_reads_the_printed_graph_of_its_kind(ask, who, kind):
    assert (await ask(who, "{ _service { sdl } }")).data["_service"]["sdl"] == sdl(kind)


@pytest.mark.parametrize(("count", "codes"), [(500, []), (501, ["BAD_USER_INPUT"])])
async def test_more_than_500_representations_are_refused(ask, count, codes):
    told = await ask("mother", QUERY, r=[named("aki")] * count)

    assert told.codes == codes
    assert told.body["data"] is None or len(told.body["data"]["_entities"]) == count


async def test_a_bad_representation_is_null_and_leaves_its_neighbours_alone(ask):
    asked = [each for bad in BAD for each in (bad, named("aki"))]

    assert await names(ask, "mother", *asked) == [None, "aki"] * len(BAD)


async def test_a_representation_that_is_null_is_the_clients_mistake(ask):
    told = await ask("mother", QUERY, r=[named("aki"), None])

    assert (told.status, told.codes) == (400, ["BAD_USER_INPUT"])


async def test_answers_come_in_the_order_of_the_representations(ask):
    found = await names(ask, "mother", *map(named, ("natsu", "aki", "fuyu", "haru", "aki")))

    assert found == ["natsu", "aki", None, "haru", "aki"]


async def test_entities_of_one_kind_cost_one_statement(ask):
    one = await ask("mother", QUERY, r=[named("aki")])
    three = await ask("mother", QUERY, r=[named("aki"), named("haru"), named("natsu"), {"__typename": "No", "id": "?"}])

    assert len(three.statements) == len(one.statements) == 2


async def test_the_callers_variables_are_left_as_they_were(ask):
    variables = {"r": [named("aki"), {"__typename": "Nothing"}]}
    before = copy.deepcopy(variables)
    await ask("mother", QUERY, **variables)

    assert variables == before


async def test_a_door_that_is_shut_is_null_without_a_word(ask):
    for who in ("stranger", "counterparty", "ex", "shop", "taxi", "school", "staff_health", "tapped"):
        assert (await ask(who, QUERY, r=[named("aki")])).data == {"_entities": [None]}, who


async def test_each_entity_is_authorised_for_the_end_caller(ask):
    home = {"__typename": "Family", "id": family("hill")}
    told = await ask("ex", QUERY, r=[named("haru"), home])

    assert told.data["_entities"] == [{"__typename": "Child", "id": HARU, "name": "haru"}, None]


async def test_a_literal_representation_is_read_like_a_variable(ask):
    literal = f'{{__typename: "Child", id: "{AKI}"}}'
    text = "{ _entities(representations: [" + literal + "]) { ... on Child { name } } }"

    assert (await ask("mother", text)).data == {"_entities": [{"name": "aki"}]}


async def test_no_representation_is_no_answer(ask):
    assert (await ask("mother", QUERY, r=[])).data == {"_entities": []}
