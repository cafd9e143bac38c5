"""What a town's file says of points, entered in the ledger: lots and postings for entries that are written down."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from models.columns import table_of
from models.ids import LETTER_AT, Letter
from models.ledger import PointLot, PointPosting
from models.point import EntryKind, PointAccount, PointEntry
from rules import ledger
from rules.ledger import BEFORE_THE_FIRST, NewLot, Posting
from rules.points import Lot, day_of, last_valid_day, taken, terms_on

Row = PointLot | PointPosting | PointEntry
COLUMNS = table_of(PointEntry).columns


def booked(accounts: Iterable[PointAccount], entries: Iterable[PointEntry]) -> Iterator[Row]:
    """Every lot, posting and entry, in the order in which they can be written; entries get their numbers and hashes.

    A file does not say until when points are valid: for a year from its newest entry on. Raises ValueError for an
    account that spends what it does not have.
    """
    cities = {each.id: each.municipality_code for each in accounts}
    by_account: defaultdict[str, list[PointEntry]] = defaultdict(list)
    newest = date.min
    for each in entries:
        by_account[each.account_id].append(each)
        newest = max(newest, day_of(each.posted_at))
    for account_id, own in by_account.items():
        replay = _Replay(cities[account_id], newest)
        for entry in sorted(own, key=lambda each: each.posted_at):
            yield from replay.entered(entry)


class _Replay:
    """One account, entry by entry."""

    def __init__(self, city: str, newest: date) -> None:
        self._city, self._last_day = city, last_valid_day(terms_on(newest), newest)
        self._lots: list[Lot] = []
        self._number, self._hash = 0, BEFORE_THE_FIRST

    def entered(self, drafted: PointEntry) -> Iterator[Row]:
        """The rows of one entry; the draft stays as it is."""
        entry = PointEntry(**{column.key: getattr(drafted, column.key) for column in COLUMNS})
        code = ledger.held(self._city, entry.account_id)
        opened = [NewLot(_beside(entry), code, self._last_day, entry.posted_at)] if entry.points > 0 else []
        postings = self._taken(entry, code) if entry.points < 0 else self._given(entry, opened)
        self._number += 1
        entry.number = self._number
        self._hash = entry.hash = ledger.digest(self._hash, entry, postings, opened)
        about: dict[str, Any] = {"account_id": entry.account_id, "entry_id": entry.id}
        yield from (PointLot(**about, **lot._asdict()) for lot in opened)
        for line, each in enumerate(postings, start=1):
            sides: dict[str, Any] = {"debit": each.debit, "credit": each.credit, "points": each.points}
            yield PointPosting(**about, line=line, **sides, from_lot_id=each.from_lot, to_lot_id=each.to_lot)
        yield entry

    def _given(self, entry: PointEntry, opened: list[NewLot]) -> list[Posting]:
        self._lots += [Lot(*lot, points=entry.points) for lot in opened]
        return [Posting(self._outside(entry), lot.code, entry.points, to_lot=lot.id) for lot in opened]

    def _taken(self, entry: PointEntry, code: str) -> list[Posting]:
        parts = taken(self._lots, -entry.points)
        if parts is None:
            raise ValueError(f"{entry.id} takes more than there is")
        less = {part.lot_id: part.points for part in parts}
        self._lots = [lot._replace(points=lot.points - less.get(lot.id, 0)) for lot in self._lots]
        return [Posting(code, self._outside(entry), part.points, from_lot=part.lot_id) for part in parts]

    def _outside(self, entry: PointEntry) -> str:
        if entry.kind is EntryKind.EXPIRED:
            return ledger.expired(self._city)
        if entry.organisation_id is not None and entry.kind in {EntryKind.SPENT, EntryKind.REFUNDED}:
            return ledger.merchant(self._city, entry.organisation_id)
        return ledger.opening(self._city)


def _beside(entry: PointEntry) -> str:
    """The id of the lot that an entry opens: no node, and the same each time that the file is read."""
    return f"{entry.id[:LETTER_AT]}{Letter.LOT.value}{entry.id[LETTER_AT + 1 :]}"
