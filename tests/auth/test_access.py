"""Decisions: a verdict before any row is read, and a reach that gives the same answer for rows, lists and deeds."""

from typing import NamedTuple

import pytest

from auth import groups as g
from auth import policy as p
from auth.access import Access, Caller, Relations, Standing, Verdict, alternatives, standings, verdict
from auth.caller import NOBODY, Acr, Holder
from auth.group import group
from auth.purpose import PURPOSES
from models.organisation import STAFF_KINDS, CallerKind
from models.subject import Noun, Subject

IDENTITY, ADDRESS = Access((g.IDENTITY,)), Access((g.ADDRESS_CONTACT,))
DOSES, DOSE_PLACE = Access((g.VACC_RECORDS,)), Access((g.VACC_PLACE,))
MEASURES = Access((g.PROTECTION_FLAG,))
RIDES, PUBLIC = Access((g.RIDE_SUMMARY,)), Access((g.PUBLIC,))
RECORD = Subject(Noun.CHILD, "child_id", supplier="supplier_id")
CHILD = Subject(Noun.CHILD, "child_id")
K = CallerKind
OWN_NOTES = group("OWN_NOTES", "Seen by whoever wrote it.", own=(p.GUARDIAN_SOLE, p.STAFF_TAXI, p.SCHOOL))


class Row(NamedTuple):
    child_id: str = "kid"
    supplier_id: str | None = None


def caller(kind, purpose=None, acr=Acr.CARD_PIN, granted=None, **held):
    """`child=(policy, "kid")`: what the caller holds of a noun."""
    found = {(policy, Noun(noun)): frozenset(ids.split()) for noun, (policy, ids) in held.items()}
    opened = {(name, Noun.CHILD): frozenset(ids.split()) for name, ids in (granted or {}).items()}
    return Caller.of(Holder("me", kind, acr), PURPOSES.get(purpose), Relations(found, opened))


STRANGER = caller(K.RESIDENT)
GUARDIAN = caller(K.RESIDENT, child=(p.GUARDIAN_SOLE, "kid"))
APART = caller(K.RESIDENT, child=(p.GUARDIAN_JOINT_NONRESIDENT, "kid"))
INVITED = caller(K.RESIDENT, granted={"VACC_RECORDS": "kid"})
CLINIC = caller(K.CLINIC, granted={"VACC_RECORDS": "kid"})
SCHOOL = caller(K.SCHOOL, child=(p.SCHOOL, "kid"))
PARTNER = caller(K.PARTNER_MUNICIPALITY, "MOV", child=(p.PARTNER_MUNICIPALITY, "kid"))


@pytest.mark.parametrize(
    ("standing", "access", "noun", "expected"),
    [
        (Standing(K.ANONYMOUS), IDENTITY, Noun.CHILD, Verdict.KIND_NOT_PERMITTED),
        (Standing(K.SYSTEM_ADMIN), IDENTITY, Noun.CHILD, Verdict.KIND_NOT_PERMITTED),
        (Standing(K.STATISTICIAN), IDENTITY, Noun.CHILD, Verdict.KIND_NOT_PERMITTED),
        (Standing(K.STAFF_TAXI, PURPOSES["ELG"]), DOSES, Noun.CHILD, Verdict.KIND_NOT_PERMITTED),
        (Standing(K.STAFF_TAXI, PURPOSES["ELG"]), IDENTITY, Noun.CHILD, Verdict.KIND_NOT_PERMITTED),
        (Standing(K.STAFF_TAXI, PURPOSES["ELG"]), IDENTITY, Noun.RIDER, Verdict.OPEN),
        (Standing(K.SHOP), IDENTITY, Noun.CHILD, Verdict.KIND_NOT_PERMITTED),
        (Standing(K.RESIDENT), Access((g.LINK_IDS,)), Noun.CHILD, Verdict.KIND_NOT_PERMITTED),
        (Standing(K.RESIDENT, None, rank=0), IDENTITY, Noun.CHILD, Verdict.ACR_REQUIRED),
        (Standing(K.STAFF_HEALTH, PURPOSES["CHK"], rank=0), IDENTITY, Noun.CHILD, Verdict.ACR_REQUIRED),
        (Standing(K.STAFF_HEALTH), IDENTITY, Noun.CHILD, Verdict.PURPOSE_REQUIRED),
        (Standing(K.STAFF_HEALTH, PURPOSES["CHK"]), DOSE_PLACE, Noun.CHILD, Verdict.PURPOSE_REQUIRED),
        (Standing(K.STAFF_HEALTH), MEASURES, Noun.FAMILY, Verdict.KIND_NOT_PERMITTED),
        (Standing(K.STAFF_HEALTH, PURPOSES["SUP"]), MEASURES, Noun.FAMILY, Verdict.KIND_NOT_PERMITTED),
        (Standing(K.STAFF_HEALTH, None, rank=0), MEASURES, Noun.FAMILY, Verdict.KIND_NOT_PERMITTED),
        (Standing(K.STAFF_HEALTH, PURPOSES["VAC"]), DOSE_PLACE, Noun.CHILD, Verdict.OPEN),
        (Standing(K.STAFF_HEALTH, PURPOSES["CHK"]), IDENTITY, Noun.CHILD, Verdict.OPEN),
        (Standing(K.STAFF_EDUCATION), DOSES, Noun.CHILD, Verdict.PURPOSE_REQUIRED),
        (Standing(K.STAFF_EDUCATION, PURPOSES["SCH"]), DOSES, Noun.CHILD, Verdict.ASK),
        (Standing(K.STAFF_TAXI, PURPOSES["ELG"]), Access((OWN_NOTES,)), Noun.RIDER, Verdict.ASK),
        (Standing(K.RESIDENT), IDENTITY, Noun.CHILD, Verdict.ASK),
        (Standing(K.RESIDENT), IDENTITY, None, Verdict.KIND_NOT_PERMITTED),
        (Standing(K.PARTNER_MUNICIPALITY), DOSES, Noun.CHILD, Verdict.PURPOSE_REQUIRED),
        (Standing(K.PARTNER_MUNICIPALITY, PURPOSES["MOV"]), DOSES, Noun.CHILD, Verdict.ASK),
        (Standing(K.PARTNER_MUNICIPALITY, PURPOSES["MOV"]), DOSE_PLACE, Noun.CHILD, Verdict.KIND_NOT_PERMITTED),
        (Standing(K.ANONYMOUS), PUBLIC, None, Verdict.OPEN),
        (Standing(K.RESIDENT, None, rank=0), PUBLIC, None, Verdict.OPEN),
    ],
)
def test_a_standing_decides_before_any_row(standing, access, noun, expected):
    assert verdict(access, noun, standing) is expected


