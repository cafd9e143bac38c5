"""Consent: what a guardian has opened to an invited person or to an organisation."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant


class Grant(SQLModel, table=True):
    """One child or pregnancy, one grantee, some field groups, an end; valid until the day before `valid_to`.

    It opens nothing once it is revoked, and nothing while whoever gave it may not share the record any more.
    `grantee_id` is a resident's or an organisation's id; `field_groups` are names separated by a space.
    """

    __table_args__ = (CheckConstraint("(child_id IS NULL) <> (pregnancy_id IS NULL)", name="grant_is_about_one"),)

    id: str = Field(primary_key=True, max_length=34)
    child_id: str | None = Field(default=None, foreign_key="child.id", index=True, max_length=34)
    pregnancy_id: str | None = Field(default=None, foreign_key="pregnancy.id", index=True, max_length=34)
    granted_by_id: str = Field(foreign_key="resident.id", index=True, max_length=34)
    grantee_id: str = Field(index=True, max_length=34)
    field_groups: str
    valid_from: date
    valid_to: date
    recorded_at: datetime = instant()
    revoked_at: datetime | None = maybe_instant()
    invitation_id: str | None = Field(default=None, foreign_key="invitation.id", unique=True, max_length=34)
