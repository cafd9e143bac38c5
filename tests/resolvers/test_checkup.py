"""Checkups: what cannot be is refused, the same record counts once, a correction is a new entry with its history."""

import pytest
from sqlalchemy import update

from models.checkup import Checkup
from models.child import Child
from models.columns import table_of
from models.ids import Letter
from models.refusal import RefusalCode
from tests.hanamori import TODAY, child, id_of
from tests.resolvers.test_deed import counted, done

R = RefusalCode
SUBMIT = """mutation ($input: SubmitCheckupInput!) { done: submitCheckup(input: $input) { __typename
  ... on Checkup { id kind checkedOn weightG holdsHead recordedAt findingResults { item amount unit word }
    measurements { item amount unit word } } ... on Refused { code field } } }"""
CORRECT = """mutation ($input: CorrectCheckupInput!) { done: correctCheckup(input: $input) { __typename
  ... on Checkup { id weightG findings development correctionReason replacesId isReplaced }
  ... on Refused { code field } } }"""
HISTORY = """query ($id: ID!) { node(id: $id) { ... on Child { checkups(first: 50) { totalCount edges { node { id } } }
  checkupHistory(first: 50) { edges { node { id isReplaced weightG } } } } } }"""
PLAN = """query ($id: ID!) { node(id: $id) { ... on Child { checkupPlan { asOf rulesVersion visits {
  kind status opensOn standardTo closesOn doneOn law source } } } } }"""
OWN = id_of(Letter.CHECKUP, "aki 0")  # of the clinic
CITYS = id_of(Letter.CHECKUP, "aki 1")
CHK, COR = "CHK:2026-1", "COR:2026-1"


def checkup(key="key-0001", **other):
    about = {"childId": child("aki"), "kind": "MONTHS_18", "checkedOn": "2025-09-01", "idempotencyKey": key}
    return about | other


def correction(of=OWN, key="key-0002", **other):
    return {"checkupId": of, "reason": "転記の誤り", "idempotencyKey": key} | other


REFUSED = {
    "too heavy for a scale": (checkup(weightG=60_001), R.VALUE_OUT_OF_RANGE, "weightG"),
    "lighter than any newborn": (checkup(weightG=299), R.VALUE_OUT_OF_RANGE, "weightG"),
    "hips at eighteen months": (checkup(isHipLimited=True), R.ITEM_NOT_IN_PROGRAMME, "isHipLimited"),
    "before birth": (checkup(checkedOn="2024-02-09"), R.DATE_OUT_OF_RANGE, "checkedOn"),
    "tomorrow": (checkup(checkedOn="2026-11-24"), R.DATE_OUT_OF_RANGE, "checkedOn"),
    "a visit of five years at the age of one": (checkup(kind="YEARS_5"), R.DATE_OUT_OF_RANGE, "checkedOn"),
    "a visit of the first month at the age of one": (checkup(kind="MONTH_1"), R.DATE_OUT_OF_RANGE, "checkedOn"),
    "a weight of grown people": (checkup(weightG=60_000), R.VALUE_OUT_OF_RANGE, "weightG"),
    "a state at birth on another day": (checkup(kind="BIRTH"), R.DATE_OUT_OF_RANGE, "checkedOn"),
    "a newborn of eight kilograms": (
        checkup(kind="BIRTH", checkedOn="2024-02-10", weightG=8_000),
        R.VALUE_OUT_OF_RANGE,
        "weightG",
    ),
    "a number in a finding": (checkup(findings="123456789018"), R.INDIVIDUAL_NUMBER_REFUSED, "findings"),
    "a number as its own": (checkup(sourceRecordId="123456789018"), R.INDIVIDUAL_NUMBER_REFUSED, "sourceRecordId"),
}


