"""Receipts of deeds: what was answered under which idempotency key."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import instant


class DeedReceipt(SQLModel, table=True):
    """Written in the deed's own transaction: the same caller, key and body get the same answer for 30 days.

    Of the client's key only its SHA-256 is kept. A deed answers with a node, of which the id is kept, or with values,
    which are kept as JSON text in `answer`.
    """

    caller_id: str = Field(primary_key=True, max_length=34)
    key_hash: str = Field(primary_key=True, max_length=64)
    body_hash: str = Field(max_length=64)
    node_id: str | None = None
    answer: str | None = None
    refusal_code: str | None = None
    refusal_field: str | None = None
    recorded_at: datetime = instant(index=True)
