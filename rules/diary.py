"""Sanity ranges of the diary: what a thermometer and a day can have shown, never a judgement; symptoms as words."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from models.diary import Symptom


class Span(NamedTuple):
    """Both ends included."""

    least: int
    most: int


SPANS = {
    "temperature_decicelsius": Span(320, 420),  # what a clinical thermometer shows: JIS T 1140, 32.0-42.0 degrees
    "breast_feeds": Span(0, 40),  # counts and milk: twice what a day has, decided by this project
    "milk_ml": Span(0, 3_000),
    "sleep_minutes": Span(0, 1_440),
    "urine_count": Span(0, 40),
    "stool_count": Span(0, 40),
    "stool_colour": Span(1, 7),  # the card of the handbook: Maternal and Child Health Act Ordinance, form 3, since 2012
}


def first_out_of_range(values: Mapping[str, int | None]) -> str | None:
    """The first value that cannot be right; None when all can."""
    for name, span in SPANS.items():
        value = values.get(name)
        if value is not None and not span.least <= value <= span.most:
            return name
    return None


def words(symptoms: Collection[Symptom]) -> str | None:
    """As they are kept: each once, in the order of the list; None where there are none."""
    return " ".join(each.name for each in Symptom if each in symptoms) or None


def symptoms(_today: date, kept: str | None) -> list[Symptom]:
    """Back from what is kept."""
    return [] if kept is None else [Symptom[name] for name in kept.split()]
