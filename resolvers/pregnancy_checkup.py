"""Deeds: a pregnant woman, a clinic or health staff enter an examination, and correct it by a new entry."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
import strawberry
from sqlmodel import col, select

from auth.groups import MOTHER_MENTAL, PREGNANCY_LAB, PREGNANCY_VISIT
from models.checkup import Grade
from models.ids import Letter
from models.organisation import CallerKind
from models.pregnancy import Pregnancy
from models.pregnancy_checkup import BloodGroup, Cytology, MaternalVisit, PregnancyCheckup, Reaction, Rhesus
from models.refusal import RefusalCode, Refused
from models.relation import relation_of
from models.resident import Resident
from models.subject import Noun
from resolvers.checked import bad_text
from resolvers.corrections import bad_reason, closed_part, emptied, named, replacement, values_of
from resolvers.deed import Task
from rules.items import Part
from rules.pregnancy import WEEKS, Course, is_possible_visit
from rules.pregnancy_items import ITEMS, refusal

GROUPS = {Part.VISIT: PREGNANCY_VISIT, Part.LAB: PREGNANCY_LAB, Part.MENTAL: MOTHER_MENTAL}


@dataclass(kw_only=True)
class Examined:
    """What a record form of an examination holds. Mass in grams, lengths in millimetres."""

    weight_g: int | None = None
    pre_pregnancy_weight_g: int | None = None
    height_mm: int | None = None
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    fundal_height_mm: int | None = None
    abdomen_mm: int | None = None
    urine_protein: Grade | None = None
    urine_glucose: Grade | None = None
    oedema: Grade | None = None
    has_hypertensive_disorder: bool | None = None
    has_gestational_diabetes: bool | None = None
    gestation_at_birth_days: int | None = None
    blood_loss_ml: int | None = None
    note: str | None = None
    haemoglobin_mg_dl: int | None = None
    haematocrit_permille: int | None = None
    platelets_per_nl: int | None = None
    blood_glucose_mg_dl: int | None = None
    blood_group: BloodGroup | None = None
    rhesus: Rhesus | None = None
    irregular_antibody: Reaction | None = None
    hbs_antigen: Reaction | None = None
    hcv_antibody: Reaction | None = None
    hiv_antibody: Reaction | None = None
    syphilis: Reaction | None = None
    htlv1_antibody: Reaction | None = None
    rubella_titre: int | None = None
    cervical_cytology: Cytology | None = None
    epds_points: int | None = None
    epds_self_harm_points: int | None = None


@dataclass(kw_only=True)
class EnterPregnancyCheckup(Examined):
    """One examination; `visitNumber` is that of its voucher, 1 to 14. The same again answers what is there."""

    pregnancy_id: strawberry.ID
    checked_on: date
    kind: MaternalVisit = MaternalVisit.PREGNANCY
    visit_number: int | None = None
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CorrectPregnancyCheckup(Examined):
    """What is given takes the place of what stands, what is not given stays; `emptied` names fields to be emptied."""

    pregnancy_checkup_id: strawberry.ID
    reason: str
    checked_on: date | None = None
    visit_number: int | None = None
    emptied: list[str] | None = None
    idempotency_key: strawberry.ID


NOTED = tuple(each.name for each in fields(Examined))


def noted_in(given: Examined) -> dict[str, Any]:
    """What is given, by the name of its column."""
    return {name: getattr(given, name) for name in NOTED if getattr(given, name) is not None}


async def enter(task: Task, given: EnterPregnancyCheckup) -> PregnancyCheckup | str | Refused:
    """The new entry, or why not."""
    pregnancy, told = task.pregnancy, noted_in(given)
    refused = closed_part(task.context.caller, Noun.PREGNANCY, ITEMS, told, GROUPS)
    row = PregnancyCheckup(
        id=task.new_id(Letter.PREGNANCY_CHECKUP),
        pregnancy_id=pregnancy.id,
        kind=given.kind,
        checked_on=given.checked_on,
        visit_number=given.visit_number,
        is_own_entry=_is_own(task),
        organisation_id=task.supplier_id,
        recorded_at=task.context.now,
        **told,
    )
    refused = refused or await _bad_entry(task, pregnancy, row)
    if refused is not None:
        return refused
    known = await _known(task, row)
    return row if known is None else _same(known, row)


def _is_own(task: Task) -> bool:
    return task.context.caller.holder.kind is CallerKind.RESIDENT


async def _bad_entry(task: Task, pregnancy: Any, row: PregnancyCheckup) -> Refused | None:
    """A day that cannot be, or what cannot be right on it."""
    course = Course(pregnancy.due_on, pregnancy.ended_on, pregnancy.outcome)
    is_possible = row.checked_on <= task.context.today and is_possible_visit(row.kind, row.checked_on, course)
    if not is_possible or await _had_died(task, pregnancy.mother_id, row.checked_on):
        return Refused(RefusalCode.DATE_OUT_OF_RANGE, "checkedOn")
    if row.visit_number is not None:
        if row.kind is not MaternalVisit.PREGNANCY:
            return Refused(RefusalCode.ITEM_NOT_IN_PROGRAMME, "visitNumber")
        if not 1 <= row.visit_number <= len(WEEKS):
            return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "visitNumber")
    values = {name: getattr(row, name) for name in NOTED}
    return named(refusal(row.kind, values)) or bad_text(row, "note")


async def _had_died(task: Task, mother_id: str, day: date) -> bool:
    known = relation_of(Resident)
    connection = await task.session.connection()
    died_on = await connection.scalar(sa.select(known.c.died_on).where(known.c.id == mother_id))
    return died_on is not None and died_on < day


async def _known(task: Task, row: PregnancyCheckup) -> PregnancyCheckup | None:
    """What stands of the same visit and day from the same hand."""
    same = select(PregnancyCheckup).where(
        col(PregnancyCheckup.pregnancy_id) == row.pregnancy_id,
        col(PregnancyCheckup.organisation_id) == row.organisation_id,
        col(PregnancyCheckup.is_own_entry) == row.is_own_entry,
        col(PregnancyCheckup.kind) == row.kind,
        col(PregnancyCheckup.checked_on) == row.checked_on,
        col(PregnancyCheckup.is_replaced) == sa.false(),
    )
    return (await task.session.exec(same)).first()


def _same(known: PregnancyCheckup, row: PregnancyCheckup) -> str | Refused:
    is_same = all(getattr(known, name) == getattr(row, name) for name in ("visit_number", *NOTED))
    return known.id if is_same else Refused(RefusalCode.ALREADY_RECORDED)


async def correct(task: Task, given: CorrectPregnancyCheckup) -> PregnancyCheckup | Refused:
    """The entry that takes the place of one that was wrong, or why not. Whose entry it is stays as it was."""
    row: PregnancyCheckup = task.about
    empty = emptied(ITEMS, given.emptied or [])
    if isinstance(empty, Refused):
        return empty
    if row.is_own_entry is not _is_own(task):
        return Refused(RefusalCode.NOT_PERMITTED)  # her entries are hers, and a supplied fact is its supplier's
    told = noted_in(given)
    refused = closed_part(task.context.caller, Noun.PREGNANCY, ITEMS, {*told, *empty}, GROUPS) or bad_reason(given)
    if refused is not None:
        return refused
    when = {"checked_on": given.checked_on, "visit_number": given.visit_number}
    changes = {**dict.fromkeys(empty), **told, **{name: each for name, each in when.items() if each is not None}}
    pregnancy = await task.session.get(Pregnancy, row.pregnancy_id)
    if pregnancy is None:  # which this clinic reaches no more
        return Refused(RefusalCode.NOT_FOUND, "pregnancyCheckupId")
    refused = await _bad_entry(task, pregnancy, PregnancyCheckup(**(values_of(row) | changes)))
    if refused is not None:
        return refused
    found = replacement(task, row, task.new_id(Letter.PREGNANCY_CHECKUP), changes)
    if isinstance(found, PregnancyCheckup):
        found.correction_reason = given.reason
    return found
