"""How long is shared, how long an invitation waits, and how a share stands."""

from datetime import UTC, date, datetime

import pytest

from auth.groups import GROUPS
from models.field_group import FieldGroup
from rules.sharing import ShareStatus, groups, is_end, link_ends, status

TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)
MIDNIGHT = datetime(2026, 11, 23, 15, tzinfo=UTC)  # of the 24th in Tokyo


def test_a_link_of_today_works_for_14_whole_days_more():
    assert link_ends(TODAY).astimezone(UTC) == datetime(2026, 12, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "is_one"), [(TODAY, False), (TOMORROW, True), (date(2028, 11, 23), True), (date(2028, 11, 24), False)]
)
def test_sharing_ends_tomorrow_or_within_two_years(day, is_one):
    assert is_end(TODAY, day) is is_one


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "expires_at", "revoked_at", "stands"),
    [
        (None, date(2027, 1, 1), MIDNIGHT, None, ShareStatus.WAITING),
        (None, date(2027, 1, 1), MIDNIGHT.replace(day=22), None, ShareStatus.ENDED),
        (None, TODAY, MIDNIGHT, None, ShareStatus.ENDED),
        (None, date(2027, 1, 1), MIDNIGHT, MIDNIGHT, ShareStatus.REVOKED),
        (TODAY, TOMORROW, None, None, ShareStatus.GIVEN),
        (TODAY, TOMORROW, MIDNIGHT.replace(day=1), None, ShareStatus.GIVEN),
        (date(2026, 1, 1), TODAY, None, None, ShareStatus.ENDED),
        (date(2026, 1, 1), TODAY, None, MIDNIGHT, ShareStatus.REVOKED),
    ],
)
def test_a_share_stands_as_its_days_say(valid_from, valid_to, expires_at, revoked_at, stands):
    assert status(TODAY, valid_from, valid_to, expires_at, revoked_at) is stands


def test_field_groups_are_read_from_their_names():
    assert groups(TODAY, "IDENTITY DENTAL") == [FieldGroup.IDENTITY, FieldGroup.DENTAL]


def test_the_names_of_field_groups_are_those_of_the_table():
    assert [each.name for each in FieldGroup] == [each.name for each in GROUPS]
