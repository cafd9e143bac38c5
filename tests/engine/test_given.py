"""The values of variables are those of graphql-core, whichever way they were found."""

import pytest
from graphql.execution.values import get_variable_values

from engine.document import Documents
from engine.given import given_of
from schema.graph import core

ENTITIES = "query ($r: {kind}) {{ _entities(representations: $r) {{ __typename }} }}"
BOTH = "query ($r: [_Any!]!, $i: ID!) { _entities(representations: $r) { __typename } node(id: $i) { id } }"
TEXTS = [
    ENTITIES.format(kind="[_Any!]!"),
    ENTITIES.format(kind="[_Any!]! = [1]"),
    BOTH,
    "query ($i: ID!) { node(id: $i) { id } }",
]
KEY = {"__typename": "Child", "id": "x"}
VALUES = [{}, *({"r": each, "i": "x"} for each in ([KEY] * 3, [], [KEY, None], None, KEY, "x", [[KEY]], (KEY,)))]


@pytest.mark.parametrize("text", TEXTS)
def test_they_are_what_graphql_core_makes_of_them(text):
    document = Documents(core, core).read(text)
    operation = document.operation(None)
    for values in VALUES * 2:
        found = given_of(core, document, operation, values)
        wanted = get_variable_values(core, operation.variable_definitions, values, hide_suggestions=True)
        assert (getattr(found, "coerced", None) or str(found)) == (getattr(wanted, "coerced", None) or str(wanted)), (
            values
        )
