"""Verdicts that follow from the person: sex, diseases, illness, pregnancy, death, and what several sources tell."""

from dataclasses import replace
from datetime import date

import pytest

from models.immunisation import Antigen, Condition, Reason
from models.resident import Sex
from models.vaccination import Vaccine
from rules.immunisation.record import Given, Illness, for_pregnancy
from rules.immunisation.schedule import schedule
from tests.rules.children import TODAY, child, dose, last_of, said


def test_boys_are_outside_the_target_of_hpv():
    assert said(last_of(child("2012-05-01", "hpv9:2025-06-01", Sex.MALE))) == "not_routine needs_review not_in_target"


def test_hepatitis_b_of_a_mother_who_carries_it_is_outside_the_programme():
    carried = frozenset({Condition.MOTHER_HBS_ANTIGEN_POSITIVE})

    found = last_of(child("2026-05-10", "hepb:2026-05-10", conditions=carried))

    assert said(found) == "not_routine needs_review not_in_target"


@pytest.mark.parametrize(
    ("had_on", "answer"),
    [
        ("2025-06-09", "not_routine needs_review excluded_history_of_disease"),
        ("2025-06-10", "not_routine needs_review excluded_history_of_disease"),
        ("2025-06-11", "routine counted ok"),
    ],
)
def test_who_has_had_the_disease_is_outside_the_target(had_on, answer):
    had = (Illness(Antigen.VARICELLA, date.fromisoformat(had_on)),)

    assert said(last_of(child("2024-05-01", "varicella:2025-06-10", illnesses=had))) == answer


def test_a_combined_vaccine_stays_for_the_disease_not_yet_had():
    had = Illness(Antigen.MEASLES, date(2025, 1, 1))
    both = (had, Illness(Antigen.RUBELLA, date(2025, 1, 1)))

    assert said(last_of(child("2024-05-01", "mr:2025-06-10", illnesses=(had,)))) == "routine counted ok"
    assert "excluded" in said(last_of(child("2024-05-01", "mr:2025-06-10", illnesses=both)))


@pytest.mark.parametrize(
    ("doses", "recovered", "answer"),
    [
        ("bcg:2025-06-01", "2025-06-01", "routine_by_exception counted ok"),
        ("bcg:2025-05-31", "2025-06-01", "not_routine needs_review too_old"),
        ("bcg:2026-04-30", "2025-06-01", "routine_by_exception counted ok"),
        ("bcg:2026-05-01", "2025-06-01", "not_routine needs_review too_old"),
        ("varicella:2026-05-31", "2024-05-31", "not_routine needs_review too_old"),
        ("varicella:2026-05-31", "2024-06-01", "routine_by_exception counted ok"),
        ("rv1:2022-11-01", "2022-10-20", "not_routine needs_review too_old late_first_dose"),
        ("dt:2028-06-01", "2026-05-31", "not_routine needs_review too_young"),
        ("bcg:2026-06-01", "2026-05-31", "not_routine needs_review too_old"),
    ],
)
def test_after_a_long_illness_two_years_are_open_up_to_an_age(doses, recovered, answer):
    ill = child("2022-05-01", doses, recovered_on=date.fromisoformat(recovered))

    assert said(last_of(ill)) == answer


def test_the_long_illness_exception_began_in_2013():
    ill = child("2010-05-01", "mr:2013-02-10", recovered_on=date(2013, 1, 29))

    assert said(last_of(ill)) == "not_routine needs_review too_old"


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        ("2026-09-09", "not_routine needs_review too_young"),
        ("2026-09-10", "routine counted ok"),
        ("2026-11-11", "routine counted ok"),
        ("2026-11-12", "not_routine needs_review too_old"),
    ],
)
def test_a_pregnant_woman_is_vaccinated_from_28_weeks_0_days_to_36_weeks_6_days(day, answer):
    expected_on = date(2026, 12, 3)  # 28 weeks 0 days on 2026-09-10

    assert said(last_of(for_pregnancy(expected_on, (dose(f"rsv_maternal:{day}"),)))) == answer


@pytest.mark.parametrize(
    ("day", "reason"),
    [("2026-11-24", "recorded_in_future"), ("2026-12", "recorded_in_future"), ("2026-08-01", "after_death")],
)
def test_a_dose_recorded_in_the_future_or_after_death_is_marked(day, reason):
    record = child("2026-01-10", f"hepb:{day}", died_on=date(2026, 7, 31))

    verdict = schedule(record, TODAY).doses[0]

    assert said(verdict) == f"unknown needs_review {reason}"


@pytest.mark.parametrize("reason", [Reason.EXPIRED_LOT, Reason.WRONG_ROUTE_OR_VOLUME])
def test_what_the_clinic_reports_makes_a_dose_doubtful(reason):
    record = child("2026-01-10", "hepb:2026-03-12")
    told = record.doses[0]._replace(reported=(reason,))

    assert said(last_of(replace(record, doses=(told,)))) == (f"unknown needs_review {reason}")


def test_one_dose_that_two_sources_record_is_one_dose():
    told = tuple(Given(Vaccine.HEPB, date(2026, 3, 12), source) for source in ("clinic", "handbook"))
    one, other = schedule(replace(child("2026-01-10"), doses=told), TODAY).doses

    assert (said(one), one.sources) == ("routine counted ok", ("clinic", "handbook"))
    assert (said(other), other.sources) == ("not_routine not_counted duplicate_record", ("handbook",))
    assert (other.series, other.n) == (one.series, one.n) == ("hepb", 1)
