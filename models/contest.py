"""A contest: a guardian says that a record is wrong, and the city decides."""

from datetime import datetime
from enum import Enum
from typing import ClassVar

from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant, named
from models.record import RecordKind
from models.subject import Noun, Subject


class ContestOutcome(Enum):
    """How the city decided."""

    APPROVED = "the record was put right, or struck out"
    REJECTED = "the record stays as it is"


class Contest(SQLModel, table=True):
    """What somebody said of one record, and what was decided of it. The record itself is put right by its own entry."""

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id")

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", index=True, max_length=34)
    kind: RecordKind = named(RecordKind)
    record_id: str = Field(index=True, max_length=34)
    contested_by_id: str = Field(foreign_key="resident.id", max_length=34)
    statement: str
    contested_at: datetime = instant()
    decided_at: datetime | None = maybe_instant()
    decided_by_id: str | None = Field(default=None, max_length=34)
    outcome: ContestOutcome | None = named(ContestOutcome, optional=True)
    decision: str | None = None
