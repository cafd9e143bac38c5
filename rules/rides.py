"""The taxi subsidy: what the city pays of a fare, and how many rides a day and a year somebody has, by dated terms.

What nobody published (rounding, who shares, how odd yen are split) is decided here; docs/rides.md names the
decisions by the ids that stand beside the code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple, Protocol

from models.ride import RideEntryKind
from rules.fiscal import fiscal_year_end, fiscal_year_start
from rules.source import Source
from rules.town_time import TOWN_TIME


class Medium(Enum):
    """With what a rider showed the registration."""

    PAPER = "numbered tickets"
    CARD = "the card, held over the taxi's tablet"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What held from one day to another, both included. Money is whole yen; counts are of one person.

    Boarding is possible between two minutes of the day, both included; `is_assumed`: the first day was not published.
    """

    effective_from: date
    effective_to: date | None = None
    alone_rate_percent: int
    alone_cap_yen: int
    shared_cap_yen: int
    rounding_unit_yen: int
    daily_limit: int
    yearly_limit: int
    first_boarding_minute: int
    last_boarding_minute: int
    grace_days: int
    media: tuple[Medium, ...]
    is_assumed: bool = False
    sources: tuple[Source, ...]


class Basis(Enum):
    """What the sum of a ride's subsidies comes from."""

    RATE = "the share of the fare"
    CAP = "the most that is paid"
    FARE = "the whole fare, which is less than the most"
    NONE = "nobody aboard has a ride left"


class Split(NamedTuple):
    """What each registered rider is granted, in the order of tapping, and what the sum comes from."""

    subsidies_yen: tuple[int, ...]
    basis: Basis

    @property
    def total_yen(self) -> int:
        """What the city pays for the ride."""
        return sum(self.subsidies_yen)


class Boarded(Protocol):
    """A seat: when its rider got in, and whether it uses up a ride."""

    boarded_at: datetime
    is_counted: bool


class Numbered(Boarded, Protocol):
    """A seat with its numbers among the rides of its day and year; those from before the tablets have none."""

    day_number: int | None
    year_number: int | None


class Place(NamedTuple):
    """The numbers that a ride has among those of the day and of the fiscal year; both free, within the limits."""

    day_number: int
    year_number: int


class Quota(NamedTuple):
    """How many rides are allowed from one day to another, both included, and how many were taken and are left."""

    valid_from: date
    valid_to: date
    limit: int
    used: int
    remaining: int


class RideStatus(Enum):
    """How a ride stands."""

    OPEN = "under way"
    CLOSED = "it has a fare"
    CANCELLED = "it was none"


class Change(NamedTuple):
    """One entry of a ride, after which its fare is `fare_yen`."""

    number: int
    kind: RideEntryKind
    fare_yen: int
    reason: str | None
    taken_at: datetime


SANKEI_2015 = Source("産経新聞 2015-09-03", "https://blog.goo.ne.jp/goemon-1555/e/533daa9b0360e1a375fa8ef95cb7f227")
ASSEMBLY_2016 = Source("県議会議員の報告 2016-01", "https://akira-o.jp/blog/?p=6007")
CASE_2018 = Source("マイタクのデジタル化事例", "http://www.kot-sl.jp/dx-cases/?id=155")
REPORT_2022 = Source("利用者の報告 2022-11", "https://sportkaleo.blogspot.com/2022/11/blog-post.html")
DECIDED = Source("rounding and grace: decided here, nothing is published")

FARE_MOST_YEN = 100_000  # decided here (D19): what is above is a slip of the finger

TERMS = (
    Terms(
        effective_from=date(2016, 1, 23),
        effective_to=date(2022, 3, 31),
        alone_rate_percent=50,
        alone_cap_yen=1_000,
        shared_cap_yen=500,
        rounding_unit_yen=1,
        daily_limit=2,
        yearly_limit=120,
        first_boarding_minute=7 * 60,
        last_boarding_minute=18 * 60,
        grace_days=7,
        media=(Medium.PAPER, Medium.CARD),
        sources=(SANKEI_2015, ASSEMBLY_2016, CASE_2018, DECIDED),
    ),
    Terms(
        effective_from=date(2022, 4, 1),  # 70 was read in 2022-11; the day is assumed, that of card-only rides
        alone_rate_percent=50,
        alone_cap_yen=1_000,
        shared_cap_yen=500,
        rounding_unit_yen=1,
        daily_limit=2,
        yearly_limit=70,
        first_boarding_minute=7 * 60,
        last_boarding_minute=18 * 60,
        grace_days=7,
        media=(Medium.CARD,),
        is_assumed=True,
        sources=(SANKEI_2015, REPORT_2022, DECIDED),
    ),
)


