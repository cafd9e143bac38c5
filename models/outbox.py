"""The outbox: messages that a deed or a look owes somebody, written in its own transaction and sent afterwards."""

from datetime import datetime
from enum import Enum

from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant, named


class MessageKind(Enum):
    """What a message is about. The text is made when it is sent, and holds no health data."""

    INVITATION = "invitation to share a record"
    EMERGENCY_LOOK = "somebody looked at a record in an emergency"


class Outbox(SQLModel, table=True):
    """One message to one recipient: a resident or member of staff by id, or a mail address that was given.

    `about_id` names what it is about; `secret` is a one-time code that only the message may show.
    """

    id: str = Field(primary_key=True, max_length=34)
    kind: MessageKind = named(MessageKind)
    recipient_id: str | None = Field(default=None, index=True, max_length=34)
    address: str | None = Field(default=None, max_length=320)
    about_id: str | None = Field(default=None, index=True, max_length=34)
    secret: str | None = Field(default=None, max_length=64)
    created_at: datetime = instant(index=True)
    sent_at: datetime | None = maybe_instant()
