"""A family's guardians in words a family uses."""

from datetime import date
from typing import NamedTuple

import pytest

from models.guardianship import GuardianshipKind as K
from rules.guardians import Card, Relation, cards

TODAY = date(2026, 11, 23)


class Edge(NamedTuple):
    holder_id: str
    kind: K
    valid_from: date = TODAY
    valid_to: date | None = None
    name: str = "花"
    birth_date: date = date(2020, 1, 1)
    died_on: date | None = None


@pytest.mark.parametrize(
    "edge",
    [
        Edge("a", K.BIRTH_MOTHER),
        Edge("a", K.LEGAL_FATHER),
        Edge("a", K.AUTHORITY_SUSPENDED),
        Edge("a", K.SPECIFIC_MATTER),
        Edge("a", K.PROPERTY_GUARDIAN),
        Edge("a", K.AUTHORITY_SOLE, date(2026, 11, 24)),
        Edge("a", K.AUTHORITY_SOLE, date(2026, 1, 1), TODAY),
        Edge("a", K.AUTHORITY_SOLE, died_on=TODAY),
        Edge("a", K.AUTHORITY_SOLE, birth_date=date(2008, 11, 23)),
    ],
)
def test_who_does_not_guard_today_has_no_card(edge):
    assert cards(TODAY, [edge]) == []


@pytest.mark.parametrize("kind", [K.AUTHORITY_SOLE, K.AUTHORITY_JOINT, K.CUSTODIAN, K.MINOR_GUARDIAN, K.PLACEMENT])
def test_who_guards_has_one_card(kind):
    edge = Edge("a", kind, TODAY, date(2026, 11, 24), birth_date=date(2008, 11, 24), died_on=date(2026, 11, 24))

    assert cards(TODAY, [edge]) == [Card("花", Relation.GUARDIAN)]


@pytest.mark.parametrize(
    ("parent", "word"),
    [
        (K.BIRTH_MOTHER, Relation.MOTHER),
        (K.LEGAL_FATHER, Relation.FATHER),
        (K.ADOPTIVE_PARENT, Relation.ADOPTIVE_PARENT),
    ],
)
def test_a_parent_who_guards_is_called_so(parent, word):
    assert cards(TODAY, [Edge("a", K.AUTHORITY_JOINT), Edge("a", parent)]) == [Card("花", word)]


def test_a_guardian_of_two_children_has_one_card_in_the_order_of_the_edges():
    mother = [Edge("a", K.AUTHORITY_JOINT, name="紬"), Edge("a", K.BIRTH_MOTHER, name="紬")]
    edges = [Edge("b", K.CUSTODIAN), *mother, Edge("b", K.AUTHORITY_SOLE)]

    assert cards(TODAY, edges) == [Card("花", Relation.GUARDIAN), Card("紬", Relation.MOTHER)]


def test_a_family_without_edges_has_no_guardians():
    assert cards(TODAY, []) == []
