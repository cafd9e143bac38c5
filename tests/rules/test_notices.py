"""Periods, ages and quiet hours that make sense; deliveries counted by how they stand."""

from datetime import UTC, date, datetime, time
from types import SimpleNamespace

import pytest

from models.notice import Audience, NoticeKind
from models.outbox import EndReason
from rules.immunisation.reckoning import DAY, school_entry
from rules.mailboxes import clock, kinds
from rules.notices import (
    Deliveries,
    are_ages,
    are_quiet,
    are_weeks,
    deliveries,
    entering_school,
    expected_in,
    is_period,
    is_read,
    is_retracted,
    published,
)
from rules.pregnancy import gestation
from rules.wording import Wording

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "end", "is_good"),
    [
        (date(2026, 11, 23), date(2026, 11, 24), True),
        (date(2026, 11, 22), date(2026, 11, 24), False),
        (date(2026, 11, 24), date(2026, 11, 24), False),
        (date(2026, 11, 23), date(2027, 11, 24), True),
        (date(2026, 11, 23), date(2027, 11, 25), False),
    ],
)
def test_something_is_shown_for_a_day_at_least_and_a_year_at_most(first, end, is_good):
    assert is_period(TODAY, first, end) is is_good


@pytest.mark.parametrize(
    ("audience", "ages", "is_good"),
    [
        (Audience.CHILDREN_BY_AGE, (0, 0), True),
        (Audience.CHILDREN_BY_AGE, (12, 11), False),
        (Audience.CHILDREN_BY_AGE, (0, 217), False),
        (Audience.CHILDREN_BY_AGE, (None, 3), False),
        (Audience.CHILDREN_BY_AGE, (-1, 3), False),
        (Audience.GUARDIANS, (None, None), True),
        (Audience.PREGNANT, (0, 1), False),
    ],
)
def test_ages_are_said_where_the_audience_goes_by_them(audience, ages, is_good):
    assert are_ages(audience, *ages) is is_good


def test_weeks_are_said_where_the_audience_goes_by_them():
    by_week, cases = Audience.PREGNANT_BY_WEEK, (((0, 43), True), ((8, 7), False), ((0, 44), False), ((None, 1), False))

    assert [are_weeks(by_week, *weeks) for weeks, _ in cases] == [is_good for _, is_good in cases]
    assert are_weeks(Audience.PREGNANT, None, None)
    assert not are_weeks(Audience.PREGNANT, 1, 2)


def test_who_is_in_a_week_is_expected_on_seven_days():
    today, due_on = date(2026, 11, 23), date(2027, 4, 12)  # 20 weeks on the day
    weeks = [each for each in range(43) if (span := expected_in(today, each, each))[0] <= due_on <= span[1]]

    assert weeks == [gestation(today, due_on).week] == [20]
    assert expected_in(today, 12, 23) == (expected_in(today, 23, 23)[0], expected_in(today, 12, 12)[1])


def test_who_enters_school_on_the_next_first_of_april_was_born_within_a_year():
    for today in (date(2026, 4, 1), date(2026, 11, 23), date(2027, 3, 31)):
        first, last = entering_school(today)
        assert {school_entry(first), school_entry(last)} == {date(2027, 4, 1)}, today
        assert (school_entry(first - DAY), school_entry(last + DAY)) == (date(2026, 4, 1), date(2028, 4, 1)), today


@pytest.mark.parametrize(
    ("minutes", "is_good"),
    [((None, None), True), ((0, 1_439), True), ((60, 60), False), ((0, 1_440), False), ((None, 60), False)],
)
def test_quiet_hours_are_two_minutes_of_a_day_or_none(minutes, is_good):
    assert are_quiet(*minutes) is is_good


def test_deliveries_are_counted_by_how_they_stand():
    def row(sent_at=None, end_reason=None, attempts=0):
        return SimpleNamespace(sent_at=sent_at, end_reason=end_reason, attempts=attempts)

    rows = [row(), row(attempts=1), row(AT), row(AT), row(end_reason=EndReason.NOT_WANTED)]
    rows += [row(end_reason=EndReason.REFUSED), row(end_reason=EndReason.UNCERTAIN)]

    assert deliveries(TODAY, rows) == Deliveries(1, 1, 2, 1, 1, 1)


def test_a_generated_notice_has_no_published_words():
    assert published(TODAY, None, None, None, None) is None
    assert published(TODAY, "a", "b", "c", "d") == Wording("a", "b", "c", "d")


def test_a_mark_says_that_it_was_read():
    assert (is_read(TODAY, []), is_read(TODAY, [1])) == (False, True)


def test_what_was_taken_back_says_so():
    assert (is_retracted(TODAY, None), is_retracted(TODAY, AT)) == (False, True)


def test_a_mailbox_wants_what_its_row_says():
    assert kinds(TODAY, "AGE CHECKUP_DUE") == [NoticeKind.AGE, NoticeKind.CHECKUP_DUE]
    assert (clock(None), clock(1_290)) == (None, time(21, 30))
