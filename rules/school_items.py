"""The items of a school checkup, recalled from the Enforcement Ordinance of the School Health and Safety Act."""

from typing import Any

from models.checkup import Finding
from models.growth import Measure
from models.school_checkup import Sight
from rules.body import SCHOOL
from rules.checkup_programme import GRADES, MEMORY
from rules.items import Item, Part, Unit

WEIGHT, HEIGHT = SCHOOL[Measure.WEIGHT_G], SCHOOL[Measure.HEIGHT_MM]
FINDING = tuple(Finding)
ITEMS = (
    Item("weight_g", Part.BODY, MEMORY, Unit.GRAM, *WEIGHT),
    Item("height_mm", Part.BODY, MEMORY, Unit.MILLIMETRE, *HEIGHT),
    Item("sight_right", Part.FINDINGS, MEMORY, words=tuple(Sight)),
    Item("sight_left", Part.FINDINGS, MEMORY, words=tuple(Sight)),
    Item("hearing", Part.FINDINGS, MEMORY, words=FINDING),
    Item("tuberculosis", Part.FINDINGS, MEMORY, words=FINDING),
    Item("urine", Part.FINDINGS, MEMORY, words=FINDING),
    Item("heart", Part.FINDINGS, MEMORY, words=FINDING),
    Item("dental", Part.DENTAL, MEMORY),
    Item("findings", Part.FINDINGS, MEMORY),
    Item("school", Part.PLACE, MEMORY),
)
NAMES = tuple(item.name for item in ITEMS)
TEXTS = ("dental", "findings", "school")
LAST_GRADE = GRADES
EXAMINED = tuple(item.name for item in ITEMS if item.part in {Part.FINDINGS, Part.DENTAL})


def is_examination(entry: Any) -> bool:
    """Whether more was looked at than weight and height, which schools also measure between checkups."""
    return any(getattr(entry, name) is not None for name in EXAMINED)
