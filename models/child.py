"""A child in the maternal-and-child health record."""

from datetime import date
from typing import ClassVar

from sqlmodel import Field, SQLModel

from models.columns import named
from models.resident import Sex
from models.subject import Noun, Subject


class Child(SQLModel, table=True):
    """The health record's own person: its id is unrelated to the register's, which `resident_id` alone joins.

    `due_on`: the expected day of birth as it stood at birth; growth is compared by it, and nothing else is.
    """

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "id")

    id: str = Field(primary_key=True, max_length=34)
    resident_id: str | None = Field(default=None, foreign_key="resident.id", unique=True, max_length=34)
    family_id: str = Field(foreign_key="family.id", index=True, max_length=34)
    name: str
    name_kana: str
    birth_date: date = Field(index=True)
    sex: Sex = named(Sex)
    due_on: date | None = None
    allergies: str | None = None
    died_on: date | None = None
    moved_out_on: date | None = None
    pregnancy_id: str | None = Field(default=None, foreign_key="pregnancy.id", index=True, max_length=34)
