"""From dated edges, measures and consents to what somebody is to a child: by tables, no database."""

from datetime import date

import pytest

from auth import policy as p
from auth.caller import Acr, Holder
from auth.relations import Fact, guardian_policies, of_organisation, of_resident, self_policy
from models.guardianship import GuardianshipKind
from models.organisation import Bond, CallerKind
from models.subject import Noun

TODAY = date(2026, 11, 23)
YOUNG, OF_AGE = "2020-01-01", "2008-11-23"
MOTHER, FATHER, SOLE, JOINT, LOST, CUSTODIAN, MATTER, MINOR, PROPERTY, PLACED, ADOPTER = (
    kind.name for kind in GuardianshipKind
)
HOME, AWAY = True, False
NOBODY = ()


def fact(what, *values):
    return Fact(what, *values, *[""] * (6 - len(values)))


ME = fact("me", "hill", "1985-01-01")


def kid(name="kid", home="hill", birth_date=YOUNG, **more):
    values = {"resident": f"r-{name}", "died_on": "", "moved_out_on": ""} | more
    return fact("child", name, home, values["resident"], birth_date, values["died_on"], values["moved_out_on"])


def edge(kind=SOLE, child="kid", home="hill", birth_date=YOUNG, **more):
    """A child with an edge to the caller, who lives on the hill."""
    return kid(child, home, birth_date, **more), fact("edge", child, "me", kind, "hill")


def other(kind, home, child="kid"):
    return fact("edge", child, "other", kind, home)


def grant(child="kid", groups="IDENTITY", by="other"):
    return fact("grant", child, groups, by)


def names(relations):
    """What the caller holds, in plain words."""
    return {
        (policy.name, noun.value): sorted(ids)
        for (policy, noun), ids in relations.held.items()
        if noun is not Noun.PERSON
    }


def resident(*facts, today=TODAY):
    flat = [part for each in facts for part in ([each] if isinstance(each, Fact) else each)]
    return of_resident("me", flat, today)


def held(*facts):
    return names(resident(*facts))


def opened(relations):
    return {(group, noun.value): sorted(ids) for (group, noun), ids in relations.granted.items()}


@pytest.mark.parametrize(
    ("kinds", "others", "is_home", "expected"),
    [
        # Nothing follows from an edge that is no authority, no care and no parentage.
        (set(), NOBODY, HOME, set()),
        ({MATTER}, NOBODY, HOME, set()),
        ({PROPERTY}, NOBODY, HOME, set()),
        ({LOST}, NOBODY, HOME, set()),
        # A parent without authority.
        ({MOTHER}, NOBODY, HOME, {p.PARENT_WITHOUT_AUTHORITY}),
        ({FATHER}, [(SOLE, HOME)], AWAY, {p.PARENT_WITHOUT_AUTHORITY}),
        ({FATHER, SOLE, LOST}, NOBODY, HOME, {p.PARENT_WITHOUT_AUTHORITY}),
        ({JOINT, LOST}, [(JOINT, HOME)], HOME, {p.PARENT_WITHOUT_AUTHORITY}),
        # Care without authority.
        ({CUSTODIAN}, [(SOLE, AWAY)], HOME, {p.CUSTODIAN_ONLY}),
        ({MOTHER, CUSTODIAN}, [(SOLE, AWAY)], HOME, {p.CUSTODIAN_ONLY}),
        ({MOTHER, JOINT, LOST, CUSTODIAN}, NOBODY, HOME, {p.CUSTODIAN_ONLY}),
        # Authority while somebody else cares.
        ({SOLE}, [(CUSTODIAN, HOME)], AWAY, {p.AUTHORITY_WITHOUT_CARE}),
        ({SOLE}, [(CUSTODIAN, AWAY)], HOME, {p.AUTHORITY_WITHOUT_CARE}),
        ({JOINT}, [(JOINT, HOME), (CUSTODIAN, HOME)], HOME, {p.AUTHORITY_WITHOUT_CARE}),
        # Sole authority, or married parents at home together.
        ({SOLE}, NOBODY, HOME, {p.GUARDIAN_SOLE}),
        ({SOLE}, NOBODY, AWAY, {p.GUARDIAN_SOLE}),
        ({SOLE, CUSTODIAN}, [(CUSTODIAN, AWAY)], AWAY, {p.GUARDIAN_SOLE}),
        ({MOTHER, JOINT}, [(FATHER, HOME), (JOINT, HOME)], HOME, {p.GUARDIAN_SOLE}),
        # Joint authority in two homes.
        ({JOINT}, [(JOINT, AWAY)], HOME, {p.GUARDIAN_JOINT_RESIDENT}),
        ({JOINT}, NOBODY, HOME, {p.GUARDIAN_JOINT_RESIDENT}),
        ({JOINT, CUSTODIAN}, [(JOINT, HOME)], AWAY, {p.GUARDIAN_JOINT_RESIDENT}),
        ({JOINT, CUSTODIAN}, [(JOINT, AWAY), (CUSTODIAN, AWAY)], AWAY, {p.GUARDIAN_JOINT_RESIDENT}),
        ({JOINT}, [(JOINT, HOME)], AWAY, {p.GUARDIAN_JOINT_NONRESIDENT}),
        ({JOINT}, NOBODY, AWAY, {p.GUARDIAN_JOINT_NONRESIDENT}),
        ({JOINT}, [(JOINT, AWAY)], AWAY, {p.GUARDIAN_JOINT_NONRESIDENT}),
        # Guardians of minors and placements stand beside whatever else there is.
        ({MINOR}, NOBODY, AWAY, {p.MINOR_GUARDIAN}),
        ({PLACED}, [(SOLE, AWAY)], HOME, {p.FACILITY_OR_FOSTER}),
        ({PLACED, CUSTODIAN}, NOBODY, HOME, {p.FACILITY_OR_FOSTER, p.CUSTODIAN_ONLY}),
        ({MINOR, MOTHER}, NOBODY, HOME, {p.MINOR_GUARDIAN, p.PARENT_WITHOUT_AUTHORITY}),
    ],
)
def test_the_edges_to_a_child_come_to_these_policies(kinds, others, is_home, expected):
    assert guardian_policies(kinds, set(others), is_home=is_home) == expected


