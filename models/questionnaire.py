"""What somebody who brings up a child answered to the questions that are nobody else's business."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import Index, false
from sqlmodel import Field, SQLModel

from models.checkup import CheckupKind
from models.columns import instant, named
from models.subject import Noun, Subject


class Reply(Enum):
    """An answer to a question; nobody has to give one."""

    YES = "yes"
    NO = "no"
    DECLINED = "would rather not say"


class Questionnaire(SQLModel, table=True):
    """The questions on parenting of one visit, as one person answered them (2023 draft form)."""

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id", supplier="answered_by_id")

    __table_args__ = (Index("questionnaire_by_child", "child_id", "answered_on", "id"),)

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", max_length=34)
    kind: CheckupKind = named(CheckupKind)
    answered_on: date
    has_hit: Reply | None = named(Reply, optional=True, name="has_hit_reply")
    has_left_alone: Reply | None = named(Reply, optional=True, name="has_left_alone_reply")
    worries_about_money: Reply | None = named(Reply, optional=True, name="worries_about_money_reply")
    note: str | None = None
    answered_by_id: str = Field(max_length=34)
    recorded_at: datetime = instant()
    replaces_id: str | None = Field(default=None, foreign_key="questionnaire.id", unique=True, max_length=34)
    is_replaced: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
