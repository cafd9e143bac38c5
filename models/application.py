"""Applications for the record service: what somebody signed, and what was decided of it, step by step."""

from datetime import date, datetime
from enum import Enum, StrEnum
from typing import ClassVar, NamedTuple

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import instant, named
from models.resident import Sex
from models.subject import Noun, Subject


class ApplicationKind(StrEnum):
    """Why somebody may be served (Maternal and Child Health Act 15 and 16: notification, handbook)."""

    PREGNANT = "PREGNANT"
    GUARDIAN = "GUARDIAN"


class StepKind(Enum):
    """What happened to an application."""

    WAITING = "the register alone could not decide, so staff will"
    ACCEPTED = "the applicant is registered from now on"
    REFUSED = "it was refused"
    WITHDRAWN = "the applicant took it back"


class StepReason(Enum):
    """Why a step was taken. None of them tells of anybody but the applicant and of what the applicant said."""

    GUARDIAN_IN_REGISTER = "the register knows the applicant as guardian of this child"
    PREGNANCY_IN_REGISTER = "the register knows of the pregnancy"
    NAME_DIFFERS = "the certificate has another name than the register, or in other characters"
    ADDRESS_DIFFERS = "the certificate has another address than the register"
    CHILD_NOT_AMONG_WARDS = "the register knows the applicant as guardian of no such child"
    PREGNANCY_NOT_IN_REGISTER = "no pregnancy of the applicant was notified"
    AFTER_SCHOOL_ENTRY = "the service ends when a child enters school"
    RECORD_CLOSED = "the child has died or moved away"
    BY_STAFF = "a member of staff decided, and said why"
    BY_APPLICANT = "the applicant wished it"


class Application(SQLModel, table=True):
    """One signed document, kept letter by letter; never changed.

    Of the certificate nothing is kept but `signer_key`, HMAC-SHA256(pepper, "jpki-sign" NUL, issuer key id, serial), as
    hexadecimal text. `signature` (base64) proves the document to whoever has the certificate, which the applicant has.
    """

    subject: ClassVar[Subject] = Subject(Noun.APPLICATION, "id")

    id: str = Field(primary_key=True, max_length=34)
    applicant_id: str = Field(foreign_key="resident.id", index=True, max_length=34)
    kind: ApplicationKind = named(ApplicationKind)
    consent_version: str = Field(max_length=10)
    consent_language: str = Field(max_length=2)
    document: str
    algorithm: str = Field(max_length=5)
    signature: str
    signer_key: str = Field(max_length=64)
    applied_at: datetime = instant()


class ApplicationStep(SQLModel, table=True):
    """One step of an application; the one with the highest number says how it stands. Never changed.

    `reasons` are names with a space between. `child_id` or `pregnancy_id`: what the applicant is served for, as far as
    it is known by then. `is_settled`: nobody has to decide any more, which staff list applications by.
    """

    subject: ClassVar[Subject] = Subject(Noun.APPLICATION, "application_id")
    __table_args__ = (UniqueConstraint("application_id", "number", name="uq_applicationstep_number"),)

    id: str = Field(primary_key=True, max_length=34)
    application_id: str = Field(foreign_key="application.id", index=True, max_length=34)
    applicant_id: str = Field(foreign_key="resident.id", index=True, max_length=34)
    number: int
    kind: StepKind = named(StepKind)
    is_settled: bool
    reasons: str
    note: str | None = None
    child_id: str | None = Field(default=None, foreign_key="child.id", index=True, max_length=34)
    pregnancy_id: str | None = Field(default=None, foreign_key="pregnancy.id", index=True, max_length=34)
    decided_by_id: str | None = Field(default=None, foreign_key="staffmember.id", max_length=34)
    taken_at: datetime = instant()


class Birth(NamedTuple):
    """A birth date as a certificate has it: month and day may be unknown."""

    year: int
    month: int | None
    day: int | None

    def is_of(self, day: date) -> bool:
        """Whether this can be the day."""
        return self.year == day.year and self.month in (None, day.month) and self.day in (None, day.day)


class Signer(NamedTuple):
    """The four attributes of a signature certificate: compared once with the register, and never kept.

    The flags say which characters stand for others that the certificate cannot hold: a 0 or a 1 for each.
    """

    name: str
    name_flags: str
    birth: Birth
    sex: Sex
    address: str
    address_flags: str
