"""What a login needs: credentials as keyed hashes, keys of machines and staff, challenges given out, lists seen."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant


class Credential(SQLModel, table=True):
    """A way for one resident to log in. The certificate itself, its serial and its dates are never kept.

    `lookup_key` is HMAC-SHA256(pepper, "jpki-auth" NUL issuer key id, serial), as hexadecimal text.
    """

    lookup_key: str = Field(primary_key=True, max_length=64)
    scheme: str = Field(max_length=20)
    pepper_version: int
    resident_id: str = Field(foreign_key="resident.id", index=True, max_length=34)
    created_at: datetime = instant()
    last_used_at: datetime | None = maybe_instant()
    closed_at: datetime | None = maybe_instant()


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
    """The `jti` of a client assertion that was used, kept until the assertion expires."""

    client_id: str = Field(primary_key=True, max_length=34)
    jti: str = Field(primary_key=True, max_length=128)
    expires_at: datetime = instant(index=True)


class RevocationNumber(SQLModel, table=True):
    """The highest number seen of one revocation list, so that no older one is believed again (decimal)."""

    issuer_key_id: str = Field(primary_key=True, max_length=128)
    point_hash: str = Field(primary_key=True, max_length=64)
    number: str = Field(max_length=49)
