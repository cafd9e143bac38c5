"""What the immunisation rules have to know of a child besides its doses: diseases, conditions, a long illness."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlmodel import Field, SQLModel

from models.columns import instant, named
from models.immunisation import Antigen, Condition
from models.subject import Noun, Subject


class ImmunityFactKind(Enum):
    """What an entry tells of."""

    ILLNESS = "the child has had a disease that a vaccine protects from"
    CONDITION = "a doctor has to be asked before a series goes on"
    RECOVERY = "a long illness that kept the child from its doses is over"


class ImmunityFact(SQLModel, table=True):
    """One entry about one child: with the antigen of an illness, with the condition, or with the day alone.

    An entry is never changed; one that was wrong is replaced by a later one, which says `is_void` where it never
    was so, or is over.
    """

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id")

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", index=True, max_length=34)
    kind: ImmunityFactKind = named(ImmunityFactKind)
    antigen: Antigen | None = named(Antigen, optional=True)
    condition: Condition | None = named(Condition, optional=True)
    happened_on: date
    evidence: str
    recorded_at: datetime = instant()
    recorded_by_id: str = Field(max_length=34)
    replaces_id: str | None = Field(default=None, foreign_key="immunityfact.id", unique=True, max_length=34)
    is_void: bool = False
