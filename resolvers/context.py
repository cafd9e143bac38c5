"""What one request carries: who asks, when, in which language, and how rows are read."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from auth.access import Caller
from models.store import Store
from resolvers.reader import Reader

TOWN_TIME = ZoneInfo("Asia/Tokyo")  # every "today" of the town is this zone's


@dataclass(frozen=True, slots=True)
class Context:
    """`now` is the domain clock (aware); `reader` reads in the request's one snapshot; deeds write through `store`."""

    caller: Caller
    reader: Reader
    store: Store
    now: datetime
    municipality_code: str
    language: str = "ja"

    @property
    def today(self) -> date:
        """The town's calendar day."""
        return today(self.now)


def today(now: datetime) -> date:
    """The calendar day in Asia/Tokyo."""
    return now.astimezone(TOWN_TIME).date()
