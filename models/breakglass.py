"""Break-glass: somebody opened a child's record in an emergency, which a supervisor confirms afterwards."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant


class BreakGlass(SQLModel, table=True):
    """The first look of one actor at one child for one case; those who may read the child's log are told of it."""

    __table_args__ = (UniqueConstraint("actor_id", "child_id", "case_reference"),)

    id: str = Field(primary_key=True, max_length=34)
    actor_id: str = Field(max_length=34)
    child_id: str = Field(foreign_key="child.id", index=True, max_length=34)
    case_reference: str = Field(max_length=40)
    opened_at: datetime = instant()
    confirmed_by_id: str | None = Field(default=None, foreign_key="staffmember.id", max_length=34)
    confirmed_at: datetime | None = maybe_instant()
