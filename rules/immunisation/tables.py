"""All tables together, their version, and the rules that hold across them: intervals between vaccines, long illness."""

from datetime import date
from typing import NamedTuple

from models.immunisation import VaccineKind
from models.vaccination import Vaccine
from rules.immunisation import bacterial, childhood, infancy, youth
from rules.immunisation import sources as src
from rules.immunisation.reckoning import Gap, Point, days_between, years
from rules.immunisation.terms import Course, Series, Version
from rules.source import Source

RULES_VERSION = "2026-11-23"  # the day on which the tables were compiled; a change of any figure changes it

COURSES: tuple[Course, ...] = (*infancy.COURSES, *bacterial.COURSES, *childhood.COURSES, *youth.COURSES)
COURSE_OF: dict[Vaccine, Course] = {
    vaccine: course
    for course in COURSES
    for vaccine in (*course.unlisted, *(product for series in course.series for product in series.products))
}
SERIES: dict[str, Series] = {series.id: series for course in COURSES for series in course.series}
VERSIONS: dict[str, Version] = {version.id: version for series in SERIES.values() for version in series.versions}

LIVE = (VaccineKind.LIVE_INJECTED, VaccineKind.LIVE_ORAL, VaccineKind.LIVE_NASAL)


class Between(NamedTuple):
    """The interval between two different vaccines of these kinds; on the same day both may be given."""

    before: tuple[VaccineKind, ...]
    after: tuple[VaccineKind, ...]
    gap: Gap
    effective_from: date
    effective_to: date
    sources: tuple[Source, ...]


BETWEEN = (
    Between(
        before=(VaccineKind.LIVE_INJECTED,),
        after=(VaccineKind.LIVE_INJECTED,),
        gap=days_between(27),
        effective_from=date(2020, 10, 1),
        effective_to=date.max,
        sources=(src.FUJI, src.CLINIC_KINDS, src.HEKINAN_INTERVALS),
    ),
    Between(
        before=LIVE,
        after=tuple(VaccineKind),
        gap=days_between(27),
        effective_from=date.min,
        effective_to=date(2020, 9, 30),
        sources=(src.FUJI,),
    ),
    Between(
        before=(VaccineKind.INACTIVATED,),
        after=tuple(VaccineKind),
        gap=days_between(6),
        effective_from=date.min,
        effective_to=date(2020, 9, 30),
        sources=(src.FUJI,),
    ),
)


LONGEST_BETWEEN = max(row.gap(date.min) - date.min for row in BETWEEN)


class LongIllness(NamedTuple):
    """Routine again for a while after the end of a long serious illness that kept a child from its doses.

    `until` counts from the day on which the cause ended; the caps by age stand with each series.
    """

    until: Point
    effective_from: date
    sources: tuple[Source, ...]


LONG_ILLNESS = LongIllness(years(2), date(2013, 1, 30), (src.JOETSU, src.NIIZA, src.ONO, src.OWANI))
