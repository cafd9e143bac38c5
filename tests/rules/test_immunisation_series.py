"""How series stand: complete, due, overdue and the other words, and the dates of the next dose."""

from dataclasses import replace
from datetime import date

import pytest

from models.immunisation import Antigen, Condition, SeriesStatus
from models.resident import Sex
from models.vaccination import Vaccine
from rules.immunisation.record import Illness, for_pregnancy
from rules.immunisation.schedule import notices, schedule
from tests.rules.cases import cases
from tests.rules.children import child, dose

TODAY = "2026-11-23"
STATUSES = [  # promise, birth, doses, day of asking, series, status
    ("before the standard age", "2026-05-10", "", "2026-07-08", "pcv", "not_yet"),
    ("from the first standard day", "2026-05-10", "", "2026-07-09", "pcv", "due"),
    ("to the last", "2026-05-10", "", "2026-12-09", "pcv", "due"),
    ("and then", "2026-05-10", "", "2026-12-10", "pcv", "overdue"),
    ("on the last legal day", "2025-05-10", "", "2026-05-09", "bcg", "overdue"),
    ("beyond it", "2025-05-10", "", "2026-05-10", "bcg", "aged_out"),
    ("both rotavirus vaccines are offered", "2026-05-10", "", "2026-07-10", "rota-rv1", "due"),
    ("the other one too", "2026-05-10", "", "2026-07-10", "rota-rv5", "due"),
    ("until one is begun", "2026-05-10", "rv5:2026-07-10", "2026-07-11", "rota-rv1", "closed"),
    ("which goes on", "2026-05-10", "rv5:2026-07-10", "2026-07-11", "rota-rv5", "not_yet"),
    ("and is complete", "2026-05-10", "rv1:2026-07-10 rv1:2026-08-10", "2026-08-11", "rota-rv1", "complete"),
    ("the other one stays closed", "2026-05-10", "rv1:2026-07-10 rv1:2026-08-10", "2026-08-11", "rota-rv5", "closed"),
    ("an extra dose reopens nothing", "2024-06-01", "bcg:2024-11-01 bcg:2025-01-01", TODAY, "bcg", "complete"),
    ("a doubtful dose asks", "2026-05-10", "rv1:2026-06-20", TODAY, "rota-rv1", "needs_review"),
    ("also when it filled the last place", "2024-06-01", "bcg:2025-06-10", TODAY, "bcg", "needs_review"),
    (
        "a dose before the programme fills its place",
        "2024-01-05",
        "dpt_ipv_hib:2024-03-20",
        TODAY,
        "dpt-ipv-hib",
        "overdue",
    ),
    ("a boy and HPV", "2012-05-01", "", TODAY, "hpv4", "closed"),
    ("born before the cohort", "2020-07-31", "", "2020-10-10", "rota-rv1", "closed"),
    ("before the programme began", "2016-05-01", "", "2016-09-30", "hepb", "closed"),
    ("the day on which it began", "2016-05-01", "", "2016-10-01", "hepb", "due"),
    ("4 in 1 before 5 in 1", "2023-12-01", "", "2024-03-31", "dpt-ipv", "due"),
    ("with Hib beside it", "2023-12-01", "", "2024-03-31", "hib", "due"),
    ("and 5 in 1 unknown", "2023-12-01", "", "2024-03-31", "dpt-ipv-hib", "closed"),
    ("5 in 1 in their place", "2023-12-01", "", "2024-04-01", "dpt-ipv-hib", "due"),
    ("4 in 1 not begun", "2023-12-01", "", "2024-04-01", "dpt-ipv", "closed"),
    ("Hib not begun", "2023-12-01", "", "2024-04-01", "hib", "closed"),
    ("4 in 1 begun goes on", "2023-12-01", "dpt_ipv:2024-02-10", TODAY, "dpt-ipv", "overdue"),
    ("Hib begun goes on", "2023-12-01", "hib:2024-02-10", "2024-04-10", "hib", "overdue"),
    (
        "until 5 in 1 takes over",
        "2023-12-01",
        "hib:2024-02-10 dpt_ipv:2024-02-10 dpt_ipv_hib:2024-04-10",
        "2024-04-11",
        "hib",
        "closed",
    ),
    (
        "for 4 in 1 too",
        "2023-12-01",
        "hib:2024-02-10 dpt_ipv:2024-02-10 dpt_ipv_hib:2024-04-10",
        "2024-04-11",
        "dpt-ipv",
        "closed",
    ),
    (
        "5 in 1 goes on with the third",
        "2023-12-01",
        "hib:2024-02-10 dpt_ipv:2024-02-10 dpt_ipv_hib:2024-04-10",
        "2024-07-10",
        "dpt-ipv-hib",
        "overdue",
    ),
    ("4 in 1 too old is 4 in 1", "2014-12-01", "dpt_ipv:2015-04-10", TODAY, "dpt-ipv", "aged_out"),
    ("and 5 in 1 is closed", "2014-12-01", "dpt_ipv:2015-04-10", TODAY, "dpt-ipv-hib", "closed"),
    ("4-valent HPV begun in its time", "2012-05-01", "hpv4:2025-06-01", "2026-03-31", "hpv4", "due"),
    ("9-valent not yet in its place", "2012-05-01", "hpv4:2025-06-01", "2026-03-31", "hpv9", "closed"),
    ("goes on with 9-valent after it", "2012-05-01", "hpv4:2025-06-01", "2026-04-01", "hpv9", "due"),
    ("and is closed itself", "2012-05-01", "hpv4:2025-06-01", "2026-04-01", "hpv4", "closed"),
    ("both are offered before 9-valent", "2010-05-01", "", "2022-06-01", "hpv2", "not_yet"),
    ("one of them", "2010-05-01", "", "2022-06-01", "hpv4", "not_yet"),
    ("catch-up for who began at school", "2000-05-01", "hpv4:2014-06-01", "2024-06-01", "hpv-catchup", "due"),
    ("catch-up for who did not", "2000-05-01", "", "2025-03-31", "hpv-catchup", "due"),
    ("no catch-up while the ordinary window is open", "2008-05-01", "", "2025-03-31", "hpv-catchup", "closed"),
    ("but after it", "2008-04-01", "", "2025-03-31", "hpv-catchup", "due"),
    ("catch-up closed for who had not begun", "2000-05-01", "", "2025-04-01", "hpv-catchup", "closed"),
    ("catch-up open for who had", "2000-05-01", "hpv9:2025-03-01", "2025-04-01", "hpv-catchup", "due"),
    ("catch-up over", "2000-05-01", "hpv9:2025-03-01", "2026-04-01", "hpv-catchup", "closed"),
    ("9-valent too late then", "2000-05-01", "hpv9:2025-03-01", "2026-04-01", "hpv9", "aged_out"),
    ("no catch-up for the older", "1996-05-01", "hpv4:2012-06-01", "2024-06-01", "hpv-catchup", "closed"),
    ("who is too old for what was begun", "1996-05-01", "hpv4:2012-06-01", "2024-06-01", "hpv4", "aged_out"),
    ("nothing of the programme yet", "1996-05-01", "hpv4:2012-06-01", "2013-03-31", "hpv4", "closed"),
    ("RSV is not for children", "2026-05-10", "", TODAY, "rsv-maternal", "closed"),
    ("a season before the child is half a year", "2026-10-01", "", "2026-11-23", "influenza-voluntary-u13", "not_yet"),
    (
        "a season is complete",
        "2022-05-01",
        "flu_inact:2026-10-10 flu_inact:2026-11-10",
        TODAY,
        "influenza-voluntary-u13",
        "complete",
    ),
    (
        "and the next begins anew",
        "2022-05-01",
        "flu_inact:2026-10-10 flu_inact:2026-11-10",
        "2027-04-01",
        "influenza-voluntary-u13",
        "not_yet",
    ),
    ("too old for it", "2013-05-01", "", TODAY, "influenza-voluntary-u13", "aged_out"),
    (
        "a nasal dose asks in its season",
        "2022-05-01",
        "flu_laiv:2026-10-10",
        TODAY,
        "influenza-voluntary-u13",
        "needs_review",
    ),
    ("and not in the next", "2022-05-01", "flu_laiv:2025-10-10", TODAY, "influenza-voluntary-u13", "due"),
    ("3 in 1 asks for what is current", "2023-12-01", "dpt:2024-02-10", TODAY, "dpt-ipv-hib", "needs_review"),
    ("not for what is closed", "2023-12-01", "dpt:2024-02-10", TODAY, "dpt-ipv", "closed"),
    ("measles alone asks in its phase", "2020-06-01", "measles_single:2021-07-10", TODAY, "mr-1", "needs_review"),
    ("and not in the other", "2020-06-01", "measles_single:2021-07-10", TODAY, "mr-2", "due"),
    ("it reopens nothing", "2020-06-01", "mr:2021-06-10 measles_single:2021-07-10", TODAY, "mr-1", "complete"),
    ("a month asks", "2026-05-10", "bcg:2026-10", TODAY, "bcg", "needs_review"),
]


