"""`tsumugi schedule`: a table for parents, the same as JSON, and one sentence for what cannot be."""

import json
from datetime import date

import pytest

from resolvers.context import today
from rules.immunisation.tables import RULES_VERSION, SERIES
from tsumugi.cli import main
from tsumugi.clock import real_now

CHILD = ("--birth", "2026-05-10", "--sex", "female", "--as-of", "2026-11-23")


@pytest.fixture
def schedule(capsys):
    """`schedule(*arguments)`: exit code, output, error stream."""

    def command(*arguments):
        status = main(["schedule", *arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


@pytest.fixture
def answer(schedule):
    """`answer(*arguments)`: what the JSON holds."""
    return lambda *arguments: json.loads(schedule(*arguments, "--format", "json")[1])


def test_a_parent_reads_what_is_overdue_first(schedule):
    status, out, err = schedule(*CHILD, "--given", "rv1:2026-07-15,dpt_ipv_hib:2026-07-15")

    assert (status, err) == (0, "")
    assert out.startswith("Born 2026-05-10, 0 years 6 months old on 2026-11-23\n")
    lines = out.splitlines()
    statuses = [line.split("  ")[0] for line in lines[lines.index(next(filter(is_heading, lines))) + 1 :]]
    assert statuses[:3] == ["overdue", "due", "due"]
    assert "2026-07-15  1     rv1             routine, counted\n" in out
    assert "Diphtheria, pertussis, tetanus, polio, Hib (5 in 1) (5種混合)" in out


def is_heading(line):
    return line.startswith("STATUS")


def test_the_table_says_what_a_dose_lacked_and_when_it_was_allowed(schedule):
    out = schedule(*CHILD, "--given", "rv1:2026-06-20", "--given", "bcg:2026-10")[1]

    assert "not routine, needs review, too young (allowed from 2026-06-21 to 2026-10-25)" in out
    assert "2026-10     1     bcg             unknown, needs review, incomplete date" in out


def test_the_table_is_no_advice_and_says_by_which_rules_it_speaks(schedule):
    last = schedule(*CHILD)[1].splitlines()[-1]

    assert RULES_VERSION in last
    assert "no medical advice" in last


def test_a_first_dose_that_is_no_longer_advised_is_a_question_for_the_doctor(schedule):
    assert "Rotavirus, 5-valent (ロタウイルス（5価）); late first dose: ask the doctor\n" in schedule(*CHILD)[1]


def test_both_ways_for_live_vaccines_are_shown(schedule):
    out = schedule("--birth", "2025-03-10", "--sex", "male", "--as-of", "2026-03-10")[1]

    assert "\nMeasles and rubella, first; Varicella (chickenpox); Mumps: on the same day, or 28 days apart.\n" in out


def test_a_dose_without_an_end_is_allowed_from_its_first_day(schedule):
    out = schedule(*CHILD, "--given", "mumps:2026-11-01")[1]

    assert "not routine, needs review, too young (allowed from 2027-05-09)" in out


def test_json_holds_doses_and_series_in_the_words_of_the_rules(answer):
    found = answer(*CHILD, "--given", "rv1:2026-07-15, hepb:2026-07,pcv20:2026-07-15")

    assert [(dose["product"], dose["given_on"], dose["legal_status"], dose["counts"]) for dose in found["doses"]] == [
        ("hepb", "2026-07", "unknown", "needs_review"),
        ("rv1", "2026-07-15", "routine", "counted"),
        ("pcv20", "2026-07-15", "routine", "counted"),
    ]
    assert (found["doses"][0]["reasons"], found["doses"][1]["warnings"]) == (["incomplete_date"], [])
    assert {one["id"] for one in found["series"]} == set(SERIES)
    pcv = next(one for one in found["series"] if one["id"] == "pcv")
    assert (pcv["status"], pcv["next"]["n"], pcv["next"]["products"]) == ("due", 2, ["pcv20"])
    dates = {"earliest": "2026-08-12", "recommended": "2026-08-12", "past_due": "2027-05-10", "latest": "2028-05-09"}
    assert {name: pcv["next"][name] for name in dates} == dates


def test_json_says_version_sources_and_both_ages(answer):
    found = answer("--birth", "2026-05-10", "--sex", "unknown", "--as-of", "2026-11-09")

    assert (found["rules_version"], found["as_of"]) == (RULES_VERSION, "2026-11-09")
    assert (found["age_months"], found["legal_age_months"]) == (5, 6)
    assert all(one["sources"] for one in found["series"] if one["rule"])


def test_without_a_day_it_is_today_in_japan(answer):
    found = answer("--birth", "2026-05-10", "--sex", "female")

    assert found["as_of"] == today(real_now()).isoformat()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((*CHILD, "--given", "rv1"), "'rv1' is no dose: write PRODUCT:DATE, for example rv1:2026-07-15."),
        ((*CHILD, "--given", "rv9:2026-07-15"), "'rv9:2026-07-15' names no product; there are: rv1, rv5, hepb, "),
        ((*CHILD, "--given", "rv1:soon"), "'rv1:soon' has no date: write 2026-07-15, or 2026-07 or 2026 if "),
        ((*CHILD, "--given", "rv1:2026-02-30"), "'rv1:2026-02-30' has no date"),
        ((*CHILD, "--given", "rv1:2026-05-09"), "'rv1:2026-05-09' is before the day of birth, 2026-05-10."),
        ((*CHILD, "--given", "rv1:2026-11-24"), "'rv1:2026-11-24' is after the day asked about, 2026-11-23."),
        ((*CHILD, "--format", "xml"), "FORMAT must be table or json."),
        (("--birth", "2026-05-10", "--sex", "girl"), "SEX must be one of female, male, unknown."),
        (
            ("--birth", "2026-05", "--sex", "male"),
            "The day of birth must be a date like 2026-05-10, from 1900 to 2199.",
        ),
        (("--birth", "1899-12-31", "--sex", "male"), "The day of birth must be a date"),
        ((*CHILD[:-1], "2200-01-01"), "The day asked about must be a date"),
        ((*CHILD[:-1], "2026-05-09"), "The day of birth, 2026-05-10, is after the day asked about, 2026-05-09."),
    ],
)
def test_what_cannot_be_is_one_sentence(schedule, arguments, sentence):
    status, out, err = schedule(*arguments)

    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(sentence)


@pytest.mark.parametrize("birth", ["1900-01-01", "1926-12-25", "2000-02-29", "2199-12-31"])
def test_every_age_has_a_schedule(answer, birth):
    found = answer("--birth", birth, "--sex", "female", "--as-of", "2199-12-31", "--given", f"je:{birth}")

    assert len(found["series"]) == len(SERIES)
    assert date.fromisoformat(found["birth"]).isoformat() == birth
