"""The checkup programme: which visit is offered when, as dated rows, nationally and where a municipality differs.

Every row has the dates between which windows open by it, and its source. How to change one: docs/checkups.md.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import Enum
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from models.checkup import CheckupKind as K
from rules.immunisation.reckoning import Point, day_past_months, days, eve_of_school, months, school_entry

VERSION = "2026-11"
EVER = date.min
FOREVER = date.max
EARLY, LATE = timedelta(days=31), timedelta(days=366)  # decided by this project: beyond these a kind is a slip
GRADES = 9  # compulsory education (School Education Act 16)
MEMORY = "recalled, not verified"
CFA = "こども家庭庁 乳幼児健診 (cfa.go.jp)"


class Law(Enum):
    """What a visit rests on."""

    ARTICLE_12 = "Maternal and Child Health Act 12: obligatory for the city"
    ARTICLE_13 = "Maternal and Child Health Act 13: as the city decides"
    SCHOOL_11 = "School Health and Safety Act 11: before school entry"
    SCHOOL_13 = "School Health and Safety Act 13: every school year"


class Visit(NamedTuple):
    """One visit: due from `opens` on, overdue after `standard_to`, not offered any more after `closes`.

    A row holds for windows that open from `offered_from` on, and before `offered_until`.
    """

    kind: K
    law: Law
    opens: Point
    standard_to: Point
    closes: Point
    source: str
    offered_from: date = EVER
    offered_until: date = FOREVER

    def is_offered(self, born_on: date) -> bool:
        """Whether the window of somebody born on this day opens by this row."""
        return self.offered_from <= self.opens(born_on) < self.offered_until


def _autumn(born_on: date, *, month: int, day: int) -> date:
    return date(school_entry(born_on).year - 1, month, day)


# Both ends included. "Month n reached" is the eve of the day (rules/immunisation/reckoning.py); what is "over" an age
# begins the day after, and "under" ends on the eve.
NATIONAL = (
    Visit(
        K.MONTH_1,
        Law.ARTICLE_13,
        days(28),
        days(41),
        days(41),
        f"days 28 to 41: hidakashimpo.co.jp, {CFA}; subsidised since fiscal 2023 ({MEMORY})",
        offered_from=date(2024, 1, 1),
    ),
    Visit(K.MONTHS_3_4, Law.ARTICLE_13, months(3), months(4), months(5), f"{CFA}; run everywhere, the end varies"),
    Visit(
        K.MONTHS_6_7,
        Law.ARTICLE_13,
        months(6),
        months(7),
        months(8),
        "page of a children's clinic (kyotoeki-kids); at clinics",
    ),
    Visit(K.MONTHS_9_10, Law.ARTICLE_13, months(9), months(10), months(11), f"{CFA}; at clinics"),
    Visit(
        K.MONTHS_18,
        Law.ARTICLE_12,
        day_past_months(18),
        months(19),
        months(24),
        f"over 1 year 6 months, under 2 years: {CFA}; usual at 18 to 19 months",
    ),
    Visit(
        K.YEARS_3,
        Law.ARTICLE_12,
        day_past_months(36),
        months(42),
        months(48),
        f"over 3 years, under 4 years: {CFA}; usual at 36 to 42 months",
    ),
    Visit(
        K.YEARS_5,
        Law.ARTICLE_13,
        months(54),
        months(66),
        months(72),
        f"4 years 6 months to under 6 years, varies: {CFA}; usual until 5 years 6 months ({MEMORY})",
        offered_from=date(2024, 1, 1),
    ),
    Visit(
        K.BEFORE_SCHOOL,
        Law.SCHOOL_11,
        partial(_autumn, month=10, day=1),
        partial(_autumn, month=11, day=30),
        eve_of_school,
        f"autumn before entry, until 31 March; usual four months before ({MEMORY})",
    ),
)
# A municipality that differs: its rows take the place of the national ones of the same visit. None has been read from
# a source yet.
MUNICIPAL: Mapping[str, Sequence[Visit]] = MappingProxyType({})


def can_be(kind: K, born_on: date, day: date) -> bool:
    """Whether a visit of this kind can have been on this day: windows differ by weeks, some come up to a year late."""
    rows = [row for row in NATIONAL if row.kind is kind]
    return all(row.opens(born_on) - EARLY <= day <= row.closes(born_on) + LATE for row in rows)


def visits(code: str, born_on: date, municipal: Mapping[str, Sequence[Visit]] = MUNICIPAL) -> list[Visit]:
    """The visits that somebody born on this day is offered in the municipality, in the order of the programme."""
    own = municipal.get(code, ())
    replaced = {row.kind for row in own}
    rows = [*own, *(row for row in NATIONAL if row.kind not in replaced)]
    offered = [row for row in rows if row.is_offered(born_on)]
    return sorted(offered, key=lambda row: row.opens(born_on))


class SchoolYear(NamedTuple):
    """A grade, and the days between which its checkup takes place: due until 30 June, not later than its last day."""

    grade: int
    opens_on: date
    standard_to: date
    closes_on: date


def school_years(born_on: date) -> list[SchoolYear]:
    """The years of compulsory education (School Health and Safety Act Enforcement Ordinance 5: by 30 June)."""
    first = school_entry(born_on).year
    return [
        SchoolYear(grade, date(year, 4, 1), date(year, 6, 30), date(year + 1, 4, 1) - timedelta(days=1))
        for grade, year in enumerate(range(first, first + GRADES), start=1)
    ]
