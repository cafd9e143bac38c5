"""Deeds of shops and facilities: hold with a code of the holder, capture, void, refund. They are told no name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
import strawberry

from models.columns import table_of
from models.ids import Letter
from models.ledger import PointHold, PointHoldPart, PointLot, PointPosting, SpendCode
from models.organisation import Organisation
from models.point import EntryKind, PointEntry
from models.refusal import RefusalCode, Refused
from resolvers.deed import Task
from resolvers.ledger import LOTS, Draft, Ledger, Tail, died_on, parts_of, pending, tail_of
from resolvers.point_jobs import expire, time_out
from rules import ledger as accounts
from rules.ledger import NewLot, Posting
from rules.linking import code_hash
from rules.points import Lot, Part, first_of, given_back, is_expired, last_valid_day_of_refund, taken

_hold, _part, _lot = table_of(PointHold), table_of(PointHoldPart), table_of(PointLot)
_entry, _posting, _code = table_of(PointEntry), table_of(PointPosting), table_of(SpendCode)
_shop = table_of(Organisation)


@dataclass(kw_only=True)
class HoldPoints:
    """The code that the holder shows at the till, and how many points."""

    code: str
    points: int
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class CapturePoints:
    """A hold, and how many points of it are taken; all of it where none are named."""

    hold_id: strawberry.ID
    points: int | None = None
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class VoidHold:
    """A hold, of which nothing is taken."""

    hold_id: strawberry.ID
    idempotency_key: strawberry.ID


@dataclass(kw_only=True)
class RefundPoints:
    """A purchase by the id of its entry, and how many points of it go back."""

    entry_id: strawberry.ID
    points: int
    idempotency_key: strawberry.ID


class Held(NamedTuple):
    """Points that a shop may take until a moment; whose they are is not told."""

    hold_id: str
    points: int
    expires_at: datetime
    looks: Sequence[tuple[str, str]] = ()  # it is told of nobody

    def packed(self) -> str:
        """As JSON text."""
        return orjson.dumps([self.hold_id, self.points, self.expires_at]).decode()

    @classmethod
    def unpacked(cls, text: str) -> "Held":
        """Back from the text."""
        hold_id, points, expires_at = orjson.loads(text)
        return cls(hold_id, points, datetime.fromisoformat(expires_at))


class Purse(NamedTuple):
    """What somebody can spend in one municipality."""

    account_id: str
    city: str

    @property
    def code(self) -> str:
        """The account of the ledger in which it is."""
        return accounts.held(self.city, self.account_id)


class Shop(NamedTuple):
    """Who takes points, and the account of the ledger in which they are gathered."""

    id: str
    city: str
    name: str

    @property
    def code(self) -> str:
        """The shop's account."""
        return accounts.merchant(self.city, self.id)


# A code with the shop that was shown it, and the lots of its account that can be spent there: one row for each, or one.
SHOWN = (
    sa.select(
        _code.c.account_id,
        _code.c.most_points,
        _code.c.expires_at.label("runs_out_at"),
        _shop.c.municipality_code,
        sa.exists().where(_hold.c.code_hash == _code.c.code_hash).label("is_spent"),
        died_on(_code.c.account_id).label("died_on"),
        *LOTS.selected_columns,
    )
    .select_from(_code)
    .join(_shop, sa.true())
    .outerjoin(_lot, _lot.c.code == sa.literal("points:") + _shop.c.municipality_code + ":" + _code.c.account_id)
)
# A hold with its parts, the shop, and where the account's chain ends.
PARTS = (
    sa.select(
        _hold.c.id.label("hold_id"),
        _hold.c.account_id,
        _hold.c.points.label("held_points"),
        _hold.c.expires_at,
        pending(_hold.c.id).label("is_pending"),
        _part.c.lot_id,
        _part.c.points,
        _lot.c.code,
        _lot.c.expires_on,
        _shop.c.municipality_code,
        _shop.c.name,
        *tail_of(_hold.c.account_id),
    )
    .join_from(_hold, _part, _part.c.hold_id == _hold.c.id)
    .join(_lot, _lot.c.id == _part.c.lot_id)
    .join(_shop, _shop.c.id == _hold.c.organisation_id)
    .order_by(_part.c.seq)
)


async def shop_of(ledger: Ledger, id: str) -> Shop:
    """The shop with this id."""
    found = sa.select(_shop.c.id, _shop.c.municipality_code, _shop.c.name).where(_shop.c.id == id)
    return Shop(*(await ledger.first(found)))


async def hold(task: Task, given: HoldPoints) -> Held | Refused:
    """What is held, or why not. Whatever is wrong with a code, the answer is one."""
    return await held(Ledger.of(task), task.context.caller.holder.id, given.code, given.points)


