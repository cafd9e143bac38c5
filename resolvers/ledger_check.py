"""Proves the whole ledger: every chain of hashes, every sum, every lot and hold; or names the first fault."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from auth.ledger_seal import End
from models.columns import table_of
from models.ledger import PointHold, PointHoldPart, PointLot, PointPosting
from models.point import PointEntry
from rules.ledger import BEFORE_THE_FIRST, NewLot, Posting, digest, effect

_entry, _posting, _lot = table_of(PointEntry), table_of(PointPosting), table_of(PointLot)
_hold, _part = table_of(PointHold), table_of(PointHoldPart)
TABLES = (_entry, _posting, _lot, _hold, _part)
READ_AT_ONCE = 1_000
CUT_OFF = "was signed and is missing: the end was cut off"
Own = Mapping[Any, list[Any]]  # the rows of one account, by table
NO_ENDS: Mapping[str, End] = MappingProxyType({})


class Fault(NamedTuple):
    """What is wrong, with which entry of which account."""

    account_id: str
    number: int
    why: str


class Proof(NamedTuple):
    """How much was looked at, what the ledger's accounts come to together, and the first fault, if there is one."""

    accounts: int
    entries: int
    postings: int
    sum: int
    fault: Fault | None


@dataclass(slots=True)
class _Account:
    """One account, entry by entry."""

    id: str
    number: int = 0
    hash: str = BEFORE_THE_FIRST
    left: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    codes: dict[str, str] = field(default_factory=dict)
    resolved: set[str] = field(default_factory=set)

    def fault(self, entry: Any, postings: list[Posting], lots: list[NewLot]) -> str | None:
        """Why the next entry is not what was written."""
        self.number += 1
        if entry.number != self.number:
            return "is not the next: an entry is missing"
        self.hash = digest(self.hash, entry, postings, lots)
        if entry.hash != self.hash:
            return "has another hash: it, its postings or its lots were changed"
        if entry.points != effect(postings):
            return "does not come to its postings"
        self.codes |= {lot.id: lot.code for lot in lots}
        if entry.hold_id in self.resolved:
            return "resolves a hold again"
        self.resolved |= {entry.hold_id} - {None}
        return next((why for each in postings if (why := self._moved(each)) is not None), None)

    def is_as_signed(self, end: End | None) -> bool:
        """Whether this entry, where it was an end that was signed, is the one that was."""
        return end is None or end.number != self.number or end.hash == self.hash

    def _moved(self, posting: Posting) -> str | None:
        for lot, code in ((posting.from_lot, posting.debit), (posting.to_lot, posting.credit)):
            if lot is not None and self.codes.get(lot) != code:
                return "moves points of a lot that is not there"
        self.left[posting.from_lot or ""] -= posting.points
        self.left[posting.to_lot or ""] += posting.points
        return "takes more than a lot has" if posting.from_lot and self.left[posting.from_lot] < 0 else None

    def held(self, holds: list[Any], parts: list[Any]) -> str | None:
        """Why what is held is not what was written."""
        sums: defaultdict[str, int] = defaultdict(int)
        for part in parts:
            sums[part.hold_id] += part.points
            if part.hold_id not in self.resolved:
                self.left[part.lot_id] -= part.points
        if {hold.id: hold.points for hold in holds} != dict(sums):
            return "has a hold that does not come to its parts"
        if not self.resolved <= {hold.id for hold in holds}:
            return "resolves a hold that is not there"
        return "holds more than a lot has" if any(self.left[part.lot_id] < 0 for part in parts) else None


class Tally:
    """What has been gone through, account by account."""

    def __init__(self) -> None:
        self.accounts = self.entries = self.postings = 0
        self._sums: defaultdict[str, int] = defaultdict(int)

    def fault(self, account_id: str, own: Own, end: End | None = None) -> Fault | None:
        """Add an account; its first fault, if it has one."""
        self.accounts += 1
        self.entries += len(own[_entry])
        self.postings += len(own[_posting])
        for each in own[_posting]:
            self._sums[each.debit] -= each.points
            self._sums[each.credit] += each.points
        return next(_faults(account_id, own, end), None)

    def proof(self, fault: Fault | None) -> Proof:
        """What that comes to."""
        return Proof(self.accounts, self.entries, self.postings, sum(self._sums.values()), fault)


async def proof(connection: AsyncConnection, ends: Mapping[str, End] = NO_ENDS, only: str | None = None) -> Proof:
    """Go through the whole ledger, account by account, with the ends that were signed; or through one account."""
    tally = Tally()
    async for account_id, own in accounts(connection, ends, only):
        fault = tally.fault(account_id, own, ends.get(account_id))
        if fault is not None:
            return tally.proof(fault)
    return tally.proof(None)


async def accounts(
    connection: AsyncConnection, known: Iterable[str] = (), only: str | None = None
) -> AsyncIterator[tuple[str, Own]]:
    """Every account in the ledger, and those that should be, each with its rows in order; or one account."""
    every = sa.union(*(sa.select(table.c.account_id) for table in (_entry, _posting, _lot, _hold)))
    ids = [only] if only else sorted({*await connection.scalars(every), *known})
    for start in range(0, len(ids), READ_AT_ONCE):
        batch = ids[start : start + READ_AT_ONCE]
        read = {table: await _by_account(connection, table, batch) for table in TABLES}
        for account_id in batch:
            yield account_id, {table: rows.get(account_id, []) for table, rows in read.items()}


def _faults(account_id: str, own: Own, end: End | None) -> Iterator[Fault]:
    account = _Account(account_id)
    lots, postings = defaultdict(list), defaultdict(list)
    for lot in own[_lot]:
        lots[lot.entry_id].append(NewLot(lot.id, lot.code, lot.expires_on, lot.created_at))
    for row in own[_posting]:
        sides = (row.debit, row.credit, row.points, row.from_lot_id, row.to_lot_id, row.hold_id)
        postings[row.entry_id].append(Posting(*sides))
    for entry in own[_entry]:
        why = account.fault(entry, postings.pop(entry.id, []), lots.pop(entry.id, []))
        if why is not None:
            yield Fault(account_id, entry.number, why)
        if not account.is_as_signed(end):
            yield Fault(account_id, entry.number, "is not the one that was signed")
    if end is not None and account.number < end.number:
        yield Fault(account_id, end.number, CUT_OFF)
    if postings or lots:
        yield Fault(account_id, account.number, "is the last, and there are postings or lots of others")
    why = account.held(own[_hold], own[_part])
    if why is not None:
        yield Fault(account_id, account.number, why)


ORDER = {
    _entry: (_entry.c.number,),
    _posting: (_posting.c.entry_id, _posting.c.line),
    _lot: (_lot.c.id,),
    _hold: (_hold.c.id,),
    _part: (_part.c.seq,),
}


async def _by_account(connection: AsyncConnection, table: Any, ids: list[str]) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    statement = sa.select(table).where(table.c.account_id.in_(ids)).order_by(*ORDER[table])
    for row in await connection.execute(statement):
        found[row.account_id].append(row)
    return found
