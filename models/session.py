"""Sessions: logins that go on, their refresh tokens as hashes, and the proofs of possession that were used."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant, named
from models.organisation import CallerKind

ID_CHARACTERS = 22  # 16 random bytes as base64url
HASH_CHARACTERS = 64  # SHA-256 as hexadecimal text
THUMBPRINT_CHARACTERS = 43  # RFC 7638, SHA-256 as base64url
WORD_CHARACTERS = 20


class Session(SQLModel, table=True):
    """Who logged in, how surely, until when at the latest; the id is the `sid` of its access tokens.

    `key_thumbprint` is the key that its refresh tokens are bound to, `lookup_key` the credential and `device_id` the
    machine whose end is its own.
    """

    id: str = Field(primary_key=True, max_length=ID_CHARACTERS)
    holder_id: str = Field(index=True, max_length=34)
    kind: CallerKind = named(CallerKind)
    acr: str = Field(max_length=WORD_CHARACTERS)
    key_thumbprint: str | None = Field(default=None, max_length=THUMBPRINT_CHARACTERS)
    lookup_key: str | None = Field(default=None, index=True, max_length=HASH_CHARACTERS)
    device_id: str | None = Field(default=None, index=True, max_length=34)
    started_at: datetime = instant()
    expires_at: datetime = instant(index=True)
    ended_at: datetime | None = maybe_instant(index=True)
    ended_by: str | None = Field(default=None, max_length=WORD_CHARACTERS)


class RefreshToken(SQLModel, table=True):
    """The SHA-256 of a refresh token; spent at the first use, kept so that a second use is noticed."""

    token_hash: str = Field(primary_key=True, max_length=HASH_CHARACTERS)
    session_id: str = Field(foreign_key="session.id", ondelete="CASCADE", index=True, max_length=ID_CHARACTERS)
    spent_at: datetime | None = maybe_instant()


class SpentProof(SQLModel, table=True):
    """The `jti` of a proof of possession that was used, kept as long as the proof would count."""

    key_thumbprint: str = Field(primary_key=True, max_length=THUMBPRINT_CHARACTERS)
    jti: str = Field(primary_key=True, max_length=128)
    expires_at: datetime = instant(index=True)
