"""What a family is told of the rules' answers: nothing is lost, and a record that no rule reaches has no answer."""

from datetime import date
from types import SimpleNamespace

import pytest

from models.immunisation import Condition, Programme, SeriesReason, SeriesStatus
from models.resident import Sex
from models.vaccination import DatePrecision, Vaccine
from rules.immunisation import telling
from rules.immunisation.catalogue import catalogue
from rules.immunisation.products import PRODUCTS
from rules.immunisation.schedule import schedule
from rules.immunisation.tables import SERIES
from tests.rules.children import child

TODAY = date(2026, 11, 23)
WHY = [  # promise, birth, doses, what else, series, status, reasons
    ("outside the cohort", "2012-05-01", "", {"sex": Sex.MALE}, "hpv9", "closed", ["not_in_target"]),
    ("another carries on", "2026-05-10", "rv5:2026-07-10", {}, "rota-rv1", "closed", ["other_series"]),
    ("a combined one took over", "2023-12-01", "hib:2024-02-10 dpt_ipv_hib:2024-04-10", {}, "hib", "closed", None),
    ("out of the programme", "2012-05-01", "", {}, "hpv4", "closed", ["not_in_programme"]),
    ("a doubtful dose", "2026-05-10", "rv1:2026-06-20", {}, "rota-rv1", "needs_review", ["doubtful_dose"]),
    ("too old", "2024-05-10", "", {}, "bcg", "aged_out", ["no_day_left"]),
    (
        "a condition",
        "2026-09-01",
        "",
        {"conditions": frozenset({Condition.INTUSSUSCEPTION})},
        "rota-rv1",
        "ask_physician",
        ["condition"],
    ),
    ("nothing to explain", "2026-05-10", "", {}, "bcg", "due", []),
]


def row(id, vaccine, given_on, precision=DatePrecision.DAY, **other):
    """A dose as the graph reads it."""
    said = {"product_text": None, "is_lot_expired": False, "is_wrongly_given": False, "replaces_id": None}
    plain = {"id": id, "vaccine": vaccine, "given_on": given_on, "precision": precision, "is_void": False}
    return SimpleNamespace(**plain | said | other)


@pytest.mark.parametrize("why", WHY, ids=lambda why: why[0])
def test_a_series_says_why_it_stands_so(why):
    _, birth, doses, told, series, status, reasons = why
    found = next(one for one in schedule(child(birth, doses, **told), TODAY).series if one.series == series)

    assert found.status == status
    assert list(found.reasons) == (["covered_by_combined"] if reasons is None else reasons)


def test_who_did_not_begin_in_time_is_told_so():
    found = next(one for one in schedule(child("2006-05-01"), date(2026, 3, 1)).series if one.series == "hpv-catchup")

    assert found.reasons == (SeriesReason.NOT_IN_TARGET, SeriesReason.NOT_STARTED_IN_TIME)


def test_a_birth_that_no_rule_reaches_has_no_answer():
    beyond = (date(1899, 12, 31), Sex.MALE, None, None, [], [], [])

    assert telling.schedule(TODAY, *beyond) is None
    assert telling.evaluated(TODAY, *beyond) is None


def test_each_record_of_a_dose_has_its_own_verdict():
    rows = [row(id, Vaccine.BCG, date(2026, 9, 1)) for id in ("first", "again")]
    found = telling.evaluated(TODAY, date(2026, 4, 1), Sex.FEMALE, None, None, rows, [], [])

    assert [(each.vaccination_id, each.counts) for each in found] == [("first", "counted"), ("again", "not_counted")]


def test_who_moved_out_is_told_no_more_than_that_the_record_is_closed():
    left = [
        telling.schedule(TODAY, date(2026, 4, 1), Sex.FEMALE, *days, [], [], [])
        for days in ((TODAY, None), (None, TODAY))
    ]

    assert left[0] == left[1]
    assert {each.status for each in left[0].series} == {SeriesStatus.CLOSED}
    assert {reason for each in left[0].series for reason in each.reasons} == {SeriesReason.RECORD_CLOSED}


@pytest.mark.parametrize(
    ("word", "reason"), [("is_lot_expired", "expired_lot"), ("is_wrongly_given", "wrong_route_or_volume")]
)
def test_what_was_reported_of_a_dose_is_a_reason(word, reason):
    rows = [row("dose", Vaccine.BCG, date(2026, 9, 1), **{word: True})]
    (found,) = telling.evaluated(TODAY, date(2026, 4, 1), Sex.FEMALE, None, None, rows, [], [])

    assert (found.counts, found.reasons) == ("needs_review", [reason])


@pytest.mark.parametrize("is_counted", [True, False])
def test_a_reviewed_dose_without_a_series_holds_nothing_any_more(is_counted):
    rows = [row("dose", Vaccine.PCV7, date(2026, 8, 1))]
    reviews = [SimpleNamespace(id="review", vaccination_id="dose", is_counted=is_counted, replaces_id=None)]
    told = (date(2026, 5, 1), Sex.FEMALE, None, None, rows)

    before, after = (
        next(one.status for one in telling.schedule(TODAY, *told, said, []).series if one.series == "pcv")
        for said in ([], reviews)
    )
    assert (before, after) == ("needs_review", "due")


def test_the_catalogue_holds_every_product_and_series():
    found = catalogue()

    assert [each.vaccine for each in found.products] == list(PRODUCTS)
    assert [each.id for each in found.series] == list(SERIES)
    assert {each.programme for each in found.series} == set(Programme)
