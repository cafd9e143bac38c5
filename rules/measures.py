"""Support measures: for one year at most, renewed by an entry of their own, against somebody who lives elsewhere.

Ministry of Internal Affairs, Guideline for the basic resident register, part 5-10: support measures.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from models.refusal import RefusalCode as Code
from models.refusal import Refused


@dataclass(frozen=True, slots=True)
class Measure:
    """Valid until the day before `valid_to`; `id` is empty until it is written."""

    counterparty_id: str
    valid_from: date
    valid_to: date
    id: str = ""
    replaces_id: str | None = None


@dataclass(frozen=True, slots=True)
class Protection:
    """A family's measures that no later entry has replaced, and where the counterparty lives."""

    family_id: str
    measures: Sequence[Measure]
    replaced_ids: Collection[str] = ()

    def measure(self, id: str) -> Measure | Refused:
        """The measure to renew or to end."""
        if id in self.replaced_ids:
            return Refused(Code.ENTRY_REPLACED, "measureId")
        found = next((each for each in self.measures if each.id == id), None)
        return Refused(Code.NOT_FOUND, "measureId") if found is None else found


def one_year_after(day: date) -> date:
    """The same date a year later; after 29 February the 1st of March."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def taken(
    protection: Protection, measure: Measure, home_id: str | None, starts: str = "validFrom"
) -> Measure | Refused:
    """A new measure against somebody whose home is `home_id`."""
    if home_id == protection.family_id:
        return Refused(Code.COUNTERPARTY_IN_FAMILY, "counterpartyId")
    if measure.valid_to <= measure.valid_from:
        return Refused(Code.PERIOD_INVALID, "validTo")
    if measure.valid_to > one_year_after(measure.valid_from):
        return Refused(Code.MEASURE_TOO_LONG, "validTo")
    if any(_overlaps(measure, each) for each in protection.measures):
        return Refused(Code.MEASURE_OVERLAPS, starts)
    return measure


def renewed(
    protection: Protection, id: str, valid_to: date | None, home_id: str | None, today: date
) -> Measure | Refused:
    """The measure for another year, from its end on; one that has ended is not renewed but taken anew."""
    old = protection.measure(id)
    if isinstance(old, Refused):
        return old
    if old.valid_to < today:
        return Refused(Code.ENTRY_ENDED, "measureId")
    if today < old.valid_from:  # renewed already, and not begun: nobody is kept away for years ahead
        return Refused(Code.MEASURE_TOO_LONG, "measureId")
    until = valid_to or one_year_after(old.valid_to)
    return taken(protection, Measure(old.counterparty_id, old.valid_to, until), home_id, "measureId")


def ended(protection: Protection, id: str, day: date) -> Measure | Refused:
    """The measure until this day; on its own first day it never was."""
    old = protection.measure(id)
    if isinstance(old, Refused):
        return old
    if day >= old.valid_to:
        return Refused(Code.ENTRY_ENDED, "endsOn")
    if day < old.valid_from:
        return Refused(Code.PERIOD_INVALID, "endsOn")
    return replace(old, id="", replaces_id=old.id, valid_to=day)


def _overlaps(one: Measure, other: Measure) -> bool:
    is_same = one.counterparty_id == other.counterparty_id
    return is_same and one.valid_from < other.valid_to and other.valid_from < one.valid_to
