"""A dose as people type it is read, or it is said what is wrong with it."""

from datetime import date

import pytest

from models.immunisation import Counts, Reason
from models.resident import Sex
from models.vaccination import Vaccine
from rules.immunisation.record import (
    Given,
    Partial,
    Record,
    Unreadable,
    day_in_life,
    for_pregnancy,
    read_day,
    read_dose,
    written,
)
from rules.immunisation.schedule import schedule

BORN, TODAY = date(2026, 5, 10), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "given_on"),
    [
        ("rv1:2026-07-15", date(2026, 7, 15)),
        (" RV1:2026-07-15 ", date(2026, 7, 15)),
        ("rv1: 2026-05-10", BORN),
        ("rv1:2026-11-23", TODAY),
        ("rv1:2026-05", Partial(date(2026, 5, 1), date(2026, 5, 31))),
        ("rv1:2026-11", Partial(date(2026, 11, 1), date(2026, 11, 30))),
        ("rv1:2026", Partial(date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_a_dose_is_a_product_and_a_day_or_what_is_known_of_it(text, given_on):
    assert read_dose(text, BORN, TODAY) == Given(Vaccine.RV1, given_on)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Unreadable.SHAPE),
        ("rv1", Unreadable.SHAPE),
        ("rv1 2026-07-15", Unreadable.SHAPE),
        ("rv9:2026-07-15", Unreadable.UNKNOWN_PRODUCT),
        (":2026-07-15", Unreadable.UNKNOWN_PRODUCT),
        ("rv1:", Unreadable.NO_DATE),
        ("rv1:2026-7-15", Unreadable.NO_DATE),
        ("rv1:2026-02-30", Unreadable.NO_DATE),
        ("rv1:2026-13", Unreadable.NO_DATE),
        ("rv1:2026-00", Unreadable.NO_DATE),
        ("rv1:2026-07-00", Unreadable.NO_DATE),
        ("rv1:0000", Unreadable.NO_DATE),
        ("rv1:9999", Unreadable.NO_DATE),
        ("rv1:２０２６-07-15", Unreadable.NO_DATE),
        ("rv1:2026-07-15T09:00", Unreadable.NO_DATE),
        ("rv1:2026-05-09", Unreadable.BEFORE_BIRTH),
        ("rv1:2026-04", Unreadable.BEFORE_BIRTH),
        ("rv1:2025", Unreadable.BEFORE_BIRTH),
        ("rv1:2026-11-24", Unreadable.IN_FUTURE),
        ("rv1:2026-12", Unreadable.IN_FUTURE),
        ("rv1:2027", Unreadable.IN_FUTURE),
    ],
)
def test_what_cannot_have_been_given_is_named(text, fault):
    assert read_dose(text, BORN, TODAY) is fault


@pytest.mark.parametrize("text", ["2026-07-15", "2026-07", "2026-12", "2026"])
def test_a_day_is_written_as_it_was_read(text):
    assert written(read_day(text)) == text


def test_a_pregnancy_counts_from_the_first_day_of_week_zero():
    record = for_pregnancy(date(2027, 1, 1))

    assert record.is_pregnant
    assert (date(2026, 5, 22) - record.born_on).days == 8 * 7


def test_a_dose_of_the_year_of_birth_alone_stands_behind_the_birth_and_waits_for_a_look():
    born = date(2026, 3, 10)
    year, month = Partial(date(2026, 1, 1), date(2026, 12, 31)), Partial(date(2026, 3, 1), date(2026, 3, 31))
    doses = (Given(Vaccine.HEPB, year), Given(Vaccine.HEPB, date(2026, 3, 10)), Given(Vaccine.RV1, month))
    found = schedule(Record(born_on=born, sex=Sex.FEMALE, doses=doses), date(2026, 11, 1))

    assert [day_in_life(each, born) for each in (year, month, date(2026, 3, 9))] == [born, born, date(2026, 3, 9)]
    assert {one.given.given_on: one.counts for one in found.doses}[year] is Counts.NEEDS_REVIEW
    assert Reason.RECORDED_BEFORE_BIRTH not in {reason for one in found.doses for reason in one.reasons}
    assert [one.given.given_on for one in found.doses] == [month, year, born]
