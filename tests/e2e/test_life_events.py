"""What ends a right ends it for the next request on every worker, also for a token from before."""

import pytest

from tests.running import FEWEST_FAMILIES
from tsumugi.demo.town import make_town

pytestmark = pytest.mark.usefixtures("unmeasured")

WARDS = "{ viewer { wards { edges { node { id name sharing { edges { node { id sharedWith } } } } } } } }"
CHANGED = "{ ... on RegisterChange { isPreview changes { name loses } } ... on Refused { code field } }"
EVIDENCE = {"evidence": "審判書", "idempotencyKey": "life-event-1"}
PURPOSE = "REG:2026-77"


@pytest.fixture
def town(two_workers):
    return two_workers


def wards(town, name):
    """The wards of a caller, as each worker names them."""
    return [[edge["node"]["id"] for edge in each["viewer"]["wards"]["edges"]] for each in town.ask_each(name, WARDS)]


def deed(town, name, verb, **given):
    """A deed of the register's desk."""
    title = verb[0].upper() + verb[1:]
    text = f"mutation ($i: {title}Input!) {{ done: {verb}(input: $i) {CHANGED} }}"
    return town.ask(name, text, PURPOSE, i=EVIDENCE | given)["done"]


def test_a_custody_change_takes_the_child_from_the_father_on_every_worker(town):
    (eldest, middle, youngest), _ = wards(town, "mother")
    residents = make_town(families=int(FEWEST_FAMILIES)).cards
    change = {"childId": middle, "holderIds": [residents["mother"]], "decidedOn": "2026-11-23"}

    previewed = deed(town, "registry-desk", "decideAuthority", isPreview=True, **change)
    before = wards(town, "father")
    done = deed(town, "registry-desk", "decideAuthority", **change)

    assert before == [[middle, youngest]] * 2
    assert wards(town, "father") == [[youngest]] * 2
    assert wards(town, "mother") == [[eldest, middle, youngest]] * 2
    assert (previewed["isPreview"], done["isPreview"]) == (True, False)
    assert [each["name"] for each in previewed["changes"] if "VACC_RECORDS" in each["loses"]]


def test_a_measure_takes_the_child_from_the_counterparty_on_every_worker(town):
    family = town.ask("mother", "{ viewer { family { id } } }")["viewer"]["family"]["id"]
    residents = make_town(families=int(FEWEST_FAMILIES)).cards

    before = wards(town, "ex-spouse")
    measure = {"familyId": family, "counterpartyId": residents["ex-spouse"], "validFrom": "2026-11-23"}
    deed(town, "registry-desk", "recordMeasure", **measure)

    assert [len(each) for each in before] == [1, 1]
    assert wards(town, "ex-spouse") == [[], []]


def test_a_revoked_invitation_takes_the_child_from_the_grandmother_on_every_worker(town):
    shares = [
        share["node"]
        for edge in town.ask("mother", WARDS)["viewer"]["wards"]["edges"]
        for share in edge["node"]["sharing"]["edges"]
    ]
    [shared] = [each["id"] for each in shares if each["sharedWith"] == "露草 千草"]
    text = "mutation ($i: RevokeSharingInput!) { done: revokeSharing(input: $i) { __typename } }"

    before = wards(town, "grandmother")
    town.ask("mother", text, i={"id": shared, "idempotencyKey": "life-event-2"})

    assert [len(each) for each in before] == [1, 1]
    assert wards(town, "grandmother") == [[], []]


def test_the_18th_birthday_takes_the_child_from_the_guardian_on_every_worker(town):
    town.run("demo", "clock", "set", "2040-07-22T23:59:00+09:00")
    before = wards(town, "stranger")
    town.run("demo", "clock", "set", "2040-07-23T00:00:00+09:00")

    assert [len(each) for each in before] == [1, 1]
    assert wards(town, "stranger") == [[], []]
