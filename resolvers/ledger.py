"""The ledger at work: what an account's lots have left, and entries written with all that belongs to them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from models import wall
from models.columns import table_of
from models.ids import RANDOM_BYTES, Letter, mint
from models.ledger import PointHold, PointHoldPart, PointLot, PointPosting
from models.point import EntryKind, PointAccount, PointEntry, ReversalReason
from models.relation import relation_of
from models.resident import Resident
from models.subject import Noun
from models.wall import Opening
from resolvers.deed import Task
from rules.ledger import BEFORE_THE_FIRST, NewLot, Posting, digest, effect
from rules.points import Lot, Part, PointTerms, day_of, in_order, terms_on

_lot, _posting, _entry = table_of(PointLot), table_of(PointPosting), table_of(PointEntry)
_hold, _part, _account = table_of(PointHold), table_of(PointHoldPart), table_of(PointAccount)
_resident = relation_of(Resident)


def _sum(points: Any, *where: Any) -> Any:
    return sa.func.coalesce(sa.select(sa.func.sum(points)).where(*where).scalar_subquery(), 0)


def pending(hold_id: Any) -> Any:
    """That a hold is not resolved."""
    return ~sa.select(_entry.c.id).where(_entry.c.hold_id == hold_id).correlate_except(_entry).exists()


_into, _out = _posting.alias("into"), _posting.alias("out")
LEFT = (
    _sum(_into.c.points, _into.c.to_lot_id == _lot.c.id)
    - _sum(_out.c.points, _out.c.from_lot_id == _lot.c.id)
    - _sum(_part.c.points, _part.c.lot_id == _lot.c.id, pending(_part.c.hold_id))
)
LOTS = sa.select(_lot.c.id, _lot.c.code, _lot.c.expires_on, _lot.c.created_at, LEFT.label("points"))
_last = _entry.alias("last")
_later = _entry.alias("later")
_is_last = (
    ~sa.select(_later.c.id).where(_later.c.account_id == _last.c.account_id, _later.c.number > _last.c.number).exists()
)
ENDS = sa.select(_last.c.account_id, _last.c.number, _last.c.hash).where(_is_last)
TAIL = sa.select(_last.c.number, _last.c.hash).order_by(_last.c.number.desc()).limit(1)


def stands(account_id: Any, number: Any, hash: Any) -> Any:
    """That an account has this entry."""
    is_it = (_entry.c.account_id == account_id, _entry.c.number == number, _entry.c.hash == hash)
    return sa.select(_entry.c.id).where(*is_it).correlate_except(_entry).exists()


def tail_of(account_id: Any) -> tuple[Any, Any]:
    """The number and the hash of an account's newest entry, as columns of another statement."""
    mine = TAIL.where(_last.c.account_id == account_id).correlate_except(_last)
    columns = (mine.with_only_columns(column).scalar_subquery() for column in (_last.c.number, _last.c.hash))
    number, hashed = columns
    return number.label("tail_number"), hashed.label("tail_hash")


def died_on(account_id: Any) -> Any:
    """The holder's day of death, as a column of another statement."""
    holder = sa.select(_resident.c.died_on).join_from(_account, _resident, _account.c.resident_id == _resident.c.id)
    return holder.where(_account.c.id == account_id).correlate_except(_account, _resident).scalar_subquery()


