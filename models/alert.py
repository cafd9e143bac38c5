"""What whoever looks after a child must know: its allergies, and whom to call."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import instant, named
from models.subject import Noun, Subject


class AllergyKind(Enum):
    """What a child is allergic to."""

    FOOD = "food"
    MEDICINE = "medicine"
    INSECT = "insect"
    POLLEN = "pollen"
    ANIMAL = "animal"
    LATEX = "latex"
    OTHER = "something else"


class Practice(Enum):
    """What a physician is to a child."""

    PAEDIATRICIAN = "paediatrician or family doctor"
    DENTIST = "dentist"
    SPECIALIST = "specialist"


class Allergy(SQLModel, table=True):
    """An allergy as guardians know it. `over_on`: since when it is there no more. Entries are replaced, not changed."""

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id", supplier="recorded_by_id")

    __table_args__ = (Index("allergy_by_child", "child_id", "recorded_at", "id"),)

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", max_length=34)
    kind: AllergyKind = named(AllergyKind)
    substance: str
    reaction: str | None = None
    since: date | None = None
    over_on: date | None = None
    recorded_by_id: str = Field(max_length=34)
    recorded_at: datetime = instant()
    replaces_id: str | None = Field(default=None, foreign_key="allergy.id", unique=True, max_length=34)
    is_void: bool = False
    correction_reason: str | None = None


class Physician(SQLModel, table=True):
    """Who treats a child, and where to call. All of it tells a place. Entries are replaced, never changed."""

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id", supplier="recorded_by_id")

    __table_args__ = (Index("physician_by_child", "child_id", "recorded_at", "id"),)

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", max_length=34)
    practice: Practice = named(Practice)
    clinic: str
    doctor: str | None = None
    phone: str | None = None
    since: date | None = None
    recorded_by_id: str = Field(max_length=34)
    recorded_at: datetime = instant()
    replaces_id: str | None = Field(default=None, foreign_key="physician.id", unique=True, max_length=34)
    is_void: bool = False
    correction_reason: str | None = None
