"""A measurement made at home, and the tables of national surveys that measures are compared with."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import instant, named
from models.resident import Sex
from models.subject import Noun, Subject


class Measure(Enum):
    """A measure by the name of its field."""

    WEIGHT_G = "weight_g"
    HEIGHT_MM = "height_mm"
    HEAD_MM = "head_mm"
    CHEST_MM = "chest_mm"


class Growth(SQLModel, table=True):
    """Mass in grams, lengths in millimetres; at least one of the four is there. `recorded_by_id`: who wrote it.

    An entry is never changed. What was wrong is said by a later entry that replaces it (`replaces_id`), with a reason;
    an entry that should never have been is replaced by one that is void.
    """

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id", supplier="recorded_by_id")

    __table_args__ = (Index("growth_by_child", "child_id", "measured_on", "id"),)

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", max_length=34)
    measured_on: date
    weight_g: int | None = None
    height_mm: int | None = None
    head_mm: int | None = None
    chest_mm: int | None = None
    note: str | None = None
    recorded_by_id: str = Field(max_length=34)
    recorded_at: datetime = instant()
    replaces_id: str | None = Field(default=None, foreign_key="growth.id", unique=True, max_length=34)
    is_void: bool = False
    correction_reason: str | None = None


class GrowthReference(SQLModel, table=True):
    """One measure and sex of a national survey, as it was imported; of several the last counts. Public.

    `lines`: the table as rules/growth/survey.py packs it. `quality`: in the words of the source, how it came about.
    """

    is_public: ClassVar[bool] = True

    id: int | None = Field(default=None, primary_key=True)
    survey_year: int
    measure: Measure = named(Measure)
    sex: Sex = named(Sex)
    source: str
    quality: str
    lines: str
    imported_at: datetime = instant()
