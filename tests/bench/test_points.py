"""The bench of points: a hold and its capture take three statements each, on both databases."""

from bench.points import purchases


def test_a_hold_and_a_capture_take_three_statements_each():
    found = purchases(count=3)

    assert [(each.database, each.hold_statements, each.capture_statements) for each in found] == [
        ("sqlite", 3, 3),
        ("postgresql", 3, 3),
    ]
    assert all(each.is_within and each.per_second > 0 and each.ratio > 0 for each in found)
