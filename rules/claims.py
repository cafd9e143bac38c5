"""A month's claim: the lines of one taxi company as a file that can be made again, byte by byte (D21).

Once a month is closed, what changes of its rides is an adjustment in the next one. The file holds no rider.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

HEAD = "kind,ride,service_day,riders,fare_yen,subsidy_yen"


class Line(NamedTuple):
    """What was posted of one ride to a month; `riders`: registered ones aboard, with or without a ride left."""

    ride_id: str
    service_day: date
    riders: int
    fare_yen: int
    subsidy_yen: int


class File(NamedTuple):
    """A claim's file and its sums."""

    content: str
    sha256: str
    ride_count: int
    subsidy_yen: int
    adjustment_yen: int


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def claim_month(service_day: date, last_closed: date | None) -> date:
    """The month that something posted now belongs to: the ride's own, or the first that is not closed."""
    own = month_of(service_day)
    return own if last_closed is None or last_closed < own else next_month(last_closed)


def claim_file(month: date, lines: Iterable[Line]) -> File:
    """The file of a month: its own rides first, by day and id, then adjustments to earlier ones."""
    ordered = sorted(lines, key=lambda line: (line.service_day < month, line.service_day, line.ride_id))
    rows = [",".join([_kind(month, line), *map(str, line)]) for line in ordered]
    content = "\n".join([HEAD, *rows]) + "\n"
    own = [line for line in ordered if line.service_day >= month]
    total_yen = sum(line.subsidy_yen for line in ordered)
    adjusted_yen = total_yen - sum(line.subsidy_yen for line in own)
    return File(content, hashlib.sha256(content.encode()).hexdigest(), len(own), total_yen, adjusted_yen)


def _kind(month: date, line: Line) -> str:
    return "RIDE" if line.service_day >= month else "ADJUSTMENT"
