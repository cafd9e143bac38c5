"""Looks: what one operation shows of whom, noted cell by cell while it is answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from auth.access import Caller
from auth.policy import (
    AUTHORITY_WITHOUT_CARE,
    CUSTODIAN_ONLY,
    GUARDIAN_JOINT_NONRESIDENT,
    GUARDIAN_JOINT_RESIDENT,
    GUARDIAN_SOLE,
    MINOR_GUARDIAN,
    PREGNANT_SELF,
    SELF_15_17,
    SELF_18PLUS,
    SELF_UNDER15,
)
from models.organisation import CallerKind

# Guardians and the person: what they see of a record is theirs. A facility, a parent without authority and whoever was
# invited are others.
OWNERS = {
    GUARDIAN_SOLE,
    GUARDIAN_JOINT_RESIDENT,
    GUARDIAN_JOINT_NONRESIDENT,
    CUSTODIAN_ONLY,
    AUTHORITY_WITHOUT_CARE,
    MINOR_GUARDIAN,
    SELF_UNDER15,
    SELF_15_17,
    SELF_18PLUS,
    PREGNANT_SELF,
}


class Looks:
    """Cells shown, by subject and field; ids asked for in vain.

    A cell is one declared field, not public and not null, on one row; under two aliases it is two, and a list is as
    many as it has members. What a person sees of `own` subjects is theirs and is not noted.
    """

    __slots__ = ("_own", "alike", "cells", "tries")

    def __init__(self, own: frozenset[str] = frozenset()) -> None:
        self._own = own
        self.cells: dict[str | None, dict[str, int]] = {}
        self.alike: list[tuple[Sequence[str], Mapping[str | None, int]]] = []  # fields of many subjects at once
        self.tries: dict[str, bool] = {}

    def saw(self, field: str, subject_id: str | None, times: int = 1) -> None:
        """Note that `field` ("Child.name") was shown on so many rows about this subject."""
        if subject_id in self._own:
            return
        seen = self.cells.get(subject_id)
        if seen is None:
            seen = self.cells[subject_id] = {}
        seen[field] = seen.get(field, 0) + times

    def saw_each(self, fields: Sequence[str], times_by_subject: Mapping[str | None, int]) -> None:
        """The same for fields that were shown on the same rows, so many of them about each subject."""
        if self._own:
            times_by_subject = {id: times for id, times in times_by_subject.items() if id not in self._own}
        if fields and times_by_subject:
            self.alike.append((fields, times_by_subject))

    @property
    def has_any(self) -> bool:
        """Whether anything was shown or asked for in vain."""
        return bool(self.cells or self.alike or self.tries)

    def tried(self, id: str, *, is_untold: bool = False) -> None:
        """Note that a well-formed id was answered by null or a refusal; `is_untold`: residents are not told of it."""
        self.tries[id] = is_untold


def cells_of(value: Any) -> int:
    """How many cells a value is. An empty list is one: that there is nothing is told, too."""
    return max(1, len(value)) if isinstance(value, list) else int(value is not None)


def watch(caller: Caller) -> tuple[Looks | None, Looks | None]:
    """Where looks at records are noted, and where looks at the log itself and vain tries are.

    The first is None for callers who see nothing but what they hold as guardians or for themselves, so that it costs
    them nothing; the second for those who have not logged in.
    """
    kind = caller.holder.kind
    if kind is CallerKind.ANONYMOUS:
        return None, None
    notes = Looks()
    if kind is not CallerKind.RESIDENT:
        return notes, notes
    if "own" not in caller.remembered:
        caller.remembered["own"] = _own(caller)
    own, is_watched = caller.remembered["own"]
    return (Looks(own) if is_watched else None), notes


def _own(caller: Caller) -> tuple[frozenset[str], bool]:
    """Subjects whose records are the caller's own, and whether there are others that the caller sees."""
    held = caller.relations.held.items()
    own = frozenset[str]().union(*(ids for (policy, _), ids in held if policy in OWNERS))
    others = (*caller.relations.granted.values(), *(ids for (policy, _), ids in held if policy not in OWNERS))
    return own, any(not ids <= own for ids in others)
