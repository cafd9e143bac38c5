"""What of the register's entries is read as standing, and what as history."""

from collections.abc import Sequence
from datetime import date
from typing import Any


def not_ended(today: date, entries: Sequence[Any]) -> list[Any]:
    """The entries that hold today or will; one without a day never does."""
    return [
        each for each in entries if each.valid_to is None or (today < each.valid_to and each.valid_from < each.valid_to)
    ]


def everything(_today: date, entries: Sequence[Any]) -> list[Any]:
    """Every entry there ever was."""
    return list(entries)


def history(_today: date, entries: Sequence[Any]) -> list[Any]:
    """Every entry about relations; whatever a sealed one has replaced, and that before it, is sealed with it.

    Entries are never changed, so the seal stands on the last of them alone.
    """
    by_id = {each.id: each for each in entries}
    sealed: set[str] = set()
    for each in entries:
        place = each if each.is_sealed else None
        while place is not None and place.id not in sealed:
            sealed.add(place.id)
            place = by_id.get(place.replaces_id)
    return [each._replace(is_sealed=each.id in sealed) for each in entries]
