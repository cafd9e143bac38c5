"""Points: how long what lasts, which lots are taken first, what a conversion and a refund come to, by dated terms.

What nobody published is decided here; docs/points.md names the decisions by the ids that stand beside the code.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, Protocol, TypeVar

from rules.ledger import municipality_of
from rules.source import Source
from rules.town_time import TOWN_TIME


@dataclass(frozen=True, kw_only=True)
class PointTerms:
    """What holds from a day on. Days are whole days of Asia/Tokyo, counted from the day after.

    `reserve_days`: so long converted points wait for a choice. `validity_days`: so long points can be spent.
    `refund_days`: so long what comes back into a lot that is over. `most_points`: of one movement.
    """

    effective_from: date
    reserve_days: int
    validity_days: int
    refund_days: int
    hold_seconds: int
    code_seconds: int
    most_points: int
    sources: tuple[Source, ...]


RESERVED = Source("自治体ポイントへの交換と予約ポイント", "https://meibutsu-choice.jp/site/support_point")
START = Source("マイキープラットフォームと自治体ポイントの開始 2017-09-25", "https://jt-tsushin.jp/")
DECIDED = Source("validity, refunds, holds and codes: decided here, each municipality decided on its own")

TERMS = (
    PointTerms(
        effective_from=date(2017, 9, 25),
        reserve_days=14,
        validity_days=365,
        refund_days=30,
        hold_seconds=300,
        code_seconds=60,
        most_points=10_000_000,
        sources=(START, RESERVED, DECIDED),
    ),
)


class Lot(NamedTuple):
    """A lot with what can be taken of it."""

    id: str
    code: str
    expires_on: date
    created_at: datetime
    points: int


class Part(NamedTuple):
    """So many points of one lot."""

    lot_id: str
    points: int


class Rate(NamedTuple):
    """So many points for so many units of a provider, who converts at least so many units at a time."""

    points: int
    units: int
    least_units: int


class Conversion(NamedTuple):
    """What units come to; the remainder stays with the provider (P4)."""

    points: int
    used_units: int
    remaining_units: int


class Movement(Protocol):
    """Whole points, positive into the account."""

    points: int


class OpenLot(NamedTuple):
    """Points of one origin as their holder sees them; without a municipality they are reserved."""

    points: int
    held_points: int
    expires_on: date
    municipality_code: str | None


class LotRow(Protocol):
    """A lot as it is kept, or as it is left."""

    @property
    def id(self) -> str:
        """The last word on the order."""

    @property
    def code(self) -> str:
        """The account of the ledger in which it is."""

    @property
    def expires_on(self) -> date:
        """The last valid day."""

    @property
    def created_at(self) -> datetime:
        """When its points came in."""


class PostingRow(Protocol):
    """A posting as it is kept."""

    from_lot_id: str | None
    to_lot_id: str | None
    points: int


class PartRow(Protocol):
    """What a hold holds of a lot."""

    hold_id: str
    lot_id: str
    points: int


class Resolving(Protocol):
    """An entry, which may resolve a hold."""

    hold_id: str | None


def terms_on(day: date) -> PointTerms:
    """The terms of a day; before the first those of the first."""
    return next((terms for terms in reversed(TERMS) if terms.effective_from <= day), TERMS[0])


def day_of(moment: datetime) -> date:
    """The day in Asia/Tokyo, which decides."""
    return moment.astimezone(TOWN_TIME).date()


def last_valid_day(terms: PointTerms, created_on: date) -> date:
    """The last day on which points of a day can be spent, all of it (P1)."""
    return created_on + timedelta(days=terms.validity_days)


def last_valid_day_of_refund(terms: PointTerms, refunded_on: date) -> date:
    """The same of what comes back into a lot that is over (P6)."""
    return refunded_on + timedelta(days=terms.refund_days)


def is_expired(today: date, expires_on: date) -> bool:
    """From 00:00 in Asia/Tokyo of the day after the last valid one."""
    return today > expires_on


def due_before(today: date, terms: PointTerms) -> datetime:
    """Points reserved before this moment go to the basic municipality: their fourteenth day is over (P3)."""
    return datetime.combine(today - timedelta(days=terms.reserve_days), time.min, TOWN_TIME)


_Dated = TypeVar("_Dated", bound=LotRow)


def in_order(lots: Iterable[_Dated]) -> list[_Dated]:
    """As they are taken: what ends first, of that what came first, then by id."""
    return sorted(lots, key=lambda each: (each.expires_on, each.created_at, each.id))


def taken(lots: Iterable[Lot], points: int) -> list[Part] | None:
    """Which parts of which lots come to so many points; None where all of them have less."""
    parts, wanted = [], points
    for lot in in_order(lots):
        if wanted and lot.points > 0:
            parts.append(Part(lot.id, min(lot.points, wanted)))
            wanted -= parts[-1].points
    return None if wanted else parts


def first_of(parts: Iterable[Part], points: int) -> list[Part]:
    """So many points of parts, from the first on: what a shop takes of a hold comes out of what ends first."""
    found, wanted = [], points
    for part in parts:
        if wanted:
            found.append(Part(part.lot_id, min(part.points, wanted)))
            wanted -= found[-1].points
    return found


def given_back(spent: Sequence[Part], refunded: int, points: int) -> list[Part] | None:
    """To which lots a refund goes, the last taken first, after so many were refunded; None beyond what was spent."""
    if refunded + points > sum(part.points for part in spent):
        return None
    backwards = list(reversed(spent))
    whole = first_of(backwards, refunded + points)
    before = {part.lot_id: part.points for part in first_of(backwards, refunded)}
    rest = (Part(part.lot_id, part.points - before.get(part.lot_id, 0)) for part in whole)
    return [part for part in rest if part.points]


def converted(rate: Rate, units: int) -> Conversion | None:
    """What units of a provider come to at a rate, in whole points; None below the least."""
    lots = units // rate.units
    if units < rate.least_units or lots == 0:
        return None
    return Conversion(lots * rate.points, lots * rate.units, units - lots * rate.units)


def balance(_today: date, movements: Sequence[Movement]) -> int:
    """The points held: the sum of every movement."""
    return sum(movement.points for movement in movements)


def open_lots(
    _today: date,
    lots: Sequence[LotRow],
    postings: Sequence[PostingRow],
    parts: Sequence[PartRow],
    entries: Sequence[Resolving],
) -> list[OpenLot]:
    """Every lot that is not empty, in the order in which they are taken."""
    left: defaultdict[str | None, int] = defaultdict(int)
    for posting in postings:
        left[posting.to_lot_id] += posting.points
        left[posting.from_lot_id] -= posting.points
    resolved = {entry.hold_id for entry in entries}
    kept: defaultdict[str, int] = defaultdict(int)
    for part in parts:
        kept[part.lot_id] += part.points if part.hold_id not in resolved else 0
    return [
        OpenLot(left[lot.id], kept[lot.id], lot.expires_on, municipality_of(lot.code))
        for lot in in_order(lots)
        if left[lot.id]
    ]


def available(
    today: date,
    lots: Sequence[LotRow],
    postings: Sequence[PostingRow],
    parts: Sequence[PartRow],
    entries: Sequence[Resolving],
) -> int:
    """What can be spent: assigned, not held, not over, though the job that expires it may not have run."""
    return sum(
        lot.points - lot.held_points
        for lot in open_lots(today, lots, postings, parts, entries)
        if lot.municipality_code is not None and not is_expired(today, lot.expires_on)
    )
