"""Registration for the taxi subsidy: asked for, decided, suspended, renewed; what is refused leaves nothing."""

from datetime import date

import pytest
from sqlalchemy import insert, update

from models.child import Child
from models.columns import table_of
from models.ids import Letter
from models.refusal import RefusalCode
from models.resident import Resident, Sex
from models.rider import Rider, RiderStep
from tests.hanamori import child, family, id_of, resident
from tests.resolvers.test_deed import counted, done

R = RefusalCode
ELG = "ELG:2026-1"
FIELDS = """id name status isSettled isResident eligibility registeredOn validTo
  steps { kind eligibility validFrom validTo note }"""
ANSWER = f"__typename ... on Rider {{ {FIELDS} }} ... on Refused {{ code field }}"
DEEDS = {
    name: f"mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ done: {name}(input: $input) {{ {ANSWER} }} }}"
    for name in ("applyForRides", "applyForRidesAtCounter", "decideRider", "suspendRider", "reinstateRider")
}
MINE = "query ($childId: ID) { viewer { rider(childId: $childId) { id status eligibility steps { note } } } }"


def claim(key="apply-0001", **other):
    given = {"eligibility": "DISABILITY", "hasLicence": False, "exclusions": [], "evidence": "手帳 2級"}
    return given | {"idempotencyKey": key} | other


def verdict(rider_id, key="decide-0001", **other):
    return {"riderId": rider_id, "isAccepted": True, "reason": "手帳を確認", "idempotencyKey": key} | other


def turn(rider_id, key):
    return {"riderId": rider_id, "reason": "照会中", "idempotencyKey": key}


async def apply(act, who, given=None):
    return await done(act, who, DEEDS["applyForRides"], given or claim())


async def decide(act, rider_id, **other):
    return await done(act, "staff_taxi", DEEDS["decideRider"], verdict(rider_id, **other), purpose=ELG)


async def changed(act, model, id, **values):
    table = table_of(model)
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(update(table).where(table.c.id == id).values(**values))


async def enter_haru(act):
    """Haru comes into the register of residents, lives with the mother, and so can be a rider."""
    about = {"id": resident("haru"), "family_id": family("hill"), "name": "haru", "name_kana": "haru"}
    async with act.store.owner.engine.begin() as connection:
        values = about | {"birth_date": date(2018, 5, 1), "sex": Sex.FEMALE}
        await connection.execute(insert(table_of(Resident)).values(values))
    await changed(act, Child, child("haru"), resident_id=resident("haru"))


async def test_somebody_applies_and_rides_once_staff_have_decided(act):
    asked = await apply(act, "father")
    settled = await decide(act, asked["id"], validTo="2027-04-01")
    mine = (await act("father", MINE)).data["viewer"]["rider"]

    assert (asked["status"], asked["isSettled"], asked["name"]) == ("APPLIED", False, "father")
    assert (settled["status"], settled["registeredOn"], settled["validTo"]) == (
        *("REGISTERED", "2026-11-23", "2027-04-01"),
    )
    assert [(each["kind"], each["note"]) for each in settled["steps"]] == [
        ("APPLIED", "手帳 2級"),
        ("ACCEPTED", "手帳を確認"),
    ]
    assert (mine["id"], mine["status"]) == (asked["id"], "REGISTERED")


async def test_a_guardian_applies_for_a_ward_and_nobody_else_finds_the_child(act):
    await enter_haru(act)
    given = claim(childId=child("haru"), eligibility="ILLNESS")
    others = [await apply(act, who, given) for who in ("ex", "stranger", "grandmother")]
    made = await apply(act, "mother", given)
    seen = {
        who: (await act(who, MINE, childId=child("haru"))).data["viewer"]["rider"] for who in ("mother", "ex", "father")
    }

    assert {(each["code"], *each["field"]) for each in others} == {(R.NOT_FOUND, "input", "childId")}
    assert (made["name"], made["eligibility"]) == ("haru", "ILLNESS")
    assert (seen["mother"]["id"], seen["ex"], seen["father"]) == (made["id"], None, None)


async def test_staff_enter_an_application_at_the_counter_for_whoever_has_no_card(act):
    given = claim(residentId=resident("sheltered"), name="守 花", eligibility="PREGNANCY")
    barred = await done(act, "staff_taxi", DEEDS["applyForRidesAtCounter"], given, purpose="CLM:2026-1")
    made = await done(act, "staff_taxi", DEEDS["applyForRidesAtCounter"], given, purpose=ELG)
    endless = await decide(act, made["id"])
    settled = await decide(act, made["id"], key="decide-0002", validTo="2028-04-01")

    assert barred["code"] == R.PURPOSE_REQUIRED
    assert (made["name"], made["isResident"], made["status"]) == ("守 花", True, "APPLIED")
    assert (endless["code"], endless["field"]) == (R.VALUE_MISSING, ["input", "validTo"])
    assert settled["status"] == "REGISTERED"


