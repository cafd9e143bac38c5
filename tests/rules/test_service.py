"""How long somebody is served, and what is agreed to: by date."""

from datetime import date

import pytest

from models.application import StepKind
from rules.service import ApplicationStatus, ends_on, is_mailed, is_open, is_told, status
from rules.service_consent import CONSENTS, in_force

BORN = date(2020, 4, 2)  # enters school on 1 April 2027; who was born a day earlier did in 2026
A = ApplicationStatus


@pytest.mark.parametrize(
    ("state", "born_on", "closed_on", "end"),
    [
        (StepKind.ACCEPTED, BORN, None, date(2027, 4, 1)),
        (StepKind.ACCEPTED, date(2020, 4, 1), None, date(2026, 4, 1)),
        (StepKind.ACCEPTED, BORN, date(2025, 1, 1), date(2025, 1, 1)),
        (StepKind.ACCEPTED, None, None, None),
        (StepKind.ACCEPTED, None, date(2025, 1, 1), date(2025, 1, 1)),
        (StepKind.WAITING, BORN, None, None),
    ],
)
def test_the_service_ends_at_school_entry_or_with_the_record(state, born_on, closed_on, end):
    assert ends_on(BORN, state, born_on, closed_on) == end


@pytest.mark.parametrize(
    ("today", "state", "found", "opened"),
    [
        (date(2027, 3, 31), StepKind.ACCEPTED, A.REGISTERED, True),
        (date(2027, 4, 1), StepKind.ACCEPTED, A.ENDED, False),
        (date(2027, 4, 1), StepKind.WAITING, A.WAITING, True),
        (date(2027, 3, 31), StepKind.REFUSED, A.REFUSED, False),
        (date(2027, 3, 31), StepKind.WITHDRAWN, A.WITHDRAWN, False),
    ],
)
def test_an_application_stands_as_its_newest_step_says_until_the_end(today, state, found, opened):
    assert (status(today, state, BORN, None), is_open(today, state, BORN, None)) == (found, opened)


@pytest.mark.parametrize(
    ("today", "version"),
    [("2020-01-01", "2024-04-01"), ("2026-03-31", "2024-04-01"), ("2026-04-01", "2026-04-01")],
)
def test_the_newest_text_that_has_begun_is_agreed_to(today, version):
    assert in_force(date.fromisoformat(today)).version == version


def test_versions_are_dated_in_order_and_have_both_languages():
    days = [each.valid_from for each in CONSENTS]

    assert days == sorted(set(days))
    assert [each.version for each in CONSENTS] == [day.isoformat() for day in days]
    assert all(each.text("ja") and each.text("en") and each.text("fr") is None for each in CONSENTS)


def test_a_child_is_told_about_as_long_as_some_application_stands_and_nobody_is_mailed_who_withdrew():
    accepted, withdrawn, refused = [StepKind.ACCEPTED], [StepKind.WITHDRAWN], [StepKind.REFUSED, StepKind.WAITING]
    cases = (  # of mother and father; told, the mother is mailed, the father is mailed
        ({}, False, False, False),
        ({"mother": refused}, False, False, False),
        ({"mother": accepted}, True, True, True),
        ({"mother": withdrawn}, False, False, False),
        ({"mother": withdrawn, "father": accepted}, True, False, True),
        ({"mother": withdrawn + accepted}, True, True, True),
    )
    for applied, *found in cases:
        assert [is_told(applied), is_mailed(applied, "mother"), is_mailed(applied, "father")] == found, applied
