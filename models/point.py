"""Points: an account and its entries."""

from datetime import date, datetime
from enum import Enum
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import instant, named
from models.subject import Noun, Subject


class EntryKind(Enum):
    """What moved the points."""

    CONVERTED = "converted"
    GRANTED = "granted"
    SPENT = "spent"
    REFUNDED = "refunded"
    EXPIRED = "expired"
    ASSIGNED = "assigned"
    RELEASED = "released"
    REVERSED = "reversed"


class ReversalReason(Enum):
    """Why staff took an entry back."""

    MISTAKE = "another amount or account was meant"
    DUPLICATE = "it was entered twice"
    NOT_ENTITLED = "its conditions were not met"
    DID_NOT_HAPPEN = "the purchase, class or work did not take place"
    MISUSE = "somebody else obtained or spent the points"


class PointAccount(SQLModel, table=True):
    """A holder's points; unrelated to the register's id. `basic_municipality_code`: where reserved points go at last.

    Of the My Key ID a SHA-256 is kept.
    """

    subject: ClassVar[Subject] = Subject(Noun.ACCOUNT, "id")

    id: str = Field(primary_key=True, max_length=34)
    resident_id: str = Field(foreign_key="resident.id", unique=True, max_length=34)
    municipality_code: str = Field(foreign_key="municipality.code", max_length=6)
    opened_on: date
    my_key_hash: str | None = Field(default=None, unique=True, max_length=64)
    basic_municipality_code: str | None = Field(default=None, foreign_key="municipality.code", max_length=6)


class PointEntry(SQLModel, table=True):
    """What the postings of one moment come to for the holder, positive into the account. Never changed.

    `number` counts an account's entries from 1; `hash` covers the entry, its postings, the lots that it opens and the
    hash before (rules/ledger.py). `hold_id`: what it resolves, once; `refunds_id`: the purchase; `reverses_id`: what it
    takes back, once, and `reason` why; `key_hash`: of what must not be entered twice. `organisation_id` is the shop of
    a purchase. A town in memory has neither numbers nor hashes yet (resolvers/booking.py).
    """

    subject: ClassVar[Subject] = Subject(Noun.ACCOUNT, "account_id", supplier="organisation_id")
    __table_args__ = (
        Index("pointentry_by_account", "account_id", "posted_at", "id"),
        UniqueConstraint("account_id", "number", name="uq_pointentry_account_id_number"),
        CheckConstraint(
            "(kind IN ('CONVERTED', 'GRANTED', 'REFUNDED') AND points > 0) OR (kind IN ('SPENT', 'EXPIRED') AND"
            " points < 0) OR (kind IN ('ASSIGNED', 'RELEASED') AND points = 0) OR kind = 'REVERSED'",
            name="pointentry_has_its_sign",
        ),
        CheckConstraint("(kind = 'REVERSED') = (reverses_id IS NOT NULL)", name="pointentry_reverses_one"),
        CheckConstraint("hold_id IS NULL OR kind IN ('SPENT', 'RELEASED')", name="pointentry_resolves"),
        CheckConstraint("reason IS NULL OR kind = 'REVERSED'", name="pointentry_says_why"),
        CheckConstraint("kind <> 'RELEASED' OR hold_id IS NOT NULL", name="pointentry_releases_one"),
    )

    id: str = Field(primary_key=True, max_length=34)
    account_id: str = Field(foreign_key="pointaccount.id", max_length=34)
    number: int = 0
    kind: EntryKind = named(EntryKind)
    points: int
    posted_at: datetime = instant(index=True)
    facility: str | None = None
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id", index=True, max_length=34)
    hold_id: str | None = Field(default=None, foreign_key="pointhold.id", unique=True, max_length=34)
    refunds_id: str | None = Field(default=None, foreign_key="pointentry.id", index=True, max_length=34)
    reverses_id: str | None = Field(default=None, foreign_key="pointentry.id", unique=True, max_length=34)
    reason: ReversalReason | None = named(ReversalReason, optional=True)
    key_hash: str | None = Field(default=None, unique=True, max_length=64)
    hash: str = Field(default="", max_length=64)
