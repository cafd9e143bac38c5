"""One run of a plan: who asks, with which variables, what answers at once, and what was found on the way."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from graphql.execution.values import VariableValues

from auth.access import Caller
from engine.known import Known
from models.ask import Now
from resolvers.context import Context
from resolvers.cursor import Cursors


@dataclass(slots=True)
class Run:
    """`found`: rows of the roots with how often the answer shows each (None: once), for the access log.

    `me`: the id of whoever asks; `today`: the town's calendar day.
    """

    context: Context
    known: Known
    cursors: Cursors
    given: VariableValues
    now: Now
    found: list[tuple[Any, list[int] | None]] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    caller: Caller = field(init=False)
    today: date = field(init=False)
    me: str = field(init=False)

    def __post_init__(self) -> None:
        self.caller, self.today = self.known.caller, self.known.today
        self.me = self.caller.holder.id
