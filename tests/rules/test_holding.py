"""Which cities have a part of a record is told by moves, by what came over and by what guardians agreed to."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from rules.holding import holders
from rules.linking import LinkStatus

TODAY, NOW, DAY = date(2026, 11, 23), datetime(2026, 11, 23, tzinfo=UTC), timedelta(days=1)
NONE = dict.fromkeys(("moved_on", "issued_at", "expires_at", "linked_at", "revoked_at", "own_child_id", "received_at"))


def row(number=0, city="east", **said):
    named = {
        "id": f"row {number}",
        "organisation_id": city,
        "organisation": city.title(),
        "municipality_code": "102024",
    }
    return SimpleNamespace(**named, **(NONE | said))


def link(number=0, linked_at=NOW, **said):
    terms = {"issued_at": NOW + number * DAY, "expires_at": NOW + 3 * DAY, "linked_at": linked_at}
    return row(number, **terms, **({"own_child_id": f"their {number}"} if linked_at else {}), **said)


def found(*rows, moved_out_on=None):
    return [(each.consent, each.own_child_id) for each in holders(TODAY, moved_out_on, rows)]


def test_a_city_is_told_once_with_the_move_and_what_came_over():
    rows = [
        row(0, moved_on=TODAY - DAY),
        row(1, received_at=NOW - DAY),
        row(2, received_at=NOW),
        row(3, "west", moved_on=TODAY),
    ]
    east, west = holders(TODAY, None, rows)

    assert east[1:] == ("East", "102024", TODAY - DAY, 2, NOW, None, None)
    assert west[3:] == (TODAY, 0, None, None, None)


def test_the_childs_own_id_is_told_by_a_consent_that_stands_and_by_no_other():
    over, back = row(issued_at=NOW - 9 * DAY, expires_at=NOW), link(1, revoked_at=NOW)
    cases = {
        "it waits": ([link(0, None)], (LinkStatus.WAITING, None)),
        "it stands": ([link()], (LinkStatus.LINKED, "their 0")),
        "it is over": ([over], (LinkStatus.EXPIRED, None)),
        "it was taken back": ([back], (LinkStatus.REVOKED, None)),
        "one stands, and a later one was taken back": ([link(), back], (LinkStatus.LINKED, "their 0")),
        "two stand": ([link(2), link(1)], (LinkStatus.LINKED, "their 2")),
        "none was given": ([row(moved_on=TODAY)], (None, None)),
    }

    assert {why: found(*rows) for why, (rows, _) in cases.items()} == {why: [said] for why, (_, said) in cases.items()}


def test_where_a_child_went_keeps_nothing_back_from_where_it_was():
    assert found(row(moved_on=TODAY), moved_out_on=TODAY) == []
    assert len(found(row(moved_on=TODAY - DAY), moved_out_on=TODAY)) == 1
    assert len(found(row(moved_on=TODAY), row(1, received_at=NOW), moved_out_on=TODAY)) == 1
