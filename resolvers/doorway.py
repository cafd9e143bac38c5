"""The door of a source as one caller meets it: what a row must fulfil, as values, and the shape of the predicate."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from auth.access import Caller, Verdict
from models.organisation import CallerKind
from resolvers.source import Source


class Shape(NamedTuple):
    """Which parts a predicate has. Statements over one source with one shape have one text, whoever asks.

    `is_few`: its ids are no more than FEW, so that a row may be compared with each.
    """

    by_ids: bool = False
    by_supplier: bool = False
    by_own_ids: bool = False
    veiled_for: CallerKind | None = None
    is_shut: bool = False
    is_few: bool = False


OPEN = Shape()
FEW = 8  # ids: as many as a family has
Pack = Callable[[Sequence[str]], Any]  # ids as the one value that a driver binds


@dataclass(frozen=True)
class Doorway:
    """Rows about one of `ids` (None: about anybody), or that `supplier_id` supplied about one of `own_ids` (likewise).

    `veil`: the kind of caller and the day for which the source's veil is down, see resolvers/source.py. Callers meet
    the same door again and again, so what it comes to is worked out once.
    """

    ids: frozenset[str] | None = None
    supplier_id: str | None = None
    own_ids: frozenset[str] | None = None
    veil: tuple[CallerKind, date] | None = None
    is_shut: bool = False
    _bound: dict[Pack, dict[str, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def shape(self) -> Shape:
        """The shape of the predicate."""
        veiled_for = None if self.veil is None else self.veil[0]
        return Shape(
            by_ids=self.ids is not None,
            by_supplier=self.supplier_id is not None,
            by_own_ids=self.own_ids is not None,
            veiled_for=veiled_for,
            is_shut=self.is_shut,
            is_few=self.ids is not None and len(self.ids) + len(self.own_ids or ()) <= FEW,
        )

    def binds(self, pack: Pack) -> Mapping[str, Any]:
        """The values of the predicate, by name."""
        found = self._bound.get(pack)
        if found is None:
            found = self._bound[pack] = dict(self._values(pack))
        return found

    def _values(self, pack: Pack) -> Iterator[tuple[str, Any]]:
        if self.veil is not None:
            yield "today", self.veil[1]
        if self.ids is not None:
            yield "door", pack(sorted(self.ids))
        if self.supplier_id is not None:
            yield "supplier", self.supplier_id
        if self.own_ids is not None:
            yield "own", pack(sorted(self.own_ids))

    @cached_property
    def waived(self) -> "Doorway":
        """The same without its predicate, where it is known to hold."""
        return WAIVED if self.veil is None else Doorway(veil=self.veil)

    def holds(self, ids: Iterable[str]) -> bool:
        """Whether every row about any of these subjects passes, so that no row need be asked."""
        return not self.is_shut and (self.ids is None or self.ids.issuperset(ids))

    def met(self, subject_ids: list[str]) -> tuple[list[str], "Doorway"]:
        """Those of the subjects about whom a row can pass at all, and what is left to be asked of such a row."""
        if self.holds(subject_ids):
            return subject_ids, self.waived
        subject_ids = self.admitted(subject_ids)
        return subject_ids, self.waived if self.holds(subject_ids) else self

    def narrowed(self, ids: frozenset[str]) -> "Doorway":
        """The same for rows about these ids alone, where nobody supplies rows."""
        return replace(self, ids=ids if self.ids is None else self.ids & ids)

    def admitted(self, subject_ids: list[str]) -> list[str]:
        """Those of the subjects about whom a row can pass at all."""
        if self.is_shut:
            return []
        if self.ids is None or self.supplier_id is not None:
            return subject_ids
        return [each for each in subject_ids if each in self.ids]


WAIVED = Doorway()


def doorway(caller: Caller, source: Source, today: date) -> Doorway:
    """How this caller meets the door: the same decision as `Caller.sees`, for many rows at once."""
    veil = None if source.veil is None else (caller.holder.kind, today)
    if source.door is None or source.subject is None:
        return Doorway(veil=veil)
    subject = source.subject
    decided = caller.verdict(source.door, subject.noun)
    if decided is not Verdict.ASK:
        return Doorway(veil=veil, is_shut=decided.is_closed)
    reach = caller.reach(source.door, subject.noun, has_supplier=subject.supplier is not None)
    if subject.supplier is None or not (reach.supplies or reach.own_ids):
        return Doorway(reach.ids, veil=veil)
    return Doorway(reach.ids, caller.holder.id, None if reach.supplies else reach.own_ids, veil)
