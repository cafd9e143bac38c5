"""The standard introspection query is an ordinary question: within the limits, and answered with the graph as it is."""

import pytest
from graphql import build_client_schema, get_introspection_query, validate_schema

from schema.graph import core

STANDARD = get_introspection_query()
FULL = get_introspection_query(input_value_deprecation=True, specified_by_url=True, one_of=True)


@pytest.mark.parametrize("text", [STANDARD, FULL], ids=["standard", "full"])
async def test_the_standard_query_is_answered(ask, text):
    found = build_client_schema((await ask("staff_health", text)).data)

    assert validate_schema(found) == []
    assert set(found.type_map) == set(core.type_map)


async def test_introspection_reads_no_row_of_the_town(ask):
    told = await ask("staff_health", STANDARD)

    assert told.statements == []
    assert told.denied == {}


async def test_a_list_of_lists_of_types_is_refused(ask):
    told = await ask(
        "staff_health", "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    )

    assert told.codes == ["OPERATION_TOO_COSTLY"]
