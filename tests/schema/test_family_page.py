"""The page that a guardian opens first: what it shows, and what it costs."""

import pytest

from models.child import Child
from models.ids import Letter
from models.resident import Sex
from tests.hanamori import BIRTHS, TODAY, child, family, id_of, resident
from models.guardianship import Guardianship, GuardianshipKind
from tests.hanamori import LONG_AGO, NOW

PAGE = """{ viewer { family { address children { edges { node { id name
  checkups { edges { node { kind } } } vaccinations { edges { node { vaccine } } } } } } } } }"""


async def test_a_mother_sees_the_children_of_her_household_eldest_first(ask):
    found = (await ask("mother", PAGE)).data["viewer"]["family"]["children"]["edges"]

    assert [edge["node"]["name"] for edge in found] == ["natsu", "haru", "aki"]
