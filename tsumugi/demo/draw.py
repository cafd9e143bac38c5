"""The town being made: one seeded source of chance, from which every id and every choice comes."""

import hashlib
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from models.ids import RANDOM_BYTES, Letter, mint
from models.organisation import CallerKind, Organisation
from rules.duty import SUNDAY
from tsumugi.town.rows import TOKYO, Town

Chosen = TypeVar("Chosen")


class Draw:
    """A town with what is drawn for it so far; the same code and day always draw the same."""

    def __init__(self, code: str, today: date) -> None:
        self.code = code
        self.today = today
        self.town = Town(code, today)
        self.chance = Random(f"tsumugi:{code}")  # noqa: S311 - a demo must repeat itself

    def id(self, letter: Letter) -> str:
        """A new id of this town."""
        return mint(self.code, letter, self.chance.randbytes(16))

    def one(self, choices: Sequence[Chosen]) -> Chosen:
        """One of several."""
        return self.chance.choice(choices)

    def happens(self, share: float) -> bool:
        """True in this share of cases."""
        return self.chance.random() < share

    def days(self, least: int, most: int) -> timedelta:
        """A number of days, both ends included."""
        return timedelta(days=self.chance.randint(least, most))

    def offices(self, kind: CallerKind) -> list[Organisation]:
        """The organisations of one kind, in the order in which they were made."""
        return [each for each in self.town.organisations if each.kind is kind]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock of Tokyo."""
    return datetime.combine(day, time(hour, minute), TOKYO)


def months_after(day: date, months: int) -> date:
    """The same day of another month, or its last day where it has no such day."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def on_weekday(day: date) -> date:
    """That day, or the Monday after a Sunday."""
    return day + timedelta(days=1) if day.weekday() == SUNDAY else day


def fiscal_year(day: date) -> int:
    """The year in which the fiscal year of a day began, on the 1st of April."""
    return day.year if day.month >= 4 else day.year - 1  # noqa: PLR2004


def school_entry(birth_date: date) -> date:
    """The first 1st of April from the sixth birthday on (School Education Act 17): born on 1 April, a year earlier."""
    sixth = months_after(birth_date, 72)
    return date(sixth.year if sixth <= date(sixth.year, 4, 1) else sixth.year + 1, 4, 1)


def told_id(code: str, letter: Letter, name: str) -> str:
    """An id of what the town is told, the same in every run, as all ids of the demo."""
    return mint(code, letter, hashlib.sha256(f"demo {code} {letter} {name}".encode()).digest()[:RANDOM_BYTES])