async def capture(task: Task, given: CapturePoints) -> str | Refused:
    """The purchase; what is not taken is free again."""
    return await captured(Ledger.of(task), task.context.caller.holder.id, str(given.hold_id), given.points)


async def void(task: Task, given: VoidHold) -> str | Refused:
    """The entry that says so; what was held is free again."""
    return await voided(Ledger.of(task), task.context.caller.holder.id, str(given.hold_id))


async def refund(task: Task, given: RefundPoints) -> str | Refused:
    """The entry that gives points back, to the lots that they came from."""
    return await refunded(Ledger.of(task), task.context.caller.holder.id, str(given.entry_id), given.points)


def bad_points(ledger: Ledger, points: int, name: str = "points") -> Refused | None:
    """None, less than none, or more than one movement may have."""
    is_good = 0 < points <= ledger.terms.most_points
    return None if is_good else Refused(RefusalCode.VALUE_OUT_OF_RANGE, name)


async def held(ledger: Ledger, shop_id: str, code: str, points: int) -> Held | Refused:
    """Hold so many points of whoever showed the code, for the shop."""
    refused = bad_points(ledger, points)
    if refused is not None:
        return refused
    hashed = code_hash(code)
    await ledger.reach_found(sa.select(_code.c.account_id).where(_code.c.code_hash == hashed).scalar_subquery())
    rows = await ledger.rows(SHOWN.where(_code.c.code_hash == hashed, _shop.c.id == shop_id))
    if not rows or rows[0].runs_out_at <= ledger.now or rows[0].is_spent or ledger.has_died(rows[0].died_on):
        return Refused(RefusalCode.SPEND_CODE_INVALID, "code")
    purse = Purse(rows[0].account_id, rows[0].municipality_code)
    lots = [Lot(row.id, row.code, row.expires_on, row.created_at, row.points) for row in rows if row.id is not None]
    parts = None if points > rows[0].most_points else await _free(ledger, purse, lots, points)
    return await _written(ledger, purse, {"organisation_id": shop_id, "code_hash": hashed}, parts)


async def held_in(ledger: Ledger, purse: Purse, shop_id: str, shown_hash: str, points: int) -> Held | Refused:
    """The same of an account whose holder was recognised; `shown_hash`: of what was shown, which holds once."""
    parts = await _free(ledger, purse, await ledger.lots(purse.account_id, purse.code), points)
    return await _written(ledger, purse, {"organisation_id": shop_id, "code_hash": shown_hash}, parts)


async def _written(ledger: Ledger, purse: Purse, about: dict[str, Any], parts: Sequence[Part] | None) -> Held | Refused:
    if parts is None:
        return Refused(RefusalCode.POINTS_INSUFFICIENT, "points")
    id, points = ledger.new_id(Letter.HOLD), sum(part.points for part in parts)
    expires_at = ledger.now + timedelta(seconds=ledger.terms.hold_seconds)
    own = {"account_id": purse.account_id}
    await ledger.write(PointHoldPart, [own | {"hold_id": id} | part._asdict() for part in parts])
    whole = own | about | {"id": id, "points": points, "held_at": ledger.now, "expires_at": expires_at}
    await ledger.write(PointHold, [whole])
    return Held(id, points, expires_at)


async def _free(ledger: Ledger, purse: Purse, lots: Sequence[Lot], points: int) -> list[Part] | None:
    """Parts of what can be spent with the shop; where it does not do, holds that ran out are released first."""
    parts = taken(_spendable(ledger, lots), points)
    if parts is None and await time_out(ledger, purse.account_id):
        parts = taken(_spendable(ledger, await ledger.lots(purse.account_id, purse.code)), points)
    return parts


def _spendable(ledger: Ledger, lots: Sequence[Lot]) -> Iterator[Lot]:
    return (lot for lot in lots if not is_expired(ledger.today, lot.expires_on))


async def captured(ledger: Ledger, shop_id: str, hold_id: str, points: int | None) -> str | Refused:
    """Take so many points of a hold, or all of it; the rest is free again."""
    parts = await _pending(ledger, shop_id, hold_id)
    if isinstance(parts, Refused):
        return parts
    wanted = parts[0].held_points if points is None else points
    if not 0 < wanted <= parts[0].held_points:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "points")
    shop = Shop(shop_id, parts[0].municipality_code, parts[0].name)
    codes = {part.lot_id: part.code for part in parts}
    postings = [
        Posting(codes[lot], shop.code, some, from_lot=lot, hold=hold_id)
        for lot, some in first_of(parts_of(parts), wanted)
    ]
    return await _resolved(ledger, Draft(**_of(parts, shop), kind=EntryKind.SPENT, postings=postings), parts)