REFUSED = {  # who, input, code, field
    "too young to do it oneself": ("natsu", claim(), R.NOT_PERMITTED, None),
    "registered already": ("mother", claim(), R.ALREADY_RECORDED, None),
    "not yet 75": ("father", claim(eligibility="AGE_75"), R.ELIGIBILITY_UNMET, "eligibility"),
    "another support": ("father", claim(exclusions=["WELFARE_VEHICLE"]), R.RIDES_EXCLUDED, "exclusions"),
    "an Individual Number": ("father", claim(evidence="123456789018"), R.INDIVIDUAL_NUMBER_REFUSED, "evidence"),
    "nothing shown": ("father", claim(evidence=" "), R.VALUE_MISSING, "evidence"),
    "a child whom the register of residents lacks": ("mother", claim(childId=child("aki")), R.NOT_RESIDENT, "childId"),
}


async def test_what_cannot_be_is_refused_and_nothing_is_written(act):
    for number, (name, (who, given, code, field)) in enumerate(REFUSED.items()):
        answer = await apply(act, who, given | {"idempotencyKey": f"refused-{number}"})
        assert (answer["code"], answer["field"]) == (code, field and ["input", field]), name
    assert (await counted(act, Rider), await counted(act, RiderStep)) == (3, 0)


async def test_a_refused_application_can_be_made_again_and_a_settled_one_not_decided_twice(act):
    asked = await apply(act, "father")
    twice = await apply(act, "father", claim("apply-0002"))
    refused = await decide(act, asked["id"], isAccepted=False)
    late = await decide(act, asked["id"], key="decide-0002")
    again = await apply(act, "father", claim("apply-0003"))

    assert (twice["code"], late["code"]) == (R.ALREADY_RECORDED, R.ALREADY_RECORDED)
    assert (refused["status"], again["id"], again["status"]) == ("REFUSED", asked["id"], "APPLIED")


async def test_a_registration_about_to_end_is_renewed_and_holds_while_staff_decide(act):
    await changed(act, Rider, id_of(Letter.RIDER, "mother"), valid_to=date(2026, 12, 1))
    asked = await apply(act, "mother")
    refused = await decide(act, asked["id"], isAccepted=False)
    await apply(act, "mother", claim("apply-0002"))
    renewed = await decide(act, asked["id"], key="decide-0002", validTo="2027-12-01", validFrom="2026-12-01")

    assert (asked["status"], refused["status"]) == ("REGISTERED", "REGISTERED")
    assert (renewed["registeredOn"], renewed["validTo"]) == ("2026-04-01", "2027-12-01")


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"reason": ""}, R.VALUE_MISSING, "reason"),
        ({"eligibility": "AGE_75"}, R.ELIGIBILITY_UNMET, "eligibility"),
        ({"validFrom": "2029-01-01"}, R.DATE_OUT_OF_RANGE, "validFrom"),
        ({"validTo": "2026-11-23"}, R.PERIOD_INVALID, "validTo"),
    ],
)
async def test_a_decision_that_cannot_be_leaves_the_application_waiting(act, given, code, field):
    asked = await apply(act, "father")
    answer = await decide(act, asked["id"], **given)
    await changed(act, Resident, resident("father"), moved_out_on=date(2026, 11, 1))
    gone = await decide(act, asked["id"], key="decide-0002")

    assert (answer["code"], answer["field"]) == (code, ["input", field])
    assert (gone["code"], gone["field"]) == (R.NOT_RESIDENT, ["input", "riderId"])


async def test_staff_suspend_and_reinstate_with_a_reason_that_the_rider_reads(act):
    rider = id_of(Letter.RIDER, "mother")
    back, stopped, twice, again = [
        await done(act, "staff_taxi", DEEDS[name], turn(rider, f"turn-{number:04}"), purpose=ELG)
        for number, name in enumerate(("reinstateRider", "suspendRider", "suspendRider", "reinstateRider"))
    ]
    mine = (await act("mother", MINE)).data["viewer"]["rider"]

    assert (back["code"], twice["code"]) == (R.ALREADY_RECORDED, R.ALREADY_RECORDED)
    assert (stopped["status"], again["status"], mine["status"]) == ("SUSPENDED", "REGISTERED", "REGISTERED")
    assert [each["note"] for each in mine["steps"]] == ["照会中", "照会中"]


async def test_who_has_moved_away_is_no_resident_and_of_the_register_no_more_is_told(act):
    rider = id_of(Letter.RIDER, "stranger")
    await changed(act, Resident, resident("stranger"), moved_out_on=date(2026, 11, 23))
    text = "query ($id: ID!) { node(id: $id) { ... on Rider { isResident status } } }"
    told = await act("staff_taxi", text, id=rider, purpose=ELG)
    claims = await act("staff_taxi", text, id=rider, purpose="CLM:2026-1")

    assert told.data["node"] == {"isResident": False, "status": "LEFT"}
    assert (claims.data["node"], claims.denied) == (
        *({"isResident": None, "status": "LEFT"}, {"node.isResident": "PURPOSE_REQUIRED"}),
    )
