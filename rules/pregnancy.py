"""Pregnancy by the calendar: week and day, the fourteen visits and the two after birth, and which days are possible."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from models.pregnancy import Outcome
from models.pregnancy_checkup import MaternalVisit
from rules.births import OVERDUE, TERM
from rules.checkup_plan import DueStatus, Window
from rules.immunisation.reckoning import reached_months

VERSION = "2026-11"
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
WEEKS_IN_MONTH = 4
# An expected day further off is asked about: decided by this project after the specification of a record of its kind.
PAST_MOST, AHEAD_MOST = timedelta(days=70), timedelta(days=320)
MHLW = "厚生労働省 leaflet on checkups in pregnancy, as the specification of kurashi-rakuda quotes it"
AFTER_BIRTH = "こども家庭庁: subsidised twice, at 2 weeks and 1 month; the days are this project's"
# Every 4 weeks to week 23, every 2 to week 35, weekly from 36 on: 14 visits, which every municipality funds.
WEEKS = (8, 12, 16, 20, 24, 26, 28, 30, 32, 34, 36, 37, 38, 39)
LAST_WEEK = 42  # from 42 weeks 0 days on a pregnancy is post-term
# Who comes a few days early comes for the visit to be; where visits are weekly, half a week.
EARLY, EARLY_WEEKLY = timedelta(days=7), timedelta(days=3)


class Gestation(NamedTuple):
    """Completed weeks and days since the last period, and the month as it is counted: the first is 1."""

    week: int
    day: int
    month: int


class PlannedVisit(NamedTuple):
    """One visit: in pregnancy with its number and week, after birth without."""

    kind: MaternalVisit
    number: int | None
    week: int | None
    status: DueStatus
    opens_on: date
    standard_to: date
    closes_on: date
    done_on: date | None


class VisitPlan(NamedTuple):
    """Every visit, by which version of the table and as of which day."""

    as_of: date
    rules_version: str
    source: str
    visits: list[PlannedVisit]


class Course(NamedTuple):
    """What of a pregnancy its visits depend on."""

    due_on: date
    ended_on: date | None
    outcome: Outcome | None


def gestation(day: date, due_on: date, ended_on: date | None = None) -> Gestation | None:
    """On a day; None before it began and from its end on."""
    days = (day - (due_on - TERM)).days
    if days < 0 or (ended_on is not None and day >= ended_on):
        return None
    return Gestation(days // 7, days % 7, days // 7 // WEEKS_IN_MONTH + 1)


def is_possible_due(today: date, due_on: date) -> bool:
    """Whether an expected day is one that somebody can be told today."""
    return today - PAST_MOST <= due_on <= today + AHEAD_MOST


def is_possible_visit(kind: MaternalVisit, day: date, course: Course) -> bool:
    """Whether such a visit can have been on that day: in pregnancy until its end, after birth for half a year."""
    began_on = course.due_on - TERM
    if kind is MaternalVisit.PREGNANCY:
        return began_on <= day <= (course.ended_on or course.due_on + OVERDUE)
    is_born = course.ended_on is not None and course.outcome is Outcome.BIRTH
    if kind is MaternalVisit.DELIVERY:
        return course.ended_on is not None and day == course.ended_on
    return is_born and course.ended_on is not None and course.ended_on < day <= reached_months(course.ended_on, 6)


def plan(today: date, *facts: Any) -> VisitPlan:
    """The visits over a pregnancy's expected day, end and outcome, and its checkups."""
    due_on, ended_on, outcome, checkups = facts
    course = Course(due_on, ended_on, outcome)
    return VisitPlan(today, VERSION, MHLW, [*_before(today, course, checkups), *_after(today, course, checkups)])


def windows(due_on: date) -> list[Window]:
    """Of each visit: due in its week, overdue until the next visit is due."""
    starts = [due_on - TERM + week * WEEK for week in (*WEEKS, LAST_WEEK)]
    return [Window(start, start + WEEK - DAY, following - DAY) for start, following in pairwise(starts)]


def _before(today: date, course: Course, checkups: Sequence[Any]) -> list[PlannedVisit]:
    kept = windows(course.due_on)
    held = [each for each in checkups if each.kind is MaternalVisit.PREGNANCY]
    done: dict[int, date] = {}
    for each in held:
        number = each.visit_number or _number(kept, each.checked_on)
        done.setdefault(number, each.checked_on)
    is_over = course.ended_on is not None and course.ended_on <= today
    return [
        PlannedVisit(
            MaternalVisit.PREGNANCY,
            number,
            week,
            DueStatus.DONE if number in done else window.status(today, is_closed=is_over),
            *window,
            done.get(number),
        )
        for number, (week, window) in enumerate(zip(WEEKS, kept, strict=True), start=1)
    ]


def _number(kept: Sequence[Window], day: date) -> int:
    """The visit for which somebody came on this day: the last that had begun or was about to, at least the first."""
    found = 1
    for number, window in enumerate(kept, start=1):
        is_weekly = number > 1 and window.opens_on - kept[number - 2].opens_on == WEEK
        if window.opens_on - (EARLY_WEEKLY if is_weekly else EARLY) <= day:
            found = number
    return found


def _after(today: date, course: Course, checkups: Sequence[Any]) -> list[PlannedVisit]:
    """None before birth, and none after any other end."""
    if course.ended_on is None or course.outcome is not Outcome.BIRTH:
        return []
    born = course.ended_on
    month = reached_months(born, 1)
    kept = {
        MaternalVisit.POSTPARTUM_2_WEEKS: Window(born + 2 * WEEK, born + 3 * WEEK - DAY, born + 4 * WEEK - DAY),
        MaternalVisit.POSTPARTUM_1_MONTH: Window(month, born + 6 * WEEK - DAY, born + 8 * WEEK - DAY),
    }
    days = {each.kind: each.checked_on for each in checkups}
    return [
        PlannedVisit(
            kind,
            None,
            None,
            DueStatus.DONE if kind in days else window.status(today),
            *window,
            days.get(kind),
        )
        for kind, window in kept.items()
    ]
