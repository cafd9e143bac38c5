"""Looks: how the access log spells what was seen, and how it is read again."""

from collections.abc import Iterable, Mapping
from datetime import date

NAMES_KEPT = 100  # of a denied operation; what was seen is bounded by the graph itself


def spelled(times_by_field: Mapping[str, int]) -> str:
    """`Type.field:times`, in order."""
    return " ".join(f"{name}:{times}" for name, times in sorted(times_by_field.items()))


def spelled_denials(denied: Iterable[tuple[str, str]]) -> str:
    """`Type.field:RULE` of the first fields, in order."""
    return " ".join(f"{name}:{rule}" for name, rule in sorted(set(denied))[:NAMES_KEPT])


def fields_seen(_today: date, text: str) -> list[str]:
    """The fields of an entry, in order."""
    return [each.partition(":")[0] for each in text.split()]
