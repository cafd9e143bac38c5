"""A family: one household at one address."""

from typing import ClassVar

from sqlmodel import Field, SQLModel

from models.subject import Noun, Subject


class Family(SQLModel, table=True):
    """The household in which children live. Everything here reveals the place."""

    subject: ClassVar[Subject] = Subject(Noun.FAMILY, "id")

    id: str = Field(primary_key=True, max_length=34)
    municipality_code: str = Field(foreign_key="municipality.code", max_length=6)
    postal_code: str
    address: str
    phone: str | None = None