def standing(record, day, series):
    return next(one for one in schedule(record, date.fromisoformat(day)).series if one.series == series)


@pytest.mark.parametrize(
    ("birth", "doses", "day", "series", "status"), [row[1:] for row in STATUSES], ids=[row[0] for row in STATUSES]
)
def test_a_series_stands_on_a_day(birth, doses, day, series, status):
    assert standing(child(birth, doses), day, series).status == status


NEXT = [  # birth, doses, day of asking, series: n, earliest, recommended, past due, latest, doses needed
    ("2026-05-10", "", "2026-07-10", "rota-rv1", "1 2026-06-21 2026-07-09 2026-08-23 2026-10-25 2"),
    ("2026-05-10", "", "2026-07-10", "hepb", "1 2026-05-10 2026-07-09 2027-02-10 2027-05-09 3"),
    (
        "2026-01-10",
        "hepb:2026-03-10 hepb:2026-04-10",
        "2026-05-10",
        "hepb",
        "3 2026-07-28 2026-07-28 2026-10-10 2027-01-09 1",
    ),
    (
        "2025-05-10",
        "hepb:2025-11-10 hepb:2026-02-10",
        "2026-02-11",
        "hepb",
        "3 2026-03-30 2026-03-30 2026-03-30 2026-05-09 1",
    ),
    (
        "2026-05-10",
        "dpt_ipv_hib:2026-07-10",
        "2026-07-11",
        "dpt-ipv-hib",
        "2 2026-07-31 2026-07-31 2026-09-06 2033-11-09 3",
    ),
    (
        "2025-01-10",
        "dpt_ipv_hib:2025-03-10 dpt_ipv_hib:2025-04-10 dpt_ipv_hib:2025-05-10",
        TODAY,
        "dpt-ipv-hib",
        "4 2025-11-10 2025-11-10 2026-11-11 2032-07-09 1",
    ),
    # starting late: window and standard of those in time, doses by age
    ("2026-01-05", "", "2026-08-04", "pcv", "1 2026-03-04 2026-03-04 2026-08-05 2031-01-04 4"),
    ("2026-01-05", "", "2026-08-05", "pcv", "1 2026-03-04 2026-03-04 2026-08-05 2031-01-04 3"),
    ("2025-01-05", "", "2026-01-05", "pcv", "1 2025-03-04 2025-03-04 2025-08-05 2030-01-04 2"),
    ("2024-01-05", "", "2026-01-05", "pcv", "1 2024-03-04 2024-03-04 2024-08-05 2029-01-04 1"),
    # age limits of the primary doses
    ("2025-01-05", "pcv20:2025-03-10", "2026-02-01", "pcv", "2 2025-04-07 2025-04-07 2026-01-05 2027-01-04 2"),
    ("2025-01-05", "pcv20:2025-03-10", "2027-01-04", "pcv", "2 2025-04-07 2025-04-07 2026-01-05 2027-01-04 2"),
    ("2025-01-05", "pcv20:2025-03-10", "2027-01-05", "pcv", "4 2026-01-04 2026-01-04 2026-04-05 2030-01-04 1"),
    ("2025-01-05", "pcv20:2025-08-10", "2025-08-11", "pcv", "2 2025-09-07 2025-09-07 2026-01-05 2027-01-04 2"),
    (
        "2025-01-05",
        "pcv20:2025-03-10 pcv20:2025-04-10 pcv20:2025-12-20",
        "2026-01-01",
        "pcv",
        "4 2026-02-19 2026-02-19 2026-04-05 2030-01-04 1",
    ),
    ("2023-01-05", "hib:2023-03-10 hib:2023-12-10", "2023-12-11", "hib", "4 2024-01-07 2024-01-07 None 2028-01-04 1"),
    (
        "2023-01-05",
        "hib:2023-03-10 hib:2023-12-07",
        "2023-12-11",
        "hib",
        "3 2024-01-04 2024-01-04 2024-01-04 2024-01-04 2",
    ),
    ("2023-01-05", "hib:2023-08-10", "2024-02-01", "hib", "3 2024-01-05 2024-01-05 None 2028-01-04 1"),
    (
        "2023-01-05",
        "hib:2023-03-10 hib:2023-04-10 hib:2023-05-10",
        "2023-06-01",
        "hib",
        "4 2023-12-10 2023-12-10 2024-06-11 2028-01-04 1",
    ),
    # intervals that are about so long
    ("2022-05-01", "je:2025-05-10", "2025-05-11", "je-1", "2 2025-05-17 2025-05-17 2025-06-09 2029-10-31 2"),
    (
        "2022-05-01",
        "je:2025-05-10 je:2025-06-10",
        "2025-06-11",
        "je-1",
        "3 2025-12-10 2026-06-10 2027-05-01 2029-10-31 1",
    ),
    ("2012-05-01", "hpv9:2025-06-01", "2025-06-02", "hpv9", "2 2025-11-01 2025-12-01 None 2029-03-31 1"),
    (
        "2012-05-01",
        "hpv9:2025-06-01 hpv9:2025-07-01",
        "2025-07-02",
        "hpv9",
        "3 2025-10-01 2025-12-01 None 2029-03-31 1",
    ),
    (
        "2010-05-01",
        "hpv2:2023-06-01 hpv2:2023-07-01",
        "2023-07-02",
        "hpv2",
        "3 2023-11-01 2023-12-01 None 2027-03-31 1",
    ),
    (
        "2010-05-01",
        "hpv2:2023-06-01 hpv2:2023-09-01",
        "2023-09-02",
        "hpv2",
        "3 2023-11-16 2023-12-01 None 2027-03-31 1",
    ),
    # across series
    (
        "2006-05-01",
        "je:2020-01-10 je:2020-01-17 je:2020-01-24",
        "2020-01-25",
        "je-2",
        "1 2020-01-31 2020-01-31 2020-01-31 2026-04-30 1",
    ),
    (
        "2025-03-10",
        "bcg:2025-08-10 mr:2026-03-15",
        "2026-03-16",
        "mumps-voluntary",
        "1 2026-04-12 2026-04-12 2027-03-10 None 2",
    ),
    ("2025-03-10", "mumps:2026-03-15", "2026-04-20", "mumps-voluntary", "2 2026-03-16 2030-04-01 2031-04-01 None 1"),
    (
        "2022-05-01",
        "flu_inact:2026-10-10",
        "2026-10-11",
        "influenza-voluntary-u13",
        "2 2026-10-11 2026-10-24 2026-11-08 2027-03-31 1",
    ),
    ("2022-05-01", "", "2026-07-01", "influenza-voluntary-u13", "1 2026-10-01 2026-10-01 None 2027-03-31 2"),
    ("2026-10-02", "", "2026-11-01", "influenza-voluntary-u13", "1 2027-10-01 2027-10-01 None 2028-03-31 2"),
    # windows beyond the ordinary one
    ("2022-10-01", "", "2024-09-30", "mr-1", "1 2023-09-30 2023-09-30 2024-09-30 2024-09-30 1"),
    ("2022-10-01", "", "2025-04-01", "mr-1", "1 2025-04-01 2025-04-01 2025-04-01 2027-03-31 1"),
    ("2007-04-01", "je:2012-05-10", TODAY, "je-1", "2 2014-10-01 2014-10-01 2014-10-01 2027-03-31 2"),
    ("2007-04-01", "je:2012-05-10 je:2026-11-20", TODAY, "je-1", "3 2026-11-27 2027-03-31 2027-03-31 2027-03-31 1"),
]


