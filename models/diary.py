"""What guardians write down of a child's day: how it was, in a diary of entries that are never changed."""

from datetime import datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import instant, named
from models.subject import Noun, Subject


class Symptom(Enum):
    """What a parent sees or hears."""

    COUGH = "cough"
    RUNNY_NOSE = "runny nose"
    WHEEZE = "wheezing"
    VOMITING = "vomiting"
    DIARRHOEA = "diarrhoea"
    CONSTIPATION = "constipation"
    RASH = "rash"
    EAR_PAIN = "ear pain"
    EYE_DISCHARGE = "discharge from the eyes"
    TUMMY_ACHE = "tummy ache"
    LISTLESS = "listless"
    SEIZURE = "seizure"
    OTHER = "something else, which the note says"


class Mood(Enum):
    """How the child was."""

    GOOD = "good"
    AS_USUAL = "as usual"
    OUT_OF_SORTS = "out of sorts"


class Appetite(Enum):
    """How the child ate or drank."""

    GOOD = "good"
    AS_USUAL = "as usual"
    POOR = "poor"
    NONE = "nothing"


class DiaryEntry(SQLModel, table=True):
    """One entry of the diary; at least one value is there. `symptoms`: names of Symptom between spaces.

    Temperature in tenths of a degree Celsius; sleep, milk and counts are of that day so far. What was wrong is said by
    a later entry that replaces it, with a reason; one that should never have been by one that is void.
    """

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id", supplier="recorded_by_id")

    __table_args__ = (Index("diaryentry_by_child", "child_id", "observed_at", "id"),)

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", max_length=34)
    observed_at: datetime = instant()
    temperature_decicelsius: int | None = None
    symptoms: str | None = None
    mood: Mood | None = named(Mood, optional=True)
    appetite: Appetite | None = named(Appetite, optional=True)
    breast_feeds: int | None = None
    milk_ml: int | None = None
    sleep_minutes: int | None = None
    urine_count: int | None = None
    stool_count: int | None = None
    stool_colour: int | None = None
    note: str | None = None
    recorded_by_id: str = Field(max_length=34)
    recorded_at: datetime = instant()
    replaces_id: str | None = Field(default=None, foreign_key="diaryentry.id", unique=True, max_length=34)
    is_void: bool = False
    correction_reason: str | None = None
