"""From dated edges, measures and consents to what somebody is to a child: by tables, no database."""

from datetime import date

import pytest

from auth import policy as p
from auth.relations import Fact, guardian_policies, of_organisation, of_resident, self_policy
from models.guardianship import GuardianshipKind
from models.organisation import Bond, CallerKind
from models.subject import Noun

TODAY = date(2026, 11, 23)
YOUNG, OF_AGE = "2020-01-01", "2008-11-23"
MOTHER, FATHER, SOLE, JOINT, LOST, CUSTODIAN, MATTER, MINOR, PROPERTY, PLACED = (kind.name for kind in GuardianshipKind)
HOME, AWAY = True, False
NOBODY = ()


def fact(what, *values):
    return Fact(what, *values, *[""] * (4 - len(values)))


ME = fact("me", "hill", "1985-01-01")


def edge(kind=SOLE, child="kid", home="hill", birth_date=YOUNG):
    return fact("edge", child, kind, home, birth_date)


def names(relations):
    """What the caller holds, in plain words."""
    return {(policy.name, noun.value): sorted(ids) for (policy, noun), ids in relations.held.items() if ids}


def held(*facts):
    return names(of_resident("me", facts, TODAY))


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
    found = of_resident("me", [edge(), fact("grant", "kid", "IDENTITY", "hill", YOUNG), fact("own", "c")], TODAY)

    assert (found.held, found.granted, found.family_id) == ({}, {}, None)


def test_a_guardian_holds_the_child_and_its_family():
    assert held(ME, edge()) == {
        ("SELF_18PLUS", "family"): ["hill"],
        ("GUARDIAN_SOLE", "child"): ["kid"],
        ("GUARDIAN_SOLE", "family"): ["hill"],
    }


@pytest.mark.parametrize("kind", [SOLE, MINOR, PLACED, CUSTODIAN, MOTHER])
def test_guardianship_ends_on_the_18th_birthday(kind):
    assert held(ME, edge(kind, birth_date=OF_AGE)) == held(ME)
    assert held(ME, edge(kind, birth_date="2008-11-24")) != held(ME)


@pytest.mark.parametrize(("today", "is_held"), [(date(2026, 2, 28), True), (date(2026, 3, 1), False)])
def test_a_child_of_29_february_comes_of_age_on_the_1st_of_march(today, is_held):
    found = of_resident("me", [ME, edge(birth_date="2008-02-29")], today)

    assert ((p.GUARDIAN_SOLE, Noun.CHILD) in found.held) is is_held


@pytest.mark.parametrize("kind", [SOLE, JOINT, MINOR, PLACED, CUSTODIAN, MOTHER])
def test_a_measure_takes_what_any_relation_gave(kind):
    facts = [ME, edge(kind, home="shelter"), fact("ward", "r", "kid"), fact("rider", "d", "r"), fact("ride", "t", "r")]
    consent = fact("grant", "kid", "IDENTITY", "shelter", YOUNG)
    found = of_resident("me", [*facts, consent, fact("measure", "shelter")], TODAY)

    assert names(found) == held(ME)
    assert found.granted == {}


def test_a_measure_hides_even_the_own_home():
    assert held(ME, fact("measure", "hill")) == {}


def test_a_measure_about_one_family_leaves_another_alone():
    assert held(ME, edge(), fact("measure", "shelter")) == held(ME, edge())


def test_two_parents_of_one_home_are_told_from_two_parents_of_two():
    other = fact("other", "kid", JOINT, "hill")

    assert ("GUARDIAN_SOLE", "child") in held(ME, edge(JOINT), other)
    assert ("GUARDIAN_JOINT_RESIDENT", "child") in held(ME, edge(JOINT), other._replace(c="river"))
    assert ("GUARDIAN_JOINT_NONRESIDENT", "child") in held(ME, edge(JOINT, home="river"), other._replace(c="river"))