@pytest.mark.parametrize(("birth", "doses", "day", "series", "answer"), NEXT, ids=lambda value: value or "none")
def test_a_next_dose_has_its_dates(birth, doses, day, series, answer):
    found = standing(child(birth, doses), day, series)
    coming = found.next

    said = (coming.n, coming.earliest, coming.recommended, coming.past_due, coming.latest, found.doses_needed)
    assert " ".join(map(str, said)) == answer


@pytest.mark.parametrize(
    ("birth", "doses", "series", "products"),
    [
        ("2026-05-10", "", "pcv", {"PCV15", "PCV20"}),
        ("2026-05-10", "pcv15:2026-07-10", "pcv", {"PCV15"}),
        ("2024-06-10", "pcv13:2024-08-12", "pcv", {"PCV15", "PCV20"}),
        ("2023-12-01", "dpt_ipv:2024-02-10", "dpt-ipv", {"DPT_IPV_HIB"}),
        ("2012-05-01", "hpv4:2025-06-01", "hpv9", {"HPV9"}),
    ],
)
def test_a_next_dose_names_what_may_be_given(birth, doses, series, products):
    assert {product.name for product in standing(child(birth, doses), TODAY, series).next.products} == products


def test_4_in_1_is_offered_as_long_as_it_is_sold():
    begun = child("2023-12-01", "dpt_ipv:2024-02-10")

    assert standing(begun, "2025-07-31", "dpt-ipv").next.products == (Vaccine.DPT_IPV,)
    assert standing(begun, "2025-08-01", "dpt-ipv").next.products == (Vaccine.DPT_IPV_HIB,)


