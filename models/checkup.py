"""A checkup that took place: body, findings, development, teeth, and where it was."""

from datetime import date
from enum import Enum
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import named
from models.subject import Noun, Subject


class CheckupKind(Enum):
    """The visits of the programme (Maternal and Child Health Act 12 and 13; School Health and Safety Act 11 and 13)."""

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


class Checkup(SQLModel, table=True):
    """Mass in grams, lengths in millimetres. `organisation_id` supplied the row, `source_record_id` is its number."""

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id", supplier="organisation_id")

    __table_args__ = (Index("checkup_by_child", "child_id", "checked_on", "id"),)

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
