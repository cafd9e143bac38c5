"""A person's whole schedule: a verdict on every dose given, the standing of every series, and what to notify."""

from datetime import date
from typing import NamedTuple

from models.immunisation import Programme, SeriesStatus, VaccineKind
from rules.immunisation.course import Facts, Taken
from rules.immunisation.judging import ORDER, again, judge, merged, to_come
from rules.immunisation.outlook import Outlook, outlooks
from rules.immunisation.products import PRODUCTS
from rules.immunisation.record import Given, Record, day_in_life
from rules.immunisation.tables import COURSE_OF, COURSES, RULES_VERSION, SERIES
from rules.immunisation.verdict import Verdict

CALLING = (SeriesStatus.DUE, SeriesStatus.OVERDUE)


class Schedule(NamedTuple):
    """Verdicts in the order of time, series in the order of the tables.

    `live_choice` names injected live vaccines that can be given now: on one day, or 28 days apart, as the doctor says.
    """

    as_of: date
    rules_version: str
    doses: tuple[Verdict, ...]
    series: tuple[Outlook, ...]
    live_choice: tuple[str, ...]


def schedule(record: Record, as_of: date) -> Schedule:
    """Judge every dose by the rules of its own day, and every series by those of `as_of`."""
    every, repeated = merged(record)
    taken = [one for one in every if one.day <= as_of]
    facts = Facts(record, tuple(taken), tuple(one.day for one in taken), as_of)
    own: dict[str, list[Taken]] = {course.id: [] for course in COURSES}
    for one in taken:
        own[COURSE_OF[one.product].id].append(one)
    courses = [judge(course, facts, own[course.id]) for course in COURSES]
    verdicts = {id(one): verdict for judged in courses for one, verdict in judged.verdicts}
    series = tuple(outlook for judged in courses for outlook in outlooks(judged, facts))
    return Schedule(
        as_of=as_of,
        rules_version=RULES_VERSION,
        doses=_in_order([verdicts.get(id(one)) or to_come(one) for one in every], repeated, record.born_on),
        series=series,
        live_choice=_live_choice(series, as_of),
    )


def notices(found: Schedule) -> tuple[Outlook, ...]:
    """What the city may remind of: routine doses that are due or overdue. Nothing after death or a move.

    Nothing either that is legal and not advised any more: that is for a doctor to say.
    """
    return tuple(
        one
        for one in found.series
        if one.status in CALLING and SERIES[one.series].programme is not Programme.VOLUNTARY
        if one.next is not None and not one.next.cautions
    )


def _in_order(verdicts: list[Verdict], repeated: list[Given], born_on: date) -> tuple[Verdict, ...]:
    """In the order of time, each repetition behind what it repeats."""
    if not repeated:
        return tuple(verdicts)
    first = {(one.given.product, one.given.given_on): one for one in verdicts}
    said_again = [again(given, first[given.product, given.given_on]) for given in repeated]

    def by_day(verdict: Verdict) -> tuple[date, int]:
        given = verdict.given
        return day_in_life(given.given_on, born_on), ORDER[given.product]

    return tuple(sorted(verdicts + said_again, key=by_day))


def _live_choice(series: tuple[Outlook, ...], as_of: date) -> tuple[str, ...]:
    ready = [
        one.series
        for one in series
        if one.status in CALLING and one.next is not None and one.next.earliest <= as_of
        if all(PRODUCTS[product].kind is VaccineKind.LIVE_INJECTED for product in one.next.products)
    ]
    return tuple(ready) if len(ready) > 1 else ()
