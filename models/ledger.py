"""The ledger of points: postings, each of which debits one account and credits another; lots; holds; spend codes.

A posting has both of its sides in one row, so none can be out of balance. Rows are added and never changed; triggers
of migrations/ see to it, and that no lot gives more than it has, on both databases (docs/points.md).
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import NUMBER, instant, table_of
from models.point import PointEntry
from models.subject import Noun, Subject

CODE_CHARACTERS = 100
HOLDING = "(substr({side}, 1, 7) = 'points:' OR substr({side}, 1, 9) = 'reserved:')"


def _later(target: str, name: str) -> Any:
    """A reference to a row that comes last and closes what it is about; looked for at the end of the transaction."""
    reference = ForeignKey(target, name=name, deferrable=True, initially="DEFERRED", use_alter=True)
    return Field(sa_column=Column(String(34), reference, nullable=False, index=True))


class PointLot(SQLModel, table=True):
    """Points of one origin with their last valid day. `code`: the ledger's account in which they are."""

    subject: ClassVar[Subject] = Subject(Noun.ACCOUNT, "account_id")
    __table_args__ = (
        UniqueConstraint("id", "code", name="uq_pointlot_id_code"),
        CheckConstraint(HOLDING.format(side="code"), name="pointlot_is_held"),
    )

    id: str = Field(primary_key=True, max_length=34)
    account_id: str = Field(foreign_key="pointaccount.id", index=True, max_length=34)
    entry_id: str = _later("pointentry.id", "fk_pointlot_entry_id")
    code: str = Field(index=True, max_length=CODE_CHARACTERS)
    expires_on: date = Field(index=True)
    created_at: datetime = instant()


class PointPosting(SQLModel, table=True):
    """So many points from one account of the ledger to another, both by code; out of a lot and into one where held.

    `hold_id`: of points that were held for this. Postings come before their entry, which closes them.
    """

    subject: ClassVar[Subject] = Subject(Noun.ACCOUNT, "account_id")
    __table_args__ = (
        UniqueConstraint("entry_id", "line", name="uq_pointposting_entry_id_line"),
        ForeignKeyConstraint(["from_lot_id", "debit"], ["pointlot.id", "pointlot.code"], name="fk_pointposting_from"),
        ForeignKeyConstraint(["to_lot_id", "credit"], ["pointlot.id", "pointlot.code"], name="fk_pointposting_to"),
        CheckConstraint("points BETWEEN 1 AND 10000000", name="pointposting_moves_points"),
        CheckConstraint("debit <> credit", name="pointposting_has_two_sides"),
        CheckConstraint(
            f"(from_lot_id IS NOT NULL) = {HOLDING.format(side='debit')}", name="pointposting_takes_from_a_lot"
        ),
        CheckConstraint(
            f"(to_lot_id IS NOT NULL) = {HOLDING.format(side='credit')}", name="pointposting_gives_to_a_lot"
        ),
    )

    seq: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    entry_id: str = _later("pointentry.id", "fk_pointposting_entry_id")
    line: int
    account_id: str = Field(foreign_key="pointaccount.id", index=True, max_length=34)
    debit: str = Field(index=True, max_length=CODE_CHARACTERS)
    credit: str = Field(index=True, max_length=CODE_CHARACTERS)
    from_lot_id: str | None = Field(default=None, index=True, max_length=34)
    to_lot_id: str | None = Field(default=None, index=True, max_length=34)
    hold_id: str | None = Field(default=None, max_length=34)
    points: int


class PointHold(SQLModel, table=True):
    """Points that a shop may take until a moment. An entry with its id resolves it, so it is resolved once.

    `code_hash`: of what the holder showed, a spend code or the challenge that the card answered, so that it holds once.
    """

    subject: ClassVar[Subject] = Subject(Noun.ACCOUNT, "account_id", supplier="organisation_id")
    __table_args__ = (CheckConstraint("points BETWEEN 1 AND 10000000", name="pointhold_holds_points"),)

    id: str = Field(primary_key=True, max_length=34)
    account_id: str = Field(foreign_key="pointaccount.id", index=True, max_length=34)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=34)
    points: int
    held_at: datetime = instant()
    expires_at: datetime = instant(index=True)
    code_hash: str = Field(unique=True, max_length=64)


class PointHoldPart(SQLModel, table=True):
    """What a hold holds of one lot. Parts come before their hold, which closes them."""

    subject: ClassVar[Subject] = Subject(Noun.ACCOUNT, "account_id")
    __table_args__ = (
        UniqueConstraint("hold_id", "lot_id", name="uq_pointholdpart_hold_id_lot_id"),
        CheckConstraint("points > 0", name="pointholdpart_holds_points"),
    )

    seq: int | None = Field(default=None, primary_key=True, sa_type=NUMBER)
    hold_id: str = _later("pointhold.id", "fk_pointholdpart_hold_id")
    lot_id: str = Field(foreign_key="pointlot.id", index=True, max_length=34)
    account_id: str = Field(foreign_key="pointaccount.id", index=True, max_length=34)
    points: int


class SpendCode(SQLModel, table=True):
    """A code that its holder shows at a till: for one hold of at most so many points, for a minute. Its SHA-256."""

    code_hash: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="pointaccount.id", index=True, max_length=34)
    most_points: int
    issued_at: datetime = instant()
    expires_at: datetime = instant(index=True)


class PointEnd(SQLModel, table=True):
    """Where an account's chain ended when the ends were signed last."""

    subject: ClassVar[Subject] = Subject(Noun.ACCOUNT, "account_id")

    account_id: str = Field(primary_key=True, foreign_key="pointaccount.id", max_length=34)
    number: int
    hash: str = Field(max_length=64)


class LedgerHead(SQLModel, table=True):
    """The one signature over all ends (auth/ledger_seal.py)."""

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    accounts: int
    hash: str = Field(max_length=64)
    signed_at: datetime = instant()
    key_id: str = Field(max_length=64)
    signature: str = Field(max_length=128)


# Whoever writes tables in the order of their references writes what is closed before what closes it.
for closing, closed in ((PointEntry, PointPosting), (PointEntry, PointLot), (PointHold, PointHoldPart)):
    table_of(closing).add_is_dependent_on(table_of(closed))
