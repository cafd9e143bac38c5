"""Notices: what the city tells at a week of pregnancy or a month of age, what is due, and what it publishes."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant, named
from models.subject import Noun, Subject


class NoticeKind(Enum):
    """What a notice is about; residents choose by kind of which they want mail."""

    ANNOUNCEMENT = "published by the city"
    WEEK_OF_PREGNANCY = "information by the week of pregnancy"
    AGE = "information by the child's age"
    VACCINATION_DUE = "a vaccination can be given"
    CHECKUP_DUE = "a checkup can be had"
    RECORD_RECEIVED = "a record was handed in from outside; mailed alone"


class Audience(Enum):
    """To whom the city publishes: a rule, looked at each day of the period, and no list of people."""

    GUARDIANS = "whoever guards a child"
    CHILDREN_BY_AGE = "whoever guards a child of so many months"
    ENTERING_SCHOOL = "whoever guards a child that enters school on the next 1 April"
    PREGNANT = "whoever is pregnant"
    PREGNANT_BY_WEEK = "whoever is pregnant in so many weeks"
    PUPILS = "whoever guards a pupil of a school"


class Announcement(SQLModel, table=True):
    """What health staff published, in both languages, from `shown_from` until the day before `shown_to`.

    It holds nothing of anybody. `age_from` and `age_to` are whole months, `week_from` and `week_to` whole weeks of
    pregnancy, both included. `addressed_on`: the last day on which a worker wrote its notices.
    """

    id: str = Field(primary_key=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=34)
    published_by_id: str = Field(foreign_key="staffmember.id", max_length=34)
    published_at: datetime = instant(index=True)
    audience: Audience = named(Audience)
    age_from: int | None = None
    age_to: int | None = None
    week_from: int | None = None
    week_to: int | None = None
    school_id: str | None = Field(default=None, foreign_key="organisation.id", max_length=34)
    title_ja: str
    title_en: str
    text_ja: str
    text_en: str
    shown_from: date
    shown_to: date
    retracted_at: datetime | None = maybe_instant()
    addressed_on: date | None = None


class Notice(SQLModel, table=True):
    """One notice about one child or one pregnancy, told to whoever may read notices about it.

    `key` says which it is, once for each subject: a run that is done again adds nothing.
    """

    subject: ClassVar[Subject] = Subject(Noun.NOTICE, "subject_id")
    __table_args__ = (
        UniqueConstraint("subject_id", "key"),
        CheckConstraint("(child_id IS NULL) <> (pregnancy_id IS NULL)", name="notice_is_about_one"),
    )

    id: str = Field(primary_key=True, max_length=34)
    subject_id: str = Field(max_length=34)
    child_id: str | None = Field(default=None, foreign_key="child.id", index=True, max_length=34)
    pregnancy_id: str | None = Field(default=None, foreign_key="pregnancy.id", index=True, max_length=34)
    kind: NoticeKind = named(NoticeKind)
    key: str = Field(max_length=80)
    announcement_id: str | None = Field(default=None, foreign_key="announcement.id", index=True, max_length=34)
    published_at: datetime = instant()


class NoticeEvent(SQLModel, table=True):
    """Something that is waited for: ids alone, in the order of writing.

    A notice was written (`row_id`) about `subject_id`; or a ride has changed, of which `subject_id` is the tablet.
    """

    seq: int | None = Field(default=None, primary_key=True)
    row_id: str = Field(max_length=34)
    subject_id: str = Field(max_length=34)


class DailyRun(SQLModel, table=True):
    """A day on which a worker looks for what has to be told: in one worker's hands until `leased_until`, then done."""

    day: date = Field(primary_key=True)
    leased_until: datetime = instant()
    done_at: datetime | None = maybe_instant()


class NoticeRead(SQLModel, table=True):
    """That a resident has read a notice."""

    subject: ClassVar[Subject] = Subject(Noun.PERSON, "resident_id")

    id: str = Field(primary_key=True, max_length=34)
    resident_id: str = Field(foreign_key="resident.id", max_length=34)
    notice_id: str = Field(foreign_key="notice.id", index=True, max_length=34)
    read_at: datetime = instant()
