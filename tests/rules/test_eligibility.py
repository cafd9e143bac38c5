"""Who is served: accepted where the register agrees, refused where the claim itself says no, else left to people."""

from datetime import date

import pytest

from models.application import ApplicationKind, Birth, Signer, StepKind, StepReason
from models.resident import Sex
from rules.eligibility import Claim, Decision, Known, Registered, Ward, decided, differences, is_somebody_else

TODAY = date(2026, 11, 23)
BORN = date(1990, 4, 1)
R, S = StepReason, StepKind
PERSON = Registered(BORN, "髙橋　花子", Sex.FEMALE, "花守市一丁目１－２")
SIGNER = Signer("髙橋 花子", "00000", Birth(1990, 4, 1), Sex.FEMALE, "花守市一丁目1-2", "0" * 9)
AKI = Ward("aki", "紬　澪", date(2024, 2, 10), is_closed=False)
CLAIM = Claim(ApplicationKind.GUARDIAN, "紬 澪", date(2024, 2, 10))


def test_spaces_and_widths_are_no_difference():
    assert differences(SIGNER, PERSON) == ()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"name": "高橋 花子"}, (R.NAME_DIFFERS,)),
        ({"name": "高橋 花子", "name_flags": "10000"}, ()),  # the certificate says that the first is a substitute
        ({"name": "高橋 花子", "name_flags": "00001"}, (R.NAME_DIFFERS,)),
        ({"name": "髙橋 花", "name_flags": "0000"}, (R.NAME_DIFFERS,)),
        ({"address": "花守市二丁目1-2"}, (R.ADDRESS_DIFFERS,)),
        ({"name": "山田 花子", "address": "花守市二丁目1-2"}, (R.NAME_DIFFERS, R.ADDRESS_DIFFERS)),
    ],
)
def test_another_spelling_is_for_people_to_look_at_unless_the_certificate_says_that_it_is_one(change, found):
    assert differences(SIGNER._replace(**change), PERSON) == found


def test_where_the_register_has_nothing_everything_differs_and_nobody_is_somebody_else():
    unknown = Registered(BORN)

    assert differences(SIGNER, unknown) == (R.NAME_DIFFERS, R.ADDRESS_DIFFERS)
    assert not is_somebody_else(SIGNER, unknown)


@pytest.mark.parametrize(
    ("birth", "sex", "is_other"),
    [
        ((1990, 4, 1), Sex.FEMALE, False),
        ((1990, 4, 1), Sex.UNKNOWN, False),
        ((1990, None, None), Sex.FEMALE, False),  # 00 in the certificate: day and month are not known
        ((1990, 4, None), Sex.FEMALE, False),
        ((1990, 5, None), Sex.FEMALE, True),
        ((1990, 4, 2), Sex.FEMALE, True),
        ((1991, None, None), Sex.FEMALE, True),
        ((1990, 4, 1), Sex.MALE, True),
    ],
)
def test_birth_and_sex_tell_whether_it_is_somebody_elses_certificate(birth, sex, is_other):
    assert is_somebody_else(SIGNER._replace(birth=Birth(*birth), sex=sex), PERSON) is is_other


@pytest.mark.parametrize(
    ("claim", "known", "decision"),
    [
        (CLAIM, Known((), [AKI]), Decision(S.ACCEPTED, (R.GUARDIAN_IN_REGISTER,), "aki")),
        (CLAIM, Known((R.NAME_DIFFERS,), [AKI]), Decision(S.WAITING, (R.NAME_DIFFERS,), "aki")),
        (CLAIM, Known(()), Decision(S.WAITING, (R.CHILD_NOT_AMONG_WARDS,))),
        (CLAIM._replace(child_name="澪"), Known((), [AKI]), Decision(S.WAITING, (R.CHILD_NOT_AMONG_WARDS,))),
        (CLAIM._replace(child_born_on=TODAY), Known((), [AKI]), Decision(S.WAITING, (R.CHILD_NOT_AMONG_WARDS,))),
        (
            CLAIM,
            Known((R.ADDRESS_DIFFERS,)),
            Decision(S.WAITING, (R.CHILD_NOT_AMONG_WARDS, R.ADDRESS_DIFFERS)),
        ),
        (CLAIM, Known((), [AKI._replace(is_closed=True)]), Decision(S.REFUSED, (R.RECORD_CLOSED,), "aki")),
        (CLAIM._replace(child_born_on=date(2020, 4, 1)), Known(()), Decision(S.REFUSED, (R.AFTER_SCHOOL_ENTRY,))),
        (CLAIM._replace(child_born_on=date(2020, 4, 2)), Known(()), Decision(S.WAITING, (R.CHILD_NOT_AMONG_WARDS,))),
        (
            Claim(ApplicationKind.PREGNANT),
            Known((), pregnancy_id="p"),
            Decision(S.ACCEPTED, (R.PREGNANCY_IN_REGISTER,), pregnancy_id="p"),
        ),
        (
            Claim(ApplicationKind.PREGNANT),
            Known((R.NAME_DIFFERS,), pregnancy_id="p"),
            Decision(S.WAITING, (R.NAME_DIFFERS,), pregnancy_id="p"),
        ),
        (Claim(ApplicationKind.PREGNANT), Known(()), Decision(S.WAITING, (R.PREGNANCY_NOT_IN_REGISTER,))),
    ],
)
def test_the_register_decides_or_leaves_it_to_staff_with_reasons(claim, known, decision):
    assert decided(TODAY, claim, known) == decision