@pytest.mark.parametrize(
    ("birth_date", "policy"),
    [
        (date(2011, 11, 24), p.SELF_UNDER15),
        (date(2011, 11, 23), p.SELF_15_17),
        (date(2008, 11, 24), p.SELF_15_17),
        (date(2008, 11, 23), p.SELF_18PLUS),
    ],
)
def test_a_person_grows_into_the_own_record(birth_date, policy):
    assert self_policy(birth_date, TODAY) is policy


def test_who_is_dead_or_unknown_holds_nothing():
    found = resident(edge(), grant(), kid("c", resident="me"))

    assert (found.held, found.granted, found.family_id) == ({}, {}, None)


def test_a_guardian_holds_the_child_and_its_family():
    assert held(ME, edge()) == {
        ("SELF_18PLUS", "family"): ["hill"],
        ("GUARDIAN_SOLE", "child"): ["kid"],
        ("GUARDIAN_SOLE", "family"): ["hill"],
    }


@pytest.mark.parametrize("kind", [SOLE, MINOR, PLACED, CUSTODIAN, MOTHER, ADOPTER])
def test_guardianship_ends_on_the_18th_birthday(kind):
    assert held(ME, edge(kind, birth_date=OF_AGE)) == held(ME)
    assert held(ME, edge(kind, birth_date="2008-11-24")) != held(ME)


@pytest.mark.parametrize(("today", "is_held"), [(date(2026, 2, 28), True), (date(2026, 3, 1), False)])
def test_a_child_of_29_february_comes_of_age_on_the_1st_of_march(today, is_held):
    found = resident(ME, edge(birth_date="2008-02-29"), today=today)

    assert ((p.GUARDIAN_SOLE, Noun.CHILD) in found.held) is is_held


@pytest.mark.parametrize("kind", [SOLE, JOINT, MINOR, PLACED, CUSTODIAN, MOTHER])
def test_a_measure_takes_what_any_relation_gave(kind):
    around = [other(JOINT, "shelter"), grant(), fact("rider", "d", "r-kid"), fact("ride", "t", "r-kid")]
    found = resident(ME, edge(kind, home="shelter"), *around, fact("measure", "shelter", "me"))

    assert names(found) == held(ME)
    assert found.granted == {}


def test_a_measure_hides_even_the_own_home():
    assert held(ME, fact("measure", "hill", "me")) == {}


def test_a_measure_about_another_family_or_another_person_changes_nothing():
    assert held(ME, edge(), fact("measure", "shelter", "me")) == held(ME, edge())
    assert held(ME, edge(), fact("measure", "hill", "other")) == held(ME, edge())


def test_two_parents_of_one_home_are_told_from_two_parents_of_two():
    assert ("GUARDIAN_SOLE", "child") in held(ME, edge(JOINT), other(JOINT, "hill"))
    assert ("GUARDIAN_JOINT_RESIDENT", "child") in held(ME, edge(JOINT), other(JOINT, "river"))
    assert ("GUARDIAN_JOINT_NONRESIDENT", "child") in held(ME, edge(JOINT, home="river"), other(JOINT, "river"))


