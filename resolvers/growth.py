"""Deeds: a guardian records what was measured at home, and puts it right."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import strawberry

from models.growth import Growth, Measure
from models.ids import Letter
from models.refusal import RefusalCode, Refused
from resolvers.checked import bad_day, bad_measure, bad_text
from resolvers.deed import Task
from resolvers.entries import Entry, corrected, first

MEASURES = tuple(measure.value for measure in Measure)


@dataclass(kw_only=True)
class Measured:
    """Mass in grams, lengths in millimetres."""

    weight_g: int | None = None
    height_mm: int | None = None
    head_mm: int | None = None
    chest_mm: int | None = None
    note: str | None = None


@dataclass(kw_only=True)
class RecordGrowth(Measured):
    """Mass in grams, lengths in millimetres; at least one of the four."""

    child_id: strawberry.ID
    measured_on: date
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CorrectGrowth(Measured):
    """What is given takes the place of what stands, what is not given stays; `emptied` names fields to be emptied.

    `isVoid`: the entry should never have been; then nothing else is said.
    """

    growth_id: strawberry.ID
    reason: str
    measured_on: date | None = None
    emptied: list[str] | None = None
    is_void: bool = False
    idempotency_key: strawberry.ID


def _said(given: Any) -> dict[str, Any]:
    return {name: getattr(given, name) for name in ("measured_on", "note", *MEASURES)}


async def record(task: Task, given: RecordGrowth) -> Growth | Refused:
    """The new entry, or why not."""
    return _kept(task, first(task, _said(given)))


async def correct(task: Task, given: CorrectGrowth) -> Growth | Refused:
    """The entry that replaces the old one, or why not."""
    entry = await corrected(task, given, Growth, _said(given))
    return entry if isinstance(entry, Refused) else _kept(task, entry)


def _kept(task: Task, entry: Entry) -> Growth | Refused:
    row = Growth(id=task.new_id(Letter.GROWTH), child_id=entry.child.id, **entry.said, **entry.how)
    return _bad(task, entry, row.measured_on) or row


def _bad(task: Task, entry: Entry, day: date) -> Refused | None:
    values = {measure: entry.said[measure.value] for measure in Measure}
    if set(values.values()) == {None}:
        return Refused(RefusalCode.VALUE_MISSING, "weightG")
    refused = bad_day(entry.child, day, task.context.today, "measuredOn")
    return refused or bad_measure(entry.child, day, entry.words) or bad_text(entry.words, "note")
