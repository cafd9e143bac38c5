"""Items of an examination: what may be noted, in which unit, at which visits, and between which sane values."""

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import partial
from typing import Any, NamedTuple

from models.refusal import RefusalCode, Refused


class Part(Enum):
    """The parts of a record to which items belong; each has a field group of its own."""

    BODY = "body"
    FINDINGS = "findings"
    DEVELOPMENT = "development"
    DENTAL = "teeth"
    PLACE = "place"
    VISIT = "visit"
    LAB = "laboratory"
    MENTAL = "the mother's mind"


class Unit(Enum):
    """What an amount counts: whole numbers of the smallest unit that the paper form shows."""

    GRAM = "g"
    MILLIMETRE = "mm"
    MILLILITRE = "mL"
    MILLIMETRE_OF_MERCURY = "mmHg"
    MILLIGRAM_PER_DECILITRE = "mg/dL"
    PER_MILLE = "‰"
    PER_NANOLITRE = "/nL"
    TITRE = "titre"
    POINT = "point"
    DAY = "day"


class Item(NamedTuple):
    """One item: the part that it belongs to, its unit and sane range, or the words that it may have.

    `visits`: where it belongs; None is everywhere. An item without unit and words is yes or no, or free text.
    """

    name: str
    part: Part
    source: str
    unit: Unit | None = None
    least: int = 0
    most: int = 0
    words: tuple[Enum, ...] = ()
    visits: frozenset[Enum] | None = None


class Result(NamedTuple):
    """What was noted of one item, by the name of its field in the graph: an amount in its unit, or a word."""

    item: str
    amount: int | None
    unit: Unit | None
    word: str | None


def first_refusal(items: Iterable[Item], visit: Enum | None, values: Mapping[str, Any]) -> Refused | None:
    """The first value that has no place at this visit, or cannot be right."""
    for item in items:
        value = values.get(item.name)
        if value is None:
            continue
        if item.visits is not None and visit not in item.visits:
            return Refused(RefusalCode.ITEM_NOT_IN_PROGRAMME, item.name)
        if not _is_sane(item, value):
            return Refused(RefusalCode.VALUE_OUT_OF_RANGE, item.name)
    return None


def _is_sane(item: Item, value: Any) -> bool:
    if item.unit is not None:
        return bool(item.least <= value <= item.most)
    return not item.words or value in item.words


def results(items: Iterable[Item], values: Mapping[str, Any]) -> list[Result]:
    """What was noted, item by item in the order of the form; what was not noted is not there."""
    given = ((item, values[item.name]) for item in items)
    return [_result(item, value) for item, value in given if value is not None]


def _result(item: Item, value: Any) -> Result:
    if item.unit is not None:
        return Result(_spelled(item.name), value, item.unit, None)
    word = value.name if isinstance(value, Enum) else "YES" if value is True else "NO" if value is False else value
    return Result(_spelled(item.name), None, None, word)


def _spelled(name: str) -> str:
    """As the graph spells the field."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def noted(items: tuple[Item, ...]) -> Any:
    """A computed field's function over the columns of these items, in their order: their results."""
    return partial(_noted, items)


def _noted(items: tuple[Item, ...], _today: Any, *values: Any) -> list[Result]:
    return results(items, dict(zip((item.name for item in items), values, strict=True)))
