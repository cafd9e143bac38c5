"""Verdicts on doses, one rule a row: what the dose is before the law, whether it counts, and why."""

import pytest

from tests.rules.children import child, last_of, said

ROWS = [  # promise, birth, doses of which the last is asked about, its answer
    # age: n-1, n, n+1
    ("rota opens at 6 weeks 0 days", "2026-05-10", "rv1:2026-06-21", "routine counted ok"),
    ("and not a day before", "2026-05-10", "rv1:2026-06-20", "not_routine needs_review too_young"),
    ("rota closes at 24 weeks 0 days", "2026-05-10", "rv1:2026-07-01 rv1:2026-10-25", "routine counted ok"),
    ("and is over the day after", "2026-05-10", "rv1:2026-07-01 rv1:2026-10-26", "not_routine needs_review too_old"),
    ("a first rota dose at 14 weeks 6 days is in time", "2026-05-10", "rv1:2026-08-22", "routine counted ok"),
    ("a day later it is late", "2026-05-10", "rv1:2026-08-23", "routine counted ok late_first_dose"),
    ("hepatitis B can be given at birth", "2026-05-10", "hepb:2026-05-10", "routine counted ok"),
    (
        "hepatitis B ends on the eve of the birthday",
        "2025-05-10",
        "hepb:2026-05-10",
        "not_routine needs_review too_old",
    ),
    # intervals
    ("27 full days", "2026-05-10", "rv1:2026-06-21 rv1:2026-07-19", "routine counted ok"),
    ("are not 26", "2026-05-10", "rv1:2026-06-21 rv1:2026-07-18", "not_routine needs_review too_soon"),
    (
        "the third hepatitis B counts from the first",
        "2026-01-10",
        "hepb:2026-03-10 hepb:2026-07-01 hepb:2026-07-28",
        "routine counted ok",
    ),
    (
        "and is too soon by a day",
        "2026-01-10",
        "hepb:2026-03-10 hepb:2026-04-10 hepb:2026-07-27",
        "not_routine needs_review too_soon",
    ),
    (
        "an interval counts from a doubtful dose too",
        "2026-05-10",
        "rv1:2026-06-20 rv1:2026-07-01",
        "not_routine needs_review too_soon",
    ),
    ("three months for varicella", "2024-01-10", "varicella:2025-01-20 varicella:2025-04-20", "routine counted ok"),
    (
        "and not a day less",
        "2024-01-10",
        "varicella:2025-01-20 varicella:2025-04-19",
        "not_routine needs_review too_soon",
    ),
    (
        "a long gap never restarts a series",
        "2024-05-01",
        "dpt_ipv_hib:2024-07-01 dpt_ipv_hib:2026-09-01",
        "routine counted ok",
    ),
    # Hib: the doctor's interval, the age limit, the booster
    ("Hib after 27 full days", "2023-01-05", "hib:2023-03-10 hib:2023-04-07", "routine counted ok"),
    ("Hib after 26 is the doctor's", "2023-01-05", "hib:2023-03-10 hib:2023-04-06", "unknown needs_review too_soon"),
    ("Hib after 20 is the doctor's", "2023-01-05", "hib:2023-03-10 hib:2023-03-31", "unknown needs_review too_soon"),
    ("Hib after 19 is too soon", "2023-01-05", "hib:2023-03-10 hib:2023-03-30", "not_routine needs_review too_soon"),
    (
        "too soon after another vaccine is not the doctor's",
        "2019-01-05",
        "hib:2019-03-10 pcv13:2019-04-05 hib:2019-04-10",
        "not_routine needs_review too_soon",
    ),
    (
        "a Hib dose after 12 months is the booster",
        "2023-01-05",
        "hib:2023-03-10 hib:2023-12-20 hib:2024-01-17",
        "routine counted ok",
    ),
    (
        "28 days after the last",
        "2023-01-05",
        "hib:2023-03-10 hib:2023-12-20 hib:2024-01-10",
        "unknown needs_review too_soon",
    ),
    (
        "a Hib booster after a full start waits 7 months",
        "2023-01-05",
        "hib:2023-03-10 hib:2023-04-10 hib:2023-05-10 hib:2023-12-09",
        "not_routine needs_review too_soon",
    ),
    (
        "Hib from 7 months is two and a booster",
        "2023-01-05",
        "hib:2023-08-05 hib:2023-09-05 hib:2024-04-05",
        "routine counted ok",
    ),
    (
        "Hib from 12 months is one dose",
        "2023-01-05",
        "hib:2024-01-05 hib:2024-06-05",
        "not_routine not_counted extra_dose",
    ),
    # pneumococcus
    (
        "a booster before 12 months is too young",
        "2025-01-05",
        "pcv20:2025-03-10 pcv20:2025-04-10 pcv20:2025-05-10 pcv20:2026-01-03",
        "not_routine needs_review too_young",
    ),
    (
        "a booster on the day of 12 months",
        "2025-01-05",
        "pcv20:2025-03-10 pcv20:2025-04-10 pcv20:2025-05-10 pcv20:2026-01-04",
        "routine counted ok",
    ),
    ("13 may be followed by 20", "2024-05-01", "pcv13:2024-07-10 pcv20:2024-10-10", "routine counted ok"),
    ("13 may be followed by 15", "2024-05-01", "pcv13:2024-07-10 pcv15:2024-10-10", "routine counted ok"),
    (
        "20 by 15 is not foreseen",
        "2024-10-01",
        "pcv20:2024-12-10 pcv15:2025-02-10",
        "unknown needs_review wrong_product",
    ),
    (
        "13 after its time is both",
        "2024-05-01",
        "pcv15:2024-07-10 pcv13:2024-10-10",
        "not_routine needs_review product_not_in_programme_on_date wrong_product",
    ),
    (
        "a third dose after 24 months is the booster",
        "2024-01-05",
        "pcv15:2024-03-10 pcv15:2024-04-10 pcv15:2026-01-05",
        "routine counted ok",
    ),
    # all failing reasons, in the order of the rules
    (
        "too young and too soon",
        "2026-05-10",
        "rv1:2026-06-10 rv1:2026-06-20",
        "not_routine needs_review too_young too_soon",
    ),
    (
        "too old, in conflict",
        "2025-05-10",
        "mr:2026-05-09 bcg:2026-05-10",
        "not_routine needs_review too_old live_conflict",
    ),
    # the programme on the day
    (
        "before the product entered it counts",
        "2024-01-05",
        "dpt_ipv_hib:2024-03-20",
        "not_routine counted product_not_in_programme_on_date",
    ),
    ("rota before the programme was routine", "2020-08-01", "rv1:2020-09-25", "routine counted ok"),
    ("born too early for rota", "2020-07-31", "rv1:2020-10-05", "not_routine needs_review not_in_target"),
    (
        "hepatitis B before the programme and the cohort",
        "2016-03-31",
        "hepb:2016-06-01",
        "not_routine needs_review product_not_in_programme_on_date not_in_target",
    ),
    ("BCG until 6 months before 2013", "2012-01-05", "bcg:2012-07-04", "routine counted ok"),
    ("and not in the seventh", "2012-01-05", "bcg:2012-07-05", "not_routine needs_review too_old"),
    ("4 in 1 from 3 months until 2023", "2022-12-20", "dpt_ipv:2023-03-19", "routine counted ok"),
    ("from 2 months since", "2023-02-20", "dpt_ipv:2023-04-19", "routine counted ok"),
    (
        "more than 56 days were too late until 2014",
        "2013-01-05",
        "dpt_ipv:2013-04-10 dpt_ipv:2013-06-07",
        "not_routine counted too_late",
    ),
    ("56 days were in time", "2013-01-05", "dpt_ipv:2013-04-10 dpt_ipv:2013-06-06", "routine counted ok"),
    ("the limit fell on 2014-04-01", "2013-11-05", "dpt_ipv:2014-02-10 dpt_ipv:2014-04-20", "routine counted ok"),
    # other vaccines
    ("28 days between injected live", "2025-01-10", "mr:2026-02-01 varicella:2026-03-01", "routine counted ok"),
    ("oral live keeps no distance", "2026-05-10", "bcg:2026-07-10 rv1:2026-07-12", "routine counted ok"),
    (
        "until 2020 oral live did",
        "2020-08-01",
        "rv1:2020-09-15 hepb:2020-09-20",
        "not_routine needs_review live_conflict",
    ),
    (
        "until 2020 a week after inactivated",
        "2020-03-01",
        "hib:2020-05-10 pcv13:2020-05-16",
        "not_routine needs_review too_soon",
    ),
    ("the same weekday was in time", "2020-03-01", "hib:2020-05-10 pcv13:2020-05-17", "routine counted ok"),
    ("the same day was allowed", "2020-03-01", "hib:2020-05-10 pcv13:2020-05-10", "routine counted ok"),
    ("nothing is known of a month", "2025-01-10", "mr:2026-02 varicella:2026-02-20", "routine counted ok"),
    # phases
    ("between the windows to the first phase", "2020-06-01", "mr:2022-06-10", "not_routine needs_review too_old"),
    (
        "extra there when that is complete",
        "2020-06-01",
        "mr:2021-07-01 mr:2022-07-01",
        "not_routine not_counted extra_dose",
    ),
    ("the second in the year before school", "2020-06-01", "mr:2026-04-01", "routine counted ok"),
    ("after both it is too old", "2018-06-01", "mr:2021-07-01 mr:2028-06-01", "not_routine needs_review too_old"),
    ("before both it is too young", "2025-12-01", "je:2026-05-30", "not_routine needs_review too_young"),
    ("the second phase asks for no first", "2014-06-01", "je:2023-07-01", "routine counted ok"),
    (
        "the second phase a week after the first",
        "2007-05-01",
        "je:2017-01-10 je:2017-02-10 je:2017-08-10 je:2017-08-16",
        "not_routine needs_review too_soon",
    ),
    (
        "a special cohort goes on until 20",
        "2006-05-01",
        "je:2020-01-10 je:2020-01-17 je:2020-01-24 je:2020-01-31",
        "routine_by_exception counted ok",
    ),
    (
        "another cohort had missing first doses later",
        "2008-05-01",
        "je:2018-01-10",
        "routine_by_exception counted ok",
    ),
    ("MR in the year of the shortage", "2022-10-01", "mr:2025-04-01", "routine_by_exception counted ok"),
    ("and not before it opened", "2022-10-01", "mr:2025-03-31", "not_routine needs_review too_old"),
    ("MR 2 in the year of the shortage", "2018-10-01", "mr:2027-03-31", "routine_by_exception counted ok"),
    # alternatives
    ("5-valent after 1-valent", "2026-05-10", "rv1:2026-07-10 rv5:2026-08-10", "unknown needs_review wrong_product"),
    (
        "5 in 1 after an even start",
        "2024-01-05",
        "dpt_ipv:2024-03-10 hib:2024-03-10 dpt_ipv_hib:2024-04-10",
        "routine counted ok",
    ),
    (
        "5 in 1 after an uneven start",
        "2024-01-05",
        "dpt_ipv:2024-03-10 dpt_ipv_hib:2024-04-10",
        "unknown needs_review wrong_product",
    ),
    (
        "5 in 1 after the end of the sale",
        "2024-01-05",
        "dpt_ipv:2024-03-10 dpt_ipv_hib:2025-08-01",
        "routine counted ok",
    ),
    (
        "no way back from 5 in 1",
        "2024-05-05",
        "dpt_ipv_hib:2024-07-10 dpt_ipv:2024-08-10",
        "unknown needs_review wrong_product",
    ),
    ("Hib beside 5 in 1", "2024-05-05", "dpt_ipv_hib:2024-07-10 hib:2024-08-10", "unknown needs_review wrong_product"),
    # HPV
    ("a second dose after 5 months", "2012-05-01", "hpv9:2025-06-01 hpv9:2025-11-01", "routine counted ok"),
    (
        "a second dose after 1 month leads to a third",
        "2012-05-01",
        "hpv9:2025-06-01 hpv9:2025-07-01",
        "routine counted ok third_dose_needed",
    ),
    (
        "before that it is too soon",
        "2012-05-01",
        "hpv9:2025-06-01 hpv9:2025-06-30",
        "not_routine needs_review too_soon third_dose_needed",
    ),
    ("9 after 4 is foreseen", "2010-05-01", "hpv4:2023-06-01 hpv9:2023-07-01", "routine counted ok"),
    ("4 after 2 is not", "2010-05-01", "hpv2:2023-06-01 hpv4:2023-07-01", "unknown needs_review wrong_product"),
    (
        "4 after its time",
        "2012-05-01",
        "hpv4:2026-04-01",
        "not_routine needs_review product_not_in_programme_on_date",
    ),
    (
        "the third of the 2-valent waits 2 and a half months",
        "2008-05-01",
        "hpv2:2021-06-01 hpv2:2021-09-01 hpv2:2021-11-15",
        "not_routine needs_review too_soon",
    ),
    ("catch-up", "2000-05-01", "hpv9:2024-06-01", "routine_by_exception counted ok"),
    ("catch-up of what was begun", "2000-05-01", "hpv4:2014-06-01 hpv9:2024-06-01", "routine_by_exception counted ok"),
    ("catch-up goes on", "2000-05-01", "hpv9:2025-03-31 hpv9:2025-06-01", "routine_by_exception counted ok"),
    (
        "catch-up not begun in time",
        "2000-05-01",
        "hpv9:2025-06-01",
        "not_routine needs_review not_in_target series_not_started_in_time",
    ),
    ("too old for HPV without catch-up", "1997-04-01", "hpv9:2024-06-01", "not_routine needs_review too_old"),
    # voluntary
    ("mumps is voluntary and counts", "2024-05-01", "mumps:2025-06-01", "not_routine counted ok"),
    (
        "influenza counts by the season",
        "2022-05-01",
        "flu_inact:2025-10-10 flu_inact:2026-10-10",
        "not_routine counted ok",
    ),
    (
        "a third in one season is extra",
        "2022-05-01",
        "flu_inact:2026-10-10 flu_inact:2026-11-10 flu_inact:2027-01-10",
        "not_routine not_counted extra_dose",
    ),
    ("out of season it is said", "2022-05-01", "flu_inact:2026-09-20", "not_routine counted ok out_of_season"),
    # products without a series of their own
    ("nasal influenza", "2022-05-01", "flu_laiv:2026-10-10", "unknown needs_review wrong_product"),
    ("3 in 1", "2010-05-01", "dpt:2010-09-10", "unknown needs_review wrong_product"),
    (
        "polio alone after 4 in 1",
        "2013-05-01",
        "dpt_ipv:2013-09-10 ipv:2013-11-10",
        "unknown needs_review wrong_product",
    ),
    ("7-valent", "2013-05-01", "pcv7:2013-09-10", "unknown needs_review wrong_product"),
    ("measles alone", "2020-06-01", "measles_single:2021-07-10", "unknown needs_review wrong_product"),
    # records
    ("a month", "2026-01-10", "hepb:2026-03", "unknown needs_review incomplete_date"),
    ("a year", "2026-01-10", "mr:2026", "unknown needs_review incomplete_date"),
    ("before birth", "2026-01-10", "hepb:2026-01-09", "unknown needs_review recorded_before_birth"),
    (
        "a month before birth",
        "2026-01-10",
        "hepb:2025-12",
        "unknown needs_review incomplete_date recorded_before_birth",
    ),
    ("a vaccine for pregnant women", "2026-05-10", "rsv_maternal:2026-11-23", "not_routine needs_review not_in_target"),
]


