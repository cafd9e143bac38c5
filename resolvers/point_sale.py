"""Deeds of shops and facilities: hold with a code of the holder, capture, void, refund. They are told no name."""

from collections.abc import Sequence
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
from resolvers.ledger import Draft, Ledger, parts_of, pending
from resolvers.point_jobs import expire, time_out
from rules import ledger as accounts
from rules.ledger import NewLot, Posting
from rules.linking import code_hash
from rules.points import first_of, given_back, is_expired, last_valid_day_of_refund, taken

_hold, _part, _lot = table_of(PointHold), table_of(PointHoldPart), table_of(PointLot)
_entry, _posting, _code = table_of(PointEntry), table_of(PointPosting), table_of(SpendCode)


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


class Shop(NamedTuple):
    """Who takes points, and the account of the ledger in which they are gathered."""

    id: str
    city: str
    name: str

    @property
    def code(self) -> str:
        """The shop's account."""
        return accounts.merchant(self.city, self.id)


async def shop_of(ledger: Ledger, id: str) -> Shop:
    """The shop with this id."""
    rows = table_of(Organisation).c
    return Shop(*(await ledger.first(sa.select(rows.id, rows.municipality_code, rows.name).where(rows.id == id))))


async def hold(task: Task, given: HoldPoints) -> Held | Refused:
    """What is held, or why not. Whatever is wrong with a code, the answer is one."""
    ledger = Ledger.of(task)
    return await held(ledger, await shop_of(ledger, task.context.caller.holder.id), given.code, given.points)


async def capture(task: Task, given: CapturePoints) -> str | Refused:
    """The purchase; what is not taken is free again."""
    ledger = Ledger.of(task)
    shop = await shop_of(ledger, task.context.caller.holder.id)
    return await captured(ledger, shop, str(given.hold_id), given.points)


async def void(task: Task, given: VoidHold) -> str | Refused:
    """The entry that says so; what was held is free again."""
    ledger = Ledger.of(task)
    return await voided(ledger, await shop_of(ledger, task.context.caller.holder.id), str(given.hold_id))


async def refund(task: Task, given: RefundPoints) -> str | Refused:
    """The entry that gives points back, to the lots that they came from."""
    ledger = Ledger.of(task)
    shop = await shop_of(ledger, task.context.caller.holder.id)
    return await refunded(ledger, shop, str(given.entry_id), given.points)


def bad_points(ledger: Ledger, points: int, name: str = "points") -> Refused | None:
    """None, less than none, or more than one movement may have."""
    is_good = 0 < points <= ledger.terms.most_points
    return None if is_good else Refused(RefusalCode.VALUE_OUT_OF_RANGE, name)


async def held(ledger: Ledger, shop: Shop, code: str, points: int) -> Held | Refused:
    """Hold so many points of whoever showed the code, for the shop."""
    refused = bad_points(ledger, points)
    if refused is not None:
        return refused
    hashed = code_hash(code)
    found = await ledger.first(sa.select(_code).where(_code.c.code_hash == hashed))
    if found is None or found.expires_at <= ledger.now:
        return Refused(RefusalCode.SPEND_CODE_INVALID, "code")
    account_id = found.account_id
    await ledger.reach(account_id, shop.id)
    if await _is_spent(ledger, hashed) or await ledger.is_frozen(account_id):
        return Refused(RefusalCode.SPEND_CODE_INVALID, "code")
    parts = None if points > found.most_points else await _free(ledger, shop, account_id, points)
    if parts is None:
        return Refused(RefusalCode.POINTS_INSUFFICIENT, "points")
    row = {
        "id": ledger.new_id(Letter.HOLD),
        "account_id": account_id,
        "organisation_id": shop.id,
        "points": points,
        "held_at": ledger.now,
        "expires_at": ledger.now + timedelta(seconds=ledger.terms.hold_seconds),
        "code_hash": hashed,
    }
    about = {"hold_id": row["id"], "account_id": account_id}
    await ledger.write(PointHoldPart, [about | part._asdict() for part in parts])
    await ledger.write(PointHold, [row])
    return Held(row["id"], points, row["expires_at"])


