"""Looks up the permission of a field by the names that a client uses."""

from auth.access import Access
from models.subject import Noun
from schema.declare import Field
from schema.node import DEEDS, NODES, ROOTS

Guarded = tuple[Access, Noun | None]


def field_of(owner: str, name: str) -> Guarded | None:
    """The permission of a declared field and the noun that it is about; None for the plumbing of the graph."""
    if owner in NODES:
        return _guarded(NODES[owner].fields.get(name), NODES[owner].noun)
    if owner in ROOTS:
        declared = ROOTS[owner].get(name)
        return _guarded(declared, declared.noun if declared else None)
    return DEEDS.get(name) if owner == "Mutation" else None


def _guarded(declared: Field | None, noun: Noun | None) -> Guarded | None:
    return None if declared is None else (declared.access, noun)