@pytest.mark.parametrize("day", ["2025-02-28", "2025-03-01"])
def test_a_disease_counts_from_the_day_on_which_it_is_known(day):
    had = child("2024-01-10", illnesses=(Illness(Antigen.VARICELLA, date(2025, 3, 1)),))

    assert (standing(had, day, "varicella").status is SeriesStatus.IMMUNE_EXCLUDED) == (day == "2025-03-01")


def test_a_complete_series_stays_complete_after_the_disease():
    had = child("2024-01-10", "bcg:2024-06-10", illnesses=(Illness(Antigen.TUBERCULOSIS, date(2025, 3, 1)),))

    assert standing(had, TODAY, "bcg").status is SeriesStatus.COMPLETE


@pytest.mark.parametrize("condition", Condition)
def test_a_condition_asks_the_doctor_for_the_series_that_it_concerns(condition):
    found = schedule(child("2026-05-10", conditions=frozenset({condition})), date(2026, 7, 10)).series
    asked = {one.series for one in found if one.status is SeriesStatus.ASK_PHYSICIAN}

    assert asked == ({"hepb"} if condition is Condition.MOTHER_HBS_ANTIGEN_POSITIVE else {"rota-rv1", "rota-rv5"})


@pytest.mark.parametrize(
    ("birth", "day", "status"), [("2026-05-10", "2026-12-20", "aged_out"), ("2020-07-31", "2020-10-10", "closed")]
)
def test_a_condition_asks_nobody_where_no_dose_would_be_given(birth, day, status):
    found = child(birth, conditions=frozenset({Condition.INTUSSUSCEPTION}))

    assert standing(found, day, "rota-rv1").status == status


