"""A taxi ride, the seats of its registered riders, and what was posted of them: added to, never overwritten."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import ColumnElement, Index, UniqueConstraint, and_, false, text, true
from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant, named, table_of
from models.seat_review import SeatReviewCause, SeatReviewOutcome
from models.subject import Noun, Subject

WAITING = text("is_waiting")


class Ride(SQLModel, table=True):
    """One meter run. Money is whole yen; the row shows what its entries have come to.

    `boarded_at` decides of day, year and terms. Of a ride that a tablet opened also: which tablet (or organisation),
    what its clock said (`told_at`) and how many rides it had opened before (`sequence`); of one that it kept without
    a network, when it was handed in. `is_waiting`: staff must decide of a seat.
    """

    subject: ClassVar[Subject] = Subject(Noun.RIDE, "id", supplier="organisation_id")
    __table_args__ = (Index("ride_that_waits", "boarded_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),)

    id: str = Field(primary_key=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=34)
    boarded_at: datetime = instant(index=True)
    fare_yen: int | None = None
    pick_up: str
    drop_off: str | None = None
    opened_by_id: str | None = Field(default=None, max_length=34)
    told_at: datetime | None = maybe_instant()
    sequence: int | None = None
    starts_in_city: bool = True
    is_cancelled: bool = False
    synced_at: datetime | None = maybe_instant()
    is_waiting: bool = False


def to_review() -> ColumnElement[bool]:
    """Rides with a seat of which staff must decide."""
    ride = table_of(Ride).c
    return and_(ride.is_waiting == true(), ride.is_cancelled == false())


class Seat(SQLModel, table=True):
    """One registered rider in one ride and the subsidy that this seat was granted, in yen.

    `position`: the order of tapping. A seat that counts uses up one ride of its day and of its fiscal year, each with a
    number of its own, so that nobody can be written down for more; rides from before the tablets have none, nor have
    those that staff let count beyond the limit. `tapped_at`: of a tap without a network, by the server's clock.
    """

    subject: ClassVar[Subject] = Subject(Noun.RIDER, "rider_id", supplier="organisation_id")
    __table_args__ = (
        UniqueConstraint("ride_id", "rider_id", name="uq_seat_rider"),
        Index("seat_of_day", "rider_id", "service_day", "day_number", unique=True),
        Index("seat_of_year", "rider_id", "fiscal_year", "year_number", unique=True),
    )

    id: str = Field(primary_key=True, max_length=34)
    ride_id: str = Field(foreign_key="ride.id", index=True, max_length=34)
    rider_id: str = Field(foreign_key="rider.id", index=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=34)
    boarded_at: datetime = instant()
    subsidy_yen: int | None = None
    position: int = 1
    is_counted: bool = True
    service_day: date | None = None
    day_number: int | None = None
    fiscal_year: int | None = None
    year_number: int | None = None
    tapped_at: datetime | None = maybe_instant()
    review_cause: SeatReviewCause | None = named(SeatReviewCause, optional=True)
    review_outcome: SeatReviewOutcome | None = named(SeatReviewOutcome, optional=True)
    review_reason: str | None = None
    reviewed_by_id: str | None = Field(default=None, max_length=34)
    reviewed_at: datetime | None = maybe_instant()


class RideEntryKind(Enum):
    """What was written down of a ride."""

    CLOSED = "the fare at its end"
    CORRECTED = "another fare in its place"
    CANCELLED = "it was none"
    RESHARED = "the same fare, and other seats share it"


class RideEntry(SQLModel, table=True):
    """One entry of a ride, after which its fare is `fare_yen`. Never changed."""

    subject: ClassVar[Subject] = Subject(Noun.RIDE, "ride_id", supplier="organisation_id")
    __table_args__ = (UniqueConstraint("ride_id", "number", name="uq_rideentry_number"),)

    id: str = Field(primary_key=True, max_length=34)
    ride_id: str = Field(foreign_key="ride.id", index=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=34)
    number: int
    kind: RideEntryKind = named(RideEntryKind)
    fare_yen: int
    reason: str | None = None
    taken_by_id: str = Field(max_length=34)
    taken_at: datetime = instant()


class SubsidyEntry(SQLModel, table=True):
    """What an entry of a ride posted to a seat, in yen: a reversal of what stood is below zero. Never changed."""

    subject: ClassVar[Subject] = Subject(Noun.RIDER, "rider_id", supplier="organisation_id")
    __table_args__ = (UniqueConstraint("seat_id", "number", "is_reversal", name="uq_subsidyentry_number"),)

    id: str = Field(primary_key=True, max_length=34)
    seat_id: str = Field(foreign_key="seat.id", index=True, max_length=34)
    rider_id: str = Field(foreign_key="rider.id", index=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=34)
    number: int
    is_reversal: bool
    subsidy_yen: int
    claim_month: date = Field(index=True)