def test_who_lives_nowhere_lives_apart():
    homeless = fact("me", "", "1985-01-01")

    assert held(homeless, kid(), fact("edge", "kid", "me", JOINT, "")) == {
        ("GUARDIAN_JOINT_NONRESIDENT", "child"): ["kid"],
        ("GUARDIAN_JOINT_NONRESIDENT", "family"): ["hill"],
    }


def test_each_child_has_its_own_relation():
    found = held(ME, edge(SOLE, "a"), edge(FATHER, "b"), edge(JOINT, "c", "river"))

    assert found["GUARDIAN_SOLE", "child"] == ["a"]
    assert found["PARENT_WITHOUT_AUTHORITY", "child"] == ["b"]
    assert found["GUARDIAN_JOINT_NONRESIDENT", "child"] == ["c"]


def test_the_own_record_rides_and_points_belong_to_oneself():
    facts = [kid("c", resident="me", birth_date="1985-01-01"), fact("account", "a"), fact("rider", "d", "me")]
    found = held(ME, *facts, fact("ride", "t", "me"))

    assert found == {
        ("SELF_18PLUS", noun.value): [each]
        for noun, each in zip(
            (Noun.CHILD, Noun.ACCOUNT, Noun.FAMILY, Noun.RIDER, Noun.RIDE), ("c", "a", "hill", "d", "t"), strict=True
        )
    }


def test_rides_of_a_ward_follow_the_ward_and_no_other_child():
    riders = [
        fact("rider", "da", "r-a"),
        fact("rider", "db", "r-b"),
        fact("ride", "t", "r-a"),
        fact("rider", "dx", "x"),
    ]
    found = held(ME, edge(SOLE, "a"), edge(FATHER, "b"), *riders)

    assert found["GUARDIAN_SOLE", "rider"] == ["da"]
    assert found["GUARDIAN_SOLE", "ride"] == ["t"]
    assert found["PARENT_WITHOUT_AUTHORITY", "rider"] == ["db"]


def test_points_of_a_ward_are_the_wards_own():
    found = held(ME, edge(), fact("account", "mine"))

    assert {key: ids for key, ids in found.items() if key[1] == "account"} == {("SELF_18PLUS", "account"): ["mine"]}


# death and moving out


@pytest.mark.parametrize(
    ("moved_out_on", "is_held", "is_closed"),
    [
        ("", True, False),
        ("2026-11-24", True, False),
        ("2026-11-23", True, True),
        ("2026-08-26", True, True),
        ("2026-08-25", False, True),
    ],
)
def test_a_child_that_moved_out_is_read_for_90_days_and_not_written(moved_out_on, is_held, is_closed):
    found = resident(ME, edge(moved_out_on=moved_out_on))

    assert ((p.GUARDIAN_SOLE, Noun.CHILD) in found.held) is is_held
    assert ("kid" in found.closed) is is_closed


@pytest.mark.parametrize(("moved_out_on", "is_held"), [("2026-08-26", True), ("2026-08-25", False)])
def test_the_own_record_goes_with_who_moved_out(moved_out_on, is_held):
    found = resident(ME, kid(resident="me", birth_date="1985-01-01", moved_out_on=moved_out_on))

    assert ((p.SELF_18PLUS, Noun.CHILD) in found.held) is is_held


@pytest.mark.parametrize(("died_on", "is_closed"), [("2026-11-23", True), ("2026-11-24", False)])
def test_guardians_read_on_after_a_death_and_write_no_more(died_on, is_closed):
    found = resident(ME, edge(died_on=died_on))

    assert found.held[p.GUARDIAN_SOLE, Noun.CHILD] == {"kid"}
    assert ("kid" in found.closed) is is_closed


# consent


def test_consent_opens_the_groups_that_it_names():
    kids = [kid("a"), other(SOLE, "hill", "a"), kid("b"), other(SOLE, "hill", "b")]
    found = resident(ME, *kids, grant("a", "IDENTITY VACC_RECORDS"), grant("b", "IDENTITY"))

    assert opened(found) == {("IDENTITY", "child"): ["a", "b"], ("VACC_RECORDS", "child"): ["a"]}


@pytest.mark.parametrize(
    ("kinds", "is_open"),
    [
        ([SOLE], True),
        ([JOINT], True),
        ([CUSTODIAN], True),
        ([MINOR], True),
        ([], False),
        ([FATHER], False),
        ([PLACED], False),
        ([JOINT, LOST], False),
        ([PROPERTY], False),
    ],
)
def test_consent_stands_while_its_giver_may_share(kinds, is_open):
    givers = [other(kind, "hill") for kind in kinds]

    assert bool(resident(ME, kid(), *givers, grant()).granted) is is_open


