"""The record service: how long somebody is served, and how an application stands on a day.

Served from pregnancy to school entry, as the city of Maebashi began it in 2016. What ends is the service: messages and
reminders. The record stays with those whom the permission table lets read and write it (docs/decisions/0012).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from models.application import StepKind, StepReason
from rules.immunisation.reckoning import school_entry

WAITING_MOST = 5  # applications of one person that staff have not decided: more are no family's


class ApplicationStatus(Enum):
    """How an application stands."""

    WAITING = "staff have not decided yet"
    REGISTERED = "the applicant is served"
    REFUSED = "it was refused"
    WITHDRAWN = "the applicant took it back"
    ENDED = "the child has entered school, died or moved away, or the pregnancy ended without a birth"


class Step(NamedTuple):
    """One step of an application."""

    kind: StepKind
    reasons: list[StepReason]
    note: str | None
    taken_at: datetime


STATUS = {
    StepKind.WAITING: ApplicationStatus.WAITING,
    StepKind.ACCEPTED: ApplicationStatus.REGISTERED,
    StepKind.REFUSED: ApplicationStatus.REFUSED,
    StepKind.WITHDRAWN: ApplicationStatus.WITHDRAWN,
}


def ends_on(_today: date, state: StepKind, born_on: date | None, closed_on: date | None) -> date | None:
    """The first day without the service, as far as it is known; None for who is not served."""
    if state is not StepKind.ACCEPTED:
        return None
    days = [day for day in (closed_on, school_entry(born_on) if born_on else None) if day is not None]
    return min(days, default=None)


def status(today: date, state: StepKind, born_on: date | None, closed_on: date | None) -> ApplicationStatus:
    """How an application stands today, from its newest step."""
    end = ends_on(today, state, born_on, closed_on)
    return ApplicationStatus.ENDED if end is not None and end <= today else STATUS[state]


def is_open(today: date, state: StepKind, born_on: date | None, closed_on: date | None) -> bool:
    """Whether it waits or is in force, so that nobody need apply again."""
    return status(today, state, born_on, closed_on) in {ApplicationStatus.WAITING, ApplicationStatus.REGISTERED}


def is_told(applied: Mapping[str, Collection[StepKind]]) -> bool:
    """Whether the service tells of a child or a pregnancy, by the states of each applicant's applications: some stands.

    After school entry, too, when checkups and messages have come to their end by themselves: vaccinations are for the
    city to recommend until 16 years (Immunization Act 8). Whoever wants none of it withdraws.
    """
    return any(StepKind.ACCEPTED in each for each in applied.values())


def is_mailed(applied: Mapping[str, Collection[StepKind]], resident_id: str) -> bool:
    """Whether somebody who may read of it is mailed: not who withdrew, whoever else is still registered."""
    mine = applied.get(resident_id, ())
    return StepKind.ACCEPTED in mine or (is_told(applied) and StepKind.WITHDRAWN not in mine)


def steps(_today: date, entries: Sequence[Any]) -> list[Step]:
    """The steps, their reasons as words."""
    return [
        Step(each.kind, [StepReason[name] for name in each.reasons.split()], each.note, each.taken_at)
        for each in entries
    ]
