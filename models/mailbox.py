"""A mailbox: where a resident wants mail, of what, in which language and not at which hours."""

from datetime import datetime
from enum import Enum
from typing import ClassVar

from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant, named
from models.subject import Noun, Subject


class MailLanguage(Enum):
    """In which language mails are written."""

    JA = "Japanese"
    EN = "English"
    BOTH = "Japanese, then English"


class Mailbox(SQLModel, table=True):
    """An address that gets mail once its single-use code came back; of the code only its SHA-256 is kept.

    `kinds`: names of `NoticeKind` with a space between. Quiet hours are minutes of the day in Asia/Tokyo and may pass
    midnight. A mailbox that was removed keeps no address.
    """

    subject: ClassVar[Subject] = Subject(Noun.PERSON, "resident_id")

    id: str = Field(primary_key=True, max_length=34)
    resident_id: str = Field(foreign_key="resident.id", index=True, max_length=34)
    address: str | None = Field(default=None, max_length=320)
    kinds: str
    language: MailLanguage = named(MailLanguage)
    quiet_from_minute: int | None = None
    quiet_to_minute: int | None = None
    added_at: datetime = instant()
    code_hash: str | None = Field(default=None, unique=True, max_length=64)
    code_expires_at: datetime = instant()
    confirmed_at: datetime | None = maybe_instant()
    removed_at: datetime | None = maybe_instant()
