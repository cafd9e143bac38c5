"""The access log: who looked at what, in a chain of hashes with signed heads; and what is withheld from guardians."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import NUMBER, instant, named, one_of
from models.organisation import CallerKind
from models.subject import Noun, Subject

ABOUT_MEASURES = text("noun = 'measure'")


class AccessEntry(SQLModel, table=True):
    """One look of one operation at one subject, or a try that was denied. Never changed: `hash` covers every column.

    `fields` holds `Type.field:times`, of a denied operation `Type.field:RULE`, separated by spaces. `subject_id` is
    empty where an operation was denied before any record was looked for. `noun`: what the subject is, or that it was
    looked for measures (rules/looks.py). Rows are kept by their number: an index whose keys fall anywhere costs an
    answer a page of the disk for each of its entries (docs/decisions/0011).
    """

    subject: ClassVar[Subject] = Subject(Noun.LOOK, "subject_id")
    __table_args__ = (
        Index("accessentry_by_subject", "subject_id", "seq"),
        one_of("actor_kind", CallerKind),
        Index("accessentry_of_measures", "subject_id", sqlite_where=ABOUT_MEASURES, postgresql_where=ABOUT_MEASURES),
    )

    seq: int = Field(primary_key=True, sa_type=NUMBER, sa_column_kwargs={"autoincrement": False})
    id: str = Field(unique=True, max_length=34)
    at: datetime = instant()
    actor_id: str = Field(max_length=34)
    actor_kind: CallerKind = named(CallerKind, is_checked=False)
    office_id: str | None = Field(default=None, max_length=34)
    office: str | None = None
    purpose_code: str | None = Field(default=None, max_length=10)
    case_reference: str | None = Field(default=None, max_length=40)
    noun: str | None = Field(default=None, max_length=20)
    subject_id: str | None = Field(default=None, max_length=34)
    fields: str
    cells: int
    is_denied: bool
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditTail(SQLModel, table=True):
    """The one row that says where the chain ends; whoever writes an entry holds it, so that writers take turns."""

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(sa_type=NUMBER)
    hash: str = Field(max_length=64)


class AuditHead(SQLModel, table=True):
    """A signature over the chain up to `seq`, made with the entries from `first_seq` on."""

    seq: int = Field(primary_key=True, sa_type=NUMBER, sa_column_kwargs={"autoincrement": False})
    first_seq: int = Field(sa_type=NUMBER)
    hash: str = Field(max_length=64)
    signed_at: datetime = instant()
    key_id: str = Field(max_length=64)
    signature: str = Field(max_length=128)


class Withholding(SQLModel, table=True):
    """A decision that entries about a subject for a case stay hidden from residents before the day `until`.

    Never changed; a later decision may hide them longer.
    """

    id: str = Field(primary_key=True, max_length=34)
    subject_id: str = Field(index=True, max_length=34)
    case_reference: str = Field(max_length=40)
    until: date
    decided_by_id: str = Field(max_length=34)
    evidence: str
    recorded_at: datetime = instant()
