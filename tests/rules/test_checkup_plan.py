"""The programme of checkups: each window to the day, and what is due, overdue, done or over on a day."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.checkup import CheckupKind as K
from rules.checkup_plan import DueStatus, Life, of_child, of_pupil, plan
from rules.checkup_programme import NATIONAL, VERSION, Law, Visit, school_years, visits
from rules.immunisation.reckoning import months

S = DueStatus
BORN = date(2026, 5, 10)
CODE = "102016"
DAY = timedelta(days=1)
WINDOWS = {  # of a child born on 2026-05-10, counted by hand
    K.MONTH_1: (date(2026, 6, 7), date(2026, 6, 20), date(2026, 6, 20)),
    K.MONTHS_3_4: (date(2026, 8, 9), date(2026, 9, 9), date(2026, 10, 9)),
    K.MONTHS_6_7: (date(2026, 11, 9), date(2026, 12, 9), date(2027, 1, 9)),
    K.MONTHS_9_10: (date(2027, 2, 9), date(2027, 3, 9), date(2027, 4, 9)),
    K.MONTHS_18: (date(2027, 11, 10), date(2027, 12, 9), date(2028, 5, 9)),
    K.YEARS_3: (date(2029, 5, 10), date(2029, 11, 9), date(2030, 5, 9)),
    K.YEARS_5: (date(2030, 11, 9), date(2031, 11, 9), date(2032, 5, 9)),
    K.BEFORE_SCHOOL: (date(2032, 10, 1), date(2032, 11, 30), date(2033, 3, 31)),
}


class Done(NamedTuple):
    """A checkup as the graph hands it to the plan."""

    kind: K
    checked_on: date


class Examined(NamedTuple):
    """A school checkup likewise, as far as it says whether anybody was examined."""

    checked_on: date
    hearing: str | None
    sight_right = sight_left = tuberculosis = urine = heart = dental = findings = None


def statuses(today, done=(), **life):
    found = plan(today, Life(CODE, BORN, **life), list(done))
    return {each.kind: each.status for each in found.visits}


@pytest.mark.parametrize("kind", WINDOWS)
def test_a_window_opens_and_closes_on_its_days(kind):
    visit = next(each for each in plan(BORN, Life(CODE, BORN), []).visits if each.kind is kind)

    assert (visit.opens_on, visit.standard_to, visit.closes_on) == WINDOWS[kind]
    assert visit.source


@pytest.mark.parametrize("kind", WINDOWS)
def test_a_visit_is_due_in_its_window_overdue_after_the_usual_time_and_then_over(kind):
    opens_on, standard_to, closes_on = WINDOWS[kind]
    late = S.OVERDUE if standard_to < closes_on else S.AGED_OUT
    days = {opens_on - DAY: S.NOT_YET, opens_on: S.DUE, standard_to: S.DUE, standard_to + DAY: late}

    assert {day: statuses(day)[kind] for day in days} == days
    assert statuses(closes_on)[kind] is (S.OVERDUE if late is S.OVERDUE else S.DUE)
    assert statuses(closes_on + DAY)[kind] is S.AGED_OUT


def test_what_took_place_is_done_on_its_first_day_whenever_that_was():
    days = [date(2026, 11, 1), date(2026, 10, 30), date(2027, 1, 1)]
    found = plan(date(2026, 12, 1), Life(CODE, BORN), [(K.MONTHS_3_4, day) for day in days])
    visit = next(each for each in found.visits if each.kind is K.MONTHS_3_4)

    assert (visit.status, visit.done_on) == (S.DONE, date(2026, 10, 30))


@pytest.mark.parametrize("end", ["died_on", "moved_out_on"])
def test_nothing_is_due_after_death_or_moving_out(end):
    done = [(K.MONTH_1, date(2026, 6, 8))]
    found = statuses(date(2026, 9, 1), done, **{end: date(2026, 9, 1)})

    assert found.pop(K.MONTH_1) is S.DONE
    assert set(found.values()) == {S.CLOSED}
    assert statuses(date(2026, 8, 31), **{end: date(2026, 9, 1)})[K.MONTHS_3_4] is S.DUE


def test_a_visit_that_was_not_offered_when_its_window_opened_is_no_part_of_the_plan():
    kinds = [visit.kind for visit in visits(CODE, date(2023, 12, 3))]

    assert K.MONTH_1 not in kinds
    assert K.MONTH_1 in [visit.kind for visit in visits(CODE, date(2023, 12, 4))]
    assert K.YEARS_5 in kinds


def test_a_city_that_differs_has_its_own_rows_from_their_day_on():
    until, since = date(2027, 4, 1), date(2027, 4, 1)
    rows = [
        Visit(K.MONTHS_3_4, Law.ARTICLE_13, months(4), months(5), months(6), "old notice", offered_until=until),
        Visit(K.MONTHS_3_4, Law.ARTICLE_13, months(3), months(4), months(6), "new notice", offered_from=since),
    ]
    found = {
        born: [visit.source for visit in visits("102067", born, {"102067": rows}) if visit.kind is K.MONTHS_3_4]
        for born in (date(2026, 11, 1), date(2027, 1, 2))
    }

    assert list(found.values()) == [["old notice"], ["new notice"]]
    assert len(visits("102067", BORN, {"102067": rows})) == len(NATIONAL)
    assert visits(CODE, BORN, {"102067": rows}) == visits(CODE, BORN)


@given(
    born=st.dates(date(2024, 3, 1), date(2040, 12, 31)),
    age_days=st.integers(0, 2_600),
    late=st.integers(1, 300),
)
def test_time_only_leads_onward_and_every_visit_has_one_status(born, age_days, late):
    order = [S.NOT_YET, S.DUE, S.OVERDUE, S.AGED_OUT]
    now, later = (plan(born + timedelta(days=days), Life(CODE, born), []) for days in (age_days, age_days + late))

    assert [each.kind for each in now.visits] == [each.kind for each in later.visits]
    assert all(each.opens_on <= each.standard_to <= each.closes_on for each in now.visits)
    assert all(
        order.index(before.status) <= order.index(after.status)
        for before, after in zip(now.visits, later.visits, strict=True)
    )


def test_a_childs_plan_is_that_of_the_city_that_issued_its_id():
    checkups = [Done(K.MONTH_1, date(2026, 6, 8))]
    found = of_child(date(2026, 9, 1), f"{CODE}-C{'0' * 26}", BORN, None, None, checkups)

    assert (found.as_of, found.rules_version) == (date(2026, 9, 1), VERSION)
    assert [each.status for each in found.visits[:3]] == [S.DONE, S.DUE, S.NOT_YET]


def test_a_pupil_is_examined_every_spring_for_nine_years():
    measured, examined = Examined(date(2033, 5, 6), None), Examined(date(2033, 5, 20), "NONE")
    found = of_pupil(date(2034, 5, 1), BORN, None, None, [measured, examined])

    assert found[0].done_on == date(2033, 5, 20)  # what was only measured is no checkup

    assert [each.grade for each in found] == list(range(1, 10))
    assert [each.status for each in found[:3]] == [S.DONE, S.DUE, S.NOT_YET]
    assert (found[0].opens_on, found[0].standard_to) == (date(2033, 4, 1), date(2033, 6, 30))
    assert {each.status for each in of_pupil(date(2034, 5, 1), BORN, date(2034, 1, 1), None, [])} == {S.CLOSED}


def test_a_birth_on_the_first_of_april_enters_a_year_earlier():
    first, second = (school_years(date(2026, 4, day))[0].opens_on for day in (1, 2))

    assert (first, second) == (date(2032, 4, 1), date(2033, 4, 1))
