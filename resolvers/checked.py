"""Checks that several deeds share: days, measures, free text."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from models.child import Child
from models.growth import Measure
from models.refusal import RefusalCode, Refused
from rules.body import first_out_of_range
from rules.growth.slips import first_slip
from rules.immunisation.record import Partial
from rules.individual_number import contains_individual_number

# Line breaks and tabs are text; what turns the order of reading around shows a text that is not there.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
LABEL_LONGEST = 100  # a number of somebody else's: of a patient, of a record
TEXT_LONGEST = 2_000  # a finding is a paragraph, not a file


def is_blank(text: str) -> bool:
    """Whether there is nothing to be seen: separators, controls and signs without a width."""
    return all(unicodedata.category(sign)[0] in "ZC" for sign in text)


def camel(name: str) -> str:
    """The name of an input's field as the client wrote it."""
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


def bad_day(child: Child, day: date, today: date, name: str) -> Refused | None:
    """A day before birth, after death or moving out, or in the future."""
    last = min(day for day in (today, child.died_on, child.moved_out_on) if day is not None)
    return None if child.birth_date <= day <= last else Refused(RefusalCode.DATE_OUT_OF_RANGE, name)


def bad_span(child: Any, days: Partial, today: date, name: str) -> Refused | None:
    """Days of which each is before birth, after death or moving out, or in the future."""
    last = min(day for day in (today, child.died_on, child.moved_out_on) if day is not None)
    is_possible = child.birth_date <= days.last and days.first <= last
    return None if is_possible else Refused(RefusalCode.DATE_OUT_OF_RANGE, name)


def bad_measure(child: Child, day: date, given: Any, *, is_birth: bool = False) -> Refused | None:
    """A measure outside its sanity range, or of a young child's more likely a slip of the pen."""
    values: Mapping[Measure, int | None] = {measure: getattr(given, measure.value) for measure in Measure}
    wrong = first_out_of_range(child.birth_date, day, values, is_birth=is_birth)
    wrong = wrong or (None if is_birth else first_slip(child.birth_date, day, values))
    return None if wrong is None else Refused(RefusalCode.VALUE_OUT_OF_RANGE, camel(wrong.value))


def bad_text(given: Any, *names: str) -> Refused | None:
    """A free text that is malformed, or holds an Individual Number: refused before it is stored or logged."""
    for name in names:
        text = getattr(given, name)
        if text is not None and contains_individual_number(text):
            return Refused(RefusalCode.INDIVIDUAL_NUMBER_REFUSED, camel(name))
    return bad_shape(given, *names)


def bad_words(given: Any, *names: str) -> Refused | None:
    """A text that must be there and is empty, too long, malformed, or holds an Individual Number."""
    for name in names:
        if is_blank(getattr(given, name)):
            return Refused(RefusalCode.VALUE_MISSING, camel(name))
    return bad_text(given, *names)


def bad_evidence(given: Any) -> Refused | None:
    """Evidence that is missing, too long, malformed, or holds an Individual Number."""
    return bad_words(given, "evidence")


def bad_label(given: Any, name: str) -> Refused | None:
    """A number of somebody else's that is missing, too long, malformed, or holds an Individual Number."""
    label: str = getattr(given, name)
    if is_blank(label):
        return Refused(RefusalCode.VALUE_MISSING, camel(name))
    if len(label) > LABEL_LONGEST:
        return Refused(RefusalCode.TEXT_TOO_LONG, camel(name))
    if contains_individual_number(label):
        return Refused(RefusalCode.INDIVIDUAL_NUMBER_REFUSED, camel(name))
    return None if label.isprintable() else Refused(RefusalCode.TEXT_MALFORMED, camel(name))


def bad_shape(given: Any, *names: str) -> Refused | None:
    """A text or an identifier of somebody else's that is too long or holds control characters."""
    for name in names:
        text = getattr(given, name)
        if text is not None and len(text) > TEXT_LONGEST:
            return Refused(RefusalCode.TEXT_TOO_LONG, camel(name))
        if text is not None and CONTROL.search(text):
            return Refused(RefusalCode.TEXT_MALFORMED, camel(name))
    return None
