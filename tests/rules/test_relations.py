"""Which relations can stand beside one another, and what a change makes of the entries."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest

from models.guardianship import GuardianshipKind as K
from models.refusal import RefusalCode as R
from models.refusal import Refused
from rules.relations import (
    AUTHORITY,
    Case,
    Entry,
    Person,
    Ward,
    adopted,
    born,
    corrected,
    decided,
    ended,
    first_difference,
    recorded,
)

BIRTH, MAJORITY = date(2020, 5, 1), date(2038, 5, 1)
BEFORE, DAY, LATER, END = date(2026, 1, 1), date(2026, 11, 23), date(2027, 4, 1), date(2028, 1, 1)
ADULT, TWENTY = date(2000, 1, 1), date(2002, 1, 1)
PEOPLE = {name: Person(name, ADULT, TWENTY) for name in ("mother", "father", "aunt", "uncle", "court")} | {
    "self": Person("self", MAJORITY, date(2040, 5, 1)),
    "youth": Person("youth", LATER, date(2029, 4, 1)),
    "nineteen": Person("nineteen", BEFORE, LATER),
    "late": Person("late", ADULT, TWENTY, DAY),
    "infant": Person("infant", MAJORITY, MAJORITY, may_bear_on=date(2020, 5, 2)),
    "man": Person("man", ADULT, TWENTY, is_male=True),
    "gone before": Person("gone before", ADULT, TWENTY, date(2020, 4, 30)),
    "gone long before": Person("gone long before", ADULT, TWENTY, date(2019, 7, 5)),
}
WARD = Ward("self", BIRTH, MAJORITY)
MOTHER = Entry("mother", K.BIRTH_MOTHER, BIRTH, id="m")
FATHER = Entry("father", K.LEGAL_FATHER, BIRTH, id="f")
JOINT = (Entry("mother", K.AUTHORITY_JOINT, BIRTH, id="mj"), Entry("father", K.AUTHORITY_JOINT, BIRTH, id="fj"))
PARENTS = (MOTHER, FATHER)
FAMILY = (*PARENTS, *JOINT)
SOLE = (*PARENTS, Entry("mother", K.AUTHORITY_SOLE, BIRTH, id="ms"))


def case(*entries, ward=WARD, replaced=()):
    return Case(ward, PEOPLE, entries, replaced)


def new(holder, kind, start=DAY, end=None):
    return Entry(holder, kind, start, end)


IMPOSSIBLE = {
    "oneself": (new("self", K.CUSTODIAN), R.RELATION_TO_ONESELF, "holderId"),
    "no day": (new("aunt", K.CUSTODIAN, DAY, DAY), R.PERIOD_INVALID, "validTo"),
    "an end before the start": (new("aunt", K.CUSTODIAN, DAY, BEFORE), R.PERIOD_INVALID, "validTo"),
    "before birth": (new("aunt", K.CUSTODIAN, date(2020, 4, 30)), R.DATE_OUT_OF_RANGE, "validFrom"),
    "an adult as ward": (new("aunt", K.CUSTODIAN, MAJORITY), R.WARD_OF_AGE, "validFrom"),
    "the dead": (new("late", K.CUSTODIAN), R.HOLDER_DECEASED, "holderId"),
    "a minor": (new("youth", K.CUSTODIAN), R.HOLDER_TOO_YOUNG, "holderId"),
    "an adopter of nineteen": (new("nineteen", K.ADOPTIVE_PARENT), R.HOLDER_TOO_YOUNG, "holderId"),
    "a man as mother": (new("man", K.BIRTH_MOTHER, BIRTH), R.MOTHER_MALE, "holderId"),
    "a mother who was nine": (new("infant", K.BIRTH_MOTHER, BIRTH), R.HOLDER_TOO_YOUNG, "holderId"),
    "a mother who was dead": (new("gone before", K.BIRTH_MOTHER, BIRTH), R.HOLDER_DECEASED, "holderId"),
    "a father 301 days dead": (new("gone long before", K.LEGAL_FATHER, BIRTH), R.HOLDER_DECEASED, "holderId"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_no_relation_can_be_is_refused(name):
    entry, code, field = IMPOSSIBLE[name]

    assert recorded(case(), entry) == Refused(code, field)


def test_the_dead_have_no_guardian():
    assert recorded(case(ward=WARD._replace(died_on=DAY)), new("aunt", K.CUSTODIAN)) == Refused(
        R.DATE_OUT_OF_RANGE, "validFrom"
    )


CLASHES = {
    "the same again": (FAMILY, new("mother", K.BIRTH_MOTHER), R.RELATION_OVERLAPS, "holderId"),
    "mother and father in one": (PARENTS, new("mother", K.LEGAL_FATHER), R.RELATION_OVERLAPS, "holderId"),
    "two birth mothers": (PARENTS, new("aunt", K.BIRTH_MOTHER), R.TOO_MANY_HOLDERS, "holderId"),
    "two legal fathers": (PARENTS, new("uncle", K.LEGAL_FATHER), R.TOO_MANY_HOLDERS, "holderId"),
    "two custodians": (
        (new("uncle", K.CUSTODIAN, LATER),),
        new("aunt", K.CUSTODIAN, DAY),
        R.TOO_MANY_HOLDERS,
        "holderId",
    ),
    "sole beside joint": (FAMILY, new("mother", K.AUTHORITY_SOLE), R.AUTHORITY_CONTRADICTS, "kind"),
    "sole beside sole": (SOLE, new("father", K.AUTHORITY_SOLE), R.AUTHORITY_CONTRADICTS, "kind"),
    "joint beside sole": (SOLE, new("father", K.AUTHORITY_JOINT), R.AUTHORITY_CONTRADICTS, "kind"),
    "joint beside one's own sole": (SOLE, new("mother", K.AUTHORITY_JOINT), R.AUTHORITY_CONTRADICTS, "kind"),
    "three holders": (
        (*FAMILY, new("uncle", K.ADOPTIVE_PARENT)),
        new("uncle", K.AUTHORITY_JOINT),
        R.TOO_MANY_HOLDERS,
        "holderId",
    ),
    "authority beside a guardian": (
        (MOTHER, new("aunt", K.MINOR_GUARDIAN)),
        new("mother", K.AUTHORITY_SOLE),
        R.AUTHORITY_CONTRADICTS,
        "kind",
    ),
    "a guardian beside authority": (SOLE, new("aunt", K.MINOR_GUARDIAN), R.AUTHORITY_CONTRADICTS, "kind"),
    "authority of no parent": (PARENTS, new("aunt", K.AUTHORITY_SOLE), R.NOT_A_PARENT, "holderId"),
    "a suspension of nothing": (PARENTS, new("mother", K.AUTHORITY_SUSPENDED), R.SUSPENDS_NOTHING, "holderId"),
    "only later": (
        (*PARENTS, new("mother", K.AUTHORITY_SOLE, LATER, END)),
        new("father", K.AUTHORITY_SOLE),
        R.AUTHORITY_CONTRADICTS,
        "kind",
    ),
    "a suspension that outlasts": (
        (*PARENTS, new("mother", K.AUTHORITY_SOLE, BEFORE, LATER)),
        new("mother", K.AUTHORITY_SUSPENDED, DAY, END),
        R.SUSPENDS_NOTHING,
        "holderId",
    ),
}


@pytest.mark.parametrize("name", CLASHES)
def test_what_contradicts_another_relation_is_refused(name):
    entries, entry, code, field = CLASHES[name]

    assert recorded(case(*entries), entry) == Refused(code, field)


STANDING = {
    "a custodian who is no parent": (FAMILY, new("aunt", K.CUSTODIAN)),
    "one after the other": ((new("uncle", K.CUSTODIAN, BEFORE, DAY),), new("aunt", K.CUSTODIAN)),
    "one before the other": ((new("uncle", K.CUSTODIAN, LATER),), new("aunt", K.CUSTODIAN, DAY, LATER)),
    "the second of two parents": ((*PARENTS, JOINT[0]), new("father", K.AUTHORITY_JOINT)),
    "a guardian beside a suspended parent": (
        (*SOLE, new("mother", K.AUTHORITY_SUSPENDED)),
        new("aunt", K.MINOR_GUARDIAN),
    ),
    "two guardians": ((new("uncle", K.MINOR_GUARDIAN),), new("aunt", K.MINOR_GUARDIAN)),
    "a foster couple": ((*FAMILY, new("uncle", K.PLACEMENT)), new("aunt", K.PLACEMENT)),
    "a suspension": (SOLE, new("mother", K.AUTHORITY_SUSPENDED)),
    "a parent who is a minor": ((), new("youth", K.BIRTH_MOTHER)),
    "a father who died before the birth": ((), new("late", K.LEGAL_FATHER)),
    "sole authority after the other's death": (
        (*PARENTS, new("late", K.AUTHORITY_JOINT, BIRTH)),
        new("mother", K.AUTHORITY_SOLE),
    ),
    "a custodian after the other has died": ((new("late", K.CUSTODIAN, BIRTH),), new("aunt", K.CUSTODIAN)),
    "a custodian whose relation had ended when the other died": (
        (new("late", K.CUSTODIAN, BIRTH, BEFORE),),
        new("aunt", K.CUSTODIAN, BEFORE),
    ),
    "beside an entry that never was": ((new("uncle", K.CUSTODIAN, DAY, DAY),), new("aunt", K.CUSTODIAN)),
}


@pytest.mark.parametrize("name", STANDING)
def test_what_can_stand_beside_the_others_is_recorded(name):
    entries, entry = STANDING[name]

    assert recorded(case(*entries), entry) == [entry]


def test_a_dead_father_stays_the_father():
    assert recorded(case(new("late", K.LEGAL_FATHER, BIRTH)), new("uncle", K.LEGAL_FATHER)) == Refused(
        R.TOO_MANY_HOLDERS, "holderId"
    )


def test_an_end_replaces_the_entry():
    assert ended(case(*FAMILY), "mj", DAY) == [Entry("mother", K.AUTHORITY_JOINT, BIRTH, DAY, replaces_id="mj")]


@pytest.mark.parametrize(
    ("id", "day", "refused"),
    [
        ("?", DAY, Refused(R.NOT_FOUND, "entryId")),
        ("old", DAY, Refused(R.ENTRY_REPLACED, "entryId")),
        ("mj", BIRTH, Refused(R.PERIOD_INVALID, "endsOn")),
        ("ended", LATER, Refused(R.ENTRY_ENDED, "endsOn")),
    ],
)
def test_an_end_that_cannot_be_is_refused(id, day, refused):
    entries = (*FAMILY, Entry("aunt", K.CUSTODIAN, BEFORE, LATER, id="ended"))

    assert ended(case(*entries, replaced={"old"}), id, day) == refused


@pytest.mark.parametrize(
    "taken",
    [
        lambda case_: ended(case_, "f", DAY),
        lambda case_: corrected(case_, "f", None),
        lambda case_: corrected(case_, "f", Entry("father", K.LEGAL_FATHER, DAY)),
        lambda case_: corrected(case_, "f", Entry("father", K.CUSTODIAN, BIRTH)),
    ],
)
def test_parentage_does_not_go_while_authority_stays(taken):
    assert taken(case(*FAMILY)) == Refused(R.NOT_A_PARENT, "entryId")


def test_parentage_goes_where_no_authority_stands():
    assert len(corrected(case(*SOLE), "f", None)) == 1


def test_a_correction_that_says_the_same_is_refused():
    assert corrected(case(*FAMILY), "f", FATHER) == Refused(R.ALREADY_RECORDED, "entryId")


def test_an_entry_that_never_was_is_replaced_by_one_without_a_day():
    (void,) = corrected(case(*FAMILY), "fj", None)

    assert (void.replaces_id, void.has_a_day, void.valid_from) == ("fj", False, BIRTH)


def test_a_correction_keeps_the_holder_and_says_the_rest():
    right = Entry("?", K.AUTHORITY_JOINT, BEFORE, LATER)

    assert corrected(case(*FAMILY), "fj", right) == [
        Entry("father", K.AUTHORITY_JOINT, BEFORE, LATER, replaces_id="fj")
    ]


def test_a_correction_that_contradicts_is_refused():
    assert corrected(case(*FAMILY), "fj", new("father", K.AUTHORITY_SOLE)) == Refused(R.AUTHORITY_CONTRADICTS, "kind")
    assert corrected(case(), "fj", None) == Refused(R.NOT_FOUND, "entryId")


OLD = new("aunt", K.CUSTODIAN, BEFORE, END)


@pytest.mark.parametrize(
    ("old", "now", "day"),
    [
        (OLD, None, DAY),
        (new("aunt", K.CUSTODIAN, LATER), None, LATER),
        (OLD, new("aunt", K.CUSTODIAN, BEFORE, LATER), LATER),
        (OLD, new("aunt", K.CUSTODIAN, BEFORE), END),
        (OLD, new("aunt", K.PLACEMENT, BEFORE, END), DAY),
        (new("aunt", K.CUSTODIAN, BEFORE, BEFORE), new("aunt", K.CUSTODIAN, BIRTH, BEFORE), DAY),
    ],
)
def test_a_correction_changes_something_from_the_first_day_that_differs(old, now, day):
    assert first_difference(old, now, DAY) == day


def facts(outcome):
    return [(each.holder_id, each.kind, each.valid_from, each.valid_to, each.replaces_id) for each in outcome]


def test_a_divorce_closes_joint_authority_and_opens_sole():
    assert facts(decided(case(*FAMILY), DAY, ["mother"], None)) == [
        ("mother", K.AUTHORITY_JOINT, BIRTH, DAY, "mj"),
        ("father", K.AUTHORITY_JOINT, BIRTH, DAY, "fj"),
        ("mother", K.AUTHORITY_SOLE, DAY, None, None),
    ]


def test_joint_authority_that_stands_stays_and_a_custodian_is_named():
    assert facts(decided(case(*FAMILY), DAY, ["father", "mother"], "mother")) == [
        ("mother", K.CUSTODIAN, DAY, None, None)
    ]


def test_a_decision_ends_guardians_and_undoes_what_had_not_begun():
    entries = (
        *PARENTS,
        Entry("aunt", K.MINOR_GUARDIAN, BEFORE, id="g"),
        Entry("uncle", K.CUSTODIAN, LATER, id="c"),
        Entry("uncle", K.PLACEMENT, BEFORE, id="p"),
        Entry("court", K.CUSTODIAN, BEFORE, BEFORE, id="void"),
        Entry("court", K.CUSTODIAN, BIRTH, BEFORE, id="past"),
    )

    assert facts(decided(case(*entries), DAY, ["father"], None)) == [
        ("aunt", K.MINOR_GUARDIAN, BEFORE, DAY, "g"),
        ("uncle", K.CUSTODIAN, LATER, LATER, "c"),
        ("father", K.AUTHORITY_SOLE, DAY, None, None),
    ]


@pytest.mark.parametrize(("holder", "is_closed"), [("mother", False), ("father", True)])
def test_a_suspension_outlives_a_decision_for_whom_it_concerns(holder, is_closed):
    suspended = Entry("mother", K.AUTHORITY_SUSPENDED, BEFORE, id="s")
    outcome = decided(case(*FAMILY, suspended), DAY, [holder], None)

    assert ("s" in {each.replaces_id for each in outcome}) is is_closed


UNDECIDED = {
    "nobody": ([], None, DAY, R.VALUE_OUT_OF_RANGE, "holderIds"),
    "one twice": (["mother", "mother"], None, DAY, R.VALUE_OUT_OF_RANGE, "holderIds"),
    "three": (["mother", "father", "aunt"], None, DAY, R.VALUE_OUT_OF_RANGE, "holderIds"),
    "joint before the law": (["mother", "father"], None, date(2026, 3, 31), R.JOINT_TOO_EARLY, "decidedOn"),
    "what is": (["mother", "father"], None, DAY, R.ALREADY_RECORDED, "decidedOn"),
    "no parent": (["aunt"], None, DAY, R.NOT_A_PARENT, "holderIds"),
    "a custodian who died": (["mother"], "late", DAY, R.HOLDER_DECEASED, "custodianId"),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_a_decision_that_cannot_be_is_refused(name):
    holders, custodian, day, code, field = UNDECIDED[name]

    assert decided(case(*FAMILY), day, holders, custodian) == Refused(code, field)


def test_joint_authority_is_decided_from_the_first_of_april_2026_on():
    outcome = decided(case(*SOLE), date(2026, 4, 1), ["mother", "father"], None)

    assert [each.kind for each in outcome if each.replaces_id is None] == [K.AUTHORITY_JOINT] * 2


def test_an_ordinary_adoption_takes_authority_and_leaves_parentage():
    assert facts(adopted(case(*FAMILY), DAY, ["aunt", "uncle"], None, is_special=False)) == [
        ("mother", K.AUTHORITY_JOINT, BIRTH, DAY, "mj"),
        ("father", K.AUTHORITY_JOINT, BIRTH, DAY, "fj"),
        ("aunt", K.ADOPTIVE_PARENT, DAY, None, None),
        ("uncle", K.ADOPTIVE_PARENT, DAY, None, None),
        ("aunt", K.AUTHORITY_JOINT, DAY, None, None),
        ("uncle", K.AUTHORITY_JOINT, DAY, None, None),
    ]


def test_a_single_adopter_holds_sole_authority():
    outcome = adopted(case(*SOLE), DAY, ["uncle"], None, is_special=False)

    assert [each.kind for each in outcome if each.holder_id == "uncle"] == [K.ADOPTIVE_PARENT, K.AUTHORITY_SOLE]


def test_a_special_adoption_ends_and_seals_every_tie():
    past = Entry("court", K.PLACEMENT, BIRTH, BEFORE, id="past")
    outcome = adopted(case(*FAMILY, past), DAY, ["aunt", "uncle"], None, is_special=True)
    old = {each.replaces_id: each for each in outcome if each.replaces_id}

    assert set(old) == {"m", "f", "mj", "fj", "past"}
    assert all(each.is_sealed and each.has_ended(DAY) for each in old.values())
    assert old["past"].valid_to == BEFORE
    assert not [each for each in outcome if each.is_sealed and each.replaces_id is None]


NUMBERS = count()


def standing(*entries):
    """The entries as they are kept, each with an id; what another one replaces is left out."""
    kept = [replace(each, id=each.id or f"e{next(NUMBERS)}") for each in entries]
    gone = {each.replaces_id for each in kept}
    return [each for each in kept if each.id not in gone]


def adopted_specially(spouse=None):
    """Her child, whose father never had authority."""
    adopters = ["aunt"] if spouse else ["aunt", "uncle"]
    return standing(*SOLE, *adopted(case(*SOLE), DAY, adopters, spouse, is_special=True))


@pytest.mark.parametrize(("holder", "kind"), [("father", K.LEGAL_FATHER), ("court", K.LEGAL_FATHER)])
@pytest.mark.parametrize("start", [BEFORE, DAY, LATER])
def test_after_a_special_adoption_nobody_is_a_parent_by_blood(holder, kind, start):
    refused = recorded(case(*adopted_specially()), new(holder, kind, start))

    assert refused in {Refused(R.TIES_ENDED, "kind"), Refused(R.RELATION_OVERLAPS, "holderId")}
    assert start == BEFORE or refused == Refused(R.TIES_ENDED, "kind")


def test_nor_is_a_sealed_tie_made_longer_by_a_correction():
    entries = adopted_specially()
    sealed = next(each for each in entries if each.kind is K.LEGAL_FATHER)

    assert corrected(case(*entries), sealed.id, replace(sealed, valid_to=None)) == Refused(R.TIES_ENDED, "kind")
    assert not isinstance(corrected(case(*entries), sealed.id, replace(sealed, valid_to=BEFORE)), Refused)


def test_the_tie_of_the_spouse_who_stayed_a_parent_is_put_right():
    entries = adopted_specially("father")
    tie = next(each for each in entries if each.kind is K.LEGAL_FATHER)

    assert not isinstance(corrected(case(*entries), tie.id, replace(tie, valid_from=BEFORE)), Refused)


def test_ties_of_blood_hold_again_once_a_special_adoption_is_dissolved():
    before = adopted_specially()
    kinds = {*AUTHORITY, K.ADOPTIVE_PARENT}
    dissolved = [each.until(LATER) for each in before if each.kind in kinds and not each.is_sealed]
    entries = standing(*before, *dissolved)
    again = standing(*entries, new("aunt", K.ADOPTIVE_PARENT, END))

    assert recorded(case(*entries), new("father", K.LEGAL_FATHER, DAY)) == Refused(R.TIES_ENDED, "kind")
    assert not isinstance(recorded(case(*entries), new("father", K.LEGAL_FATHER, LATER)), Refused)
    assert not isinstance(recorded(case(*again), new("father", K.LEGAL_FATHER, LATER)), Refused)


def test_an_ordinary_adoption_leaves_room_for_a_father():
    entries = standing(MOTHER, new("aunt", K.ADOPTIVE_PARENT))

    assert not isinstance(recorded(case(*entries), new("father", K.LEGAL_FATHER, LATER)), Refused)


def test_a_special_adoption_by_a_spouse_keeps_the_spouses_tie():
    outcome = adopted(case(*FAMILY), DAY, ["uncle"], "mother", is_special=True)

    assert {each.replaces_id for each in outcome if each.is_sealed} == {"f", "fj"}
    assert "mother" not in {each.holder_id for each in outcome}


def test_what_an_earlier_adoption_sealed_is_not_sealed_again():
    sealed = Entry("father", K.LEGAL_FATHER, BIRTH, BEFORE, is_sealed=True, id="sealed")
    outcome = adopted(case(sealed), DAY, ["aunt"], None, is_special=True)

    assert [each.replaces_id for each in outcome] == [None, None]


UNADOPTED = {
    "by nobody": ([], "mother", R.VALUE_OUT_OF_RANGE, "adopterIds"),
    "by two and a spouse": (["aunt", "uncle"], "mother", R.VALUE_OUT_OF_RANGE, "adopterIds"),
    "by one twice": (["aunt", "aunt"], None, R.VALUE_OUT_OF_RANGE, "adopterIds"),
    "by a stranger's spouse": (["aunt"], "court", R.NOT_A_PARENT, "spouseParentId"),
    "by a youth": (["nineteen"], None, R.HOLDER_TOO_YOUNG, "adopterIds"),
}


@pytest.mark.parametrize("name", UNADOPTED)
def test_an_adoption_that_cannot_be_is_refused(name):
    adopters, spouse, code, field = UNADOPTED[name]

    assert adopted(case(*FAMILY), DAY, adopters, spouse, is_special=False) == Refused(code, field)


def test_what_is_wrong_at_birth_is_wrong_with_the_day():
    assert born(case(), [new("mother", K.BIRTH_MOTHER), new("mother", K.LEGAL_FATHER)]) == Refused(
        R.RELATION_OVERLAPS, "bornOn"
    )


@pytest.mark.parametrize(
    ("name", "day", "is_able"),
    [("mother", DAY, True), ("youth", DAY, False), ("late", BEFORE, True), ("late", DAY, False)],
)
def test_who_is_of_age_and_alive_can_hold_authority(name, day, is_able):
    assert PEOPLE[name].is_able(day) is is_able
