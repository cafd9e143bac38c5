"""Who guards the children of a family, in words a family uses."""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import NamedTuple, Protocol

from models.guardianship import GuardianshipKind
from rules.age import age_months

OF_AGE_MONTHS = 18 * 12  # Civil Code 4


class Relation(Enum):
    """A guardian in the words of the household. By what decision somebody guards is the register's own business."""

    MOTHER = "mother"
    FATHER = "father"
    ADOPTIVE_PARENT = "adoptive parent"
    GUARDIAN = "guardian"


K = GuardianshipKind
GUARDING = {K.AUTHORITY_SOLE, K.AUTHORITY_JOINT, K.CUSTODIAN, K.MINOR_GUARDIAN, K.PLACEMENT}
PARENTS = {  # the first that applies gives the word
    K.BIRTH_MOTHER: Relation.MOTHER,
    K.LEGAL_FATHER: Relation.FATHER,
    K.ADOPTIVE_PARENT: Relation.ADOPTIVE_PARENT,
}


class Edge(Protocol):
    """A dated edge with its holder's name and day of death, and the child's day of birth."""

    holder_id: str
    name: str
    kind: GuardianshipKind
    valid_from: date
    valid_to: date | None
    birth_date: date
    died_on: date | None


class Card(NamedTuple):
    """A guardian's name, and who that is to the children."""

    name: str
    relation: Relation


def cards(today: date, edges: Sequence[Edge]) -> list[Card]:
    """One card a guardian in force today, in the order in which the edges come; parents are called so."""
    kinds: dict[tuple[str, str], set[GuardianshipKind]] = {}
    for edge in edges:
        if _guards(edge, today):
            kinds.setdefault((edge.holder_id, edge.name), set()).add(edge.kind)
    return [
        Card(name, next((word for kind, word in PARENTS.items() if kind in held), Relation.GUARDIAN))
        for (_, name), held in kinds.items()
        if held & GUARDING
    ]


def _guards(edge: Edge, today: date) -> bool:
    """In force, by somebody who lives, for somebody who is not of age."""
    is_over = any(day is not None and day <= today for day in (edge.valid_to, edge.died_on))
    return edge.valid_from <= today and not is_over and age_months(today, edge.birth_date) < OF_AGE_MONTHS
