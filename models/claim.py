"""Claims: what the city pays one taxi company for one month, closed once; later changes go into a later month."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint, select
from sqlmodel import Field, SQLModel

from models.columns import View, instant, table_of
from models.organisation import Organisation
from models.subject import Noun, Subject


class Claim(SQLModel, table=True):
    """One month of one company, with its file as it was written. Never changed.

    `subsidy_yen` is the whole; `adjustment_yen` the part of it that belongs to rides of months that were closed before.
    """

    subject: ClassVar[Subject] = Subject(Noun.CLAIM, "id", supplier="organisation_id")
    __table_args__ = (UniqueConstraint("organisation_id", "month", name="uq_claim_month"),)

    id: str = Field(primary_key=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", max_length=34)
    month: date
    ride_count: int
    subsidy_yen: int
    adjustment_yen: int
    content: str
    sha256: str = Field(max_length=64)
    closed_by_id: str = Field(foreign_key="staffmember.id", max_length=34)
    closed_at: datetime = instant()


_claim, _organisation = table_of(Claim), table_of(Organisation)
CLAIMS = View(
    select(
        *(
            _claim.c[name]
            for name in (
                *("id", "organisation_id", "month", "ride_count", "subsidy_yen", "adjustment_yen"),
                *("content", "sha256", "closed_at"),
            )
        ),
        _organisation.c.name.label("operator"),
    )
    .join_from(_claim, _organisation, _organisation.c.id == _claim.c.organisation_id)
    .subquery("claim_view"),
    Subject(Noun.CLAIM, "id", supplier="organisation_id"),
)
