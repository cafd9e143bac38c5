"""What a login needs: credentials as keyed hashes, keys of machines and staff, challenges given out, lists seen."""

from datetime import datetime
from enum import Enum

from sqlalchemy import Index, select, text
from sqlmodel import Field, SQLModel

from models.columns import View, instant, maybe_instant, named, table_of
from models.subject import Noun, Subject

OPEN = text("closed_at IS NULL")


class EnrolledBy(Enum):
    """On what proof a credential was bound to its resident."""

    CODE = "a one-time code of the city"
    SIGNATURE = "the card's signature certificate, whose four attributes are one resident's"
    SESSION = "a login of the same person a short while before"


class ClosedBy(Enum):
    """Why a credential lets nobody in any more."""

    HOLDER = "its holder closed it"
    DESK = "the city's desk closed it, for a lost card say"
    REPLACED = "another took its place"


class Credential(SQLModel, table=True):
    """A way for one resident to log in. The certificate itself, its serial and its dates are never kept.

    `lookup_key` is HMAC-SHA256(pepper, "jpki-auth" NUL issuer key id, serial), as hexadecimal text. What was
    closed stays as it was; the same card can only be enrolled anew.
    """

    __table_args__ = (
        Index("credential_open", "lookup_key", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("credential_by_key", "lookup_key"),
    )

    id: str = Field(primary_key=True, max_length=34)
    lookup_key: str = Field(max_length=64)
    scheme: str = Field(max_length=20)
    pepper_version: int
    resident_id: str = Field(foreign_key="resident.id", index=True, max_length=34)
    created_at: datetime = instant()
    last_used_at: datetime | None = maybe_instant()
    enrolled_by: EnrolledBy = named(EnrolledBy)
    closed_at: datetime | None = maybe_instant()
    closed_by: ClosedBy | None = named(ClosedBy, optional=True)


_credential = table_of(Credential)
# Without the key: what a card is known by is nobody's to read.
CREDENTIALS = View(
    select(
        _credential.c.id,
        _credential.c.resident_id,
        _credential.c.scheme,
        _credential.c.created_at,
        _credential.c.enrolled_by,
        _credential.c.last_used_at,
        _credential.c.closed_at,
        _credential.c.closed_by,
    ).subquery("own_credential"),
    Subject(Noun.PERSON, "resident_id"),
)


class EnrolmentCode(SQLModel, table=True):
    """A one-time code with which one resident binds a card; of it a handle and a SHA-256 are kept.

    `guardian_id`: to whom it was handed, where the resident is under 15. Tries count whatever became of them.
    """

    id: str = Field(primary_key=True, max_length=34)
    resident_id: str = Field(foreign_key="resident.id", index=True, max_length=34)
    guardian_id: str | None = Field(default=None, foreign_key="resident.id", max_length=34)
    handle: str = Field(index=True, max_length=4)
    code_hash: str = Field(max_length=64)
    tries: int = 0
    issued_by_id: str = Field(foreign_key="staffmember.id", max_length=34)
    issued_at: datetime = instant()
    expires_at: datetime = instant()
    redeemed_at: datetime | None = maybe_instant()
    revoked_at: datetime | None = maybe_instant()


class ClientKey(SQLModel, table=True):
    """The public key (a JWK as JSON text) with which a staff member or an organisation's machine signs assertions."""

    client_id: str = Field(primary_key=True, max_length=34)
    key_id: str = Field(primary_key=True, max_length=64)
    public_jwk: str
    created_at: datetime = instant()
    closed_at: datetime | None = maybe_instant()


class Challenge(SQLModel, table=True):
    """A nonce that was given out, as its SHA-256; deleted on first use, so it works once."""

    nonce_hash: str = Field(primary_key=True, max_length=64)
    key_thumbprint: str | None = Field(default=None, max_length=43)  # whose proof came with the request for it
    expires_at: datetime = instant(index=True)


class SpentAssertion(SQLModel, table=True):
    """The `jti` of a client's assertion that was used, or a keyed hash of a city's letter, kept until that expires."""

    client_id: str = Field(primary_key=True, max_length=34)
    jti: str = Field(primary_key=True, max_length=128)
    expires_at: datetime = instant(index=True)


class RevocationNumber(SQLModel, table=True):
    """The highest number seen of one revocation list, so that no older one is believed again (decimal)."""

    issuer_key_id: str = Field(primary_key=True, max_length=128)
    point_hash: str = Field(primary_key=True, max_length=64)
    number: str = Field(max_length=49)
