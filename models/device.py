"""Devices: the machines of organisations, each with a key of its own and less than its organisation may."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant

SELECTOR_CHARACTERS = 8
NAME_CHARACTERS = 60


class Device(SQLModel, table=True):
    """A taxi tablet, a clinic's computer, a shop's terminal; its public key is a `ClientKey` under its id.

    It waits until somebody enrols it with its code, of which the first half finds the row and the SHA-256 of the whole
    is kept; `tries` counts wrong second halves. `scope`: words of auth/scope.py with a blank between.
    """

    id: str = Field(primary_key=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=34)
    name: str = Field(max_length=NAME_CHARACTERS)
    scope: str
    code_selector: str | None = Field(default=None, unique=True, max_length=SELECTOR_CHARACTERS)
    code_hash: str | None = Field(default=None, max_length=64)
    code_expires_at: datetime = instant()
    tries: int = 0
    invited_at: datetime = instant()
    enrolled_at: datetime | None = maybe_instant()
    last_seen_at: datetime | None = maybe_instant()
    disabled_at: datetime | None = maybe_instant()
