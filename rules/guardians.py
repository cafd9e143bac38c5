"""Who guards the children of a family, in words a family uses."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

from models.guardianship import GuardianshipKind

MOTHER = GuardianshipKind.BIRTH_MOTHER
FATHER = GuardianshipKind.LEGAL_FATHER
GUARDING = (  # of the edges that make somebody a guardian, the first that applies gives the word
    GuardianshipKind.AUTHORITY_SOLE,
    GuardianshipKind.AUTHORITY_JOINT,
    GuardianshipKind.CUSTODIAN,
    GuardianshipKind.MINOR_GUARDIAN,
    GuardianshipKind.PLACEMENT,
)


class Edge(Protocol):
    """A dated edge with its holder's name."""

    holder_id: str
    name: str
    kind: GuardianshipKind
    valid_from: date
    valid_to: date | None


class Card(NamedTuple):
    """A guardian's name, and the word for what binds them to the children."""

    name: str
    relation: GuardianshipKind


def cards(today: date, edges: Sequence[Edge]) -> list[Card]:
    """One card a guardian in force today, in the order in which the edges come; parents are called so."""
    kinds: dict[tuple[str, str], set[GuardianshipKind]] = {}
    for edge in edges:
        if edge.valid_from <= today and (edge.valid_to is None or today < edge.valid_to):
            kinds.setdefault((edge.holder_id, edge.name), set()).add(edge.kind)
    return [
        Card(name, next(kind for kind in (MOTHER, FATHER, *GUARDING) if kind in held))
        for (_, name), held in kinds.items()
        if held & set(GUARDING)
    ]