def terms_on(day: date) -> Terms | None:
    """The terms of a service day; None before there was a subsidy."""
    return next((terms for terms in TERMS if terms.effective_from <= day <= (terms.effective_to or day)), None)


def service_day(boarded_at: datetime) -> date:
    """The day that a ride counts on: that of boarding in Asia/Tokyo, whenever it ends (D9, D10)."""
    return boarded_at.astimezone(TOWN_TIME).date()


def split(terms: Terms, fare_yen: int, has_ride_left: Sequence[bool]) -> Split:
    """What the city pays of a fare: for each registered rider aboard, in the order of tapping, whether a ride is left.

    Who has none left is granted nothing and still makes it a shared ride (D6). Who is not registered counts for
    nothing (D5).
    """
    entitled = sum(has_ride_left)
    if not entitled:
        return Split((0,) * len(has_ride_left), Basis.NONE)
    is_alone = len(has_ride_left) == 1
    share_yen = fare_yen * terms.alone_rate_percent // 100 if is_alone else fare_yen
    cap_yen = terms.alone_cap_yen if is_alone else terms.shared_cap_yen * entitled
    basis = Basis.CAP if share_yen > cap_yen else Basis.RATE if is_alone else Basis.FARE
    return Split(_evenly(min(share_yen, cap_yen), terms.rounding_unit_yen, has_ride_left), basis)


def _evenly(total_yen: int, unit_yen: int, has_ride_left: Sequence[bool]) -> tuple[int, ...]:
    """Whole units, the odd ones to those who tapped first (D3, D4); what is less than a unit is not paid (D1)."""
    each, odd = divmod(total_yen // unit_yen, sum(has_ride_left))
    shares, position = [], 0
    for is_entitled in has_ride_left:
        shares.append((each + (position < odd)) * unit_yen if is_entitled else 0)
        position += is_entitled
    return tuple(shares)


def is_within_hours(terms: Terms, boarded_at: datetime) -> bool:
    """Whether the minute of boarding lies in the hours of the subsidy, both ends included (D0)."""
    at = boarded_at.astimezone(TOWN_TIME)
    return terms.first_boarding_minute <= at.hour * 60 + at.minute <= terms.last_boarding_minute


def place(today: date, seats: Sequence[Numbered]) -> Place | None:
    """Where another ride of today stands among the seats of somebody's fiscal year; None when no ride is left (D8)."""
    day, year = quota_today(today, seats), quota_this_year(today, seats)
    if day is None or year is None or not (day.remaining and year.remaining):
        return None
    of_today = {seat.day_number for seat in seats if service_day(seat.boarded_at) == today}
    of_year = {seat.year_number for seat in seats}
    return Place(_free(day.limit, of_today), _free(year.limit, of_year))


def _free(limit: int, taken: set[int | None]) -> int:
    return next(number for number in range(1, limit + 1) if number not in taken)


def remaining_today(today: date, seats: Sequence[Boarded]) -> int:
    """Rides that somebody can still take today, by both limits."""
    quotas = (quota_today(today, seats), quota_this_year(today, seats))
    return min((each.remaining for each in quotas if each is not None), default=0)


def quota_today(today: date, seats: Sequence[Boarded]) -> Quota | None:
    """Rides of one person today; None before there was a subsidy."""
    terms = terms_on(today)
    return None if terms is None else _quota(today, today, terms.daily_limit, seats)


def quota_this_year(today: date, seats: Sequence[Boarded]) -> Quota | None:
    """Rides of one person in the fiscal year; whoever registers in the middle has all of them (D17)."""
    terms = terms_on(today)
    if terms is None:
        return None
    return _quota(fiscal_year_start(today), fiscal_year_end(today), terms.yearly_limit, seats)


def _quota(first: date, last: date, limit: int, seats: Sequence[Boarded]) -> Quota:
    used = sum(seat.is_counted and first <= service_day(seat.boarded_at) <= last for seat in seats)
    return Quota(first, last, limit, used, max(limit - used, 0))


def ride_status(_today: date, fare_yen: int | None, is_cancelled: bool) -> RideStatus:  # noqa: FBT001 - a column
    """How a ride stands."""
    if is_cancelled:
        return RideStatus.CANCELLED
    return RideStatus.OPEN if fare_yen is None else RideStatus.CLOSED


def changes(_today: date, rows: Sequence[Change]) -> list[Change]:
    """Everything that was written down of a ride, in its order."""
    return [Change(*(getattr(row, name) for name in Change._fields)) for row in rows]
