"""What is collected for a type is what the specification's CollectFields collects, whatever is skipped or spread."""

import pytest
from graphql import OperationDefinitionNode, build_schema, parse
from graphql.execution.collect_fields import FragmentDetails, collect_fields
from graphql.execution.values import VariableValues
from hypothesis import given
from hypothesis import strategies as st

from engine.collect import Selections, conditions

SCHEMA = build_schema("""
  interface Thing { a: Int b: Int me: Query }
  type Query implements Thing { a: Int b: Int me: Query }
  type Other implements Thing { a: Int b: Int me: Query }
  union Either = Query | Other
""")
QUERY = SCHEMA.query_type
BOOLEANS = ("x", "y")
FRAGMENTS = ("One", "Two")
LEAVES = st.sampled_from(["a", "b", "c: a", "a: b", "__typename"])
DIRECTIVES = st.sampled_from(
    ["", "@skip(if: true)", "@skip(if: false)", "@include(if: $x)", "@skip(if: $y)", "@include(if: $x) @skip(if: $y)"]
)
ON = st.sampled_from(["", "on Query", "on Thing", "on Other", "on Either"])


def selections(spreads):
    """A selection set; `spreads` are the fragments that it may use."""
    leaf = st.tuples(LEAVES, DIRECTIVES).map(" ".join)
    if spreads:
        leaf |= st.tuples(st.sampled_from([f"...{name}" for name in spreads]), DIRECTIVES).map(" ".join)
    deeper = lambda inner: st.tuples(ON, DIRECTIVES, inner).map(lambda each: "... {} {} {}".format(*each))  # noqa: E731
    several = lambda one: st.lists(one, min_size=1, max_size=5).map(lambda each: "{" + " ".join(each) + "}")  # noqa: E731
    return several(st.recursive(leaf, lambda one: deeper(several(one)), max_leaves=12))


DOCUMENTS = st.builds(
    lambda main, ons, one, two: (
        f"query ($x: Boolean!, $y: Boolean!) {main} fragment One on {ons[0]} {one} fragment Two on {ons[1]} {two}"
    ),
    selections(FRAGMENTS),
    st.tuples(*[st.sampled_from(["Query", "Thing", "Other", "Either"])] * 2),
    selections(FRAGMENTS[1:]),
    selections(()),
)


def collected(text, booleans):
    """Response key to the positions of the field nodes, as we collect them."""
    tree = parse(text)
    operation = next(each for each in tree.definitions if isinstance(each, OperationDefinitionNode))
    found = Selections(SCHEMA, tree, booleans).fields(QUERY, [operation.selection_set])
    return {key: [node.loc.start for node in nodes] for key, nodes in found.items()}


def specified(text, booleans):
    """The same as graphql-core collects them."""
    operation, *fragments = parse(text).definitions
    known = {each.name.value: FragmentDetails(each) for each in fragments}
    found = collect_fields(SCHEMA, known, VariableValues({}, dict(booleans)), QUERY, operation)
    return {key: [each.node.loc.start for each in details] for key, details in found.grouped_field_set.items()}


@given(DOCUMENTS, st.fixed_dictionaries(dict.fromkeys(BOOLEANS, st.booleans())))
def test_what_is_collected_is_what_the_specification_collects(text, booleans):
    assert list(collected(text, booleans).items()) == list(specified(text, booleans).items())


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("{ a b }", ["a", "b"]),
        ("{ b a b }", ["b", "a"]),
        ("{ c: a @skip(if: true) b }", ["b"]),
        ("{ ...F } fragment F on Other { a }", []),
        ("{ ...F } fragment F on Thing { a }", ["a"]),
        ("{ ... @include(if: false) { a } ... { b } }", ["b"]),
        ("{ a @deprecated(reason: $x) }", ["a"]),
    ],
)
def test_keys_come_in_the_order_of_the_response(text, keys):
    assert list(collected(text, {})) == keys


def test_the_selections_of_one_field_are_merged_and_a_fragment_is_opened_once():
    tree = parse("{ me { a } me { ...F ...F } } fragment F on Query { a b }")
    selected = Selections(SCHEMA, tree, {})
    nodes = selected.fields(QUERY, [tree.definitions[0].selection_set])["me"]
    found = selected.fields(QUERY, [node.selection_set for node in nodes])

    assert {key: len(each) for key, each in found.items()} == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("query ($x: Boolean!) { a @skip(if: $x) }", {"x": False}),
        ("query ($x: Boolean = true) { ... @include(if: $x) { a } }", {"x": True}),
        ("query ($x: Boolean = false) { a @skip(if: $x) }", {"x": False}),
        ("query ($x: Boolean!, $y: Int) { a @skip(if: true) }", {}),
        ("query ($x: Boolean!) { ...F } fragment F on Query { a @include(if: $x) }", {"x": False}),
        ("query ($x: Boolean!) { a @other(if: $x) }", {}),
        ("{ a }", {}),
    ],
)
def test_the_conditions_of_an_operation_are_its_variables_of_skip_and_include(text, found):
    tree = parse(text)

    assert conditions(tree, tree.definitions[0]) == found


def test_a_variable_of_another_operation_is_no_condition_of_this_one():
    tree = parse("query A ($x: Boolean!) { a @skip(if: $x) } query B { a }")

    assert [conditions(tree, each) for each in tree.definitions] == [{"x": False}, {}]
