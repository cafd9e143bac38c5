"""A rider: somebody registered for the taxi subsidy, or who asked to be; and every step of that."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import instant, named
from models.subject import Noun, Subject


class Eligibility(Enum):
    """Why somebody may ride: seen by the rider and transport staff alone."""

    AGE_75 = "75 or older"
    AGE_65_NO_LICENCE = "65 or older without a driving licence"
    DISABILITY = "disability"
    CARE_NEED = "care or support need"
    ILLNESS = "intractable disease"
    PREGNANCY = "pregnant or after birth"
    LICENCE_RETURNED = "driving licence returned"


class RiderState(Enum):
    """What the newest step came to; whether a registration holds on a day is another question (rules/riders.py)."""

    APPLIED = "asked for, never yet accepted"
    REGISTERED = "accepted"
    SUSPENDED = "suspended by staff"
    REFUSED = "refused"


class RiderStepKind(Enum):
    """What happened to a registration."""

    APPLIED = "asked for"
    ACCEPTED = "accepted by staff"
    REFUSED = "refused by staff"
    SUSPENDED = "suspended by staff"
    REINSTATED = "in force again"


class Rider(SQLModel, table=True):
    """A registration, valid from `registered_on` until the day before `valid_to`; unrelated to the register's id.

    The row shows what the steps have come to. `is_settled`: no application waits for staff; until the first is
    accepted `registered_on` is the day of applying.
    """

    subject: ClassVar[Subject] = Subject(Noun.RIDER, "id")

    id: str = Field(primary_key=True, max_length=34)
    resident_id: str = Field(foreign_key="resident.id", unique=True, max_length=34)
    name: str
    eligibility: Eligibility = named(Eligibility)
    registered_on: date
    valid_to: date | None = None
    state: RiderState = named(RiderState, default=RiderState.REGISTERED)
    is_settled: bool = True


class RiderStep(SQLModel, table=True):
    """One step of a registration. Never changed.

    `taken_by_id`: the rider, a legal representative, or a member of staff. `note`: what was shown for the eligibility,
    or why staff decided so.
    """

    subject: ClassVar[Subject] = Subject(Noun.RIDER, "rider_id")
    __table_args__ = (UniqueConstraint("rider_id", "number", name="uq_riderstep_number"),)

    id: str = Field(primary_key=True, max_length=34)
    rider_id: str = Field(foreign_key="rider.id", index=True, max_length=34)
    number: int
    kind: RiderStepKind = named(RiderStepKind)
    eligibility: Eligibility = named(Eligibility)
    valid_from: date | None = None
    valid_to: date | None = None
    note: str
    taken_by_id: str = Field(max_length=34)
    taken_at: datetime = instant()
