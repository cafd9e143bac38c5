"""`tsumugi rides simulate`: weeks of the taxi subsidy by its rules alone, and the claims that come of them."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from rules.claims import File, Line, claim_file, month_of
from rules.rides import place, split, terms_on
from tsumugi.demo.draw import at
from tsumugi.demo.rides import COMPANY, FARES_YEN
from tsumugi.halt import Halt

FIRST = date(2026, 11, 1)  # the demo's month
COMPANIES = ("taxi-1", "taxi-2", "taxi-3")
CANCELLED = 0.01
MOST = 1_000_000


class Wish(NamedTuple):
    """What was typed."""

    days: int
    riders: int
    rides_a_day: int


@dataclass(slots=True)
class Seat:
    """A rider's part in a ride."""

    boarded_at: datetime
    is_counted: bool
    day_number: int | None = None
    year_number: int | None = None


class Month:
    """Everybody's rides and what was posted of them."""

    def __init__(self, riders: int) -> None:
        self.chance = Random(f"rides:{riders}")  # noqa: S311 - it must repeat itself
        self.riders = range(riders)
        self.seats: defaultdict[int, list[Seat]] = defaultdict(list)
        self.lines: defaultdict[tuple[str, date], list[Line]] = defaultdict(list)
        self.counts: Counter[str] = Counter()

    def ride(self, name: str, day: date) -> None:
        """One meter run; who has no ride left sits there all the same, and one in a hundred was none."""
        terms = terms_on(day)
        assert terms is not None, "there is a subsidy"
        minute = self.chance.randint(terms.first_boarding_minute, terms.last_boarding_minute)
        boarded_at = at(day, minute // 60, minute % 60)
        aboard = self.chance.sample(self.riders, min(self.chance.choice(COMPANY), len(self.riders)))
        places = [place(day, self.seats[rider]) for rider in aboard]
        fare_yen = self.chance.choice(FARES_YEN)
        if self.chance.random() < CANCELLED:
            self.counts["cancelled"] += 1
            return
        for rider, found in zip(aboard, places, strict=True):
            if found is not None:
                self.seats[rider].append(Seat(boarded_at, True, *found))  # noqa: FBT003 - a row
        granted = split(terms, fare_yen, [found is not None for found in places]).subsidies_yen
        self.counts.update(
            rides=1, seats=len(aboard), refused=places.count(None), fares=fare_yen, subsidies=sum(granted)
        )
        line = Line(name, day, len(aboard), fare_yen, sum(granted))
        self.lines[self.chance.choice(COMPANIES), month_of(day)].append(line)

    def claims(self) -> dict[tuple[str, date], File]:
        """The claim of each company and month."""
        return {key: claim_file(key[1], self.lines[key]) for key in sorted(self.lines)}


def simulate(wish: Wish) -> str:
    """The claims as a table, with a last line that says what they balance against; Halt where they do not."""
    if not all(1 <= number <= MOST for number in wish):
        raise Halt(f"Days, riders and rides a day are whole numbers from 1 to {MOST:,}.")
    month = Month(wish.riders)
    for ago in range(wish.days):
        for number in range(wish.rides_a_day):
            month.ride(f"{ago:04}-{number:06}", FIRST + timedelta(days=ago))
    claims, counts = month.claims(), month.counts
    claimed_yen = sum(each.subsidy_yen for each in claims.values())
    if claimed_yen != counts["subsidies"] or claimed_yen > counts["fares"]:
        raise Halt("The claims do not balance.")
    rows = [
        f"{company:8} {first:%Y-%m} {found.ride_count:>9,} {found.subsidy_yen:>13,}  {found.sha256[:16]}"
        for (company, first), found in claims.items()
    ]
    head = f"{'company':8} {'month':7} {'rides':>9} {'subsidy yen':>13}  sha256"
    return "\n".join([head, *rows, _balance(counts, claimed_yen)]) + "\n"


def _balance(counts: Counter[str], claimed_yen: int) -> str:
    by_riders_yen = counts["fares"] - claimed_yen
    return (
        f"{counts['rides']:,} rides, {counts['seats']:,} seats, {counts['refused']:,} without a ride left, "
        f"{counts['cancelled']:,} cancelled; fares {counts['fares']:,} yen = riders {by_riders_yen:,} "
        f"+ claims {claimed_yen:,}: balanced"
    )
