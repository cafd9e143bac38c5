"""In the demo town a clinic hands in a dose by its own patient number, and the mother reads it with its provenance."""

import pytest

from tsumugi import card

pytestmark = pytest.mark.usefixtures("unmeasured")

WARDS = """{ viewer { wards { edges { node { id vaccinations(last: 1) { edges { node {
  vaccine givenOn lot sources { organisation sourceRecordId legalBasis } } } } } } } } }"""
DEEDS = {
    "issueLinkCode": "... on LinkCode { linkCode }",
    "redeemLinkCode": "... on Linked { linkedAt }",
    "submitRecords": "... on Submitted { items { outcome } }",
}


@pytest.fixture
def town(town):
    return town.start("demo")


def done(town, who, name, **given):
    kind = f"{name[0].upper()}{name[1:]}Input"
    text = f"mutation ($i: {kind}!) {{ {name}(input: $i) {{ __typename {DEEDS[name]} }} }}"
    return town.ask(who, text, i={"idempotencyKey": f"e2e-{name}-0001"} | given)[name]


def test_what_a_clinic_hands_in_stands_in_the_record_with_its_provenance(town):
    child = town.ask("mother", WARDS)["viewer"]["wards"]["edges"][-1]["node"]["id"]
    clinic = card.load(town.data / "cards" / "clinic.json").client_id
    dose = {"vaccine": "BCG", "givenOn": "2026-11-20", "lot": "B1"}
    item = {"patientNumber": "P-1001", "sourceRecordId": "V-4711", "vaccination": dose}

    before = done(town, "clinic", "submitRecords", items=[item | {"sourceRecordId": "V-4710"}])
    code = done(town, "mother", "issueLinkCode", childId=child, organisationId=clinic)["linkCode"]
    done(town, "clinic", "redeemLinkCode", code=code, patientNumber="P-1001")
    after = done(town, "clinic", "submitRecords", items=[item], idempotencyKey="e2e-after-0001")

    assert (before["items"], after["items"]) == ([{"outcome": "WAITING"}], [{"outcome": "ACCEPTED"}])
    [seen] = town.ask("mother", WARDS)["viewer"]["wards"]["edges"][-1]["node"]["vaccinations"]["edges"]
    source = {"organisation": "まゆ玉こども医院", "sourceRecordId": "V-4711", "legalBasis": "CONSENT"}
    assert seen["node"] == dose | {"sources": [source]}
