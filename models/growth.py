"""A measurement made at home."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import instant
from models.subject import Noun, Subject


class Growth(SQLModel, table=True):
    """Mass in grams, lengths in millimetres; at least one of the four is there. `recorded_by_id`: who wrote it."""

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id", supplier="recorded_by_id")

    __table_args__ = (Index("growth_by_child", "child_id", "measured_on", "id"),)

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", max_length=34)
    measured_on: date
    weight_g: int | None = None
    height_mm: int | None = None
    head_mm: int | None = None
    chest_mm: int | None = None
    recorded_by_id: str = Field(max_length=34)
    recorded_at: datetime = instant()