@pytest.mark.parametrize(("birth", "doses", "answer"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_dose_is_judged_by_the_rules_of_its_day(birth, doses, answer):
    assert said(last_of(child(birth, doses))) == answer


@pytest.mark.parametrize(
    ("birth", "doses", "first", "last"),
    [
        ("2026-05-10", "rv1:2026-07-10", "2026-06-21", "2026-10-25"),
        ("2026-05-10", "rv1:2026-07-10 rv1:2026-07-11", "2026-08-07", "2026-10-25"),
        ("2026-05-10", "rv1:2026-07-10 rv1:2026-07", "2026-06-21", "2026-10-25"),
        ("2026-05-10", "bcg:0001-01-01", "2026-05-10", "2026-11-09"),
        ("2026-05-10", "flu_inact:0001-01-01", "2026-11-09", "2039-05-09"),
        ("2026-05-10", "bcg:2026-10-10 bcg:2026-10-11", "None", "None"),
        ("2023-01-05", "hib:2023-03-10 hib:2023-04-07", "2023-04-07", "2024-01-04"),
        ("2025-01-10", "mr:2026-02-01 varicella:2026-02-20", "2026-03-01", "2028-01-09"),
        ("2024-09-01", "varicella:2025-08-31 bcg:2025-09-01", "None", "None"),
        ("2024-05-01", "mumps:2025-06-01", "2025-04-30", "None"),
        ("2022-10-01", "mr:2025-03-31", "2023-09-30", "2024-09-30"),
        ("2022-10-01", "mr:2025-04-02", "2025-04-01", "2027-03-31"),
        ("2022-10-01", "mr:2027-04-02", "2025-04-01", "2027-03-31"),
    ],
)
def test_a_verdict_says_which_days_were_allowed(birth, doses, first, last):
    verdict = last_of(child(birth, doses))

    assert (str(verdict.allowed_first_day), str(verdict.allowed_last_day)) == (first, last)


@pytest.mark.parametrize(
    ("doses", "rule"),
    [
        ("dpt_ipv:2023-03-31", "dpt-ipv-from-3m"),
        ("dpt_ipv:2023-04-01", "dpt-ipv-from-2m"),
        ("dpt_ipv:2014-03-31", "dpt-ipv-to-56-days"),
        ("dpt_ipv:2012-10-31", "dpt-ipv-to-56-days"),
        ("hpv4:2026-04-01", "hpv4"),
    ],
)
def test_the_version_is_that_of_the_day_of_the_dose(doses, rule):
    assert last_of(child("2012-05-01", doses)).rule == rule