async def _is_spent(ledger: Ledger, hashed: str) -> bool:
    return await ledger.first(sa.select(_hold.c.id).where(_hold.c.code_hash == hashed)) is not None


async def _free(ledger: Ledger, shop: Shop, account_id: str, points: int) -> Any:
    """Parts of what can be spent with the shop; where it does not do, holds that ran out are released first."""
    for is_last in (False, True):
        lots = await ledger.lots(account_id, accounts.held(shop.city, account_id))
        parts = taken((lot for lot in lots if not is_expired(ledger.today, lot.expires_on)), points)
        if parts is not None or is_last or not await time_out(ledger, account_id):
            return parts
    return None


async def captured(ledger: Ledger, shop: Shop, hold_id: str, points: int | None) -> str | Refused:
    """Take so many points of a hold, or all of it; the rest is free again."""
    found = await _pending(ledger, shop, hold_id)
    if isinstance(found, Refused):
        return found
    wanted = found.points if points is None else points
    if not 0 < wanted <= found.points:
        return Refused(RefusalCode.VALUE_OUT_OF_RANGE, "points")
    tail = await ledger.tail(found.account_id)
    parts = await _parts(ledger, hold_id)
    codes = {part.lot_id: part.code for part in parts}
    postings = [
        Posting(codes[lot], shop.code, some, from_lot=lot, hold=hold_id)
        for lot, some in first_of(parts_of(parts), wanted)
    ]
    draft = Draft(account_id=found.account_id, kind=EntryKind.SPENT, postings=postings, **_at(shop), hold_id=hold_id)
    entry_id = await ledger.enter(draft, tail)
    await _expired_meanwhile(ledger, found.account_id, parts)
    return entry_id


async def voided(ledger: Ledger, shop: Shop, hold_id: str) -> str | Refused:
    """Take nothing of a hold; a lot that is over meanwhile expires at once."""
    found = await _pending(ledger, shop, hold_id)
    if isinstance(found, Refused):
        return found
    tail = await ledger.tail(found.account_id)
    draft = Draft(account_id=found.account_id, kind=EntryKind.RELEASED, **_at(shop), hold_id=hold_id)
    entry_id = await ledger.enter(draft, tail)
    await _expired_meanwhile(ledger, found.account_id, await _parts(ledger, hold_id))
    return entry_id


async def refunded(ledger: Ledger, shop: Shop, entry_id: str, points: int) -> str | Refused:
    """Give so many points of a purchase back to the lots that they came from; for one that is over a new one opens."""
    refused = bad_points(ledger, points)
    if refused is not None:
        return refused
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


async def _pending(ledger: Ledger, shop: Shop, hold_id: str) -> Any:
    """A hold of the shop's own that can still be resolved; its account is reached."""
    is_ours = (_hold.c.id == hold_id, _hold.c.organisation_id == shop.id)
    found = await ledger.first(sa.select(_hold, pending(_hold.c.id).label("is_pending")).where(*is_ours))
    if found is None:
        return Refused(RefusalCode.NOT_FOUND, "holdId")
    if not found.is_pending or found.expires_at <= ledger.now:
        return Refused(RefusalCode.HOLD_ENDED, "holdId")
    await ledger.reach(found.account_id, shop.id)
    return found


async def _parts(ledger: Ledger, hold_id: str) -> Sequence[Any]:
    rows = sa.select(_part.c.lot_id, _part.c.points, _lot.c.code, _lot.c.expires_on)
    joined = rows.join_from(_part, _lot, _part.c.lot_id == _lot.c.id)
    return await ledger.rows(joined.where(_part.c.hold_id == hold_id).order_by(_part.c.seq))


async def _expired_meanwhile(ledger: Ledger, account_id: str, parts: Sequence[Any]) -> None:
    if any(is_expired(ledger.today, part.expires_on) for part in parts):
        await expire(ledger, account_id)


def _at(shop: Shop) -> dict[str, Any]:
    return {"organisation_id": shop.id, "facility": shop.name}
