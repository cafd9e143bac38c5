"""What one request carries: who asks, when, in which language, and how rows are read."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from auth.access import Caller
from auth.signature import Signing
from models.store import Store
from resolvers.looks import Looks, watch
from resolvers.reader import Reader
from rules.town_time import TOWN_TIME


@dataclass(frozen=True, slots=True)
class Context:
    """`now` is the domain clock (aware); `reader` reads in the request's one snapshot; deeds write through `store`.

    `signing` checks signed documents; without it none counts. `event`: of a subscription, the id of the row that it
    tells of. `looks` and `notes` are where is noted what the access log will hold, see resolvers/looks.py. `walked`:
    the fields that are answered side by side, each walked to its end.
    """

    caller: Caller
    reader: Reader
    store: Store
    now: datetime
    municipality_code: str
    language: str = "ja"
    signing: Signing | None = None
    event: str | None = None
    looks: Looks | None = field(init=False)
    notes: Looks | None = field(init=False)
    walked: list[asyncio.Task[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watch_anew()

    def watch_anew(self) -> None:
        """Note looks as this caller's relations now say, which a deed may have changed."""
        looks, notes = watch(self.caller)
        object.__setattr__(self, "looks", looks)
        object.__setattr__(self, "notes", notes)

    @property
    def today(self) -> date:
        """The town's calendar day."""
        return today(self.now)


def today(now: datetime) -> date:
    """The calendar day in Asia/Tokyo."""
    return now.astimezone(TOWN_TIME).date()
