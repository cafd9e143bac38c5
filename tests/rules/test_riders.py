"""Who may be registered for the taxi subsidy: claims, periods, and how a registration stands on a day."""

from datetime import date, timedelta

from models.refusal import RefusalCode
from models.rider import Eligibility, RiderState
from rules.riders import RENEWABLE, Claim, Exclusion, RiderStatus, bad_period, is_resident, may_apply, status, unmet

E, R, S = Eligibility, RefusalCode, RiderStatus
TODAY = date(2026, 11, 23)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
CLAIMS = {  # born, claim, code
    "75 today": (date(1951, 11, 23), Claim(E.AGE_75, has_licence=True), None),
    "75 tomorrow": (date(1951, 11, 24), Claim(E.AGE_75, has_licence=True), R.ELIGIBILITY_UNMET),
    "65 without a licence": (date(1961, 11, 23), Claim(E.AGE_65_NO_LICENCE, has_licence=False), None),
    "65 with one": (date(1961, 11, 23), Claim(E.AGE_65_NO_LICENCE, has_licence=True), R.ELIGIBILITY_UNMET),
    "64 without one": (date(1961, 11, 24), Claim(E.AGE_65_NO_LICENCE, has_licence=False), R.ELIGIBILITY_UNMET),
    "returned, and still held": (TODAY, Claim(E.LICENCE_RETURNED, has_licence=True), R.ELIGIBILITY_UNMET),
    "a child with a disease": (date(2020, 1, 1), Claim(E.ILLNESS, has_licence=False), None),
    "learned to drive, and drives": (
        TODAY,
        Claim(E.DISABILITY, has_licence=True, exclusions=[Exclusion.LICENCE_ACQUISITION]),
        R.RIDES_EXCLUDED,
    ),
    "learned to drive once": (
        TODAY,
        Claim(E.DISABILITY, has_licence=False, exclusions=[Exclusion.LICENCE_ACQUISITION]),
        None,
    ),
    **{
        each.name: (TODAY, Claim(E.DISABILITY, has_licence=False, exclusions=[each]), R.RIDES_EXCLUDED)
        for each in Exclusion
        if each is not Exclusion.LICENCE_ACQUISITION
    },
}
PERIODS = {  # eligibility, first day, end, code
    "without an end": (E.AGE_75, TODAY, None, None),
    "pregnancy without an end": (E.PREGNANCY, TODAY, None, R.VALUE_MISSING),
    "pregnancy and the year after": (E.PREGNANCY, TODAY, date(2028, 2, 1), None),
    "no day": (E.ILLNESS, TODAY, TODAY, R.PERIOD_INVALID),
    "two years ahead": (E.AGE_75, TODAY + timedelta(days=367), None, R.DATE_OUT_OF_RANGE),
}
STANDINGS = {  # state, first day, end, left on, status
    "waits": (RiderState.APPLIED, TODAY, None, None, S.APPLIED),
    "refused": (RiderState.REFUSED, TODAY, None, None, S.REFUSED),
    "suspended": (RiderState.SUSPENDED, YESTERDAY, None, None, S.SUSPENDED),
    "begins today": (RiderState.REGISTERED, TODAY, TOMORROW, TOMORROW, S.REGISTERED),
    "begins tomorrow": (RiderState.REGISTERED, TOMORROW, None, None, S.NOT_YET),
    "ended today": (RiderState.REGISTERED, YESTERDAY, TODAY, None, S.EXPIRED),
    "moved away today": (RiderState.REGISTERED, YESTERDAY, None, TODAY, S.LEFT),
}


def test_a_claim_is_met_by_age_and_licence_and_ruled_out_by_another_support():
    for name, (born, claim, code) in CLAIMS.items():
        assert unmet(TODAY, born, claim) is code, name


def test_a_registration_holds_for_at_least_a_day_near_today():
    for name, (eligibility, first, end, code) in PERIODS.items():
        assert bad_period(TODAY, eligibility, first, end) is code, name


def test_a_registration_stands_as_its_state_its_days_and_the_register_say():
    for name, (state, first, end, left_on, wanted) in STANDINGS.items():
        assert status(TODAY, state, first, end, left_on) is wanted, name
        assert is_resident(TODAY, left_on) is (wanted is not S.LEFT), name


def test_somebody_applies_again_when_it_is_over_refused_or_about_to_end():
    assert [may_apply(TODAY, each, None) for each in (S.EXPIRED, S.REFUSED, S.APPLIED, S.SUSPENDED)] == [
        *(True, True, False, False)
    ]
    assert may_apply(TODAY, S.REGISTERED, TODAY + RENEWABLE)
    assert not may_apply(TODAY, S.REGISTERED, TODAY + RENEWABLE + timedelta(days=1))
    assert not may_apply(TODAY, S.REGISTERED, None)
