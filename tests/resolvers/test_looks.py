"""Whose looks are noted, and how cells are counted."""

import pytest

from auth import policy as p
from auth.access import Caller, Relations, Standing
from auth.caller import NOBODY, Acr, Holder
from models.organisation import CallerKind
from models.subject import Noun
from resolvers.looks import OWNERS, Looks, cells_of, watch


def resident(granted=(), **held):
    """Somebody who holds children by policies, and was granted others."""
    relations = Relations(
        {(getattr(p, name), Noun.CHILD): frozenset(ids.split()) for name, ids in held.items()},
        {("IDENTITY", Noun.CHILD): frozenset(granted)},
    )
    return Caller(Holder("me", CallerKind.RESIDENT, Acr.CARD_PIN), Standing(CallerKind.RESIDENT), relations)


def seen(caller, *subjects):
    """The subjects at whom a look is noted."""
    looks, _ = watch(caller)
    for each in subjects:
        if looks is not None:
            looks.saw("Child.name", each)
    return looks and list(looks.cells)


@pytest.mark.parametrize("owner", sorted(map(repr, OWNERS)))
def test_guardians_and_the_person_are_never_noted(owner):
    assert watch(resident(**{owner: "a b"}))[0] is None


@pytest.mark.parametrize("other", ["FACILITY_OR_FOSTER", "PARENT_WITHOUT_AUTHORITY", "PARTNER_BEFORE_BIRTH"])
def test_others_with_a_relation_are_noted(other):
    assert seen(resident(GUARDIAN_SOLE="a", **{other: "b"}), "a", "b") == ["b"]


def test_a_parent_without_authority_who_was_invited_is_noted():
    assert seen(resident(["a"], PARENT_WITHOUT_AUTHORITY="a"), "a") == ["a"]


def test_an_invitation_to_the_own_child_changes_nothing():
    assert watch(resident(["a"], GUARDIAN_SOLE="a"))[0] is None


def test_who_has_not_logged_in_is_noted_nowhere():
    assert watch(Caller(NOBODY)) == (None, None)


@pytest.mark.parametrize("kind", sorted(set(CallerKind) - {CallerKind.RESIDENT, CallerKind.ANONYMOUS}, key=repr))
def test_everybody_else_is_noted_in_one_place(kind):
    looks, notes = watch(Caller(Holder("me", kind, Acr.MFA), Standing(kind)))

    assert looks is notes is not None


def test_every_policy_of_a_resident_is_an_owner_or_another():
    others = {policy for policy in p.POLICIES if policy.kind is CallerKind.RESIDENT} - OWNERS

    assert others == {
        p.FACILITY_OR_FOSTER,
        p.PARENT_WITHOUT_AUTHORITY,
        p.INVITED_FAMILY,
        p.PARTNER_BEFORE_BIRTH,
        p.RESTRICTED_COUNTERPARTY,
    }


def test_cells_are_counted_by_subject_and_field():
    looks = Looks(frozenset({"own"}))
    for field, subject, times in (
        ("A.a", "x", 1),
        ("A.a", "x", 2),
        ("A.b", "x", 1),
        ("A.a", "y", 1),
        ("A.a", "own", 1),
    ):
        looks.saw(field, subject, times)

    assert looks.cells == {"x": {"A.a": 3, "A.b": 1}, "y": {"A.a": 1}}


@pytest.mark.parametrize(("value", "cells"), [(None, 0), ("", 1), (0, 1), ([], 1), (["a"], 1), ([1, 2, 3], 3)])
def test_a_value_is_one_cell_and_a_list_as_many_as_it_has_members(value, cells):
    assert cells_of(value) == cells
