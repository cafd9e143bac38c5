"""Points: an account and its entries."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import instant, named
from models.subject import Noun, Subject


class EntryKind(Enum):
    """What moved the points."""

    CONVERTED = "converted"
    GRANTED = "granted"
    SPENT = "spent"
    REFUNDED = "refunded"
    EXPIRED = "expired"


class PointAccount(SQLModel, table=True):
    """A holder's points in one municipality; unrelated to the register's id."""

    subject: ClassVar[Subject] = Subject(Noun.ACCOUNT, "id")

    id: str = Field(primary_key=True, max_length=34)
    resident_id: str = Field(foreign_key="resident.id", unique=True, max_length=34)
    municipality_code: str = Field(foreign_key="municipality.code", max_length=6)
    opened_on: date


class PointEntry(SQLModel, table=True):
    """One movement of whole points, positive into the account; `organisation_id` is the shop of a purchase."""

    subject: ClassVar[Subject] = Subject(Noun.ACCOUNT, "account_id", supplier="organisation_id")
    __table_args__ = (Index("pointentry_by_account", "account_id", "posted_at", "id"),)

    id: str = Field(primary_key=True, max_length=34)
    account_id: str = Field(foreign_key="pointaccount.id", max_length=34)
    kind: EntryKind = named(EntryKind)
    points: int
    posted_at: datetime = instant(index=True)
    facility: str | None = None
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id", index=True, max_length=34)
