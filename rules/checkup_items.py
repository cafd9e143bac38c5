"""The items of the checkups of children: the table of docs/checkups.md, carried over from the standard record form.

The ranges are this project's: what a scale, a tape or a form can have shown, never a judgement.
"""

from typing import Any

from models.checkup import CheckupKind as K
from models.checkup import Finding, Grade, Judgement, Nutrition, Plaque
from models.growth import Measure
from rules.body import AT_BIRTH, INFANT
from rules.items import Item, Part, Unit

DRAFT_2023 = "厚生労働省 2023-02 draft of the record form (1y6m and 3y lists)"
FORM_2018 = "厚生労働省 standard record form of 2018, as listed in its paper of 2022-06-30"
MANUAL = "愛知県 checkup manual, list of the 3-4 month checkup"
DECIDED = "free text beside the form: this project's decision"

FROM_18_MONTHS = frozenset({K.MONTHS_18, K.YEARS_3})
TO_3_YEARS = frozenset({K.BIRTH, K.MONTH_1, K.MONTHS_3_4, K.MONTHS_6_7, K.MONTHS_9_10, K.MONTHS_18, K.YEARS_3})
AT_3_MONTHS = frozenset({K.MONTHS_3_4})
AT_18_MONTHS = frozenset({K.MONTHS_18})
AT_3_YEARS = frozenset({K.YEARS_3})
STRIP = (Grade.NEGATIVE, Grade.TRACE, Grade.PLUS_1)  # the infant form ends there
FINDING = tuple(Finding)


def _measure(measure: Measure, source: str, visits: frozenset[K] | None = None) -> Item:
    unit = Unit.GRAM if measure is Measure.WEIGHT_G else Unit.MILLIMETRE
    least = min(INFANT[measure].least, AT_BIRTH[measure].least)  # by age the range is narrower: rules/body.py
    return Item(measure.value, Part.BODY, source, unit, least, INFANT[measure].most, visits=visits)


def _words(name: str, part: Part, source: str, words: Any = (), visits: frozenset[K] | None = None) -> Item:
    return Item(name, part, source, words=tuple(words), visits=visits)


BODY = (
    _measure(Measure.WEIGHT_G, DRAFT_2023),
    _measure(Measure.HEIGHT_MM, DRAFT_2023),
    _measure(Measure.HEAD_MM, DRAFT_2023, TO_3_YEARS),
    _measure(Measure.CHEST_MM, f"{FORM_2018}; to 18 months", TO_3_YEARS - AT_3_YEARS),
)
FINDINGS = (
    _words("judgement", Part.FINDINGS, DRAFT_2023, Judgement),
    _words("findings", Part.FINDINGS, DECIDED),
    _words("nutrition", Part.FINDINGS, DRAFT_2023, Nutrition, AT_18_MONTHS),
    _words("drinks_breast_milk", Part.FINDINGS, DRAFT_2023, visits=AT_18_MONTHS),
    _words("is_weaned", Part.FINDINGS, DRAFT_2023, visits=AT_18_MONTHS),
    _words("eye_position", Part.FINDINGS, DRAFT_2023, FINDING, FROM_18_MONTHS),
    _words("vision", Part.FINDINGS, DRAFT_2023, FINDING, FROM_18_MONTHS),
    _words("hearing", Part.FINDINGS, DRAFT_2023, FINDING, FROM_18_MONTHS),
    _words("skin", Part.FINDINGS, DRAFT_2023, FINDING, AT_3_YEARS),
    _words("respiratory", Part.FINDINGS, DRAFT_2023, FINDING, AT_3_YEARS),
    _words("is_hip_limited", Part.FINDINGS, MANUAL, visits=AT_3_MONTHS),
    _words("has_large_fontanelle", Part.FINDINGS, MANUAL, visits=AT_3_MONTHS),
    _words("urine_protein", Part.FINDINGS, DRAFT_2023, STRIP, AT_3_YEARS),
    _words("urine_blood", Part.FINDINGS, DRAFT_2023, STRIP, AT_3_YEARS),
)
DEVELOPMENT = (
    _words("development", Part.DEVELOPMENT, DECIDED),
    _words("holds_head", Part.DEVELOPMENT, MANUAL, visits=AT_3_MONTHS),
)
DENTAL = (
    _words("dental", Part.DENTAL, DECIDED),
    _words("plaque", Part.DENTAL, DRAFT_2023, Plaque, FROM_18_MONTHS),
)
PLACE = (_words("venue", Part.PLACE, DECIDED),)
ITEMS = (*BODY, *FINDINGS, *DEVELOPMENT, *DENTAL, *PLACE)
TEXTS = tuple(item.name for item in ITEMS if item.source is DECIDED)
NAMES = tuple(item.name for item in ITEMS)