def test_who_lives_nowhere_lives_apart():
    homeless = fact("me", "", "1985-01-01")

    assert held(homeless, edge(JOINT)) == {
        ("GUARDIAN_JOINT_NONRESIDENT", "child"): ["kid"],
        ("GUARDIAN_JOINT_NONRESIDENT", "family"): ["hill"],
    }


def test_each_child_has_its_own_relation():
    found = held(ME, edge(SOLE, "a"), edge(FATHER, "b"), edge(JOINT, "c", "river"))

    assert found["GUARDIAN_SOLE", "child"] == ["a"]
    assert found["PARENT_WITHOUT_AUTHORITY", "child"] == ["b"]
    assert found["GUARDIAN_JOINT_NONRESIDENT", "child"] == ["c"]


def test_the_own_record_rides_and_points_belong_to_oneself():
    facts = [fact("own", "c", "hill"), fact("account", "a"), fact("rider", "d", "me"), fact("ride", "t", "me")]
    found = held(ME, *facts)

    assert found == {
        ("SELF_18PLUS", noun.value): [each]
        for noun, each in zip(
            (Noun.CHILD, Noun.ACCOUNT, Noun.FAMILY, Noun.RIDER, Noun.RIDE), ("c", "a", "hill", "d", "t"), strict=True
        )
    }


def test_rides_of_a_ward_follow_the_ward_and_no_other_child():
    wards = [edge(SOLE, "a"), edge(FATHER, "b"), fact("ward", "ra", "a"), fact("ward", "rb", "b")]
    riders = [fact("rider", "da", "ra"), fact("rider", "db", "rb"), fact("ride", "t", "ra"), fact("rider", "dx", "rx")]
    found = held(ME, *wards, *riders)

    assert found["GUARDIAN_SOLE", "rider"] == ["da"]
    assert found["GUARDIAN_SOLE", "ride"] == ["t"]
    assert found["PARENT_WITHOUT_AUTHORITY", "rider"] == ["db"]


def test_points_of_a_ward_are_the_wards_own():
    found = held(ME, edge(), fact("ward", "r", "kid"), fact("account", "mine"))

    assert {key: ids for key, ids in found.items() if key[1] == "account"} == {("SELF_18PLUS", "account"): ["mine"]}


def test_consent_opens_the_groups_that_it_names():
    grants = [fact("grant", "a", "IDENTITY VACC_RECORDS", "x", YOUNG), fact("grant", "b", "IDENTITY", "y", YOUNG)]

    assert of_resident("me", [ME, *grants], TODAY).granted == {"IDENTITY": {"a", "b"}, "VACC_RECORDS": {"a"}}


def test_consent_of_guardians_ends_with_their_guardianship():
    assert of_resident("me", [ME, fact("grant", "a", "IDENTITY", "x", OF_AGE)], TODAY).granted == {}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (CallerKind.SCHOOL, {("SCHOOL", "child"): ["pupil"]}),
        (CallerKind.STAFF_EDUCATION, {("STAFF_EDUCATION", "child"): ["pupil"]}),
        (CallerKind.PARTNER_MUNICIPALITY, {("PARTNER_MUNICIPALITY", "child"): ["moved"]}),
        (CallerKind.CLINIC, {}),
    ],
)
def test_an_organisation_holds_the_children_that_it_is_bound_to(kind, expected):
    bonds = [fact("bond", "pupil", Bond.PUPIL.name), fact("bond", "moved", Bond.MOVED.name)]

    assert names(of_organisation(kind, bonds, TODAY)) == expected


def test_an_organisation_has_the_consents_given_to_it_and_only_for_minors():
    grants = [fact("grant", "a", "IDENTITY", "x", YOUNG), fact("grant", "b", "IDENTITY", "x", OF_AGE)]

    assert of_organisation(CallerKind.CLINIC, grants, TODAY).granted == {"IDENTITY": {"a"}}
