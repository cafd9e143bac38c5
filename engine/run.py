"""One run of a plan: who asks, with which variables, what answers at once, and what was found on the way."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from graphql.execution.values import VariableValues

from auth.access import Caller
from engine.cells import Level
from engine.known import Known, Passing
from models.ask import Now
from resolvers.context import Context
from resolvers.cursor import Cursors
from resolvers.doorway import Doorway
from resolvers.source import Source


@dataclass(slots=True)
class Run:
    """`found`: rows of the roots with how often the answer shows each (None: once), for the access log."""

    context: Context
    known: Known
    cursors: Cursors
    given: VariableValues
    now: Now
    found: list[tuple[Any, list[int] | None]] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return self.known.caller

    @property
    def today(self) -> date:
        """The town's calendar day."""
        return self.known.today

    @property
    def me(self) -> str:
        """The id of whoever asks."""
        return self.known.caller.holder.id

    def door(self, source: Source) -> Doorway:
        """How the caller meets the door of a source."""
        return self.known.door(source)

    def passing(self, level: Level) -> list[Passing]:
        """What each mask of a level lets pass, as `Caller.sees`."""
        return [self.known.passing(mask) for mask in level.masks]
