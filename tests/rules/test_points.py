"""Points: which lots are taken and given back, what a conversion comes to, and on which day something ends."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace as Row

from hypothesis import given
from hypothesis import strategies as any_

from rules import ledger, points
from rules.points import Conversion, Lot, OpenLot, Part, Rate

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 1, tzinfo=UTC)
TERMS = points.terms_on(DAY)
CODE = ledger.held("102016", "a")


def lot(id, left, *, ends=0, came=0):
    return Lot(id, CODE, DAY + timedelta(days=ends), AT + timedelta(days=came), left)


def test_the_balance_is_the_sum_of_every_movement():
    assert points.balance(DAY, [Row(points=each) for each in (500, 300, -120)]) == 680


def test_what_ends_first_is_taken_first_then_what_came_first_then_by_id():
    lots = [lot("d", 5, ends=1), lot("c", 5, came=1), lot("b", 5), lot("a", 5), lot("empty", 0)]

    assert points.taken(lots, 17) == [Part("a", 5), Part("b", 5), Part("c", 5), Part("d", 2)]
    assert points.taken(lots, 21) is None


@given(any_.lists(any_.integers(0, 9), max_size=6), any_.integers(1, 60))
def test_parts_come_to_what_is_wanted_and_no_lot_gives_more_than_it_has(left, wanted):
    lots = [lot(str(number), each, ends=number % 3) for number, each in enumerate(left)]
    parts = points.taken(lots, wanted)

    assert (parts is None) == (sum(left) < wanted)
    assert all(0 < part.points <= left[int(part.lot_id)] for part in parts or ())
    assert parts is None or sum(part.points for part in parts) == wanted


def test_a_refund_goes_to_the_lots_that_were_taken_last_and_never_beyond_what_was_spent():
    spent = [Part("a", 5), Part("b", 5)]
    cases = {(0, 3): [Part("b", 3)], (3, 4): [Part("b", 2), Part("a", 2)], (9, 1): [Part("a", 1)], (9, 2): None}

    assert {case: points.given_back(spent, *case) for case in cases} == cases


@given(any_.lists(any_.integers(1, 9), min_size=1, max_size=5), any_.data())
def test_refunds_in_pieces_come_to_the_purchase(sizes, data):
    spent, given_back = [Part(str(number), each) for number, each in enumerate(sizes)], []
    while (refunded := sum(part.points for part in given_back)) < sum(sizes):
        given_back += points.given_back(spent, refunded, data.draw(any_.integers(1, sum(sizes) - refunded)))

    assert {part.lot_id: 0 for part in spent} == {
        part.lot_id: part.points - sum(each.points for each in given_back if each.lot_id == part.lot_id)
        for part in spent
    }


def test_a_conversion_is_in_whole_points_and_the_remainder_stays_with_the_provider():
    rate = Rate(points=5, units=2, least_units=100)
    cases = {99: None, 100: Conversion(250, 100, 0), 101: Conversion(250, 100, 1), 0: None}

    assert {units: points.converted(rate, units) for units in cases} == cases


def test_a_last_valid_day_ends_with_its_midnight_in_tokyo():
    last = points.last_valid_day(TERMS, DAY)
    before, after = (datetime(2027, 11, 23, 14, 59, 59, tzinfo=UTC), datetime(2027, 11, 23, 15, tzinfo=UTC))

    assert last == date(2027, 11, 23)
    assert [points.is_expired(points.day_of(moment), last) for moment in (before, after)] == [False, True]
    assert points.last_valid_day_of_refund(TERMS, DAY) == date(2026, 12, 23)


def test_reserved_points_are_assigned_when_the_fourteenth_day_is_over():
    last_second = datetime(2026, 11, 23, 14, 59, 59, tzinfo=UTC)
    found = [last_second < points.due_before(DAY + timedelta(days=days), TERMS) for days in (0, 14, 15)]

    assert found == [False, False, True]


def test_terms_have_their_sources_and_hold_from_a_day_on():
    assert all(terms.sources for terms in points.TERMS)
    assert points.terms_on(date(2000, 1, 1)) is points.TERMS[0]


def test_a_holder_sees_lots_that_are_not_empty_and_what_is_held_of_them():
    lots = [lot("b", 0, ends=9), lot("a", 0), lot("empty", 0), Lot("r", ledger.reserved("a"), DAY, AT, 0)]
    moved = [(None, "a", 50), (None, "b", 30), (None, "r", 7), (None, "empty", 5), ("empty", None, 5), ("a", None, 10)]
    postings = [Row(from_lot_id=out, to_lot_id=into, points=each) for out, into, each in moved]
    parts = [Row(hold_id="open", lot_id="a", points=15), Row(hold_id="done", lot_id="b", points=30)]
    entries = [Row(hold_id="done"), Row(hold_id=None)]

    assert points.open_lots(DAY, lots, postings, parts, entries) == [
        OpenLot(40, 15, DAY, "102016"),
        OpenLot(7, 0, DAY, None),
        OpenLot(30, 0, DAY + timedelta(days=9), "102016"),
    ]
    assert points.available(DAY, lots, postings, parts, entries) == 55
    assert points.available(DAY + timedelta(days=1), lots, postings, parts, entries) == 30
