"""The scalar Date: a calendar day, which is read in the one spelling in which it is printed."""

import re
from datetime import date
from operator import methodcaller

from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.types.scalar import ScalarDefinition

SPELT = "A Date is a day of the calendar as YYYY-MM-DD."
SPELLING = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # ISO 8601 knows others, such as 20260103 and 2026-W01-6


def _read(value: object) -> date:
    """The day. Raises an error that graphql-core takes for a value of another type; it names no value."""
    if isinstance(value, str) and SPELLING.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:  # there is no such day
            pass
    raise StrawberryInputCoercionError(SPELT)


DAY = ScalarDefinition(
    name="Date",
    description="Date (isoformat)",
    specified_by_url=None,
    serialize=methodcaller("isoformat"),
    parse_value=_read,
    parse_literal=None,
    origin=date,
)
