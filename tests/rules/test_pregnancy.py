"""Pregnancy by the calendar: weeks, visits and the days that are possible; its items and what they may hold."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.pregnancy import Outcome
from models.pregnancy_checkup import MaternalVisit, Reaction
from models.refusal import RefusalCode
from rules.births import TERM
from rules.checkup_plan import DueStatus
from rules.pregnancy import WEEKS, Course, gestation, is_possible_due, is_possible_visit, plan, windows
from rules.pregnancy_items import ITEMS, LAB, MENTAL, NAMES, VISIT, is_flagged, refusal

M, S, R = MaternalVisit, DueStatus, RefusalCode
DUE = date(2027, 1, 1)
LMP = DUE - TERM
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


class Visit(NamedTuple):
    """An examination as the graph hands it to the plan."""

    kind: M
    checked_on: date
    visit_number: int | None = None


def in_week(week, day=0):
    return LMP + week * WEEK + day * DAY


def statuses(today, *visits, ended_on=None, outcome=None):
    return [each.status for each in plan(today, DUE, ended_on, outcome, visits).visits]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 5, 22), (8, 0, 3)),
        (date(2026, 12, 25), (39, 0, 10)),
        (LMP, (0, 0, 1)),
        (LMP + 27 * DAY, (3, 6, 1)),
        (LMP + 28 * DAY, (4, 0, 2)),
        (DUE, (40, 0, 11)),
        (LMP - DAY, None),
    ],
)
def test_weeks_days_and_months_are_counted_from_the_last_period(day, told):
    assert gestation(day, DUE) == told


def test_nothing_is_counted_from_the_end_on():
    assert gestation(in_week(20), DUE, in_week(20)) is None
    assert gestation(in_week(20), DUE, in_week(20) + DAY) == (20, 0, 6)


def test_there_are_fourteen_visits_and_each_is_due_in_its_week_and_overdue_until_the_next():
    kept = windows(DUE)

    assert [(each.opens_on - LMP).days // 7 for each in kept] == list(WEEKS)
    assert len(kept) == 14
    assert kept[0] == (in_week(8), in_week(8, 6), in_week(11, 6))
    assert kept[12] == (in_week(38), in_week(38, 6), in_week(38, 6))
    assert kept[13] == (in_week(39), in_week(39, 6), in_week(41, 6))


def test_a_visit_a_few_days_early_is_the_one_to_come_and_a_voucher_says_its_own():
    visits = [Visit(M.PREGNANCY, in_week(7, 1)), Visit(M.PREGNANCY, in_week(11, 3)), Visit(M.PREGNANCY, in_week(17), 4)]

    assert statuses(in_week(21), *visits)[:5] == [S.DONE, S.DONE, S.AGED_OUT, S.DONE, S.NOT_YET]
    assert plan(in_week(21), DUE, None, None, visits).visits[3].done_on == in_week(17)


def test_from_week_36_on_half_a_week_early_is_the_most():
    days = {in_week(35, 3): 10, in_week(36, 3): 11, in_week(36, 4): 12, in_week(36, 6): 12}
    done = {
        day: next(each.number for each in plan(DUE, DUE, None, None, [Visit(M.PREGNANCY, day)]).visits if each.done_on)
        for day in days
    }

    assert done == days | {in_week(35, 3): 11}


def test_what_is_due_and_what_is_overdue_before_birth():
    assert statuses(in_week(8))[:2] == [S.DUE, S.NOT_YET]
    assert statuses(in_week(9))[:2] == [S.OVERDUE, S.NOT_YET]
    assert statuses(in_week(12))[:2] == [S.AGED_OUT, S.DUE]


@pytest.mark.parametrize("outcome", [Outcome.MISCARRIAGE, Outcome.STILLBIRTH])
def test_a_loss_closes_every_visit_and_asks_for_none(outcome):
    found = statuses(in_week(20), Visit(M.PREGNANCY, in_week(8)), ended_on=in_week(14), outcome=outcome)

    assert found == [S.DONE] + [S.CLOSED] * 13


def test_after_birth_two_visits_follow():
    born = in_week(39)
    plans = {
        day: statuses(born + day * DAY, ended_on=born, outcome=Outcome.BIRTH)[14:] for day in (13, 14, 21, 28, 42, 57)
    }

    assert list(plans.values()) == [
        [S.NOT_YET, S.NOT_YET],
        [S.DUE, S.NOT_YET],
        [S.OVERDUE, S.NOT_YET],
        [S.AGED_OUT, S.NOT_YET],
        [S.AGED_OUT, S.OVERDUE],
        [S.AGED_OUT, S.AGED_OUT],
    ]
    seen = [Visit(M.POSTPARTUM_2_WEEKS, born + 15 * DAY)]
    assert statuses(born + 29 * DAY, *seen, ended_on=born, outcome=Outcome.BIRTH)[14:] == [S.DONE, S.NOT_YET]


def test_an_expected_day_is_within_seventy_days_back_and_320_ahead():
    today = date(2026, 11, 23)
    edges = {-71: False, -70: True, 320: True, 321: False}

    assert {days: is_possible_due(today, today + days * DAY) for days in edges} == edges


def test_a_visit_lies_within_its_pregnancy_a_delivery_on_its_end_and_others_after_birth():
    open_, born = Course(DUE, None, None), Course(DUE, in_week(39), Outcome.BIRTH)
    lost = Course(DUE, in_week(14), Outcome.MISCARRIAGE)
    cases = [
        (M.PREGNANCY, LMP - DAY, open_, False),
        (M.PREGNANCY, LMP, open_, True),
        (M.PREGNANCY, in_week(44, 1), open_, False),
        (M.PREGNANCY, in_week(14), lost, True),
        (M.PREGNANCY, in_week(14, 1), lost, False),
        (M.DELIVERY, in_week(39), open_, False),
        (M.DELIVERY, in_week(39), born, True),
        (M.DELIVERY, in_week(39, 1), born, False),
        (M.POSTPARTUM_2_WEEKS, in_week(41), born, True),
        (M.POSTPARTUM_2_WEEKS, in_week(39), born, False),
        (M.POSTPARTUM_1_MONTH, in_week(39) + 200 * DAY, born, False),
        (M.POSTPARTUM_2_WEEKS, in_week(16), lost, False),
    ]

    assert [is_possible_visit(kind, day, course) for kind, day, course, _ in cases] == [want for *_, want in cases]


@given(days=st.integers(0, 300), due=st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_a_visit_has_one_place_and_statuses_lead_onward(days, due):
    found = plan(due - TERM + days * DAY, due, None, None, [Visit(M.PREGNANCY, due - TERM + days * DAY)]).visits

    assert [each.status for each in found].count(S.DONE) == 1
    assert all(each.opens_on <= each.standard_to <= each.closes_on for each in found)


AMOUNTS = [item for item in ITEMS if item.unit]


@pytest.mark.parametrize("item", AMOUNTS, ids=lambda item: item.name)
def test_a_step_beyond_either_end_is_refused_by_name(item):
    visit = next(iter(item.visits or {M.PREGNANCY}))
    tried = {value: refusal(visit, {item.name: value}) for value in (item.least - 1, item.least, item.most + 1)}

    assert list(tried.values()) == [(R.VALUE_OUT_OF_RANGE, item.name), None, (R.VALUE_OUT_OF_RANGE, item.name)]


def test_what_cannot_stand_together_is_refused():
    pressed = {"systolic_mmhg": 110, "diastolic_mmhg": 110}
    scored = {"epds_points": 1, "epds_self_harm_points": 2}

    assert refusal(M.PREGNANCY, pressed) == (R.VALUE_OUT_OF_RANGE, "diastolic_mmhg")
    assert refusal(M.PREGNANCY, pressed | {"diastolic_mmhg": 109}) is None
    assert refusal(M.POSTPARTUM_1_MONTH, scored) == (R.VALUE_OUT_OF_RANGE, "epds_self_harm_points")
    assert refusal(M.POSTPARTUM_1_MONTH, scored | {"epds_self_harm_points": 1}) is None


def test_a_score_belongs_after_birth_and_an_infection_before():
    assert refusal(M.PREGNANCY, {"epds_points": 3}) == (R.ITEM_NOT_IN_PROGRAMME, "epds_points")
    assert refusal(M.DELIVERY, {"hiv_antibody": Reaction.NEGATIVE}) == (R.ITEM_NOT_IN_PROGRAMME, "hiv_antibody")


@pytest.mark.parametrize(
    ("scores", "told"),
    [((None, None), None), ((8, 0), False), ((9, None), True), ((2, 1), True), ((None, 0), False)],
)
def test_nine_points_or_one_in_item_ten_are_flagged(scores, told):
    assert is_flagged(DUE, *scores) is told


def test_every_item_has_its_source_and_belongs_to_one_part():
    assert all(item.source for item in ITEMS)
    assert len(set(NAMES)) == len(VISIT) + len(LAB) + len(MENTAL)
