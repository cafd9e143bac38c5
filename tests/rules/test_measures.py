"""Support measures: a year at most, renewed from their end on, never two at once."""

from datetime import date

import pytest

from models.refusal import RefusalCode as R
from models.refusal import Refused
from rules.measures import Measure, Protection, ended, one_year_after, renewed, taken

TODAY = date(2026, 11, 23)
STANDING = Measure("ex", date(2026, 4, 1), date(2027, 4, 1), id="m")
TO_COME = Measure("ex", date(2027, 4, 1), date(2028, 4, 1), id="next")
HOME = Protection("home", [STANDING], {"old"})


@pytest.mark.parametrize(
    ("day", "later"),
    [(date(2026, 4, 1), date(2027, 4, 1)), (date(2028, 2, 29), date(2029, 3, 1)), (TODAY, date(2027, 11, 23))],
)
def test_a_year_later_is_the_same_date(day, later):
    assert one_year_after(day) == later


@pytest.mark.parametrize(
    "measure",
    [
        Measure("other", TODAY, date(2027, 11, 23)),
        Measure("ex", date(2027, 4, 1), date(2027, 4, 2)),
        Measure("ex", date(2025, 4, 1), date(2026, 4, 1)),
    ],
)
def test_a_measure_of_a_year_beside_no_other_is_taken(measure):
    assert taken(HOME, measure, "elsewhere") is measure


@pytest.mark.parametrize(
    ("measure", "home", "code", "field"),
    [
        (Measure("in", TODAY, date(2027, 1, 1)), "home", R.COUNTERPARTY_IN_FAMILY, "counterpartyId"),
        (Measure("x", TODAY, TODAY), None, R.PERIOD_INVALID, "validTo"),
        (Measure("x", TODAY, date(2027, 11, 24)), None, R.MEASURE_TOO_LONG, "validTo"),
        (Measure("ex", date(2027, 3, 31), date(2027, 5, 1)), None, R.MEASURE_OVERLAPS, "validFrom"),
    ],
)
def test_a_measure_that_cannot_be_is_refused(measure, home, code, field):
    assert taken(HOME, measure, home) == Refused(code, field)


@pytest.mark.parametrize(("until", "ends"), [(None, date(2028, 4, 1)), (date(2027, 6, 1), date(2027, 6, 1))])
def test_a_measure_is_renewed_from_its_end_on(until, ends):
    assert renewed(HOME, "m", until, None, TODAY) == Measure("ex", date(2027, 4, 1), ends)


@pytest.mark.parametrize(
    ("measures", "id", "today", "code"),
    [
        ([STANDING], "?", TODAY, R.NOT_FOUND),
        ([STANDING], "old", TODAY, R.ENTRY_REPLACED),
        ([STANDING], "m", date(2027, 4, 2), R.ENTRY_ENDED),
        ([STANDING, TO_COME], "m", TODAY, R.MEASURE_OVERLAPS),
        ([TO_COME], "next", TODAY, R.MEASURE_TOO_LONG),
    ],
)
def test_a_renewal_that_cannot_be_is_refused(measures, id, today, code):
    assert renewed(Protection("home", measures, {"old"}), id, None, None, today) == Refused(code, "measureId")


@pytest.mark.parametrize("day", [date(2026, 4, 1), TODAY, date(2027, 3, 31)])
def test_a_measure_ends_by_an_entry_that_replaces_it(day):
    assert ended(HOME, "m", day) == Measure("ex", date(2026, 4, 1), day, replaces_id="m")


@pytest.mark.parametrize(
    ("id", "day", "code", "field"),
    [
        ("?", TODAY, R.NOT_FOUND, "measureId"),
        ("m", date(2027, 4, 1), R.ENTRY_ENDED, "endsOn"),
        ("m", date(2026, 3, 31), R.PERIOD_INVALID, "endsOn"),
    ],
)
def test_an_end_that_cannot_be_is_refused(id, day, code, field):
    assert ended(HOME, id, day) == Refused(code, field)
