"""A resident: somebody in the city's register, card or no card."""

from datetime import date
from enum import Enum

from sqlmodel import Field, SQLModel

from models.columns import named


class Sex(Enum):
    """As the register keeps it (JIS X 0303)."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Resident(SQLModel, table=True):
    """A person as the register knows them. Never shown as a node: relations lead away from it, no edge leads to it."""

    id: str = Field(primary_key=True, max_length=34)
    family_id: str | None = Field(default=None, foreign_key="family.id", index=True, max_length=34)
    name: str
    name_kana: str
    birth_date: date
    sex: Sex = named(Sex)
    died_on: date | None = None
    moved_out_on: date | None = None
