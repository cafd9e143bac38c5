"""What a resident may see of a child, by hand: the part of the permission table that a family page needs.

Written for this page and for guardians alone: no consents, no records of one's own, no pregnancies, rides or points.
"""

from collections import defaultdict
from collections.abc import Iterable
from enum import Enum, auto
from typing import NamedTuple

AUTHORITY = frozenset({"AUTHORITY_SOLE", "AUTHORITY_JOINT"})


class Right(Enum):
    """Everything; or everything but what tells where the child is."""

    WHOLE = auto()
    MASKED = auto()


class Edge(NamedTuple):
    """A relation in force, and where its holder lives."""

    child_id: str
    family_id: str
    holder_id: str
    kind: str
    home_id: str | None


def rights(me: str, edges: Iterable[Edge], kept_away: frozenset[str]) -> dict[str, Right]:
    """Per child what this resident may see; children of families that a measure protects are not there."""
    by_child: defaultdict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.family_id not in kept_away:
            by_child[edge.child_id].append(edge)
    found = {child_id: _right(me, about) for child_id, about in by_child.items()}
    return {child_id: right for child_id, right in found.items() if right is not None}


def _right(me: str, edges: list[Edge]) -> Right | None:
    mine = {edge.kind for edge in edges if edge.holder_id == me}
    if mine & {"MINOR_GUARDIAN", "PLACEMENT"}:
        return Right.WHOLE
    is_custodian = "CUSTODIAN" in mine
    if not mine & AUTHORITY or "AUTHORITY_SUSPENDED" in mine:
        return Right.WHOLE if is_custodian else None
    is_home = any(edge.holder_id == me and edge.home_id == edge.family_id for edge in edges)
    has_custodian = any(edge.kind == "CUSTODIAN" and edge.holder_id != me for edge in edges)
    if has_custodian and not is_custodian:
        return Right.MASKED
    return Right.WHOLE if is_home or is_custodian or "AUTHORITY_SOLE" in mine else Right.MASKED
