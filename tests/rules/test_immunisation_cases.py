"""The 51 cases of the research, each by its id: ages, intervals, verdicts, forecasts, notices."""

from datetime import date

import pytest

from models.immunisation import Antigen, Condition
from models.resident import Sex
from models.vaccination import Vaccine
from rules.immunisation import reckoning
from rules.immunisation.record import Given, Illness, Record, read_day
from rules.immunisation.schedule import notices, schedule
from tests.rules.cases import cases

CASES = cases()
D = date
WORDS = {  # how the table writes our functions
    "D": date,
    "reach_months": reckoning.reached_months,
    "reach_years": lambda born_on, years: reckoning.years(years)(born_on),
    "after_days": lambda born_on, days: reckoning.days(days)(born_on),
    "gap_days": reckoning.day_after,
    "gap_months": lambda day, months, half=False: reckoning.same_day_months_later(day, months, half=half),
    "school_entry": reckoning.school_entry,
    "fy_start": lambda born_on, age: reckoning.fiscal_year_of(age)(born_on),
    "fy_end": lambda born_on, age: reckoning.end_of_fiscal_year_of(age)(born_on),
}


def of_kind(*kinds):
    return pytest.mark.parametrize(
        "case", [case for case in CASES.values() if case["kind"] in kinds], ids=lambda case: case["id"]
    )


def given(dose):
    day = dose["given_on"]
    return Given(
        Vaccine[dose["product"].upper()], day if isinstance(day, date) else read_day(day), dose.get("source", "")
    )


def record_of(case):
    return Record(
        born_on=case["birth"],
        sex=Sex(case.get("sex", "female")),
        doses=tuple(given(dose) for dose in case.get("doses", ())),
        illnesses=tuple(Illness(Antigen(one["disease"]), one["given_on"]) for one in case.get("history", ())),
        conditions=frozenset(Condition(word) for word in case.get("conditions", ())),
        recovered_on=case.get("exception_until_rule", {}).get("cause_ended"),
        died_on=case.get("deceased_on"),
        moved_out_on=case.get("moved_out_on"),
    )


def answer(case):
    """The schedule on the day of the case, or on the day of its last dose."""
    record = record_of(case)
    days = [dose.given_on for dose in record.doses if isinstance(dose.given_on, date)]
    return schedule(record, case.get("as_of") or max(days, default=D(2026, 11, 23)))


def series_of(case, found):
    return next(one for one in found.series if one.series == case["series"])


def dose_of(case, found):
    """The dose that the case asks about: a number among those of its series, by default the last."""
    asked = case["expect"].get("dose")
    own = [verdict for verdict in found.doses if verdict.series == case["series"]]
    return own[asked - 1] if isinstance(asked, int) else own[-1]


def test_the_table_has_51_cases_and_all_are_tried():
    assert len(CASES) == 51
    assert {case["kind"] for case in CASES.values()} == {
        "age",
        "school",
        "fy",
        "interval",
        "evaluate",
        "forecast",
        "notify",
    }


@pytest.mark.parametrize("case", [case for case in CASES.values() if "how" in case], ids=lambda case: case["id"])
def test_the_day_of_a_case_is_what_its_formula_says(case):
    names = WORDS | {"b": case.get("birth"), "p": case.get("prev")}

    assert eval(case["how"], names) == case.get("expect_date", case["expect"])


@of_kind("evaluate")
def test_a_dose_is_judged_as_its_case_says(case):
    found = answer(case)
    verdict, expected = dose_of(case, found), case["expect"]
    said = {
        "legal_status": verdict.legal_status,
        "counts": verdict.counts,
        "reason": verdict.reasons[0],
        "warnings": list(verdict.cautions),
        "variant": series_of(case, found).variant,
    }

    assert {word: said[word] for word in expected if word in said} == {
        word: value for word, value in expected.items() if word in said
    }
    assert len(verdict.reasons) == 1


@of_kind("evaluate", "forecast")
def test_a_series_stands_as_its_case_says(case):
    one, expected = series_of(case, answer(case)), case["expect"]
    coming = one.next
    said = {
        "series_status": one.status,
        "variant": one.variant,
        "latest": one.latest,
        "doses_needed": one.doses_needed,
    }
    if coming is not None:
        said |= {
            "dose": coming.n,
            "earliest": coming.earliest,
            "next_earliest": coming.earliest,
            "recommended": coming.recommended,
            "past_due": coming.past_due,
            "next_legal_status": coming.legal_status,
        }
    asked = [word for word in expected if word not in ("legal_status", "counts", "reason", "warnings", "note")]
    asked = [word for word in asked if case["kind"] == "forecast" or word != "dose"]

    assert {word: said.get(word) for word in asked} == {word: expected[word] for word in asked}


@of_kind("notify")
def test_nobody_is_notified_after_a_death_or_a_move(case):
    assert notices(answer(case)) == ()


FIRST_DAYS = ["EVAL-01", "EVAL-05", "EVAL-06"]  # their notes name the first allowed day


@pytest.mark.parametrize("name", FIRST_DAYS)
def test_the_first_allowed_day_is_said_beside_the_reason(name):
    case = CASES[name]

    assert dose_of(case, answer(case)).allowed_first_day == case["expect_date"]
