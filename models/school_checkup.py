"""A checkup at school: the education board's datum, not the health section's."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import Index, false
from sqlmodel import Field, SQLModel

from models.checkup import Finding
from models.columns import instant, named
from models.subject import Noun, Subject


class Sight(Enum):
    """Vision by the 370 method."""

    A = "1.0 and better"
    B = "0.7 to 0.9"
    C = "0.3 to 0.6"
    D = "below 0.3"


class SchoolCheckup(SQLModel, table=True):
    """A checkup of a school year (School Health and Safety Act 13), or what a school measured in between.

    `organisation_id`: the school that supplied it.
    """

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id", supplier="organisation_id")

    __table_args__ = (Index("schoolcheckup_by_child", "child_id", "checked_on", "id"),)

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", max_length=34)
    grade: int
    checked_on: date
    weight_g: int | None = None
    height_mm: int | None = None
    sight_right: Sight | None = named(Sight, optional=True, name="sight_right")
    sight_left: Sight | None = named(Sight, optional=True, name="sight_left")
    hearing: Finding | None = named(Finding, optional=True, name="hearing_finding")
    tuberculosis: Finding | None = named(Finding, optional=True, name="tuberculosis_finding")
    urine: Finding | None = named(Finding, optional=True, name="urine_finding")
    heart: Finding | None = named(Finding, optional=True, name="heart_finding")
    dental: str | None = None
    findings: str | None = None
    school: str | None = None
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id", index=True, max_length=34)
    recorded_at: datetime = instant()
    correction_reason: str | None = None
    replaces_id: str | None = Field(default=None, foreign_key="schoolcheckup.id", unique=True, max_length=34)
    is_replaced: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