def test_a_masked_right_opens_no_place():
    assert not APART.sees(DOSE_PLACE, RECORD, Row())
    assert not APART.sees(Access((g.NOTICES,), place=True), CHILD, Row())
    assert APART.sees(Access((g.NOTICES,)), CHILD, Row())


@pytest.mark.parametrize("access", [IDENTITY, ADDRESS, DOSES, DOSE_PLACE], ids=lambda access: str(access.groups))
@pytest.mark.parametrize("who", [STRANGER, Caller(), caller(K.RESIDENT, child=(p.GUARDIAN_SOLE, "other"))])
def test_who_is_nothing_to_the_child_sees_nothing(who, access):
    assert not who.sees(access, RECORD, Row(supplier_id="me" if who is STRANGER else "other"))


@pytest.mark.parametrize(
    ("who", "access", "row", "expected"),
    [
        (GUARDIAN, IDENTITY, Row(), True),
        (GUARDIAN, IDENTITY, Row("other"), False),
        (APART, IDENTITY, Row(), True),
        (APART, DOSES, Row(), True),
        (INVITED, DOSES, Row(), True),
        (INVITED, DOSES, Row("other"), False),
        (INVITED, IDENTITY, Row(), False),
        (CLINIC, DOSES, Row(), True),
        (CLINIC, DOSES, Row("other"), False),
        (CLINIC, DOSES, Row("other", "me"), True),
        (CLINIC, DOSES, Row("other", "them"), False),
        (CLINIC, IDENTITY, Row(), False),
        (SCHOOL, IDENTITY, Row(), False),
        (PARTNER, DOSES, Row(), True),
        (PARTNER, DOSES, Row("other"), False),
        (GUARDIAN, Access((OWN_NOTES,)), Row("kid", "me"), True),
        (GUARDIAN, Access((OWN_NOTES,)), Row("kid", "them"), False),
        (GUARDIAN, Access((OWN_NOTES,)), Row("other", "me"), False),
        (GUARDIAN, PUBLIC, Row("other"), True),
        (Caller(), PUBLIC, Row(), True),
    ],
)
def test_a_row_is_seen_by_relation_by_consent_or_by_whom_it_came_from(who, access, row, expected):
    assert who.sees(access, RECORD, row) is expected


def test_an_own_right_over_rows_without_supplier_is_what_the_caller_holds():
    assert SCHOOL.sees(IDENTITY, CHILD, Row())
    assert not SCHOOL.sees(IDENTITY, CHILD, Row("other", "me"))


def test_a_consent_to_a_child_opens_no_other_noun():
    assert not INVITED.sees(DOSES, Subject(Noun.FAMILY, "child_id"), Row())


