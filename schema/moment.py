"""The scalar DateTime: a moment in ISO 8601, of those that every time zone can show."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from operator import methodcaller

from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.types.scalar import ScalarDefinition

MEANT = "A DateTime is a moment as 2026-11-23T09:00:00+09:00."
WIDEST = timedelta(days=1)  # no zone is further from another
FIRST = datetime(1, 1, 1, tzinfo=UTC) + WIDEST
LAST = datetime(9999, 12, 31, tzinfo=UTC) - WIDEST


def _read(value: object) -> datetime:
    """The moment. Raises an error that graphql-core takes for a value of another type; it names no value."""
    if isinstance(value, str):
        with suppress(ValueError):  # there is no such moment
            moment = datetime.fromisoformat(value)
            if FIRST <= moment.replace(tzinfo=moment.tzinfo or UTC) <= LAST:
                return moment
    raise StrawberryInputCoercionError(MEANT)


MOMENT = ScalarDefinition(
    name="DateTime",
    description="Date with time (isoformat)",
    specified_by_url=None,
    serialize=methodcaller("isoformat"),
    parse_value=_read,
    parse_literal=None,
    origin=datetime,
)
