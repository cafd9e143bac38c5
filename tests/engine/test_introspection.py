"""Asked about itself, the graph tells each kind of caller what it may use, and nothing of the rest."""

from time import process_time

import pytest
from graphql import (
    Visitor,
    build_client_schema,
    build_schema,
    get_introspection_query,
    lexicographic_sort_schema,
    parse,
    print_ast,
    print_schema,
    validate_schema,
    visit,
)

from models.organisation import CallerKind
from schema.graph import core, graph_for, known_to, sdl
from schema.node import NODES
from tests.hanamori import HOLDERS, child

STANDARD = get_introspection_query()
FULL = get_introspection_query(
    input_value_deprecation=True,
    specified_by_url=True,
    one_of=True,
    schema_description=True,
    directive_is_repeatable=True,
)
WHO = {holder.kind: name for name, holder in HOLDERS.items() if name != "tapped"}  # one caller of each kind
KINDS = pytest.mark.parametrize("kind", list(CallerKind), ids=lambda kind: kind.value)
READ_NOWHERE = pytest.mark.parametrize("shared_town", ["sqlite"], indirect=True)  # so one database will do
TYPE = "query ($n: String!) { __type(name: $n) { name fields { name } inputFields { name } enumValues { name } } }"
POSSIBLE = """{ __schema { types { name possibleTypes { name } interfaces { name }
  fields { name type { name ofType { name ofType { name ofType { name } } } } args { name type { name } } } } } }"""


class Undirected(Visitor):
    """Takes off what composes graphs; the rest of a printed schema is its types."""

    def enter_directive(self, node, *_):
        return None if node.name.value in {"deprecated", "specifiedBy", "oneOf"} else self.REMOVE


def plain(printed):
    """A printed schema without federation directives, in one order."""
    text = print_ast(visit(parse(printed), Undirected()))
    return print_schema(lexicographic_sort_schema(build_schema(text)))


@KINDS
@READ_NOWHERE
async def test_the_standard_query_tells_what_is_printed_for_the_kind(ask, kind, unmeasured):
    found = {text: build_client_schema((await ask(WHO[kind], text)).data) for text in (STANDARD, FULL)}
    told = {text: print_schema(lexicographic_sort_schema(each)) for text, each in found.items()}

    assert told == dict.fromkeys(found, plain(sdl(kind)))
    assert validate_schema(found[FULL]) == []


@KINDS
def test_what_is_told_is_what_runs(kind):
    """Descriptions, arguments, deprecations and values of enums are those of the one graph."""
    for name, told in known_to(kind).type_map.items():
        real = core.type_map[name]
        assert told.description == real.description
        for key, field in getattr(told, "fields", {}).items():
            assert said(field) == said(real.fields[key])
        assert getattr(told, "values", {}).keys() == getattr(real, "values", {}).keys()


def said(field):
    arguments = {name: (str(each.type), each.description) for name, each in getattr(field, "args", {}).items()}
    return str(field.type), field.description, field.deprecation_reason, arguments


@KINDS
@READ_NOWHERE
async def test_a_type_that_is_not_of_the_kind_is_unknown(ask, kind, unmeasured):
    told = known_to(kind).type_map
    hidden = [name for name in core.type_map if name not in told]
    found = [(await ask(WHO[kind], TYPE, n=name)).raw for name in [*hidden, "Nothing"]]

    assert set(found) == {b'{"data":{"__type":null}}'}


@KINDS
@READ_NOWHERE
async def test_no_way_through_introspection_leads_beyond_the_kind(ask, kind, unmeasured):
    told = (await ask(WHO[kind], POSSIBLE)).raw.decode()
    hidden = [name for name in core.type_map if name not in known_to(kind).type_map]

    assert [name for name in hidden if f'"{name}"' in told] == []


# What was published, what a clinic's or a school's record was taken for, and what a taxi company claimed.
OF_STAFF = {"Announcement", "RecordReview", "SchoolReview", "Claim"}


async def test_behind_an_interface_stand_the_nodes_of_the_kind(ask):
    text = '{ __type(name: "Node") { possibleTypes { name } } }'
    names = {
        who: {each["name"] for each in (await ask(who, text)).data["__type"]["possibleTypes"]}
        for who in ("anonymous", "shop", "mother")
    }

    assert names == {"anonymous": set(), "shop": {"PointEntry"}, "mother": set(NODES) - OF_STAFF}


async def test_a_type_tells_the_fields_of_the_kind_alone(ask):
    text = '{ __type(name: "Ride") { fields { name } } }'
    names = {
        who: {each["name"] for each in (await ask(who, text)).data["__type"]["fields"]}
        for who in ("taxi", "staff_taxi")
    }

    assert names["taxi"] - names["staff_taxi"] == {"pickUp", "dropOff"}


async def test_introspection_and_data_are_answered_together(ask):
    text = "query ($i: ID!) { __schema { queryType { name } } node(id: $i) { __typename id } today { __typename } }"

    assert (await ask("mother", text, i=child("aki"))).data == {
        "__schema": {"queryType": {"name": "Query"}},
        "node": {"__typename": "Child", "id": child("aki")},
        "today": {"__typename": "Today"},
    }


async def test_introspection_reads_no_row_of_the_town(ask):
    told = await ask("staff_health", STANDARD)

    assert told.statements == []
    assert told.denied == {}


async def test_what_one_kind_is_told_is_no_public_answer(ask):
    assert not (await ask("anonymous", STANDARD)).public


async def test_a_list_of_lists_of_types_is_refused(ask):
    told = await ask(
        "staff_health", "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    )

    assert told.codes == ["OPERATION_TOO_COSTLY"]


def test_the_part_of_a_kind_is_made_once_and_within_the_budget_of_a_document():
    sdl()
    known_to(CallerKind.ANONYMOUS)  # reads the printed graph, which an engine does before it answers
    known_to.cache_clear()
    started = process_time()
    made = known_to(CallerKind.SHOP)

    assert process_time() - started < 0.020
    assert known_to(CallerKind.SHOP) is made
    assert graph_for(CallerKind.SHOP) is graph_for(CallerKind.SHOP)
