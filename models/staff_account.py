"""Accounts of staff at the municipality's identity provider: which of its subjects is which member of staff."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant


class StaffAccount(SQLModel, table=True):
    """A subject as the provider names it, until the account is closed; one subject is one member of staff."""

    issuer: str = Field(primary_key=True, max_length=255)
    sub: str = Field(primary_key=True, max_length=255)
    staff_id: str = Field(foreign_key="staffmember.id", index=True, max_length=34)
    created_at: datetime = instant()
    closed_at: datetime | None = maybe_instant()
