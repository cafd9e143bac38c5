"""The viewer: the caller's own record, household, registration and points, and the children that they watch over."""

import pytest

from models.ids import Letter
from tests.hanamori import child, family, id_of

OWN = "{ viewer { kind record { id } family { id } rider { id } pointAccount { id balance } } }"
WARDS = "{ viewer { wards { totalCount edges { node { name } } } riders { edges { node { id name } } } } }"


async def test_nobody_is_no_viewer(ask):
    assert (await ask("anonymous", "{ viewer { kind } }")).data == {"viewer": None}


async def test_a_youth_with_a_card_sees_what_is_her_own(ask):
    assert (await ask("natsu", OWN)).data["viewer"] == {
        "kind": "RESIDENT",
        "record": {"id": child("natsu")},
        "family": {"id": family("hill")},
        "rider": {"id": id_of(Letter.RIDER, "natsu")},
        "pointAccount": {"id": id_of(Letter.ACCOUNT, "natsu"), "balance": 680},
    }


async def test_a_grown_up_without_any_of_it_sees_nothing_but_the_household(ask):
    assert (await ask("ex", OWN)).data["viewer"] == {
        "kind": "RESIDENT",
        "record": None,
        "family": {"id": family("river")},
        "rider": None,
        "pointAccount": None,
    }


@pytest.mark.parametrize("who", ["shop", "staff_health", "auditor"])
async def test_an_office_has_nothing_of_its_own(ask, who):
    found = (await ask(who, OWN)).data["viewer"]

    assert found == {
        "kind": found["kind"],
        "record": None,
        "family": None,
        "rider": None,
        "pointAccount": None,
    }


async def test_a_device_that_read_the_card_shows_nothing_of_its_holder(ask):
    found = (await ask("tapped", OWN)).data["viewer"]

    assert found == {"kind": "RESIDENT", "record": None, "family": None, "rider": None, "pointAccount": None}


@pytest.mark.parametrize(("who", "count"), [("sheltered", 1), ("mother", 0), ("shop", 0)])
async def test_a_pregnancy_is_with_the_woman_whose_it_is(ask, who, count):
    found = (await ask(who, "{ viewer { pregnancies { totalCount edges { node { dueOn } } } } }")).data["viewer"]

    assert found["pregnancies"]["totalCount"] == len(found["pregnancies"]["edges"]) == count


WATCHED = {
    "mother": ["natsu", "haru", "aki"],
    "ex": ["haru"],
    "grandmother": ["aki"],
    "natsu": [],  # her own record is no ward
    "grown": [],
    "sheltered": ["fuyu"],
    "counterparty": [],
    "late": [],
    "clinic": ["aki"],
    "tapped": [],
    "shop": [],
}


@pytest.mark.parametrize("who", WATCHED)
async def test_wards_are_the_children_open_by_guardianship_or_invitation(ask, who):
    found = (await ask(who, WARDS)).data["viewer"]["wards"]

    assert [edge["node"]["name"] for edge in found["edges"]] == WATCHED[who]
    assert found["totalCount"] == len(WATCHED[who])


async def test_a_guardian_sees_the_registrations_of_her_wards_and_her_own(ask):
    found = (await ask("mother", WARDS)).data["viewer"]["riders"]["edges"]

    assert sorted(edge["node"]["name"] for edge in found) == ["mother", "natsu"]


async def test_a_parent_elsewhere_sees_the_child_and_no_place(ask):
    text = "{ viewer { wards { edges { node { name vaccinations { edges { node { vaccine lot clinic } } } } } } } }"
    ward = (await ask("ex", text)).data["viewer"]["wards"]["edges"][0]["node"]

    assert ward["name"] == "haru"
    assert {(edge["node"]["lot"], edge["node"]["clinic"]) for edge in ward["vaccinations"]["edges"]} == {(None, None)}


async def test_an_invitation_to_some_parts_shows_no_other(ask):
    parts = "vaccinations { totalCount } checkups { totalCount } growth { totalCount }"
    text = f"{{ viewer {{ wards {{ edges {{ node {{ name {parts} }} }} }} }} }}"
    ward = (await ask("grandmother", text)).data["viewer"]["wards"]["edges"][0]["node"]

    assert ward == {"name": "aki", "vaccinations": {"totalCount": 6}, "checkups": None, "growth": None}


async def test_the_guardians_of_a_family_are_named_by_what_they_are(ask):
    text = "{ viewer { family { guardians { name relation } } } }"
    found = (await ask("mother", text)).data["viewer"]["family"]["guardians"]

    assert sorted((each["name"], each["relation"]) for each in found) == [
        ("father", "FATHER"),
        ("mother", "MOTHER"),
    ]
