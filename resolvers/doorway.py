"""The door of a source as one caller meets it: what a row must fulfil, as values, and the shape of the predicate."""

from datetime import date
from typing import Any, NamedTuple

from auth.access import Caller, Verdict
from models.organisation import CallerKind
from resolvers.source import Source


class Shape(NamedTuple):
    """Which parts a predicate has. Statements over one source with one shape have one text, whoever asks."""

    by_ids: bool = False
    by_supplier: bool = False
    by_own_ids: bool = False
    veiled_for: CallerKind | None = None
    is_shut: bool = False


OPEN = Shape()


class Doorway(NamedTuple):
    """Rows about one of `ids` (None: about anybody), or that `supplier_id` supplied about one of `own_ids` (likewise).

    `veil`: the kind of caller and the day for which the source's veil is down, see resolvers/source.py.
    """

    ids: frozenset[str] | None = None
    supplier_id: str | None = None
    own_ids: frozenset[str] | None = None
    veil: tuple[CallerKind, date] | None = None
    is_shut: bool = False

    @property
    def shape(self) -> Shape:
        """The shape of the predicate."""
        if self is WAIVED or self == WAIVED:
            return OPEN
        veiled_for = None if self.veil is None else self.veil[0]
        return Shape(
            self.ids is not None, self.supplier_id is not None, self.own_ids is not None, veiled_for, self.is_shut
        )

    def binds(self, pack: Any) -> dict[str, Any]:
        """The values of the predicate, by name."""
        found: dict[str, Any] = {} if self.veil is None else {"today": self.veil[1]}
        if self.ids is not None:
            found["door"] = pack(sorted(self.ids))
        if self.supplier_id is not None:
            found["supplier"] = self.supplier_id
        if self.own_ids is not None:
            found["own"] = pack(sorted(self.own_ids))
        return found

    def holds(self, ids: Any) -> bool:
        """Whether every row about any of these subjects passes, so that no row need be asked."""
        return not self.is_shut and (self.ids is None or self.ids.issuperset(ids))

    def waived(self) -> "Doorway":
        """The same without its predicate, where it is known to hold."""
        return WAIVED if self.veil is None else Doorway(veil=self.veil)

    def met(self, subject_ids: list[str]) -> tuple[list[str], "Doorway"]:
        """Those of the subjects about whom a row can pass at all, and what is left to be asked of such a row."""
        if not self.holds(subject_ids):
            subject_ids = self.admitted(subject_ids)
            if not self.holds(subject_ids):
                return subject_ids, self
        return subject_ids, self.waived()

    def narrowed(self, ids: frozenset[str]) -> "Doorway":
        """The same for rows about these ids alone, where nobody supplies rows."""
        return self._replace(ids=ids if self.ids is None else self.ids & ids)

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