@pytest.mark.parametrize(
    ("kind", "home", "opened_groups"),
    [
        (SOLE, "hill", {"GROWTH_HOME", "NOTES_HOME"}),
        (JOINT, "river", {"GROWTH_HOME"}),
        (CUSTODIAN, "hill", {"GROWTH_HOME", "NOTES_HOME"}),
    ],
)
def test_nobody_gives_more_than_they_see(kind, home, opened_groups):
    found = resident(ME, kid(), other(kind, home), grant(groups="GROWTH_HOME NOTES_HOME PREGNANCY_LAB"))

    assert {group for group, _ in found.granted} == opened_groups


def test_consent_of_one_parent_is_not_upheld_by_the_other():
    found = resident(ME, kid(), other(SOLE, "hill"), grant(by="ex"))

    assert found.granted == {}


def test_consent_of_who_is_kept_away_by_a_measure_opens_nothing():
    assert resident(ME, kid(), other(JOINT, "river"), grant(), fact("measure", "hill", "other")).granted == {}


def test_consent_of_guardians_ends_with_their_guardianship():
    assert resident(ME, kid(birth_date=OF_AGE), other(SOLE, "hill"), grant()).granted == {}


@pytest.mark.parametrize(
    ("by", "died_on", "is_open"), [("r-kid", "", True), ("other", "", False), ("r-kid", "2026-11-01", False)]
)
def test_who_is_of_age_shares_the_own_record_while_alive(by, died_on, is_open):
    grown = kid(birth_date=OF_AGE, died_on=died_on)

    assert bool(resident(ME, grown, other(SOLE, "hill"), grant(by=by)).granted) is is_open


# before birth


def test_a_pregnancy_is_the_mothers_own():
    found = held(ME, fact("pregnancy", "p"))

    assert found["PREGNANT_SELF", "pregnancy"] == ["p"]
    assert found["PREGNANT_SELF", "family"] == ["hill"]


@pytest.mark.parametrize(("ended_on", "is_pregnant"), [("2026-11-23", False), ("2026-11-24", True)])
def test_a_pregnancy_that_ended_leaves_its_record_and_nothing_else(ended_on, is_pregnant):
    found = held(ME, fact("pregnancy", "p", ended_on))

    assert found["PREGNANT_SELF", "pregnancy"] == ["p"]
    assert (("PREGNANT_SELF", "family") in found) is is_pregnant


def test_a_mothers_invitation_opens_the_record_before_birth():
    assert opened(resident(ME, fact("pregnancy_grant", "p", "PREGNANCY_CORE", "river"))) == {
        ("PREGNANCY_CORE", "pregnancy"): ["p"]
    }


def test_a_measure_takes_the_invitation_before_birth():
    found = resident(ME, fact("pregnancy_grant", "p", "PREGNANCY_CORE", "river"), fact("measure", "river", "me"))

    assert found.granted == {}


# organisations


def office(kind, *facts):
    return of_organisation(Holder("me", kind, Acr.KEY), facts, TODAY)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (CallerKind.SCHOOL, {("SCHOOL", "child"): ["pupil"], ("SCHOOL", "pregnancy"): []}),
        (CallerKind.STAFF_EDUCATION, {("STAFF_EDUCATION", "child"): ["pupil"], ("STAFF_EDUCATION", "pregnancy"): []}),
        (
            CallerKind.PARTNER_MUNICIPALITY,
            {("PARTNER_MUNICIPALITY", "child"): ["moved"], ("PARTNER_MUNICIPALITY", "pregnancy"): ["unborn"]},
        ),
        (CallerKind.CLINIC, {}),
    ],
)
def test_an_organisation_holds_whom_it_is_bound_to(kind, expected):
    bonds = [
        fact("bond", "pupil", "", Bond.PUPIL.name),
        fact("bond", "moved", "", Bond.MOVED.name),
        fact("bond", "", "unborn", Bond.MOVED.name),
    ]

    assert names(office(kind, *bonds)) == expected


def test_an_organisation_has_the_consents_given_to_it_and_only_for_minors():
    facts = [
        kid("a"),
        other(SOLE, "x", "a"),
        grant("a"),
        kid("b", birth_date=OF_AGE),
        other(SOLE, "x", "b"),
        grant("b"),
    ]

    assert opened(office(CallerKind.CLINIC, *facts)) == {("IDENTITY", "child"): ["a"]}
