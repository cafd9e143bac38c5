"""A pregnancy: before birth the record is the mother's alone."""

from datetime import date
from enum import Enum
from typing import ClassVar

from sqlmodel import Field, SQLModel

from models.columns import named
from models.subject import Noun, Subject


class Outcome(Enum):
    """How a pregnancy ended."""

    BIRTH = "birth"
    MISCARRIAGE = "miscarriage"
    STILLBIRTH = "stillbirth"


class Pregnancy(SQLModel, table=True):
    """From its notification on (Maternal and Child Health Act 15). `organisation_id`: the clinic that supplied it.

    `due_on` is the newest of the entries about it (models/pregnancy_checkup.py).
    """

    subject: ClassVar[Subject] = Subject(Noun.PREGNANCY, "id", supplier="organisation_id")

    id: str = Field(primary_key=True, max_length=34)
    mother_id: str = Field(foreign_key="resident.id", index=True, max_length=34)
    notified_on: date
    due_on: date
    ended_on: date | None = None
    outcome: Outcome | None = named(Outcome, optional=True)
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id", index=True, max_length=34)