def test_a_long_illness_opens_a_series_again_with_its_own_last_day():
    ill = child("2022-05-01", recovered_on=date(2026, 6, 1))

    assert standing(ill, "2026-05-31", "varicella").status is SeriesStatus.AGED_OUT
    assert standing(ill, "2026-06-01", "varicella").next.latest == date(2028, 5, 31)
    assert standing(ill, "2026-06-01", "varicella").next.legal_status == "routine_by_exception"


def test_a_pregnant_woman_has_one_series():
    found = schedule(for_pregnancy(date(2026, 12, 3)), date(2026, 9, 9)).series

    assert [one.series for one in found if one.status is not SeriesStatus.CLOSED] == ["rsv-maternal"]


@pytest.mark.parametrize("gone", ["died_on", "moved_out_on"])
@pytest.mark.parametrize(("day", "is_closed"), [(date(2026, 11, 23), True), (date(2026, 11, 24), False)])
def test_from_the_day_of_a_death_or_a_move_everything_is_closed(gone, day, is_closed):
    found = schedule(replace(child("2026-05-10"), **{gone: day}), date.fromisoformat(TODAY))

    assert ({one.status for one in found.series} == {SeriesStatus.CLOSED}) == is_closed
    assert (notices(found) == ()) == is_closed


def test_notices_name_routine_doses_that_are_due_or_overdue():
    found = schedule(child("2026-05-10", "dpt_ipv_hib:2026-07-10 bcg:2026-10-10"), date.fromisoformat(TODAY))

    assert {one.series for one in notices(found)} == {"hepb", "dpt-ipv-hib", "pcv"}
    assert "influenza-voluntary-u13" in {one.series for one in found.series if one.status is SeriesStatus.DUE}


