"""A link: an organisation's own patient number stands for a child, because somebody who may say so said so."""

from datetime import datetime

from sqlalchemy import Index, select, text
from sqlmodel import Field, SQLModel

from models.columns import View, instant, maybe_instant, named, table_of
from models.organisation import CallerKind, Organisation
from models.subject import Noun, Subject

OPEN = text("revoked_at IS NULL AND number_hash IS NOT NULL")


class RecordLink(SQLModel, table=True):
    """Waits with a one-time code until `expires_at`; redeemed, the number stands for the child until it is revoked.

    It stands for nothing once the child's record is closed, the child of age, or whoever issued it may share the record
    no more. Of the code only its SHA-256 is kept, and of the number one that is the organisation's alone, so that the
    same number of another organisation is another number. `own_child_id`: the child in a partner city's own graph.
    """

    __table_args__ = (
        Index(
            "recordlink_by_number",
            "organisation_id",
            "number_hash",
            unique=True,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
    )

    id: str = Field(primary_key=True, max_length=34)
    child_id: str = Field(foreign_key="child.id", index=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", max_length=34)
    issued_by_id: str = Field(max_length=34)
    issued_by_kind: CallerKind = named(CallerKind)
    code_hash: str = Field(unique=True, max_length=64)
    issued_at: datetime = instant()
    expires_at: datetime = instant()
    number_hash: str | None = Field(default=None, max_length=64)
    linked_at: datetime | None = maybe_instant()
    revoked_at: datetime | None = maybe_instant()
    own_child_id: str | None = Field(default=None, max_length=34)


_link, _organisation = table_of(RecordLink), table_of(Organisation)
LINKS = View(
    select(
        _link.c.id,
        _link.c.child_id,
        _link.c.issued_by_id,
        _organisation.c.name.label("organisation"),
        _link.c.issued_at,
        _link.c.expires_at,
        _link.c.linked_at,
        _link.c.revoked_at,
    )
    .join_from(_link, _organisation, _link.c.organisation_id == _organisation.c.id)
    .subquery("record_link"),
    Subject(Noun.CHILD, "child_id", supplier="issued_by_id"),
)
