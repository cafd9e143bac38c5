"""What was given of a course so far, and which dose of the table comes next."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from models.vaccination import Vaccine
from rules.immunisation.products import PRODUCTS
from rules.immunisation.record import Given, Record
from rules.immunisation.tables import BETWEEN, LIVE, LONGEST_BETWEEN
from rules.immunisation.terms import Course, Dose, Least, Product, Series, Switch, Variant, Version
from rules.immunisation.windows import Opening

FIRST_DAY = date.min + LONGEST_BETWEEN  # no calendar has a day that much before an earlier one


class Taken(NamedTuple):
    """One dose, merged from all who recorded it; `day` is the first day that it can have been."""

    day: date
    product: Vaccine
    row: Product
    given: Given
    sources: tuple[str, ...]
    is_exact: bool

    @property
    def is_live(self) -> bool:
        """Whether it is a live vaccine, by whatever way."""
        return self.row.kind in LIVE


class Slot(NamedTuple):
    """A place in a series that a dose fills, for certain or not."""

    n: int
    day: date  # every interval counts from here
    product: Vaccine
    series: Series
    is_counted: bool


class Facts(NamedTuple):
    """The person, every dose in the order of time, and the day of asking."""

    record: Record
    taken: tuple[Taken, ...]
    days: tuple[date, ...]  # of each of them
    as_of: date

    def shortly_before(self, day: date) -> tuple[Taken, ...]:
        """The doses before that day which are near enough for an interval between vaccines to matter."""
        near = max(day, FIRST_DAY) - LONGEST_BETWEEN
        return self.taken[bisect_right(self.days, near) : bisect_left(self.days, day)]


def variant_of(version: Version, born_on: date, days: Sequence[date], products: Sequence[Vaccine]) -> Variant:
    """By the days of the doses so far, the first of which may be the one to come, and by what was given."""
    for variant in version.variants[:-1]:
        is_early = variant.start_by is None or days[0] <= variant.start_by(born_on)
        is_same = not variant.only or variant.only.issuperset(products)
        if is_early and is_same and not _is_left(variant, days):
            return variant
    return version.variants[-1]


def _is_left(variant: Variant, days: Sequence[date]) -> bool:
    """Whether the second dose came before its interval, where that leads to the next variant."""
    return (
        variant.is_left_when_too_soon
        and len(days) > 1
        and any(days[1] < least.gap(days[0]) for least in variant.doses[1].least)
    )


def next_dose(variant: Variant, born_on: date, filled: Sequence[Slot], day: date) -> Dose | None:
    """The dose of the table that one given on that day would be; None when the series has all of them."""
    number = filled[-1].n if filled else 0
    is_skipping = False
    for dose in variant.doses:
        if dose.n <= number:
            continue
        if is_skipped(dose, born_on, filled, day):
            is_skipping = True
            continue
        return dose.after_skip if is_skipping and dose.after_skip is not None else dose
    return None


def is_skipped(dose: Dose, born_on: date, filled: Sequence[Slot], day: date) -> bool:
    """Whether an age limit has made this dose impossible or needless, so that the one after it is next."""
    if dose.must_be_by is not None and day > dose.must_be_by(born_on):
        return True
    return dose.skipped_after is not None and filled[-1].day > dose.skipped_after(born_on)


def least_of(dose: Dose, opening: Opening) -> tuple[Least, ...]:
    """The intervals that hold in this window."""
    return dose.least if opening.least is None else opening.least


def slot_before(filled: Sequence[Slot], number: int | None) -> Slot:
    """The dose of that number, or the last one."""
    return filled[-1] if number is None else next(slot for slot in filled if slot.n == number)


def first_after(filled: Sequence[Slot], least: tuple[Least, ...]) -> date:
    """The first day that every interval from the doses before allows."""
    first = date.min
    if filled:
        for row in least:
            first = max(first, row.gap(slot_before(filled, row.dose).day))
    return first


def first_after_series(series: Series, slots: Sequence[Slot]) -> date:
    """The first day that the interval from another series of the course allows."""
    rule = series.after_series
    if rule is None:
        return date.min
    return max((rule.gap(slot.day) for slot in slots if slot.series.id == rule.series), default=date.min)


def distances(product: Vaccine, rules_of: date, others: Sequence[Taken]) -> list[tuple[Taken, date]]:
    """The others from which this one keeps a distance, each with the first day that it allows again.

    The rules are those of the day `rules_of`. Nothing can be said of a dose whose day is not known.
    """
    if not others:
        return []
    kind = PRODUCTS[product].kind
    return [
        (other, rule.gap(other.day))
        for rule in BETWEEN
        if rule.effective_from <= rules_of <= rule.effective_to and kind in rule.after
        for other in others
        if other.row.kind in rule.before and other.product is not product and other.is_exact
    ]


def switch_from(course: Course, before: Vaccine, after: Vaccine) -> Switch | None:
    """The row that foresees this change of product."""
    return next((row for row in course.switches if row.before is before and row.after is after), None)


def may_switch(course: Course, facts: Facts, filled: Sequence[Slot], product: Vaccine, day: date) -> bool:
    """Whether this product may follow the last one on that day: the same always may."""
    last = filled[-1].product
    if last is product:
        return True
    row = switch_from(course, last, product)
    if row is None:
        return False
    if row.even_with is None or day >= row.freely_from:
        return True
    beside = sum(1 for taken in facts.taken if taken.product is row.even_with and taken.day < day)
    return beside == len(filled)
