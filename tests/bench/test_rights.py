"""What the hand-written servers decide about a child is what the product decides, relation by relation."""

from itertools import chain, combinations, product

import pytest

from auth.groups import ADDRESS_CONTACT, IDENTITY
from auth.policy import Right as Cell
from auth.relations import guardian_policies
from bench.rest.rights import Edge, Right, rights
from models.guardianship import GuardianshipKind

ME, OTHER, HOME = "me", "other", "home"
KINDS = [kind.name for kind in GuardianshipKind]
MINE = [*chain.from_iterable(combinations(KINDS, count) for count in (1, 2, 3))]
THEIRS = [(), ("AUTHORITY_JOINT",), ("CUSTODIAN",), ("AUTHORITY_JOINT", "CUSTODIAN"), ("BIRTH_MOTHER",)]


def by_hand(mine, theirs, homes, kept_away=frozenset()):
    edges = [Edge("child", HOME, ME, kind, homes[0]) for kind in mine]
    edges += [Edge("child", HOME, OTHER, kind, homes[1]) for kind in theirs]
    return rights(ME, edges, kept_away).get("child")


def by_the_table(mine, theirs, homes):
    others = {(kind, homes[1] == HOME) for kind in theirs}
    policies = guardian_policies(set(mine), others, is_home=homes[0] == HOME)
    if is_read(ADDRESS_CONTACT, policies):
        return Right.WHOLE
    return Right.MASKED if is_read(IDENTITY, policies) else None


def is_read(group, policies):
    return any(
        Cell.READ in right and Cell.MASKED not in right for each in policies for right in group.alternatives(each)
    )


@pytest.mark.parametrize("homes", [*product((HOME, "elsewhere"), repeat=2)])
def test_a_guardian_has_the_same_right_by_hand_and_by_the_table(homes):
    cases = product(MINE, THEIRS)
    wanted = {(mine, theirs): by_the_table(mine, theirs, homes) for mine, theirs in cases}

    assert {case: by_hand(*case, homes) for case in wanted} == wanted
    assert set(wanted.values()) == {None, Right.MASKED, Right.WHOLE}


def test_a_child_of_a_protected_family_is_not_there_by_hand():
    assert by_hand(("AUTHORITY_SOLE",), (), (HOME, HOME), frozenset({HOME})) is None


def test_whoever_has_no_relation_sees_nothing_by_hand():
    assert by_hand((), ("AUTHORITY_SOLE",), (HOME, HOME)) is None