def test_a_field_about_nobody_is_closed_unless_public():
    assert not GUARDIAN.sees(IDENTITY, None, Row())
    assert GUARDIAN.sees(PUBLIC, None, Row())


def test_a_purpose_opens_the_whole_town_for_its_groups_and_no_further():
    nurse = caller(K.STAFF_HEALTH, "CHK")

    assert nurse.sees(IDENTITY, CHILD, Row("anybody"))
    assert not nurse.sees(DOSE_PLACE, RECORD, Row())


def test_staff_who_see_only_what_they_wrote_do_not_see_the_town():
    desk = caller(K.STAFF_TAXI, "ELG")
    written = Subject(Noun.RIDER, "child_id", supplier="supplier_id")

    assert desk.sees(Access((OWN_NOTES,)), written, Row("d", "me"))
    assert not desk.sees(Access((OWN_NOTES,)), written, Row("d", "them"))


def test_the_education_board_sees_by_consent_only_with_a_purpose():
    granted = {"VACC_RECORDS": "kid"}

    assert caller(K.STAFF_EDUCATION, "SCH", granted=granted).sees(DOSES, RECORD, Row())
    assert not caller(K.STAFF_EDUCATION, granted=granted).sees(DOSES, RECORD, Row())


def test_a_way_that_is_not_ready_adds_nothing_to_one_that_is():
    both = Access((g.IDENTITY, g.VACC_RECORDS))
    board = caller(K.STAFF_EDUCATION, "SCH", child=(p.STAFF_EDUCATION, "kid"))
    covered = Access((g.SCHOOL_HEALTH, g.GROWTH_HOME, g.GUARDIANSHIP_EDGES))

    assert board.sees(both, CHILD, Row())
    assert not caller(K.STAFF_EDUCATION, "SCH").sees(covered, CHILD, Row())


@pytest.mark.parametrize(
    ("who", "groups", "expected"),
    [
        (STRANGER, (g.GROWTH_HOME,), False),
        (Caller(), (g.GROWTH_HOME,), False),
        (INVITED, (g.VACC_RECORDS,), False),
        (APART, (g.VACC_RECORDS,), False),
        (APART, (g.GROWTH_HOME,), True),
        (GUARDIAN, (g.GROWTH_HOME,), True),
        (GUARDIAN, (OWN_NOTES,), True),
        (PARTNER, (g.VACC_RECORDS,), False),
        (CLINIC, (g.CHECKUP_BODY,), True),
        (caller(K.STAFF_HEALTH), (g.VACC_RECORDS,), False),
        (caller(K.STAFF_HEALTH, "CHK"), (g.VACC_RECORDS,), True),
        (caller(K.STAFF_HEALTH, "CHK"), (g.ALLERGY_ALERT,), False),
        (caller(K.RESIDENT, acr=Acr.TAP, child=(p.GUARDIAN_SOLE, "kid")), (g.GROWTH_HOME,), False),
    ],
)
def test_who_may_only_read_may_not_write(who, groups, expected):
    assert who.may_write(Access(groups, writes=True), Noun.CHILD, "kid") is expected


def test_a_deed_about_nobody_is_done_by_nobody():
    assert not GUARDIAN.may_write(Access((g.GROWTH_HOME,), writes=True), None, "kid")


def test_what_was_decided_once_is_not_worked_out_again():
    who = caller(K.RESIDENT, child=(p.GUARDIAN_SOLE, "kid"))

    assert who.reach(DOSES, Noun.CHILD, has_supplier=True) is who.reach(DOSES, Noun.CHILD, has_supplier=True)


def test_the_union_of_several_relations_counts():
    held = {(p.GUARDIAN_SOLE, Noun.CHILD): frozenset("a"), (p.SELF_UNDER15, Noun.CHILD): frozenset("b")}
    who = Caller.of(
        Holder("me", K.RESIDENT, Acr.APP), None, Relations(held, {("IDENTITY", Noun.CHILD): frozenset("c")})
    )

    assert who.reach(IDENTITY, Noun.CHILD, has_supplier=False).ids == frozenset("abc")


def test_nobody_is_anonymous_unless_said_otherwise():
    assert (Caller().holder, Caller().standing) == (NOBODY, Standing(K.ANONYMOUS))


@pytest.mark.parametrize("kind", K)
def test_a_kind_has_a_way_only_as_its_own_policies(kind):
    for each in g.GROUPS:
        for noun in Noun:
            assert {way.policy.kind for way in alternatives(Access((each,)), noun, kind)} <= {kind}


