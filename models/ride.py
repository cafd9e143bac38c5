"""A taxi ride and the seats of its registered riders."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel

from models.columns import instant
from models.subject import Noun, Subject


class Ride(SQLModel, table=True):
    """One meter run. Money is whole yen."""

    subject: ClassVar[Subject] = Subject(Noun.RIDE, "id", supplier="organisation_id")

    id: str = Field(primary_key=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=34)
    boarded_at: datetime = instant(index=True)
    fare_yen: int | None = None
    pick_up: str
    drop_off: str | None = None


class Seat(SQLModel, table=True):
    """One registered rider in one ride and the subsidy that this seat was granted, in yen."""

    subject: ClassVar[Subject] = Subject(Noun.RIDER, "rider_id", supplier="organisation_id")

    id: str = Field(primary_key=True, max_length=34)
    ride_id: str = Field(foreign_key="ride.id", index=True, max_length=34)
    rider_id: str = Field(foreign_key="rider.id", index=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=34)
    boarded_at: datetime = instant()
    subsidy_yen: int | None = None
