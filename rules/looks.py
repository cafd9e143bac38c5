"""Looks: how the access log spells what was seen, and how it is read again."""

from collections.abc import Iterable, Mapping
from datetime import date

from models.ids import Letter, parsed

# What residents are not told of, be there something or not: that somebody asked is telling enough. Every field of the
# group PROTECTION_FLAG; tests/schema/test_access_log.py holds the two together.
MEASURES = "Family.measures"
UNTOLD = frozenset({MEASURES})
MEASURE = "measure"  # the noun of their entries
NAMES_KEPT = 100  # of a denied operation; what was seen is bounded by the graph itself


def spelled(times_by_field: Mapping[str, int]) -> str:
    """`Type.field:times`, in order."""
    return " ".join(f"{name}:{times}" for name, times in sorted(times_by_field.items()))


def parted(times_by_field: Mapping[str, int]) -> list[tuple[bool, dict[str, int]]]:
    """What residents are told of, and what not, each by field; a part that is empty is left out."""
    if UNTOLD.isdisjoint(times_by_field):
        return [(False, dict(times_by_field))] if times_by_field else []
    parts = [
        (is_untold, {name: times for name, times in times_by_field.items() if (name in UNTOLD) is is_untold})
        for is_untold in (False, True)
    ]
    return [part for part in parts if part[1]]


def told_of(_today: date, subject_id: str | None) -> str | None:
    """The subject of an entry as it is told: an id of the register stands in no answer."""
    parts = parsed(subject_id)
    return None if parts is None or parts.letter is Letter.RESIDENT else subject_id


def spelled_denials(denied: Iterable[tuple[str, str]]) -> str:
    """`Type.field:RULE` of the first fields, in order."""
    return " ".join(f"{name}:{rule}" for name, rule in sorted(set(denied))[:NAMES_KEPT])


def fields_seen(_today: date, text: str) -> list[str]:
    """The fields of an entry, in order."""
    return [each.partition(":")[0] for each in text.split()]
