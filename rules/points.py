"""What the entries of a point account come to."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol


class Movement(Protocol):
    """Whole points, positive into the account."""

    points: int


def balance(_today: date, movements: Sequence[Movement]) -> int:
    """The points held: the sum of every movement."""
    return sum(movement.points for movement in movements)