async def voided(ledger: Ledger, shop_id: str, hold_id: str) -> str | Refused:
    """Take nothing of a hold; a lot that is over meanwhile expires at once."""
    parts = await _pending(ledger, shop_id, hold_id)
    if isinstance(parts, Refused):
        return parts
    shop = Shop(shop_id, parts[0].municipality_code, parts[0].name)
    return await _resolved(ledger, Draft(**_of(parts, shop), kind=EntryKind.RELEASED), parts)


def _of(parts: Sequence[Any], shop: Shop) -> dict[str, Any]:
    return {"account_id": parts[0].account_id, "hold_id": parts[0].hold_id} | _at(shop)


async def _resolved(ledger: Ledger, draft: Draft, parts: Sequence[Any]) -> str:
    tail = Tail() if parts[0].tail_number is None else Tail(parts[0].tail_number, parts[0].tail_hash)
    entry_id = await ledger.enter(draft, tail)
    if any(is_expired(ledger.today, part.expires_on) for part in parts):
        await expire(ledger, draft.account_id)
    return entry_id


async def refunded(ledger: Ledger, shop_id: str, entry_id: str, points: int) -> str | Refused:
    """Give so many points of a purchase back to the lots that they came from; for one that is over a new one opens."""
    refused = bad_points(ledger, points)
    if refused is not None:
        return refused
    shop = await shop_of(ledger, shop_id)
    is_ours = (_entry.c.id == entry_id, _entry.c.organisation_id == shop.id, _entry.c.kind == EntryKind.SPENT)
    sale = await ledger.first(sa.select(_entry.c.account_id).where(*is_ours))
    if sale is None:
        return Refused(RefusalCode.NOT_FOUND, "entryId")
    await ledger.reach(sale.account_id, shop.id)
    tail = await ledger.tail(sale.account_id)
    if await ledger.first(sa.select(_entry.c.id).where(_entry.c.reverses_id == entry_id)):
        return Refused(RefusalCode.ENTRY_REPLACED, "entryId")
    spent = await _spent(ledger, entry_id)
    before = sa.select(sa.func.coalesce(sa.func.sum(_entry.c.points), 0)).where(_entry.c.refunds_id == entry_id)
    parts = given_back(parts_of(spent), int((await ledger.first(before))[0]), points)
    if parts is None:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "points")
    by_lot = {row.lot_id: row for row in spent}
    lots, postings = [], []
    for lot_id, some in parts:
        target = _back_into(ledger, by_lot[lot_id])
        lots += [target] if isinstance(target, NewLot) else []
        lot = target.id if isinstance(target, NewLot) else target
        postings.append(Posting(shop.code, by_lot[lot_id].code, some, to_lot=lot))
    about = {"account_id": sale.account_id, "kind": EntryKind.REFUNDED, "refunds_id": entry_id}
    return await ledger.enter(Draft(**about, **_at(shop), lots=lots, postings=postings), tail)


def _back_into(ledger: Ledger, lot: Any) -> str | NewLot:
    if not is_expired(ledger.today, lot.expires_on):
        return str(lot.lot_id)
    return ledger.opened(lot.code, last_valid_day_of_refund(ledger.terms, ledger.today))


async def _spent(ledger: Ledger, entry_id: str) -> Sequence[Any]:
    """What a purchase took of which lots, in order."""
    rows = sa.select(_posting.c.from_lot_id.label("lot_id"), _posting.c.points, _lot.c.code, _lot.c.expires_on)
    joined = rows.join_from(_posting, _lot, _posting.c.from_lot_id == _lot.c.id)
    return await ledger.rows(joined.where(_posting.c.entry_id == entry_id).order_by(_posting.c.line))


async def _pending(ledger: Ledger, shop_id: str, hold_id: str) -> list[Any] | Refused:
    """The parts of a hold of the shop's own that can still be resolved; its account is reached."""
    await ledger.reach_found(sa.select(_hold.c.account_id).where(_hold.c.id == hold_id).scalar_subquery())
    parts = [*await ledger.rows(PARTS.where(_hold.c.id == hold_id, _hold.c.organisation_id == shop_id))]
    if not parts:
        return Refused(RefusalCode.NOT_FOUND, "holdId")
    if not parts[0].is_pending or parts[0].expires_at <= ledger.now:
        return Refused(RefusalCode.HOLD_ENDED, "holdId")
    return parts


def _at(shop: Shop) -> dict[str, Any]:
    return {"organisation_id": shop.id, "facility": shop.name}
