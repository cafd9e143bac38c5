"""Callers as known: what their relations come to is worked out once, and again as soon as the register says otherwise.

The register is read for every operation, unless the database itself says that nobody has written anything since it was
read last. Where it says the same as before, of the same caller on the same day, then the relations, the doors and the
masks are the same, too: all of them follow from what was read and nothing else.
"""

from collections import OrderedDict
from datetime import date

from auth import relations
from auth.access import Caller, Relations, Standing
from auth.caller import Holder
from engine.cells import Mask
from models.ask import Moment, Now, Rows
from resolvers.doorway import Doorway, doorway
from resolvers.source import Source
from resolvers.straight import register_rows
from resolvers.texts import Texts

KEPT = 1_000  # callers; each asks a few times in the minutes of a visit
MOST_FACTS = 200  # 100 KiB and what follows from them; a family has a dozen, a clinic with thousands is sorted anew
Passing = tuple[frozenset[str], frozenset[str]]


class Known:
    """A caller with what has been decided for them: how they meet doors, and what masks let pass."""

    __slots__ = ("_doors", "_passing", "caller", "today")

    def __init__(self, caller: Caller, today: date) -> None:
        self.caller = caller
        self.today = today
        self._doors: dict[Source, Doorway] = {}
        self._passing: dict[tuple[Mask, ...], tuple[Passing, ...]] = {}

    def door(self, source: Source) -> Doorway:
        """How the caller meets the door of a source."""
        found = self._doors.get(source)
        if found is None:
            found = self._doors[source] = doorway(self.caller, source, self.today)
        return found

    def passing(self, masks: tuple[Mask, ...]) -> tuple[Passing, ...]:
        """The subjects of whom a mask lets everything pass, and those of whom it lets pass what is the caller's own."""
        found = self._passing.get(masks)
        if found is None:
            found = self._passing[masks] = tuple(self._passed(each) for each in masks)
        return found

    def _passed(self, mask: Mask) -> Passing:
        reach = self.caller.within(mask.sees, mask.noun)
        below = reach if mask.follows is None else self.caller.within(mask.follows, mask.noun)
        return reach.ids, below.own_ids


class Facts:
    """What the register said of a holder, and what it comes to."""

    __slots__ = ("_known", "_today", "held", "moment", "rows")

    def __init__(self, holder: Holder, rows: Rows, today: date) -> None:
        self.rows = rows
        self.moment: Moment | None = None  # when it was read last
        self.held = relations.of_holder(holder, rows, today) if rows else Relations()
        self._today = today
        self._known: dict[Standing, Known] = {}

    def says(self, rows: Rows, today: date) -> bool:
        """Whether this is what was read, on the same day."""
        return self.is_of(today) and self.rows == rows

    def is_of(self, today: date) -> bool:
        """Whether it was read on this day."""
        return self._today == today

    def known(self, holder: Holder, standing: Standing) -> Known:
        """The holder, who asks under this standing."""
        found = self._known.get(standing)
        if found is None:
            found = self._known[standing] = Known(Caller(holder, standing, self.held), self._today)
        return found


class Acquaintances:
    """The callers of one process, those who asked last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Holder, Facts] = OrderedDict()

    def expected(self, holder: Holder, today: date) -> Facts | None:
        """What the register said of this holder earlier today: what it will say again, as a rule."""
        found = self._kept.get(holder)
        return found if found is not None and found.is_of(today) else None

    def certain(self, holder: Holder, today: date, moment: Moment | None) -> Facts | None:
        """What the register says of this holder, where nobody can have changed it since it was read."""
        found = None if moment is None else self.expected(holder, today)
        return found if found is not None and found.moment == moment else None

    def facts(self, holder: Holder, rows: Rows, today: date) -> Facts:
        """What these rows come to."""
        found = self._kept.get(holder)
        if found is None or not found.says(rows, today):
            found = Facts(holder, rows, today)
            if len(rows) > MOST_FACTS:
                return found
            self._kept[holder] = found
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(holder)
        return found


async def facts_of(acquaintances: Acquaintances, texts: Texts, now: Now, holder: Holder, today: date) -> Facts:
    """What the register says of this holder today."""
    moment = now.moment
    found = acquaintances.certain(holder, today, moment)
    if found is None:
        found = acquaintances.facts(holder, await register_rows(texts, holder, today, now), today)
        found.moment = moment
    return found
