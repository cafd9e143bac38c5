"""A reminder names a day a week ahead, at most so often, by day and not by night."""

from datetime import UTC, date, datetime, timedelta

import pytest

from rules.reminding import ReminderStatus, day_named, is_time, status

TODAY = date(2026, 11, 23)
WEEK, DAY = timedelta(days=7), timedelta(days=1)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
S = ReminderStatus


@pytest.mark.parametrize(
    ("next_days", "sent_on", "named"),
    [
        ([TODAY + WEEK], [], TODAY + WEEK),
        ([TODAY + WEEK, TODAY + WEEK], [], TODAY + WEEK),
        ([TODAY + WEEK - DAY, TODAY + WEEK + DAY], [], None),
        ([], [], None),
        ([TODAY + WEEK], [TODAY], None),
        ([TODAY + WEEK], [TODAY - 3 * DAY * number for number in range(1, 4)], TODAY + WEEK),
        ([TODAY + WEEK], [TODAY - 3 * DAY * number for number in range(1, 5)], None),
        ([TODAY + WEEK], [TODAY - 28 * DAY] * 4, TODAY + WEEK),
    ],
)
def test_a_day_is_named_a_week_before_once_and_four_times_in_four_weeks(next_days, sent_on, named):
    assert day_named(TODAY, next_days, sent_on) == named


@pytest.mark.parametrize(("hour_utc", "is_day"), [(23, False), (0, True), (10, True), (11, False)])
def test_mails_are_written_between_nine_and_twenty_of_the_town(hour_utc, is_day):
    assert is_time(NOW.replace(hour=hour_utc)) is is_day


@pytest.mark.parametrize(
    ("confirmed_at", "expires_at", "valid_to", "revoked_at", "found"),
    [
        (None, NOW + DAY, TODAY + DAY, None, S.WAITING),
        (None, NOW, TODAY + DAY, None, S.ENDED),
        (NOW, NOW, TODAY + DAY, None, S.CONFIRMED),
        (NOW, NOW, TODAY, None, S.ENDED),
        (NOW, NOW, TODAY, NOW, S.REVOKED),
    ],
)
def test_an_address_waits_is_confirmed_ends_or_is_revoked(confirmed_at, expires_at, valid_to, revoked_at, found):
    assert status(TODAY, confirmed_at, expires_at, valid_to, revoked_at) is found
