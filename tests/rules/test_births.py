"""Which births one mother can have."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.refusal import RefusalCode, Refused
from rules.births import DELAYED, TOGETHER, VIABLE, apart, are_possible, fits, overlap

DAY = date(2026, 5, 1)


def on(days):
    return DAY + timedelta(days)


BESIDE = {0: True, 1: True, 14: True, 15: False, 60: False, 153: False, 154: True, 400: True}


@pytest.mark.parametrize("days", BESIDE)
def test_births_of_one_mother_lie_days_or_months_apart(days):
    assert [are_possible(on(sign * days), [DAY]) for sign in (1, -1)] == [BESIDE[days]] * 2


@pytest.mark.parametrize(("days", "is_possible"), [(15, True), (90, True), (91, False), (153, False), (154, True)])
def test_a_delayed_delivery_lies_within_the_longest_on_record(days, is_possible):
    assert are_possible(on(days), [DAY], is_delayed=True) is is_possible


@pytest.mark.parametrize(("days", "number"), [([0, 3, 15], 2), ([0, 400], 1), ([20, 0], 1), ([0, 14], None)])
def test_children_of_one_notification_come_from_one_pregnancy(days, number):
    refused = None if number is None else Refused(RefusalCode.BIRTHS_APART, f"children.{number}.bornOn")

    assert apart([on(each) for each in days], []) == refused


def test_each_child_must_stand_beside_the_mothers_other_children():
    assert apart([DAY, on(1)], [on(-60)]) == Refused(RefusalCode.BIRTHS_APART, "children.0.bornOn")
    assert apart([DAY], [on(-60)], is_delayed=True) is None


@given(st.integers(-800, 800), st.booleans())
def test_no_two_births_lie_weeks_apart(days, is_delayed):
    limit = DELAYED if is_delayed else TOGETHER
    is_possible = apart([on(days)], [DAY], is_delayed=is_delayed) is None

    assert is_possible is not (limit < abs(timedelta(days)) < VIABLE)


@pytest.mark.parametrize(("days", "is_fit"), [(-141, False), (-140, True), (0, True), (28, True), (29, False)])
def test_a_birth_fits_a_pregnancy_from_half_of_it_on_until_four_weeks_late(days, is_fit):
    assert fits(DAY, on(days)) is is_fit


@pytest.mark.parametrize(
    ("due", "other_due", "other_end", "is_overlap"),
    [
        (252, 0, 0, False),
        (251, 0, 0, True),
        (0, 0, -10, True),
        (0, 294, 290, False),
        (0, 293, 290, True),
    ],
)
def test_nobody_is_pregnant_twice_at_one_time(due, other_due, other_end, is_overlap):
    assert overlap(on(due), on(other_due), on(other_end)) is is_overlap
