"""By which path operations are answered."""

from enum import Enum


class Plans(Enum):
    """Whether compiled plans answer, or field by field, or both with their answers compared."""

    ON = "on"
    OFF = "off"
    COMPARE = "compare"
