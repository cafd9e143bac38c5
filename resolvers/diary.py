"""Deeds: a guardian writes down how a child was, and puts it right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import strawberry

from models.diary import Appetite, DiaryEntry, Mood, Symptom
from models.ids import Letter
from models.refusal import RefusalCode, Refused
from resolvers.checked import bad_day, bad_text, camel
from resolvers.deed import Task
from resolvers.entries import Entry, corrected, first
from rules.diary import SPANS, first_out_of_range, words
from rules.town_time import TOWN_TIME

VALUES = ("mood", "appetite", "note", *SPANS)


@dataclass(kw_only=True)
class Observed:
    """Temperature in tenths of a degree Celsius; milk, sleep and counts of that day so far."""

    temperature_decicelsius: int | None = None
    symptoms: list[Symptom] | None = None
    mood: Mood | None = None
    appetite: Appetite | None = None
    breast_feeds: int | None = None
    milk_ml: int | None = None
    sleep_minutes: int | None = None
    urine_count: int | None = None
    stool_count: int | None = None
    stool_colour: int | None = None
    note: str | None = None


@dataclass(kw_only=True)
class RecordCondition(Observed):
    """Temperature in tenths of a degree Celsius; milk, sleep and counts of that day so far; at least one of all.

    `stoolColour`: the number on the card of the handbook.
    """

    child_id: strawberry.ID
    observed_at: datetime
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CorrectCondition(Observed):
    """What is given takes the place of what stands, what is not given stays; `emptied` names fields to be emptied.

    `isVoid`: the entry should never have been; then nothing else is said.
    """

    condition_id: strawberry.ID
    reason: str
    observed_at: datetime | None = None
    emptied: list[str] | None = None
    is_void: bool = False
    idempotency_key: strawberry.ID


def _said(given: Any) -> dict[str, Any]:
    said = {name: getattr(given, name) for name in ("observed_at", *VALUES)}
    return said | {"symptoms": words(given.symptoms or ())}


async def record(task: Task, given: RecordCondition) -> DiaryEntry | Refused:
    """The new entry, or why not."""
    return _kept(task, first(task, _said(given)))


async def correct(task: Task, given: CorrectCondition) -> DiaryEntry | Refused:
    """The entry that replaces the old one, or why not."""
    entry = await corrected(task, given, DiaryEntry, _said(given))
    return entry if isinstance(entry, Refused) else _kept(task, entry)


def _kept(task: Task, entry: Entry) -> DiaryEntry | Refused:
    row = DiaryEntry(id=task.new_id(Letter.DIARY), child_id=entry.child.id, **entry.said, **entry.how)
    return _bad(task, entry, row.observed_at) or row


def _bad(task: Task, entry: Entry, moment: datetime) -> Refused | None:
    if all(entry.said[name] is None for name in ("symptoms", *VALUES)):
        return Refused(RefusalCode.VALUE_MISSING, "note")
    if moment.tzinfo is None or moment > task.context.now:
        return Refused(RefusalCode.DATE_OUT_OF_RANGE, "observedAt")
    day = moment.astimezone(TOWN_TIME).date()
    refused = bad_day(entry.child, day, task.context.today, "observedAt") or bad_text(entry.words, "note")
    wrong = first_out_of_range({name: entry.said[name] for name in SPANS})
    return refused or (None if wrong is None else Refused(RefusalCode.VALUE_OUT_OF_RANGE, camel(wrong)))
