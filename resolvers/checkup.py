"""Deeds: a clinic or health staff record a checkup, and correct it by a new entry."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select

from auth.groups import CHECKUP_BODY, CHECKUP_DEVELOPMENT, CHECKUP_FINDINGS, CHECKUP_PLACE, DENTAL
from models.checkup import Checkup, CheckupKind, Finding, Grade, Judgement, Nutrition, Plaque
from models.ids import Letter
from models.record import RecordKind
from models.refusal import RefusalCode, Refused
from models.subject import Noun
from resolvers.checked import bad_day, bad_measure, bad_text
from resolvers.corrections import bad_reason, closed_part, emptied, lived, named, replacement, values_of
from resolvers.deed import Task
from resolvers.provenance import carry
from resolvers.supplied import supplied
from rules.checkup_items import ITEMS, TEXTS
from rules.checkup_programme import can_be
from rules.items import Part, first_refusal

GROUPS = {
    Part.BODY: CHECKUP_BODY,
    Part.FINDINGS: CHECKUP_FINDINGS,
    Part.DEVELOPMENT: CHECKUP_DEVELOPMENT,
    Part.DENTAL: DENTAL,
    Part.PLACE: CHECKUP_PLACE,
}


@dataclass(kw_only=True)
class Noted:
    """What a record form of a checkup holds. Mass in grams, lengths in millimetres."""

    weight_g: int | None = None
    height_mm: int | None = None
    head_mm: int | None = None
    chest_mm: int | None = None
    judgement: Judgement | None = None
    findings: str | None = None
    development: str | None = None
    dental: str | None = None
    venue: str | None = None
    nutrition: Nutrition | None = None
    drinks_breast_milk: bool | None = None
    is_weaned: bool | None = None
    eye_position: Finding | None = None
    vision: Finding | None = None
    hearing: Finding | None = None
    skin: Finding | None = None
    respiratory: Finding | None = None
    is_hip_limited: bool | None = None
    has_large_fontanelle: bool | None = None
    urine_protein: Grade | None = None
    urine_blood: Grade | None = None
    holds_head: bool | None = None
    plaque: Plaque | None = None


@dataclass(kw_only=True)
class SubmitCheckup(Noted):
    """Mass in grams, lengths in millimetres. `sourceRecordId` is the clinic's own number of the record.

    The same record again answers the entry that is there; with another content it is refused.
    """

    child_id: strawberry.ID
    kind: CheckupKind
    checked_on: date
    source_record_id: str | None = None
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CorrectCheckup(Noted):
    """What is given takes the place of what stands, what is not given stays; `emptied` names fields to be emptied."""

    checkup_id: strawberry.ID
    reason: str
    kind: CheckupKind | None = None
    checked_on: date | None = None
    emptied: list[str] | None = None
    idempotency_key: strawberry.ID


class Source(NamedTuple):
    """Who supplied a record, and under which number of theirs."""

    organisation_id: str | None
    record_id: str | None


NOTED = tuple(each.name for each in fields(Noted))


def noted_in(given: Noted) -> dict[str, Any]:
    """What is given, by the name of its column."""
    return {name: getattr(given, name) for name in NOTED if getattr(given, name) is not None}


async def submit(task: Task, given: SubmitCheckup) -> Checkup | str | Refused:
    """The new record with the clinic, if it was one, as its supplier, or why not."""
    refused = closed_part(task.context.caller, Noun.CHILD, ITEMS, noted_in(given), GROUPS)
    refused = refused or bad_text(given, "source_record_id")
    kept = refused or await keep(task, task.child, given, Source(task.supplier_id, given.source_record_id))
    if isinstance(kept, Checkup):
        said = {"kind": kept.kind, "checked_on": kept.checked_on, **noted_in(given)}
        await supplied(task, RecordKind.CHECKUP, kept.id, said, given.source_record_id)
    return kept


async def keep(task: Task, child: Any, given: Any, source: Source) -> Checkup | str | Refused:
    """The row of a record that somebody supplied about a child; the id of the one that is there already; or why not.

    `given` has what `Noted` has, `kind` and `checked_on`. Permissions are the caller's business.
    """
    refused = bad_record(task, child, (given.kind, given.checked_on), given)
    if refused is not None:
        return refused
    row = Checkup(
        id=task.new_id(Letter.CHECKUP),
        child_id=child.id,
        kind=given.kind,
        checked_on=given.checked_on,
        organisation_id=source.organisation_id,
        source_record_id=source.record_id,
        recorded_at=task.context.now,
        **noted_in(given),
    )
    known = await _known(task, row)
    return row if known is None else _same(known, row)


def bad_record(task: Task, child: Any, visit: tuple[CheckupKind, date], given: Noted) -> Refused | None:
    """A day or a value that cannot be, an item that has no place at this visit, or a text that is not kept."""
    kind, day = visit
    is_birth = kind is CheckupKind.BIRTH
    refused = bad_day(child, day, task.context.today, "checkedOn")
    if refused is None and not (day == child.birth_date if is_birth else can_be(kind, child.birth_date, day)):
        refused = Refused(RefusalCode.DATE_OUT_OF_RANGE, "checkedOn")
    refused = refused or named(first_refusal(ITEMS, kind, noted_in(given)))
    refused = refused or bad_measure(child, day, given, is_birth=is_birth)
    return refused or bad_text(given, *TEXTS)


async def _known(task: Task, row: Checkup) -> Checkup | None:
    """The entry that stands for the same record: of the same number, or without one of the same visit and day."""
    same = [col(Checkup.organisation_id) == row.organisation_id, col(Checkup.is_replaced) == sa.false()]
    if row.source_record_id is not None and row.organisation_id is not None:
        same.append(col(Checkup.source_record_id) == row.source_record_id)
    else:
        same += [
            col(Checkup.child_id) == row.child_id,
            col(Checkup.kind) == row.kind,
            col(Checkup.checked_on) == row.checked_on,
            col(Checkup.source_record_id).is_(None),
        ]
    return (await task.session.exec(select(Checkup).where(*same).order_by(col(Checkup.id)))).first()


def _same(known: Checkup, row: Checkup) -> str | Refused:
    content = ("child_id", "kind", "checked_on", *NOTED)
    is_same = all(getattr(known, name) == getattr(row, name) for name in content)
    return known.id if is_same else Refused(RefusalCode.ALREADY_RECORDED)


async def correct(task: Task, given: CorrectCheckup) -> Checkup | Refused:
    """The entry that takes the place of one that was wrong, or why not."""
    row: Checkup = task.about
    empty = emptied(ITEMS, given.emptied or [])
    if isinstance(empty, Refused):
        return empty
    told = noted_in(given)
    refused = closed_part(task.context.caller, Noun.CHILD, ITEMS, {*told, *empty}, GROUPS) or bad_reason(given)
    if refused is not None:
        return refused
    child = await lived(task, row.child_id)
    when: dict[str, Any] = {"kind": given.kind or row.kind, "checked_on": given.checked_on or row.checked_on}
    changes: dict[str, Any] = {**dict.fromkeys(empty), **told, **when}
    after = Noted(**{name: value for name, value in (values_of(row) | changes).items() if name in NOTED})
    refused = bad_record(task, child, (when["kind"], when["checked_on"]), after)
    if refused is not None:
        return refused
    found = replacement(task, row, task.new_id(Letter.CHECKUP), changes)
    if isinstance(found, Checkup):
        found.correction_reason = given.reason
        await carry(task, row.id, found.id)
    return found
