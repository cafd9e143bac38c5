"""What one request carries: who asks, when, in which language, and how rows are read."""

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from auth.access import Caller
from auth.signature import Signing
from models.store import Store
from resolvers.looks import Looks, watch
from resolvers.reader import Reader
from rules.town_time import TOWN_TIME


@dataclass(slots=True, eq=False)
class Context:
    """`now` is the domain clock (aware); `reader` reads in the request's one snapshot; deeds write through `store`.

    `signing` checks signed documents; without it none counts. `event`: of a subscription, the id of the row that it
    tells of. `looks` and `notes` are where is noted what the access log will hold, see resolvers/looks.py. `walked`:
    the fields that are answered side by side, each walked to its end.
    """

    caller: Final[Caller]
    reader: Final[Reader]
    store: Final[Store]
    now: Final[datetime]
    municipality_code: Final[str]
    language: Final[str] = "ja"
    signing: Final[Signing | None] = None
    event: Final[str | None] = None
    walked: Final[list[asyncio.Task[Any]]] = field(default_factory=list)
    _looks: Looks | None = field(init=False)
    _notes: Looks | None = field(init=False)

    def __post_init__(self) -> None:
        self.watch_anew()

    def watch_anew(self) -> None:
        """Note looks as this caller's relations now say, which a deed may have changed."""
        self._looks, self._notes = watch(self.caller)

    @property
    def looks(self) -> Looks | None:
        """Where looks at records are noted; None for those whose looks are not."""
        return self._looks

    @property
    def notes(self) -> Looks | None:
        """Where vain tries and looks at the log itself are; None for those who have not logged in."""
        return self._notes

    @property
    def today(self) -> date:
        """The town's calendar day."""
        return today(self.now)


def today(now: datetime) -> date:
    """The calendar day in Asia/Tokyo."""
    return now.astimezone(TOWN_TIME).date()
