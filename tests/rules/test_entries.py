"""What became of an entry that nobody changes."""

from datetime import date

import pytest

from rules.entries import EntryStatus, status


@pytest.mark.parametrize(
    ("is_replaced", "is_void", "expected"),
    [
        (False, False, EntryStatus.STANDING),
        (True, False, EntryStatus.REPLACED),
        (False, True, EntryStatus.VOID),
        (True, True, EntryStatus.REPLACED),
    ],
)
def test_an_entry_stands_is_replaced_or_says_that_there_was_nothing(is_replaced, is_void, expected):
    assert status(date(2026, 11, 23), is_replaced, is_void) is expected