@pytest.mark.parametrize(("given", "code", "field"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_is_refused_by_its_field_and_nothing_is_written(act, given, code, field):
    before = await counted(act, Checkup)
    answer = await done(act, "clinic", SUBMIT, given)

    assert answer == {"__typename": "Refused", "code": code, "field": ["input", field]}
    assert await counted(act, Checkup) == before


async def test_nothing_is_recorded_after_death(act):
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(update(table_of(Child)).values(died_on=TODAY.replace(day=1)))

    answer = await done(act, "clinic", SUBMIT, checkup(checkedOn="2026-11-02"))
    assert (answer["code"], answer["field"]) == (R.DATE_OUT_OF_RANGE, ["input", "checkedOn"])


async def test_health_staff_record_every_part_and_read_it_item_by_item(act):
    given = checkup(kind="MONTHS_3_4", checkedOn="2024-06-01", weightG=6_500, holdsHead=True, judgement="OBSERVE")
    answer = await done(act, "staff_health", SUBMIT, given, purpose=CHK)

    assert answer["recordedAt"] == "2026-11-23T00:00:00+00:00"
    assert answer["holdsHead"] is True
    assert answer["measurements"] == [{"item": "weightG", "amount": 6_500, "unit": "GRAM", "word": None}]
    assert answer["findingResults"] == [{"item": "judgement", "amount": None, "unit": None, "word": "OBSERVE"}]


async def test_a_purpose_opens_its_parts_and_no_others_to_be_written(act):
    correcting = correction(CITYS, development="ことば")
    answer = await done(act, "staff_health", CORRECT, correcting, purpose=COR)

    assert answer == {"__typename": "Refused", "code": R.PURPOSE_REQUIRED, "field": ["input", "development"]}


@pytest.mark.parametrize("number", [{}, {"sourceRecordId": "K-77"}], ids=["by visit and day", "by its own number"])
async def test_the_same_record_counts_once_and_with_another_content_is_refused(act, number):
    first, again = [await done(act, "clinic", SUBMIT, checkup(f"key-000{n}", weightG=9_800, **number)) for n in (1, 2)]
    other = await done(act, "clinic", SUBMIT, checkup("key-0003", weightG=9_900, **number))

    assert first["id"] == again["id"]
    assert other["code"] == R.ALREADY_RECORDED
    assert await counted(act, Checkup) == 5


async def test_a_correction_is_a_new_entry_and_the_one_before_stays_in_the_history(act):
    made = await done(act, "clinic", CORRECT, correction(weightG=9_900, emptied=["development"]))
    page = (await act("mother", HISTORY, id=child("aki"))).data["node"]
    history = {each["node"]["id"]: each["node"] for each in page["checkupHistory"]["edges"]}

    assert (made["weightG"], made["findings"], made["development"]) == (9_900, "所見", None)
    assert (made["correctionReason"], made["replacesId"], made["isReplaced"]) == ("転記の誤り", OWN, False)
    assert {each["node"]["id"] for each in page["checkups"]["edges"]} == {made["id"], CITYS}
    assert page["checkups"]["totalCount"] == 2
    assert history[OWN] == {"id": OWN, "isReplaced": True, "weightG": 10_000}


async def test_what_was_replaced_is_corrected_no_more(act):
    await done(act, "clinic", CORRECT, correction(weightG=9_900))
    again = await done(act, "clinic", CORRECT, correction(key="key-0003", weightG=9_800))

    assert again["code"] == R.ENTRY_REPLACED


BAD_CORRECTIONS = {
    "nothing changes": (correction(weightG=10_000), R.ALREADY_RECORDED, None),
    "no reason": (correction(weightG=9_900, reason=" "), R.VALUE_MISSING, ["input", "reason"]),
    "a field that is none": (correction(emptied=["id"]), R.VALUE_OUT_OF_RANGE, ["input", "emptied"]),
    "an item of another visit": (correction(holdsHead=True), R.ITEM_NOT_IN_PROGRAMME, ["input", "holdsHead"]),
    "another's record": (correction(CITYS, weightG=9_900), R.NOT_FOUND, ["input", "checkupId"]),
}


@pytest.mark.parametrize(("given", "code", "field"), BAD_CORRECTIONS.values(), ids=BAD_CORRECTIONS)
async def test_a_correction_that_cannot_be_changes_nothing(act, given, code, field):
    answer = await done(act, "clinic", CORRECT, given)

    assert answer == {"__typename": "Refused", "code": code, "field": field}
    assert await counted(act, Checkup) == 4


async def test_a_guardian_corrects_no_supplied_fact(act):
    assert (await done(act, "mother", CORRECT, correction(weightG=9_900)))["code"] == R.NOT_PERMITTED


async def test_a_mother_sees_what_is_done_overdue_and_to_come(ask):
    plan = (await ask("mother", PLAN, id=child("aki"))).data["node"]["checkupPlan"]
    told = {each["kind"]: each for each in plan["visits"]}

    assert plan["asOf"] == "2026-11-23"
    assert told["MONTHS_18"]["status"] == "DONE"
    assert told["MONTHS_18"]["doneOn"] == "2025-08-01"
    assert told["MONTHS_9_10"]["status"] == "AGED_OUT"
    assert told["YEARS_3"]["opensOn"] == "2027-02-10"
    assert told["YEARS_3"]["status"] == "NOT_YET"


@pytest.mark.parametrize("who", ["grandmother", "counterparty", "stranger"])
async def test_who_may_see_no_part_of_a_checkup_sees_no_plan(ask, who):
    node = (await ask(who, PLAN, id=child("aki"))).data["node"]

    assert node in (None, {"checkupPlan": None})


async def test_everybody_may_ask_when_somebody_born_on_a_day_is_invited(ask):
    asked = "query ($day: Date!) { checkupProgramme(bornOn: $day) { kind law opensOn closesOn } }"
    offered = (await ask("anonymous", asked, day="2026-05-10")).data["checkupProgramme"]

    assert offered[0] == {"kind": "MONTH_1", "law": "ARTICLE_13", "opensOn": "2026-06-07", "closesOn": "2026-06-20"}
    assert (await ask("anonymous", asked, day="9999-12-31")).data["checkupProgramme"] == []
