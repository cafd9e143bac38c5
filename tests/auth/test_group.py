"""A group gives each of its people the right that it was listed under, and nobody else any."""

import pytest

from auth.group import group
from auth.groups import BY_NAME, GROUPS, LINK_IDS, PUBLIC
from auth.policy import CLINIC, GUARDIAN_SOLE, POLICIES, SHOP, STAFF_HEALTH, Right

MADE = group(
    "MADE", "For a test.", own=(CLINIC,), consent=(CLINIC,), write=(GUARDIAN_SOLE,), duty_write=(STAFF_HEALTH,)
)


def test_who_is_not_listed_has_no_right():
    assert MADE.alternatives(SHOP) == ()


@pytest.mark.parametrize("person", POLICIES, ids=repr)
def test_nobody_sees_what_links_a_person_to_a_card(person):
    assert LINK_IDS.alternatives(person) == ()


def test_a_right_that_nobody_knows_is_refused():
    with pytest.raises(KeyError):
        group("MADE", "For a test.", rule=(SHOP,))


@pytest.mark.parametrize(
    ("person", "rights"),
    [
        (GUARDIAN_SOLE, (Right.READ | Right.WRITE,)),
        (STAFF_HEALTH, (Right.READ | Right.WRITE | Right.DUTY,)),
        (CLINIC, (Right.READ | Right.OWN, Right.READ | Right.CONSENT)),
    ],
    ids=repr,
)
def test_each_has_the_rights_that_it_is_listed_under(person, rights):
    assert MADE.alternatives(person) == rights


def test_public_is_public_by_itself_alone():
    assert [each for each in GROUPS if each.is_public] == [PUBLIC]
    assert PUBLIC.rights == {}


def test_every_group_is_found_by_its_name():
    assert [repr(each) for each in BY_NAME.values()] == [each.name for each in GROUPS] == list(BY_NAME)
    assert len(BY_NAME) == 35