def test_every_standing_is_a_kind_with_one_of_its_own_purposes():
    found = list(standings())

    assert {each.kind for each in found} == set(K)
    assert all(each.purpose is None or each.kind in each.purpose.kinds for each in found)
    stated = [kind for purpose in PURPOSES.values() for kind in purpose.kinds]
    with_two_factors = len(STAFF_KINDS) + sum(kind in STAFF_KINDS for kind in stated)
    assert len(found) == len(set(found)) == 2 * len(K) + len(stated) + with_two_factors


def test_without_a_login_or_a_purpose_no_member_of_staff_has_an_open_personal_field():
    blind = [each for each in standings() if each.kind in STAFF_KINDS and not (each.purpose and each.rank)]

    for each in g.GROUPS[:-1]:
        assert all(verdict(Access((each,)), noun, standing).is_closed for noun in Noun for standing in blind)


def test_staff_read_nothing_by_a_way_that_their_purpose_does_not_cover():
    duty = group("DUTY", "Seen with a purpose that covers it; none does.", duty=(p.STAFF_EDUCATION,))
    board = caller(K.STAFF_EDUCATION, "SCH", granted={"VACC_RECORDS": "kid"}, child=(p.STAFF_EDUCATION, "pupil"))
    either = Access((duty, g.VACC_RECORDS))

    assert board.sees(either, CHILD, Row("kid"))
    assert not board.sees(either, CHILD, Row("pupil"))


@pytest.mark.parametrize(
    ("who", "access", "subject", "found"),
    [
        (GUARDIAN, DOSES, RECORD, [p.GUARDIAN_SOLE]),
        (GUARDIAN, PUBLIC, RECORD, []),
        (APART, DOSE_PLACE, RECORD, []),
        (STRANGER, DOSES, RECORD, []),
        (INVITED, DOSES, RECORD, [p.INVITED_FAMILY]),
        (CLINIC, DOSES, RECORD, [p.CLINIC]),
        (caller(K.RESIDENT, acr=Acr.TAP, child=(p.GUARDIAN_SOLE, "kid")), DOSES, RECORD, []),
        (caller(K.STAFF_HEALTH), DOSES, RECORD, []),
        (caller(K.STAFF_HEALTH, "VAC"), DOSES, RECORD, [p.STAFF_HEALTH]),
        (caller(K.SHOP), DOSES, RECORD, []),
    ],
)
def test_the_ways_to_a_row_are_those_that_open_it(who, access, subject, found):
    assert [way.policy for way in who.ways(access, subject, Row())] == found


def test_an_edge_has_a_way_to_the_own_rows_below():
    ways = [caller(K.CLINIC).ways(DOSES, CHILD, Row(), is_edge=each) for each in (False, True)]

    assert [[way.policy for way in each] for each in ways] == [[], [p.CLINIC]]


SURE = group("SURE", "Asks for two factors.", acr=Acr.MFA, duty=(p.STAFF_REGISTRY,), read=(p.GUARDIAN_SOLE,))


@pytest.mark.parametrize(
    ("access", "acr", "found"),
    [
        (IDENTITY, Acr.TAP, Verdict.ACR_REQUIRED),
        *((IDENTITY, acr, Verdict.ASK) for acr in (Acr.KEY, Acr.CARD_PIN, Acr.APP, Acr.MFA)),
        *((IDENTITY._replace(acr=Acr.MFA), acr, Verdict.ACR_REQUIRED) for acr in (Acr.CARD_PIN, Acr.APP)),
        (IDENTITY._replace(acr=Acr.MFA), Acr.MFA, Verdict.ASK),
        (Access((SURE,)), Acr.CARD_PIN, Verdict.ACR_REQUIRED),
        (Access((SURE,)), Acr.MFA, Verdict.ASK),
        (Access((g.PUBLIC, SURE)), Acr.TAP, Verdict.OPEN),
    ],
)
def test_a_field_opens_to_whoever_was_recognised_as_surely_as_it_or_its_group_asks(access, acr, found):
    guardian = caller(K.RESIDENT, acr=acr, child=(p.GUARDIAN_SOLE, "kid"))

    assert guardian.verdict(access, Noun.CHILD) is found
    assert guardian.sees(access, CHILD, Row()) is not found.is_closed


def test_a_group_that_asks_for_more_adds_no_rows_to_one_that_does_not():
    both = Access((g.VACC_RECORDS, SURE))
    weak, sure = (caller(K.RESIDENT, acr=acr, child=(p.GUARDIAN_SOLE, "kid")) for acr in (Acr.CARD_PIN, Acr.MFA))
    only_sure = Access((group("ELSE", "Nothing of theirs.", read=(p.INVITED_FAMILY,)), SURE))

    assert weak.sees(both, CHILD, Row())
    assert [each.sees(only_sure, CHILD, Row()) for each in (weak, sure)] == [False, True]
