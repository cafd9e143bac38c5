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
