"""What has become due lately for one child, by the days on which it did."""

from collections.abc import Sequence
from datetime import date

from models.checkup import CheckupKind
from models.immunisation import Programme, SeriesStatus
from rules.checkup_plan import DueStatus, Life, plan
from rules.immunisation.telling import Child, schedule
from rules.information import is_lately

TOLD = {SeriesStatus.DUE, SeriesStatus.OVERDUE}
OPEN = {DueStatus.DUE, DueStatus.OVERDUE}


def vaccination_days(today: date, child: Child) -> list[date]:
    """The days of late on which a routine dose became due that is not given yet, earliest first, each once."""
    found = schedule(today, *child)
    series = [] if found is None else found.series
    days = {
        each.next.recommended
        for each in series
        if each.next is not None and each.status in TOLD and each.programme is not Programme.VOLUNTARY
    }
    return sorted(day for day in days if is_lately(today, day))


def checkup_days(today: date, life: Life, done: Sequence[tuple[CheckupKind, date]]) -> list[date]:
    """The days of late on which a checkup began to be offered that did not take place yet, each once."""
    days = {each.opens_on for each in plan(today, life, done).visits if each.status in OPEN}
    return sorted(day for day in days if is_lately(today, day))
