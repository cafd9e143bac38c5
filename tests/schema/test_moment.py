"""The scalar DateTime takes the moments that every time zone can show, and no others."""

from datetime import datetime

import pytest
from strawberry.exceptions import StrawberryInputCoercionError

from rules.town_time import TOWN_TIME
from schema.moment import MEANT, MOMENT

EDGES = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00")


@pytest.mark.parametrize("said", [*EDGES, "2026-02-30T00:00:00Z", "now", "", 7, None, True])
def test_what_is_no_moment_or_one_that_some_zone_cannot_show_is_refused(said):
    with pytest.raises(StrawberryInputCoercionError, match=MEANT.split(" as ")[0]):
        MOMENT.parse_value(said)


def test_a_moment_is_read_with_its_offset():
    read = MOMENT.parse_value("2026-11-23T09:00:00+09:00")

    assert read == datetime(2026, 11, 23, 9, tzinfo=TOWN_TIME)