class Tail(NamedTuple):
    """The newest entry of an account."""

    number: int = 0
    hash: str = BEFORE_THE_FIRST


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An entry without its place in the chain."""

    account_id: str
    kind: EntryKind
    postings: Sequence[Posting] = ()
    lots: Sequence[NewLot] = ()
    facility: str | None = None
    organisation_id: str | None = None
    hold_id: str | None = None
    refunds_id: str | None = None
    reverses_id: str | None = None
    reason: ReversalReason | None = None
    key_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """One transaction on the ledger. `code`: the municipality whose ids are minted; `now`: the domain clock.

    Whoever writes an entry asks for the account's tail first: what was written meanwhile makes the number wrong, and
    the work is done again.
    """

    session: AsyncSession
    now: datetime
    code: str

    @classmethod
    def of(cls, task: Task) -> "Ledger":
        """Of a deed."""
        return cls(task.session, task.context.now, task.context.municipality_code)

    @property
    def today(self) -> date:
        """The day in Asia/Tokyo."""
        return day_of(self.now)

    @property
    def terms(self) -> PointTerms:
        """The terms of today."""
        return terms_on(self.today)

    def new_id(self, letter: Letter) -> str:
        """A new id of this municipality."""
        return mint(self.code, letter, secrets.token_bytes(RANDOM_BYTES))

    async def rows(self, statement: Any) -> Sequence[Any]:
        """What a statement finds."""
        return (await (await self.session.connection()).execute(statement)).all()

    async def first(self, statement: Any) -> Any:
        """The first row that a statement finds, if there is one."""
        return (await (await self.session.connection()).execute(statement)).first()

    async def write(self, model: Any, rows: list[dict[str, Any]]) -> None:
        """Add rows to a table."""
        await (await self.session.connection()).execute(sa.insert(table_of(model)), rows)

    async def reach(self, account_id: str, supplier_id: str = "") -> None:
        """Open the second wall to one account, for whoever has brought a code of its holder or taken points of it."""
        await wall.open_to(
            await self.session.connection(), Opening({Noun.ACCOUNT: frozenset({account_id})}, supplier_id)
        )

    async def reach_found(self, account_id: sa.ScalarSelect[Any]) -> None:
        """The same of an account that a query finds."""
        await wall.open_to_found(await self.session.connection(), Noun.ACCOUNT, account_id)

    async def tail(self, account_id: str) -> Tail:
        """Where the account's chain ends."""
        found = await self.first(TAIL.where(_last.c.account_id == account_id))
        return Tail(*found) if found else Tail()

    async def lots(self, account_id: str, code: str | None = None) -> list[Lot]:
        """What can be taken of each lot of the account, of one code or all, in order; of those that are over, too."""
        where = [_lot.c.account_id == account_id, *([] if code is None else [_lot.c.code == code])]
        return in_order(Lot(*row) for row in await self.rows(LOTS.where(*where)) if row.points)

    async def is_frozen(self, account_id: str) -> bool:
        """Whether the holder has died: what is there is not spent any more, and nothing comes in."""
        found = await self.first(sa.select(died_on(account_id).label("died_on")))
        return self.has_died(found.died_on)

    def has_died(self, day: date | None) -> bool:
        """Whether a day of death has come."""
        return day is not None and day <= self.today

    async def enter(self, draft: Draft, tail: Tail) -> str:
        """Write lots, postings and the entry that closes them; the entry's id."""
        entry = PointEntry(
            **{name: getattr(draft, name) for name in _NAMES},
            id=self.new_id(Letter.ENTRY),
            number=tail.number + 1,
            points=effect(draft.postings),
            posted_at=self.now,
            hash="",
        )
        entry.hash = digest(tail.hash, entry, draft.postings, draft.lots)
        about = {"account_id": draft.account_id, "entry_id": entry.id}
        if draft.lots:
            await self.write(PointLot, [about | each._asdict() for each in draft.lots])
        if draft.postings:
            await self.write(PointPosting, [about | _row(*each) for each in enumerate(draft.postings, start=1)])
        await self.write(PointEntry, [{column.key: getattr(entry, column.key) for column in _entry.c}])
        return str(entry.id)

    def opened(self, code: str, expires_on: date, created_at: datetime | None = None) -> NewLot:
        """A lot to be opened."""
        return NewLot(self.new_id(Letter.LOT), code, expires_on, created_at or self.now)


_NAMES = (
    "account_id",
    "kind",
    "facility",
    "organisation_id",
    "hold_id",
    "refunds_id",
    "reverses_id",
    "reason",
    "key_hash",
)


def _row(line: int, posting: Posting) -> dict[str, Any]:
    sides = {"debit": posting.debit, "credit": posting.credit, "points": posting.points, "hold_id": posting.hold}
    return {"line": line, **sides, "from_lot_id": posting.from_lot, "to_lot_id": posting.to_lot}


def parts_of(rows: Sequence[Any]) -> list[Part]:
    """Rows of lot and points as parts."""
    return [Part(row.lot_id, row.points) for row in rows]
