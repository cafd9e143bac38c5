"""What was handed in and waits, part by part: each part of a record belongs to a field group of its own."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from models.record import RecordKind
from rules.checkup_items import ITEMS

DOSE, DOSE_PLACE, SCHOOL = "dose", "dose place", "school"
# By the name of a value in a content; what a school said is one part.
PARTS = {
    **dict.fromkeys(("vaccine", "given_on", "precision"), DOSE),
    **dict.fromkeys(("lot", "clinic", "doctor"), DOSE_PLACE),
    **dict.fromkeys(("kind", "checked_on"), "body"),
    **{item.name: item.part.value for item in ITEMS},
}


class SaidValue(NamedTuple):
    """One value by the name of its field, in the words of the input."""

    name: str
    value: str


def part(name: str) -> Callable[[date, Any, str], list[SaidValue]]:
    """A computed field's function over kind and content: the values of one part, in order."""

    def told(_today: date, kind: RecordKind, content: str) -> list[SaidValue]:
        values, is_of_school = json.loads(content).items(), kind is RecordKind.SCHOOL_CHECKUP
        wanted = [each for each in values if (SCHOOL if is_of_school else PARTS.get(each[0])) == name]
        return [SaidValue(_camel(key), _spelled(value)) for key, value in wanted]

    return told


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(each.title() for each in rest)


def _spelled(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
