"""The domain's clock starts where it is put, runs on, and every worker sees it move."""

from datetime import UTC, datetime, timedelta

import pytest

from tsumugi.clock import DEMO_STARTS_AT, DomainClock, parse_moment, real_now
from tsumugi.halt import Halt

A_BLINK = timedelta(seconds=5)


def test_the_demo_starts_on_the_morning_of_a_holiday():
    assert parse_moment(DEMO_STARTS_AT) == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def test_the_clock_starts_where_it_is_put_and_runs_on(tmp_path):
    clock, start = DomainClock(tmp_path), parse_moment(DEMO_STARTS_AT)
    clock.set(start)
    first, second = clock(), clock()
    assert start <= first < second < start + A_BLINK


def test_every_worker_follows_a_set(tmp_path):
    one, other = DomainClock(tmp_path), DomainClock(tmp_path)
    one.set(parse_moment(DEMO_STARTS_AT))
    other()
    one.set(parse_moment("2027-04-01T00:00+09:00"))
    assert timedelta() <= other() - parse_moment("2027-04-01T00:00+09:00") < A_BLINK


def test_the_clock_can_stand_at_now(tmp_path):
    clock = DomainClock(tmp_path)
    clock.set(parse_moment("now"))
    assert abs(clock() - real_now()) < A_BLINK


@pytest.mark.parametrize("text", ["2026-11-23", "2026-11-23T09:00", "tomorrow", "", "2026-13-01T00:00+09:00"])
def test_a_moment_has_an_offset(text):
    with pytest.raises(Halt, match="with its offset from UTC"):
        parse_moment(text)
