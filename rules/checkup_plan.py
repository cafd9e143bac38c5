"""What is due: each visit of the programme for one child, as of a day."""

from collections.abc import Collection, Sequence
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from models.checkup import CheckupKind
from models.ids import CODE_LENGTH
from rules.checkup_programme import VERSION, Law, SchoolYear, Visit, school_years, visits
from rules.school_items import is_examination


class DueStatus(Enum):
    """How a visit stands on a day."""

    NOT_YET = "its window has not opened"
    DUE = "its window is open"
    OVERDUE = "the usual time is over, and it is still offered"
    DONE = "it took place"
    AGED_OUT = "its window has closed, and it did not take place here"
    CLOSED = "nothing is due any more"


class Window(NamedTuple):
    """Due from `opens_on`, overdue after `standard_to`, not offered after `closes_on`; all three included."""

    opens_on: date
    standard_to: date
    closes_on: date

    def status(self, today: date, *, is_closed: bool = False) -> DueStatus:
        """How what has not taken place stands."""
        if is_closed:
            return DueStatus.CLOSED
        if today < self.opens_on:
            return DueStatus.NOT_YET
        if today > self.closes_on:
            return DueStatus.AGED_OUT
        return DueStatus.DUE if today <= self.standard_to else DueStatus.OVERDUE


class PlannedCheckup(NamedTuple):
    """One visit of one child."""

    kind: CheckupKind
    status: DueStatus
    opens_on: date
    standard_to: date
    closes_on: date
    done_on: date | None
    law: Law
    source: str


class PlannedYear(NamedTuple):
    """One school year of one child."""

    grade: int
    status: DueStatus
    opens_on: date
    standard_to: date
    closes_on: date
    done_on: date | None


class CheckupPlan(NamedTuple):
    """A plan says by which version of the table it was made, and as of which day."""

    as_of: date
    rules_version: str
    visits: list[PlannedCheckup]


class Life(NamedTuple):
    """What of a child's life the programme depends on."""

    municipality_code: str
    born_on: date
    died_on: date | None = None
    moved_out_on: date | None = None

    def is_over(self, today: date) -> bool:
        """Whether the child has died or moved out."""
        return any(day is not None and day <= today for day in (self.died_on, self.moved_out_on))


def plan(today: date, life: Life, done: Collection[tuple[CheckupKind, date]]) -> CheckupPlan:
    """Each visit that the child is or was offered, in order. `done`: what took place, and when."""
    return CheckupPlan(
        today,
        VERSION,
        [_planned(today, life, visit, done) for visit in visits(life.municipality_code, life.born_on)],
    )


def _planned(today: date, life: Life, visit: Visit, done: Collection[tuple[CheckupKind, date]]) -> PlannedCheckup:
    window = Window(*(point(life.born_on) for point in (visit.opens, visit.standard_to, visit.closes)))
    done_on = min((day for kind, day in done if kind is visit.kind and day <= today), default=None)
    status = window.status(today, is_closed=life.is_over(today)) if done_on is None else DueStatus.DONE
    return PlannedCheckup(visit.kind, status, *window, done_on, visit.law, visit.source)


def of_child(today: date, *facts: Any) -> CheckupPlan:
    """The plan over a child's id, birth date, days of death and of moving out, and its checkups."""
    id, born_on, died_on, moved_out_on, checkups = facts
    life = Life(id[:CODE_LENGTH], born_on, died_on, moved_out_on)  # who issued the id runs the programme
    return plan(today, life, [(each.kind, each.checked_on) for each in checkups])


def of_pupil(today: date, *facts: Any) -> list[PlannedYear]:
    """The school years of a child, over its birth date, days of death and of moving out, and its school checkups.

    What a school only measured is no checkup.
    """
    born_on, died_on, moved_out_on, entries = facts
    checkups = [each for each in entries if is_examination(each)]
    is_over = Life("", born_on, died_on, moved_out_on).is_over(today)
    return [_year(today, each, checkups, is_over=is_over) for each in school_years(born_on)]


def _year(today: date, year: SchoolYear, checkups: Sequence[Any], *, is_over: bool) -> PlannedYear:
    window = Window(*year[1:])
    days = [each.checked_on for each in checkups if window.opens_on <= each.checked_on <= window.closes_on]
    status = DueStatus.DONE if days else window.status(today, is_closed=is_over)
    return PlannedYear(year.grade, status, *window, min(days, default=None))
