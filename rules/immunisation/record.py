"""What the immunisation rules are told of a person: birth, doses, diseases, conditions; and how a dose is read."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from models.immunisation import Antigen, Condition, Reason
from models.resident import Sex
from models.vaccination import DatePrecision, Vaccine
from rules.immunisation.reckoning import DAY, reached_months

PREGNANCY_DAYS = 280  # from the first day of week 0 to the expected date of delivery
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Partial(NamedTuple):
    """A date of which a paper handbook tells the year only, or year and month: somewhere between two days."""

    first: date
    last: date


class Given(NamedTuple):
    """One dose as one source records it; `reported` is what that source says went wrong with it.

    `reviewed`: whether it counts, as a doctor or the city decided of a dose that the rules leave open.
    """

    product: Vaccine
    given_on: date | Partial
    source: str = ""
    reported: tuple[Reason, ...] = ()
    reviewed: bool | None = None


class Illness(NamedTuple):
    """A disease that somebody has had, known from a day on."""

    antigen: Antigen
    day: date


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything that the rules may know. `born_on` is the day from which ages count.

    For a pregnant woman that is the first day of week 0: `for_pregnancy` makes such a record.
    """

    born_on: date
    sex: Sex
    doses: tuple[Given, ...] = ()
    illnesses: tuple[Illness, ...] = ()
    conditions: frozenset[Condition] = frozenset()
    recovered_on: date | None = None  # the end of a long illness that kept the child from its doses
    died_on: date | None = None
    moved_out_on: date | None = None
    is_pregnant: bool = False


def for_pregnancy(expected_on: date, doses: tuple[Given, ...] = ()) -> Record:
    """The record of a pregnancy by its expected date of delivery."""
    week_zero = expected_on - PREGNANCY_DAYS * DAY
    return Record(born_on=week_zero, sex=Sex.FEMALE, doses=doses, is_pregnant=True)


class Unreadable(StrEnum):
    """Why something is no dose that can have been given."""

    SHAPE = "shape"
    UNKNOWN_PRODUCT = "unknown_product"
    NO_DATE = "no_date"
    BEFORE_BIRTH = "before_birth"
    IN_FUTURE = "in_future"


def read_dose(text: str, born_on: date, as_of: date) -> Given | Unreadable:
    """A dose as people type it: `rv1:2026-07-15`; `rv1:2026-07` and `rv1:2026` where a handbook tells no more."""
    product, colon, day = text.strip().partition(":")
    if not colon:
        return Unreadable.SHAPE
    if product.upper() not in Vaccine.__members__:
        return Unreadable.UNKNOWN_PRODUCT
    given_on = read_day(day)
    if given_on is None:
        return Unreadable.NO_DATE
    if last_day(given_on) < born_on:
        return Unreadable.BEFORE_BIRTH
    return Unreadable.IN_FUTURE if first_day(given_on) > as_of else Given(Vaccine[product.upper()], given_on)


def read_day(text: str) -> date | Partial | None:
    """`2026-07-15`, `2026-07` or `2026`; None for what is no date."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (None if part is None else int(part) for part in found.groups())
    try:
        first = date(year or 0, 1 if month is None else month, 1 if day is None else day)
        return first if day is not None else Partial(first, reached_months(first, 12 if month is None else 1))
    except ValueError:
        return None


def span(day: date, precision: DatePrecision) -> Partial:
    """The first and the last day that are meant by a day of the handbook, or by any day of its month or year."""
    if precision is DatePrecision.DAY:
        return Partial(day, day)
    first = date(day.year, 1 if precision is DatePrecision.YEAR else day.month, 1)
    return Partial(first, reached_months(first, 12 if precision is DatePrecision.YEAR else 1))


def written(given_on: date | Partial) -> str:
    """As `read_day` reads it."""
    if not isinstance(given_on, Partial):
        return given_on.isoformat()
    is_year = given_on.first.month != given_on.last.month
    return f"{given_on.first:%Y}" if is_year else f"{given_on.first:%Y-%m}"


def first_day(given_on: date | Partial) -> date:
    """The first day that it can have been."""
    return given_on.first if isinstance(given_on, Partial) else given_on


def day_in_life(given_on: date | Partial, born_on: date) -> date:
    """The first day on which somebody born on a day can have had it; all of it before birth stays where it is."""
    first = first_day(given_on)
    return born_on if first < born_on <= last_day(given_on) else first


def last_day(given_on: date | Partial) -> date:
    """The last day that it can have been."""
    return given_on.last if isinstance(given_on, Partial) else given_on
