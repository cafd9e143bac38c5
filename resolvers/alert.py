"""Deeds: guardians write down a child's allergies and physicians, and put them right."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import strawberry

from models.alert import Allergy, AllergyKind, Physician, Practice
from models.ids import Letter
from models.refusal import RefusalCode, Refused
from resolvers.checked import bad_day, bad_text, bad_words
from resolvers.deed import Task
from resolvers.entries import Entry, corrected, first

PHONE = re.compile(r"[\d\s+＋()（）#ー‐－-]+")  # as people write one; a link or a word is none


@dataclass(kw_only=True)
class RecordAllergy:
    """`overOn`: since when the allergy is there no more."""

    child_id: strawberry.ID
    kind: AllergyKind
    substance: str
    reaction: str | None = None
    since: date | None = None
    over_on: date | None = None
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CorrectAllergy:
    """What is given takes the place of what stands, what is not given stays; `emptied` names fields to be emptied.

    `isVoid`: the entry should never have been; then nothing else is said.
    """

    allergy_id: strawberry.ID
    reason: str
    kind: AllergyKind | None = None
    substance: str | None = None
    reaction: str | None = None
    since: date | None = None
    over_on: date | None = None
    emptied: list[str] | None = None
    is_void: bool = False
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class RecordPhysician:
    """Who treats the child, and where to call."""

    child_id: strawberry.ID
    practice: Practice
    clinic: str
    doctor: str | None = None
    phone: str | None = None
    since: date | None = None
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CorrectPhysician:
    """What is given takes the place of what stands, what is not given stays; `emptied` names fields to be emptied.

    `isVoid`: the child is not treated there; then nothing else is said.
    """

    physician_id: strawberry.ID
    reason: str
    practice: Practice | None = None
    clinic: str | None = None
    doctor: str | None = None
    phone: str | None = None
    since: date | None = None
    emptied: list[str] | None = None
    is_void: bool = False
    idempotency_key: strawberry.ID


def _allergic(given: Any) -> dict[str, Any]:
    return {name: getattr(given, name) for name in ("kind", "substance", "reaction", "since", "over_on")}


def _treated(given: Any) -> dict[str, Any]:
    return {name: getattr(given, name) for name in ("practice", "clinic", "doctor", "phone", "since")}


async def record_allergy(task: Task, given: RecordAllergy) -> Allergy | Refused:
    """The new entry, or why not."""
    return _allergy(task, first(task, _allergic(given)))


async def correct_allergy(task: Task, given: CorrectAllergy) -> Allergy | Refused:
    """The entry that replaces the old one, or why not."""
    entry = await corrected(task, given, Allergy, _allergic(given))
    return entry if isinstance(entry, Refused) else _allergy(task, entry)


async def record_physician(task: Task, given: RecordPhysician) -> Physician | Refused:
    """The new entry, or why not."""
    return _physician(task, first(task, _treated(given)))


async def correct_physician(task: Task, given: CorrectPhysician) -> Physician | Refused:
    """The entry that replaces the old one, or why not."""
    entry = await corrected(task, given, Physician, _treated(given))
    return entry if isinstance(entry, Refused) else _physician(task, entry)


def _allergy(task: Task, entry: Entry) -> Allergy | Refused:
    row = Allergy(id=task.new_id(Letter.ALLERGY), child_id=entry.child.id, **entry.said, **entry.how)
    refused = bad_words(row, "substance") or bad_text(row, "reaction")
    refused = refused or _bad_day(task, entry, row.since, "since") or _bad_day(task, entry, row.over_on, "overOn")
    is_backwards = row.since is not None and row.over_on is not None and row.over_on < row.since
    return refused or (Refused(RefusalCode.PERIOD_INVALID, "overOn") if is_backwards else row)


def _physician(task: Task, entry: Entry) -> Physician | Refused:
    row = Physician(id=task.new_id(Letter.PHYSICIAN), child_id=entry.child.id, **entry.said, **entry.how)
    refused = bad_words(row, "clinic") or bad_text(row, "doctor", "phone")
    if row.phone and PHONE.fullmatch(row.phone) is None:
        refused = refused or Refused(RefusalCode.TEXT_MALFORMED, "phone")
    return refused or _bad_day(task, entry, row.since, "since") or row


def _bad_day(task: Task, entry: Entry, day: date | None, name: str) -> Refused | None:
    return None if day is None else bad_day(entry.child, day, task.context.today, name)
