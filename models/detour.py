"""Detours: browsers that are away at an identity provider and have not come back yet."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import instant


class Detour(SQLModel, table=True):
    """A login that began here, as the SHA-256 of its `state`; deleted when it comes back, so it works once.

    `key_thumbprint` is the key of the client that began it, and that alone may end it. `session_id`: the session whose
    holder binds what is proved, where somebody who is logged in does so. Nonce and verifier are sealed from the state.
    """

    state_hash: str = Field(primary_key=True, max_length=64)
    provider: str = Field(max_length=20)
    key_thumbprint: str = Field(max_length=43)
    session_id: str | None = Field(default=None, max_length=22)
    started_at: datetime = instant()
    expires_at: datetime = instant(index=True)
