"""docs/registry.md: every deed of the register has its heading, and every example is one that the graph understands."""

import re

import pytest
from graphql import parse, validate

from schema.graph import core
from tests.house.source import ROOT

PAGE = (ROOT / "docs" / "registry.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL)


def deeds():
    for name, field in core.mutation_type.fields.items():
        if "RegisterChange" in {each.name for each in core.get_possible_types(field.type.of_type)}:
            yield name


def test_every_deed_of_the_register_has_its_heading_and_its_example():
    assert set(re.findall(r"^### (\w+)$", PAGE, re.MULTILINE)) == set(deeds())
    assert [name for name in deeds() if not any(f"  {name}(" in each for each in EXAMPLES)] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_graph_understands_every_example(example):
    assert validate(core, parse(example)) == []
