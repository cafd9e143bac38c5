"""Reminders: a mail address that a guardian added for somebody without a card. It gets a date, and nothing else."""

from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Field, SQLModel

from models.columns import View, instant, maybe_instant, table_of
from models.subject import Noun, Subject


class Reminder(SQLModel, table=True):
    """Waits until `expires_at` for whoever reads the address to confirm it; holds until the day before `valid_to`.

    Of the code in the mail only its SHA-256 is kept. The address is forgotten when the reminder is revoked, by whoever
    added it or by whoever reads it.
    """

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", index=True, max_length=34)
    added_by_id: str = Field(foreign_key="resident.id", index=True, max_length=34)
    address: str | None = Field(default=None, max_length=320)
    code_hash: str = Field(unique=True, max_length=64)
    added_at: datetime = instant()
    expires_at: datetime = instant()
    confirmed_at: datetime | None = maybe_instant()
    valid_to: date
    revoked_at: datetime | None = maybe_instant()


_reminder = table_of(Reminder).c
# The address is not among the columns: it is for the mail alone.
_rows = select(
    _reminder.id,
    _reminder.child_id,
    _reminder.added_by_id,
    _reminder.added_at,
    _reminder.expires_at,
    _reminder.confirmed_at,
    _reminder.valid_to,
    _reminder.revoked_at,
).subquery("reminder_view")
REMINDERS = View(_rows, Subject(Noun.CHILD, "child_id", supplier="added_by_id"))
