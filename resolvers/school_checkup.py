"""Deeds: a school or the education board record a school checkup, and correct it by a new entry."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select

from models.checkup import Finding
from models.ids import Letter
from models.record import RecordKind
from models.refusal import RefusalCode, Refused
from models.school_checkup import SchoolCheckup, Sight
from resolvers.checked import bad_day, bad_text
from resolvers.corrections import bad_reason, emptied, lived, named, replacement, values_of
from resolvers.deed import Task
from resolvers.provenance import carry
from resolvers.supplied import supplied
from rules.checkup_plan import Window
from rules.checkup_programme import school_years
from rules.items import first_refusal
from rules.school_items import ITEMS, TEXTS


@dataclass(kw_only=True)
class Measured:
    """What a school's form holds. Mass in grams, lengths in millimetres."""

    weight_g: int | None = None
    height_mm: int | None = None
    sight_right: Sight | None = None
    sight_left: Sight | None = None
    hearing: Finding | None = None
    tuberculosis: Finding | None = None
    urine: Finding | None = None
    heart: Finding | None = None
    dental: str | None = None
    findings: str | None = None
    school: str | None = None


@dataclass(kw_only=True)
class SubmitSchoolCheckup(Measured):
    """One school year's checkup of a pupil; the grade follows from the day."""

    child_id: strawberry.ID
    checked_on: date
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CorrectSchoolCheckup(Measured):
    """What is given takes the place of what stands, what is not given stays; `emptied` names fields to be emptied."""

    school_checkup_id: strawberry.ID
    reason: str
    checked_on: date | None = None
    emptied: list[str] | None = None
    idempotency_key: strawberry.ID


NOTED = tuple(each.name for each in fields(Measured))


def noted_in(given: Measured) -> dict[str, Any]:
    """What is given, by the name of its column."""
    return {name: getattr(given, name) for name in NOTED if getattr(given, name) is not None}


async def submit(task: Task, given: SubmitSchoolCheckup) -> SchoolCheckup | str | Refused:
    """The new record, the one that is there of the same school year with the same content, or why not."""
    grade = graded(task, task.child, given.checked_on, given)
    if isinstance(grade, Refused):
        return grade
    row = SchoolCheckup(
        id=task.new_id(Letter.SCHOOL_CHECKUP),
        child_id=task.child.id,
        grade=grade,
        checked_on=given.checked_on,
        organisation_id=task.supplier_id,
        recorded_at=task.context.now,
        **noted_in(given),
    )
    known = await _known(task, row)
    if known is None:
        said = {"checked_on": given.checked_on, **noted_in(given)}
        await supplied(task, RecordKind.SCHOOL_CHECKUP, row.id, said)
        return row
    is_same = all(getattr(known, name) == getattr(row, name) for name in ("checked_on", *NOTED))
    return known.id if is_same else Refused(RefusalCode.ALREADY_RECORDED)


def graded(task: Task, child: Any, day: date, given: Measured) -> int | Refused:
    """The grade on that day, or what cannot be."""
    refused, grade = bad_day(child, day, task.context.today, "checkedOn"), grade_on(child.birth_date, day)
    if refused is not None or grade is None:
        return Refused(RefusalCode.DATE_OUT_OF_RANGE, "checkedOn")
    return bad_values(given) or grade


def bad_values(given: Measured) -> Refused | None:
    """A value that no pupil can have, or a text that is not kept."""
    values = {item.name: getattr(given, item.name) for item in ITEMS}
    return named(first_refusal(ITEMS, None, values)) or bad_text(given, *TEXTS)


def grade_on(born_on: date, day: date) -> int | None:
    """The school year of somebody born on a day, on another day."""
    windows = {year.grade: Window(*year[1:]) for year in school_years(born_on)}
    return next((grade for grade, each in windows.items() if each.opens_on <= day <= each.closes_on), None)


async def _known(task: Task, row: SchoolCheckup) -> SchoolCheckup | None:
    same = select(SchoolCheckup).where(
        col(SchoolCheckup.child_id) == row.child_id,
        col(SchoolCheckup.grade) == row.grade,
        col(SchoolCheckup.organisation_id) == row.organisation_id,
        col(SchoolCheckup.is_replaced) == sa.false(),
    )
    return (await task.session.exec(same)).first()


async def correct(task: Task, given: CorrectSchoolCheckup) -> SchoolCheckup | Refused:
    """The entry that takes the place of one that was wrong, or why not."""
    row: SchoolCheckup = task.about
    empty = emptied(ITEMS, given.emptied or [])
    if isinstance(empty, Refused):
        return empty
    refused = bad_reason(given)
    if refused is not None:
        return refused
    day = given.checked_on or row.checked_on
    changes: dict[str, Any] = {**dict.fromkeys(empty), **noted_in(given), "checked_on": day}
    after = {name: each for name, each in (values_of(row) | changes).items() if name in NOTED}
    child = await lived(task, row.child_id)
    grade = graded(task, child, day, Measured(**after))
    if isinstance(grade, Refused):
        return grade
    found = replacement(task, row, task.new_id(Letter.SCHOOL_CHECKUP), changes | {"grade": grade})
    if isinstance(found, SchoolCheckup):
        found.correction_reason = given.reason
        await carry(task, row.id, found.id)
    return found
