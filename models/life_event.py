"""What the register learns of a person's life, as dated entries with evidence; rows of persons show the newest."""

from datetime import date, datetime
from enum import Enum

from sqlmodel import Field, SQLModel

from models.columns import instant, named


class LifeEventKind(Enum):
    """What ends or changes rights by its date."""

    BIRTH = "birth"
    DEATH = "death"
    MOVED_OUT = "moved out"


class LifeEvent(SQLModel, table=True):
    """One entry about one person: a child of the health record, a resident, or both.

    An entry is never changed; one that was wrong is replaced by a later one, which says so by an empty `happened_on`
    where the event never was.
    """

    id: str = Field(primary_key=True, max_length=34)
    kind: LifeEventKind = named(LifeEventKind)
    child_id: str | None = Field(default=None, foreign_key="child.id", index=True, max_length=34)
    resident_id: str | None = Field(default=None, foreign_key="resident.id", index=True, max_length=34)
    happened_on: date | None = None
    recorded_at: datetime = instant()
    recorded_by_id: str | None = Field(default=None, foreign_key="staffmember.id", max_length=34)
    evidence: str
    replaces_id: str | None = Field(default=None, foreign_key="lifeevent.id", unique=True, max_length=34)
