"""Pauses grow and end, quiet hours are those of the town, and a delivery has one word for how it stands."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from models.outbox import EndReason
from rules.delivery import (
    PAUSE_FIRST,
    PAUSE_LONGEST,
    TOWN_TIME,
    TRIED_MOST,
    DeliveryStatus,
    after_quiet,
    delivery_status,
    is_given_up,
    pause,
)

NOW = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 09:00 in Tokyo
NIGHT = (time(21, 0), time(7, 30))
MOMENTS = any_.integers(0, 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
TIMES = any_.none() | any_.times().map(lambda each: each.replace(second=0, microsecond=0))


@given(attempts=any_.integers(1, 10_000), chance=any_.floats(0, 1))
def test_a_pause_doubles_up_to_the_longest_and_chance_takes_half_of_it_at_most(attempts, chance):
    whole = min(PAUSE_FIRST * 2 ** min(attempts - 1, 30), PAUSE_LONGEST)

    assert whole / 2 <= pause(attempts, chance) <= whole


def test_a_message_is_given_up_after_four_days_of_trying():
    assert not is_given_up(NOW, NOW + TRIED_MOST - timedelta(seconds=1), 99)
    assert not is_given_up(NOW, NOW + TRIED_MOST, 9)
    assert is_given_up(NOW, NOW + TRIED_MOST, 10)


@pytest.mark.parametrize(
    ("hour", "minute", "leaves"),
    [
        (20, 59, "2026-11-23T20:59"),
        (21, 0, "2026-11-24T07:30"),
        (23, 59, "2026-11-24T07:30"),
        (0, 0, "2026-11-23T07:30"),
        (7, 29, "2026-11-23T07:30"),
        (7, 30, "2026-11-23T07:30"),
    ],
)
def test_what_comes_in_a_quiet_night_leaves_in_the_morning(hour, minute, leaves):
    now = datetime(2026, 11, 23, hour, minute, tzinfo=TOWN_TIME)

    assert after_quiet(now, *NIGHT).astimezone(TOWN_TIME).isoformat()[:16] == leaves


@pytest.mark.parametrize("quiet", [(None, time(7)), (time(7), None), (time(7), time(7))])
def test_half_a_wish_and_an_empty_one_keep_nothing_back(quiet):
    assert after_quiet(NOW, *quiet) == NOW


@given(now=MOMENTS, quiet_from=TIMES, quiet_to=TIMES)
def test_nothing_leaves_in_quiet_hours_or_waits_for_a_day(now, quiet_from, quiet_to):
    leaves = after_quiet(now, quiet_from, quiet_to)

    assert after_quiet(leaves, quiet_from, quiet_to) == leaves
    assert now <= leaves < now + timedelta(days=1)


@pytest.mark.parametrize(
    ("sent_at", "reason", "attempts", "status"),
    [
        (None, None, 0, DeliveryStatus.WAITING),
        (None, None, 2, DeliveryStatus.RETRYING),
        (NOW, None, 2, DeliveryStatus.SENT),
        (None, EndReason.NOT_PERMITTED, 0, DeliveryStatus.STOPPED),
        (None, EndReason.GIVEN_UP, 9, DeliveryStatus.FAILED),
        (None, EndReason.UNCERTAIN, 1, DeliveryStatus.UNCERTAIN),
    ],
)
def test_a_delivery_has_one_word(sent_at, reason, attempts, status):
    assert delivery_status(sent_at, reason, attempts) is status