@pytest.mark.parametrize(("day", "is_advised"), [("2026-08-22", True), ("2026-08-23", False)])
def test_nobody_is_reminded_of_a_first_dose_that_is_no_longer_advised(day, is_advised):
    found = schedule(child("2026-05-10"), date.fromisoformat(day))

    rota = {one.series: one.next.cautions for one in found.series if one.series.startswith("rota")}
    assert rota == dict.fromkeys(("rota-rv1", "rota-rv5"), () if is_advised else ("late_first_dose",))
    assert ("rota-rv1" in {one.series for one in notices(found)}) == is_advised


def test_of_injected_live_vaccines_that_are_due_both_ways_are_shown():
    toddler = child("2025-03-10", "bcg:2025-08-10")

    assert schedule(toddler, date(2026, 3, 9)).live_choice == ("mr-1", "varicella", "mumps-voluntary")
    assert schedule(toddler, date(2026, 3, 8)).live_choice == ()
    assert schedule(child("2025-03-10", "bcg:2025-08-10 mr:2026-03-09"), date(2026, 3, 10)).live_choice == ()


# What the notes of the cases say beside their columns.


def case(name):
    told = cases()[name]
    doses = " ".join(f"{one['product']}:{one['given_on']}" for one in told.get("doses", ()))
    return (
        child(told["birth"].isoformat(), doses),
        (told.get("as_of") or date(2026, 11, 23)).isoformat(),
        told["series"],
    )


def test_eval_03_the_same_day_is_also_inside_mr_1():
    record, _, _ = case("EVAL-03")

    found = schedule(replace(record, doses=(*record.doses, dose("mr:2026-03-09"))), date(2026, 3, 9))

    assert [one.legal_status for one in found.doses] == ["routine", "routine"]


def test_eval_08_oral_live_does_not_conflict_with_injected_live():
    record, day, _ = case("EVAL-08")

    assert [one.legal_status for one in schedule(record, date.fromisoformat(day)).doses] == ["routine", "routine"]


def test_fcst_07_seven_months_themselves_are_still_the_four_dose_variant():
    record, _, series = case("FCST-07")

    assert standing(record, "2026-08-04", series).variant == "start-2-7m"


@pytest.mark.parametrize("name", ["FCST-08", "FCST-09"])
def test_fcst_08_and_09_go_on_with_the_booster_under_its_own_number(name):
    assert standing(*case(name)).next.n == 4


def test_fcst_15_between_two_seasons_nothing_is_overdue():
    found = standing(*case("FCST-15"))

    assert (found.status, found.next.earliest) == (SeriesStatus.NOT_YET, date(2026, 10, 1))


def test_fcst_17_the_new_city_answers_with_the_doses_that_it_was_sent():
    moved = child("2026-05-10", "hepb:2026-07-10", moved_out_on=date(2026, 8, 1))
    there = replace(moved, moved_out_on=None)

    assert standing(there, "2026-09-01", "hepb").next.n == 2


def test_a_girl_and_a_boy_differ_in_hpv_alone():
    girl, boy = (schedule(child("2012-05-01", sex=sex), date(2026, 11, 23)).series for sex in (Sex.FEMALE, Sex.MALE))

    assert {one.series for one, other in zip(girl, boy, strict=True) if one != other} == {"hpv9"}
