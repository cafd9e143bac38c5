"""What was handed in and waits, part by part: each part of a record belongs to a field group of its own."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from rules.checkup_items import ITEMS

DOSE, DOSE_PLACE = "dose", "dose place"
# By the name of a value in a content, which kinds do not share but for the place of the day.
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

    def told(_today: date, _kind: Any, content: str) -> list[SaidValue]:
        values = json.loads(content).items()
        return [SaidValue(_camel(key), _spelled(value)) for key, value in values if PARTS.get(key) == name]

    return told


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(each.title() for each in rest)


def _spelled(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
