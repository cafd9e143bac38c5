"""A rider: somebody registered for the taxi subsidy."""

from datetime import date
from enum import Enum
from typing import ClassVar

from sqlmodel import Field, SQLModel

from models.columns import named
from models.subject import Noun, Subject


class Eligibility(Enum):
    """Why somebody may ride: seen by the rider and transport staff alone."""

    AGE_75 = "75 or older"
    AGE_65_NO_LICENCE = "65 or older without a driving licence"
    DISABILITY = "disability"
    CARE_NEED = "care or support need"
    ILLNESS = "intractable disease"
    PREGNANCY = "pregnant or after birth"
    LICENCE_RETURNED = "driving licence returned"


class Rider(SQLModel, table=True):
    """A registration, valid from `registered_on` until the day before `valid_to`; unrelated to the register's id."""

    subject: ClassVar[Subject] = Subject(Noun.RIDER, "id")

    id: str = Field(primary_key=True, max_length=34)
    resident_id: str = Field(foreign_key="resident.id", unique=True, max_length=34)
    name: str
    eligibility: Eligibility = named(Eligibility)
    registered_on: date
    valid_to: date | None = None
