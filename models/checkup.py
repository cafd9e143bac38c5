"""A checkup that took place: body, findings, development, teeth, and where it was."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import false
from sqlmodel import Field, SQLModel

from models.columns import listed_by, maybe_instant, named
from models.subject import Noun, Subject


class CheckupKind(Enum):
    """The visits of the programme (Maternal and Child Health Act 12 and 13; School Health and Safety Act 11 and 13)."""

    BIRTH = "state at birth"
    MONTH_1 = "1 month"
    MONTHS_3_4 = "3-4 months"
    MONTHS_6_7 = "6-7 months"
    MONTHS_9_10 = "9-10 months"
    MONTHS_18 = "1 year 6 months"
    YEARS_3 = "3 years"
    YEARS_5 = "5 years"
    BEFORE_SCHOOL = "before school"


class Judgement(Enum):
    """The outcome as the standard record form words it (2023 draft form)."""

    HEALTHY = "healthy"
    OBSERVE = "observe"
    GUIDANCE = "guidance"
    DETAILED_EXAM = "detailed exam"


class Finding(Enum):
    """What an examiner notes of an organ."""

    NONE = "no finding"
    FOUND = "finding"


class Grade(Enum):
    """What a test strip or a thumb on the shin shows."""

    NEGATIVE = "-"
    TRACE = "±"
    PLUS_1 = "+"
    PLUS_2 = "++"
    PLUS_3 = "+++"


class Nutrition(Enum):
    """The state of nutrition (栄養状態)."""

    GOOD = "good"
    NEEDS_GUIDANCE = "needs guidance"


class Plaque(Enum):
    """How much plaque there is on the teeth (歯の汚れ)."""

    CLEAN = "clean"
    LITTLE = "little"
    MUCH = "much"


class Checkup(SQLModel, table=True):
    """Mass in grams, lengths in millimetres. `organisation_id` supplied the row, `source_record_id` is its number.

    An entry is never changed: a later one replaces it (`replaces_id`), and then it alone is marked `is_replaced`.
    """

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id", supplier="organisation_id")

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", max_length=34)
    kind: CheckupKind = named(CheckupKind)
    checked_on: date
    weight_g: int | None = None
    height_mm: int | None = None
    head_mm: int | None = None
    chest_mm: int | None = None
    judgement: Judgement | None = named(Judgement, optional=True)
    findings: str | None = None
    development: str | None = None
    dental: str | None = None
    venue: str | None = None
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id", index=True, max_length=34)
    source_record_id: str | None = None
    nutrition: Nutrition | None = named(Nutrition, optional=True)
    drinks_breast_milk: bool | None = None
    is_weaned: bool | None = None
    eye_position: Finding | None = named(Finding, optional=True, name="eye_position_finding")
    vision: Finding | None = named(Finding, optional=True, name="vision_finding")
    hearing: Finding | None = named(Finding, optional=True, name="hearing_finding")
    skin: Finding | None = named(Finding, optional=True, name="skin_finding")
    respiratory: Finding | None = named(Finding, optional=True, name="respiratory_finding")
    is_hip_limited: bool | None = None
    has_large_fontanelle: bool | None = None
    urine_protein: Grade | None = named(Grade, optional=True, name="urine_protein_grade")
    urine_blood: Grade | None = named(Grade, optional=True, name="urine_blood_grade")
    holds_head: bool | None = None
    plaque: Plaque | None = named(Plaque, optional=True)
    recorded_at: datetime | None = maybe_instant()
    correction_reason: str | None = None
    replaces_id: str | None = Field(default=None, foreign_key="checkup.id", unique=True, max_length=34)
    is_replaced: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


listed_by(Checkup, "checkup_by_child", "child_id", "checked_on", "id")
