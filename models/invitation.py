"""An invitation: a guardian opens field groups to whoever brings its one-time code and a card of their own."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.columns import instant, maybe_instant


class Invitation(SQLModel, table=True):
    """Waits for one person until `expires_at`; accepted, it becomes a grant that ends on the day before `valid_to`.

    Of the code only its SHA-256 is kept. Either `child_id` or `pregnancy_id` is there.
    """

    id: str = Field(primary_key=True, max_length=34)
    child_id: str | None = Field(default=None, foreign_key="child.id", index=True, max_length=34)
    pregnancy_id: str | None = Field(default=None, foreign_key="pregnancy.id", index=True, max_length=34)
    invited_by_id: str = Field(foreign_key="resident.id", index=True, max_length=34)
    field_groups: str
    valid_to: date
    code_hash: str = Field(unique=True, max_length=64)
    invited_at: datetime = instant()
    expires_at: datetime = instant()
    accepted_at: datetime | None = maybe_instant()
    revoked_at: datetime | None = maybe_instant()
