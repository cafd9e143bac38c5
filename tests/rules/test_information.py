"""What is told by week and by age: each item once, on its day or soon after, in both languages."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from models.notice import NoticeKind
from models.resident import Sex
from rules.information import (
    AFTER_BIRTH,
    BEFORE_BIRTH,
    LATE,
    RHYTHM,
    Trigger,
    after_birth,
    before_birth,
    due_key,
    months_after,
    slot,
    wording,
)
from rules.notices import message

BORN = date(2024, 2, 10)
BIRTHS = any_.dates(date(2000, 1, 1), date(2030, 12, 31))
DAYS = any_.integers(0, 18 * 365)
ITEMS = [*BEFORE_BIRTH, *AFTER_BIRTH]


def keys(items):
    return [each.key for each in items]


def first_told(birth_date, key, sex=Sex.FEMALE):
    """The first day on which an item is told."""
    days = (birth_date + timedelta(days=each) for each in range(20 * 365))
    return next(day for day in days if key in keys(after_birth(day, birth_date, sex)))


def test_every_item_is_said_in_both_languages_and_has_a_key_of_its_own():
    assert len({each.key for each in ITEMS}) == len(ITEMS) == 21
    assert all(not each.words.text_ja.isascii() and each.words.text_en.isascii() for each in ITEMS)
    assert all(wording(each.key) == each.words == message(BORN, each.key) for each in ITEMS)


def test_what_is_due_has_words_and_what_was_published_has_its_own():
    assert wording(due_key(NoticeKind.VACCINATION_DUE, BORN)).title_en == "A vaccination can be given"
    assert wording("102016-W00000000000000000000000000") is None


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2026, 5, 21), []),  # the day before 8 weeks of a birth expected on 2027-01-01
        (date(2026, 5, 22), ["PREGNANCY_WEEK:8"]),
        (date(2026, 6, 4), ["PREGNANCY_WEEK:8"]),
        (date(2026, 6, 5), []),
        (date(2026, 12, 4), ["PREGNANCY_WEEK:36"]),
    ],
)
def test_a_week_of_pregnancy_is_told_when_it_is_reached_and_two_weeks_on(today, told):
    assert keys(before_birth(today, date(2027, 1, 1))) == told


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("DAY_OF_LIFE:14", date(2024, 2, 24)),
        ("MONTH_OF_AGE:1", date(2024, 3, 10)),
        ("MONTH_OF_AGE:3", date(2024, 5, 10)),  # 90 days: daily still
        ("MONTH_OF_AGE:5", date(2024, 7, 10)),  # 151 days: once in three from the hundredth
        ("MONTH_OF_AGE:12", date(2025, 2, 10)),
    ],
)
def test_an_age_is_told_on_its_day_or_the_next_of_the_rhythm(key, day):
    assert day <= first_told(BORN, key) < day + timedelta(days=7)


@pytest.mark.parametrize(("born", "year"), [(date(2020, 4, 1), 2025), (date(2020, 4, 2), 2026)])
def test_the_year_before_school_begins_a_year_earlier_for_the_first_of_april(born, year):
    day = first_told(born, "SCHOOL_YEAR:-1")

    assert date(year, 4, 1) <= day < date(year, 4, 29)


def test_what_is_for_girls_is_told_to_girls():
    girl = first_told(BORN, "FISCAL_YEAR_OF_AGE:12")

    assert keys(after_birth(girl, BORN, Sex.MALE)) == []


@given(birth_date=BIRTHS, age=DAYS)
def test_on_one_day_begins_one_item_at_most(birth_date, age):
    today = birth_date + timedelta(days=age)
    before = keys(after_birth(today - timedelta(days=1), birth_date, Sex.FEMALE))

    assert len(set(keys(after_birth(today, birth_date, Sex.FEMALE))) - set(before)) <= 1


@given(birth_date=BIRTHS, age=DAYS)
def test_the_rhythm_is_kept_and_nobody_waits_longer_than_it_says(birth_date, age):
    day = birth_date + timedelta(days=age)
    found = slot(birth_date, day)
    every = next(every for since, every in reversed(RHYTHM) if since <= age)

    assert day <= found < day + timedelta(days=every)
    assert slot(birth_date, found) == found or (found - birth_date).days >= 100


@given(birth_date=BIRTHS)
def test_every_item_for_a_girl_is_told_at_some_time(birth_date):
    last = max(each.value for each in AFTER_BIRTH if each.trigger is Trigger.FISCAL_YEAR_OF_AGE)
    days = range(0, (last + 2) * 366, LATE.days)
    told = {key for day in days for key in keys(after_birth(birth_date + timedelta(days=day), birth_date, Sex.FEMALE))}

    assert told == {each.key for each in AFTER_BIRTH}


def test_the_31st_is_the_last_of_a_shorter_month():
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert months_after(date(2026, 1, 15), -1) == date(2025, 12, 15)
