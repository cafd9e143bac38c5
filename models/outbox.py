"""The outbox: messages that a deed or a look owes somebody, written in its own transaction and sent afterwards."""

from datetime import date, datetime
from enum import Enum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant, named

IS_OPEN = text("sent_at IS NULL AND ended_at IS NULL")


class MessageKind(Enum):
    """What a message is about. The text is made when it is sent, and holds no health data."""

    INVITATION = "invitation to share a record"
    EMERGENCY_LOOK = "somebody looked at a record in an emergency"
    REMINDER_CONFIRMATION = "somebody would have dates sent to this address"
    REMINDER = "a day on which something is to be done"
    RECORD_RECEIVED = "a clinic, a school or a partner city handed in something about a child"
    CONFIRMATION = "the address of a mailbox is confirmed"
    NOTICE = "there is a notice to read"
    CREDENTIAL = "there is a new way to log in"
    MAILBOX_REMOVED = "an address that hears for a day after its removal of a new way to log in, and of nothing else"


class EndReason(Enum):
    """Why a message will never leave, or why nobody knows whether it has."""

    NO_ADDRESS = "the recipient has no confirmed mail address"
    ADDRESS_MALFORMED = "nothing can be sent to this address"
    NOT_WANTED = "the recipient does not want messages of this kind"
    UNSUBSCRIBED = "whoever reads this address wants no mail from here"
    NOT_PERMITTED = "the recipient may not know of it any more"
    WITHDRAWN = "what it is about was taken back, or is over"
    REFUSED = "the mail server refuses this recipient or this mail for good"
    GIVEN_UP = "it was tried for days"
    UNCERTAIN = "the connection ended after the mail was handed over and before the server said that it has it"


class Outbox(SQLModel, table=True):
    """One message to one recipient: a resident or member of staff by id, or a mail address that was given.

    A resident gets it in the mailbox that is named, or in the first that was confirmed; where both mailbox and
    address stand, it goes to the address, also when the mailbox is removed meanwhile. `about_id` names what it is
    about; `secret` is a one-time code that only the message may show, `day` the one thing that a reminder says; code
    and address are forgotten when the message has left or never will. `due_at`: not before. `lease` names the worker
    that has it in hand, until `leased_until`; what it began to hand over at `handed_at` is never handed over again.
    """

    __table_args__ = (Index("outbox_that_waits", "due_at", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),)

    id: str = Field(primary_key=True, max_length=34)
    kind: MessageKind = named(MessageKind)
    recipient_id: str | None = Field(default=None, index=True, max_length=34)
    address: str | None = Field(default=None, max_length=320)
    about_id: str | None = Field(default=None, index=True, max_length=34)
    mailbox_id: str | None = Field(default=None, max_length=34)
    secret: str | None = Field(default=None, max_length=64)
    day: date | None = None
    created_at: datetime = instant(index=True)
    due_at: datetime = instant()
    attempts: int = 0
    lease: str | None = Field(default=None, max_length=32)
    leased_until: datetime | None = maybe_instant()
    handed_at: datetime | None = maybe_instant()
    sent_at: datetime | None = maybe_instant()
    ended_at: datetime | None = maybe_instant()
    end_reason: EndReason | None = named(EndReason, optional=True)


class MailStop(SQLModel, table=True):
    """Somebody who reads an address said that no mail from here is wanted there; lifted by the same link.

    `sealed` is the address as auth/seal.py seals it: found again when a mail is due, read by nobody.
    """

    sealed: str = Field(primary_key=True, max_length=400)
    stopped_at: datetime = instant()
    lifted_at: datetime | None = maybe_instant()
