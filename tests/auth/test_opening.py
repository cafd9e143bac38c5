"""What the second wall lets through: never less than the one decision allows, and nothing for those who may nothing."""

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth import policy as p
from auth.access import WIDEST, Access, Caller, Relations, Standing, standings
from auth.caller import Acr, Holder
from auth.groups import GROUPS
from auth.policy import POLICIES
from auth.purpose import PURPOSES
from models.organisation import CallerKind
from models.subject import Noun, Subject
from models.wall import NOTHING
from schema.graph import core
from schema.node import DEEDS, NODES
from tests.hanamori import HOLDERS

ME, IDS = "me", ("a", "b", "c")
SUBJECTS = [Subject(noun, "about", supplier) for noun in Noun for supplier in (None, "supplier")]
K = CallerKind


class Row(NamedTuple):
    about: str
    supplier: str | None


def is_reached(opening: Any, subject: Subject, row: Row) -> bool:
    """What the policy of a table says of a row."""
    ids = opening.subjects.get(subject.noun, frozenset())
    is_supplied = subject.supplier is not None and opening.supplier_id != "" and row.supplier == opening.supplier_id
    return ids is None or row.about in ids or is_supplied


def caller_of(standing: Standing, relations: Relations) -> Caller:
    return Caller(Holder(ME, standing.kind, Acr.CARD_PIN), standing, relations)


NAMES = [group.name for group in GROUPS]
SOME = st.frozensets(st.sampled_from(IDS))
RELATIONS = st.builds(
    Relations,
    st.dictionaries(st.tuples(st.sampled_from(POLICIES), st.sampled_from(Noun)), SOME, max_size=8),
    st.dictionaries(st.tuples(st.sampled_from(NAMES), st.sampled_from(Noun)), SOME, max_size=8),
)
CALLERS = st.builds(caller_of, st.sampled_from(list(standings())), RELATIONS)
ROWS = [Row(about, supplier) for about in IDS for supplier in (None, ME, "other")]


def accesses(noun):
    """Whatever a field about this noun could name."""
    groups = st.lists(st.sampled_from(WIDEST[noun].groups), min_size=1, max_size=3)
    return st.builds(Access, groups.map(tuple), st.booleans(), st.booleans(), st.just(value=False))


@given(CALLERS, st.data())
def test_whatever_a_caller_sees_the_wall_lets_through(caller, data):
    opening = caller.opening()
    for subject in SUBJECTS:
        access = data.draw(accesses(subject.noun))
        seen = [row for row in ROWS if caller.sees(access, subject, row)]

        assert [row for row in seen if not is_reached(opening, subject, row)] == []


@given(CALLERS)
def test_the_wall_lets_nothing_through_that_no_group_of_fields_could_show(caller):
    opening = caller.opening()
    for subject in SUBJECTS:
        fields = [Access((group,)) for group in WIDEST[subject.noun].groups]
        about = {row.about for row in ROWS if any(caller.sees(each, subject, row) for each in fields)}
        strange = [row for row in ROWS if row.supplier != ME and is_reached(opening, subject, row)]

        # Where only own rows about a subject are seen, the wall holds the subject.
        assert {row.about for row in strange} <= about


@pytest.mark.parametrize("who", ["anonymous", "tapped", "stranger", *(kind for kind in HOLDERS if "staff_" in kind)])
def test_without_relations_and_without_a_purpose_nothing_is_reached(who):
    assert not any(Caller.of(HOLDERS[who], None, Relations()).opening().subjects.values())
    assert Caller.of(HOLDERS[who], None, Relations()).opening().supplier_id == ""


OF_THE_SECTION = {Noun.NOTICE, Noun.APPLICATION, Noun.ANNOUNCEMENT, Noun.REVIEW}


@pytest.mark.parametrize(
    ("kind", "purpose", "town"),
    [
        (K.STAFF_HEALTH, "CHK", {Noun.CHILD, Noun.FAMILY, *OF_THE_SECTION}),
        (K.STAFF_HEALTH, "PRG", {Noun.CHILD, Noun.FAMILY, Noun.PREGNANCY, *OF_THE_SECTION}),
        (K.STAFF_TAXI, "ELG", {Noun.RIDER, Noun.RIDE, Noun.CLAIM}),
        (K.STAFF_POINTS, "PTS", {Noun.ACCOUNT}),
        (K.STAFF_EDUCATION, "SCH", {Noun.SCHOOL_REVIEW}),
        (K.AUDITOR, "AUD", {Noun.LOOK}),
    ],
)
def test_a_purpose_opens_the_town_in_the_own_domain_alone(kind, purpose, town):
    opening = Caller.of(Holder(ME, kind, Acr.MFA), PURPOSES[purpose], Relations()).opening()

    assert {noun for noun, ids in opening.subjects.items() if ids is None} == town


@pytest.mark.parametrize(("kind", "supplier"), [(K.CLINIC, ME), (K.TAXI_OPERATOR, ME), (K.SHOP, ME), (K.RESIDENT, "")])
def test_an_organisation_reaches_the_rows_that_it_supplied(kind, supplier):
    assert Caller.of(Holder(ME, kind, Acr.KEY), None, Relations()).opening().supplier_id == supplier


def test_a_guardian_reaches_what_is_held_and_nothing_else():
    held = {(p.GUARDIAN_SOLE, Noun.CHILD): frozenset("a"), (p.PARENT_WITHOUT_AUTHORITY, Noun.CHILD): frozenset("b")}
    opening = Caller.of(Holder(ME, K.RESIDENT, Acr.CARD_PIN), None, Relations(held)).opening()

    reached = {noun: set(ids) for noun, ids in opening.subjects.items() if ids}
    assert reached == {Noun.CHILD: {"a"}, Noun.LOOK: {"a"}, Noun.NOTICE: {"a"}}


def test_nobody_in_particular_reaches_nothing():
    assert Caller().opening() == NOTHING


def test_every_door_and_deed_names_only_groups_that_the_wall_reckons_with():
    declared = [(node.noun, node.door) for node in NODES.values()]
    declared += [(noun, access) for access, noun in DEEDS.values()]

    assert len(core.type_map) > len(declared) > 15
    assert [each for noun, access in declared if noun and (each := set(access.groups) - set(WIDEST[noun].groups))] == []


def test_a_parent_who_lives_apart_does_not_reach_where_the_child_lives():
    held = {(p.GUARDIAN_JOINT_NONRESIDENT, noun): frozenset("a") for noun in (Noun.CHILD, Noun.FAMILY)}
    opening = Caller.of(Holder(ME, K.RESIDENT, Acr.CARD_PIN), None, Relations(held)).opening()

    assert {noun for noun, ids in opening.subjects.items() if ids} == {Noun.CHILD, Noun.NOTICE}
