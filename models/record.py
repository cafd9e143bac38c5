"""Where records came from: what each source said and when, which record it made, and what waits for the staff."""

from datetime import datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint, select, text
from sqlmodel import Field, SQLModel

from models.columns import View, instant, maybe_instant, named, table_of
from models.organisation import Organisation
from models.subject import Noun, Subject

WAITING = text("decided_at IS NULL")


class RecordKind(Enum):
    """What organisations hand in."""

    VACCINATION = "a dose that was given"
    CHECKUP = "a checkup that took place"
    SCHOOL_CHECKUP = "a checkup at school, or what was measured there"


class LegalBasis(Enum):
    """On what the city received it."""

    CONSENT = "a guardian linked the organisation to the child (Act on the Protection of Personal Information 27)"
    DUTY = "a task of the city or the school (Immunization Act 5; Maternal and Child Health 12, 13; School Health 13)"
    HANDED_OVER = "by the city where the child lived before (Maternal and Child Health Act 19-2)"


class SubmissionOutcome(Enum):
    """What became of one item that an organisation handed in."""

    ACCEPTED = "it is kept"
    KNOWN = "the organisation said the very same before"
    CONFLICTING = "the organisation said something else of the same record before; the staff decides"
    WAITING = "the staff decides whose it is"
    REFUSED = "it cannot be, and nothing of it is kept"


class RecordSource(SQLModel, table=True):
    """What one organisation said of one record of its own, for the `number`th time, as JSON text. Never changed."""

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id", supplier="organisation_id")
    __table_args__ = (
        UniqueConstraint(
            "organisation_id", "kind", "source_record_id", "number", name="uq_recordsource_of_one_organisation"
        ),
    )

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", index=True, max_length=34)
    kind: RecordKind = named(RecordKind)
    organisation_id: str = Field(foreign_key="organisation.id", max_length=34)
    source_record_id: str | None = Field(default=None, max_length=100)
    number: int
    legal_basis: LegalBasis = named(LegalBasis)
    content: str
    received_at: datetime = instant()


class Provenance(SQLModel, table=True):
    """That a record rests on a source: one record on several, one source on the records that replaced one another."""

    subject: ClassVar[Subject] = Subject(Noun.CHILD, "child_id")

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", max_length=34)
    record_id: str = Field(index=True, max_length=34)
    source_id: str = Field(foreign_key="recordsource.id", index=True, max_length=34)


class ReviewCause(Enum):
    """Why the staff has to look at what was handed in."""

    NUMBER_UNLINKED = "the number stands for nobody"
    NUMBER_SUSPECT = "the number of the record looks like an Individual Number"
    CONTENT_DIFFERS = "the same source said something else of the same record before"
    SOURCES_DIFFER = "another source, or the city, said something else of the same record"


class ReviewOutcome(Enum):
    """How the staff decided."""

    MATCHED = "it is of this child"
    REJECTED = "it is kept in no record"
    OVERTAKEN = "it was handed in again once its number stood for a child"


class RecordReview(SQLModel, table=True):
    """One thing that was handed in and waits for a decision, or was decided. About whom, nobody knows yet.

    `record_id`: the record that it contradicts. `patient_number` is the organisation's own. What schools handed in is
    the education board's to decide and of another noun; the wall tells the two apart by `kind`.
    """

    subject: ClassVar[Subject] = Subject(Noun.REVIEW, "id", supplier="organisation_id")
    __table_args__ = (
        Index("recordreview_that_waits", "received_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("recordreview_by_source", "organisation_id", "source_record_id"),
    )

    id: str = Field(primary_key=True, max_length=34)
    cause: ReviewCause = named(ReviewCause)
    kind: RecordKind = named(RecordKind)
    organisation_id: str = Field(foreign_key="organisation.id", max_length=34)
    source_record_id: str = Field(max_length=100)
    patient_number: str = Field(max_length=100)
    content: str
    received_at: datetime = instant()
    record_id: str | None = Field(default=None, max_length=34)
    decided_at: datetime | None = maybe_instant()
    decided_by_id: str | None = Field(default=None, max_length=34)
    outcome: ReviewOutcome | None = named(ReviewOutcome, optional=True)
    reason: str | None = None


_provenance, _source, _organisation = (table_of(each) for each in (Provenance, RecordSource, Organisation))
SOURCES = (
    select(
        _provenance.c.id,
        _provenance.c.record_id,
        _organisation.c.name.label("organisation"),
        _source.c.source_record_id,
        _source.c.legal_basis,
        _source.c.received_at,
    )
    .join_from(_provenance, _source, _provenance.c.source_id == _source.c.id)
    .join(_organisation, _source.c.organisation_id == _organisation.c.id)
    .subquery("record_source")
)
_review = table_of(RecordReview)
_reviews = select(*_review.columns, _organisation.c.name.label("organisation")).join_from(
    _review, _organisation, _review.c.organisation_id == _organisation.c.id
)
_is_of_school = _review.c.kind == RecordKind.SCHOOL_CHECKUP
REVIEWS = View(_reviews.where(~_is_of_school).subquery("record_review"), Subject(Noun.REVIEW, "id"))
SCHOOL_REVIEWS = View(_reviews.where(_is_of_school).subquery("school_review"), Subject(Noun.SCHOOL_REVIEW, "id"))
