"""One run of a plan: who asks, with which variables, and what was found on the way."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from graphql.execution.values import VariableValues

from auth.access import Caller
from engine.cells import Mask
from resolvers.context import Context
from resolvers.cursor import Cursors
from resolvers.doorway import Doorway, doorway
from resolvers.source import Source


@dataclass(slots=True)
class Run:
    """`found`: rows of the roots with how often the answer shows each (None: once), for the access log."""

    context: Context
    cursors: Cursors
    given: VariableValues
    found: list[tuple[Any, list[int] | None]] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    caller: Caller = field(init=False)
    today: date = field(init=False)
    me: str = field(init=False)
    _doors: dict[Source, Doorway] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.caller = self.context.caller
        self.today = self.context.today
        self.me = self.caller.holder.id

    def door(self, source: Source) -> Doorway:
        """How the caller meets the door of a source."""
        found = self._doors.get(source)
        if found is None:
            found = self._doors[source] = doorway(self.caller, source, self.today)
        return found

    def mask(self, mask: Mask) -> tuple[frozenset[str], frozenset[str], bool]:
        """What a mask lets pass, as `Caller.sees`: subjects, those of supplied rows, and whether all of these."""
        reach = self.caller.within(mask.sees, mask.noun)
        if mask.follows is None:
            return reach.ids, reach.own_ids, reach.supplies
        below = self.caller.within(mask.follows, mask.noun)
        return reach.ids, below.own_ids, below.supplies
