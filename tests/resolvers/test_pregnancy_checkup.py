"""Pregnancy: her own entries, the expected day and its history, and what an end stops; each to whom the matrix says."""

from datetime import date

import pytest
from sqlalchemy import update

from models.columns import table_of
from models.ids import Letter
from models.pregnancy import Outcome, Pregnancy
from models.pregnancy_checkup import DueDate, PregnancyCheckup
from models.refusal import RefusalCode
from models.resident import Resident
from tests.hanamori import id_of, office, resident
from tests.resolvers.test_deed import counted, done

R = RefusalCode
SHELTERED = id_of(Letter.PREGNANCY, "sheltered")  # due on 2027-04-01: 21 weeks and 4 days on the town's day
HERS = id_of(Letter.PREGNANCY_CHECKUP, "sheltered")  # in week 10
ENTER = """mutation ($input: EnterPregnancyCheckupInput!) { done: enterPregnancyCheckup(input: $input) { __typename
  ... on PregnancyCheckup { id kind visitNumber isOwnEntry weightG hivAntibody epdsPoints isEpdsFlagged
    visitResults { item amount unit word } } ... on Refused { code field } } }"""
CORRECT = """mutation ($input: CorrectPregnancyCheckupInput!) {
  done: correctPregnancyCheckup(input: $input) { __typename ... on Refused { code field }
  ... on PregnancyCheckup { id weightG note correctionReason replacesId isOwnEntry } } }"""
DUE = """mutation ($input: CorrectDueDateInput!) { done: correctDueDate(input: $input) { __typename
  ... on Pregnancy { id dueOn gestation { week day month } dueDates { dueOn basis } }
  ... on Refused { code field } } }"""
SEEN = """query ($id: ID!) { node(id: $id) { ... on Pregnancy { gestation { week day month }
  visitPlan { asOf rulesVersion visits { kind number week status doneOn } } dueDates { dueOn }
  checkups { totalCount edges { node {
  id weightG hivAntibody } } } checkupHistory { totalCount } } } }"""
PRG = "PRG:2026-1"


def entry(key="key-0001", **other):
    about = {"pregnancyId": SHELTERED, "checkedOn": "2026-11-20", "idempotencyKey": key}
    return about | {"weightG": 55_400, "systolicMmhg": 112, "diastolicMmhg": 70, "urineProtein": "NEGATIVE"} | other


def due(day, key="key-0001", basis="ULTRASOUND"):
    return {"pregnancyId": SHELTERED, "dueOn": day, "basis": basis, "idempotencyKey": key}


async def changed(act, model, id, **values):
    table = table_of(model)
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(update(table).where(table.c.id == id).values(**values))


async def seen(act, who, **words):
    return (await act(who, SEEN, id=SHELTERED, **words)).data["node"]


async def test_a_woman_enters_what_her_handbook_says_and_reads_her_weeks_and_visits(act):
    made = await done(act, "sheltered", ENTER, entry(visitNumber=4, hivAntibody="NEGATIVE"))
    page = await seen(act, "sheltered")
    plan = {each["number"]: each for each in page["visitPlan"]["visits"]}

    assert (made["isOwnEntry"], made["hivAntibody"]) == (True, "NEGATIVE")
    assert made["visitResults"][0] == {"item": "weightG", "amount": 55_400, "unit": "GRAM", "word": None}
    assert page["gestation"] == {"week": 21, "day": 4, "month": 6}
    assert [plan[number]["status"] for number in (3, 4, 5)] == ["AGED_OUT", "DONE", "NOT_YET"]
    assert plan[4]["doneOn"] == "2026-11-20"


REFUSED = {
    "heavier than any scale": (entry(weightG=200_001), R.VALUE_OUT_OF_RANGE, "weightG"),
    "pressures the wrong way": (entry(diastolicMmhg=112), R.VALUE_OUT_OF_RANGE, "diastolicMmhg"),
    "before it began": (entry(checkedOn="2026-06-24"), R.DATE_OUT_OF_RANGE, "checkedOn"),
    "tomorrow": (entry(checkedOn="2026-11-24"), R.DATE_OUT_OF_RANGE, "checkedOn"),
    "a fifteenth voucher": (entry(visitNumber=15), R.VALUE_OUT_OF_RANGE, "visitNumber"),
    "a delivery that was not": (entry(kind="DELIVERY", visitNumber=1), R.DATE_OUT_OF_RANGE, "checkedOn"),
    "blood lost before birth": (entry(bloodLossMl=100), R.ITEM_NOT_IN_PROGRAMME, "bloodLossMl"),
    "a score of her own": (entry(epdsPoints=3), R.NOT_PERMITTED, "epdsPoints"),
    "a number in a note": (entry(note="123456789018"), R.INDIVIDUAL_NUMBER_REFUSED, "note"),
}


@pytest.mark.parametrize(("given", "code", "field"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_is_refused_and_nothing_is_written(act, given, code, field):
    answer = await done(act, "sheltered", ENTER, given)

    assert answer == {"__typename": "Refused", "code": code, "field": ["input", field]}
    assert await counted(act, PregnancyCheckup) == 1


async def test_a_voucher_is_for_visits_in_pregnancy_alone_and_nothing_is_entered_after_her_death(act):
    await changed(act, Pregnancy, SHELTERED, ended_on=date(2026, 11, 20), outcome=Outcome.STILLBIRTH)
    late = await done(act, "staff_health", ENTER, entry(kind="DELIVERY", visitNumber=1), purpose=PRG)
    await changed(act, Resident, resident("sheltered"), died_on=date(2026, 11, 19))
    dead = await done(act, "staff_health", ENTER, entry("key-0002"), purpose=PRG)

    assert (late["code"], late["field"]) == (R.ITEM_NOT_IN_PROGRAMME, ["input", "visitNumber"])
    assert (dead["code"], dead["field"]) == (R.DATE_OUT_OF_RANGE, ["input", "checkedOn"])


@pytest.mark.parametrize("who", ["counterparty", "stranger", "mother"])
async def test_nobody_else_knows_of_it(act, who):
    assert (await done(act, who, ENTER, entry()))["code"] == R.NOT_FOUND
    assert await seen(act, who) is None


async def test_health_staff_enter_a_visit_and_no_laboratory_value(act):
    made = await done(act, "staff_health", ENTER, entry(), purpose=PRG)
    lab = await done(act, "staff_health", ENTER, entry("key-0002", syphilis="NEGATIVE"), purpose=PRG)

    assert made["isOwnEntry"] is False
    assert (lab["code"], lab["field"]) == (R.NOT_PERMITTED, ["input", "syphilis"])


async def test_the_same_entry_counts_once_and_another_content_is_refused(act):
    first, again = [await done(act, "sheltered", ENTER, entry(f"key-000{n}")) for n in (1, 2)]
    other = await done(act, "sheltered", ENTER, entry("key-0003", weightG=56_000))

    assert first["id"] == again["id"]
    assert other["code"] == R.ALREADY_RECORDED


def correction(of, **other):
    return {"pregnancyCheckupId": of, "reason": "読み違い", "idempotencyKey": "key-0009"} | other


async def test_she_corrects_her_own_entry_by_a_new_one_and_the_old_stays(act):
    first = await done(act, "sheltered", ENTER, entry(note="朝"))
    given = correction(first["id"], weightG=54_400, emptied=["note"])
    made = await done(act, "sheltered", CORRECT, given)
    page = await seen(act, "sheltered")

    assert (made["weightG"], made["note"], made["replacesId"]) == (54_400, None, first["id"])
    assert (made["correctionReason"], made["isOwnEntry"]) == ("読み違い", True)
    assert [each["node"]["id"] for each in page["checkups"]["edges"]] == [HERS, made["id"]]
    assert page["checkupHistory"]["totalCount"] == 3


async def test_a_supplied_fact_is_not_hers_to_correct_nor_hers_the_offices(act):
    supplied = await done(act, "staff_health", ENTER, entry(), purpose=PRG)
    own = await done(act, "sheltered", ENTER, entry("key-0002"))

    assert (await done(act, "sheltered", CORRECT, correction(supplied["id"], weightG=54_000)))[
        "code"
    ] == R.NOT_PERMITTED
    answer = await done(act, "staff_health", CORRECT, correction(own["id"], weightG=54_000), purpose=PRG)
    assert answer["code"] == R.NOT_PERMITTED


BAD = {
    "no reason": ({"reason": " ", "weightG": 1}, R.VALUE_MISSING),
    "a field that is none": ({"emptied": ["id"]}, R.VALUE_OUT_OF_RANGE),
    "beyond the scale": ({"weightG": 1}, R.VALUE_OUT_OF_RANGE),
    "nothing changes": ({"weightG": 55_400}, R.ALREADY_RECORDED),
}


@pytest.mark.parametrize(("given", "code"), BAD.values(), ids=BAD)
async def test_a_correction_that_cannot_be_changes_nothing(act, given, code):
    first = await done(act, "sheltered", ENTER, entry())

    assert (await done(act, "sheltered", CORRECT, correction(first["id"], **given)))["code"] == code
    assert await counted(act, PregnancyCheckup) == 2


async def test_a_clinic_keeps_scores_and_sees_no_plan_of_others_rows(act):
    born = {"ended_on": date(2026, 11, 1), "outcome": Outcome.BIRTH, "organisation_id": office("clinic")}
    await changed(act, Pregnancy, SHELTERED, **born, due_on=date(2026, 11, 5), notified_on=date(2026, 4, 1))
    given = {"pregnancyId": SHELTERED, "checkedOn": "2026-11-16", "kind": "POSTPARTUM_2_WEEKS", "epdsPoints": 9}
    made = await done(act, "clinic", ENTER, given | {"idempotencyKey": "key-0001"})
    page = await seen(act, "clinic")

    assert (made["epdsPoints"], made["isEpdsFlagged"]) == (9, True)
    assert (page["visitPlan"], page["dueDates"], page["checkups"]["totalCount"]) == (None, None, 1)
    corrected = await done(act, "clinic", CORRECT, correction(made["id"], emptied=["epdsPoints"], note="再評価"))
    assert corrected["replacesId"] == made["id"]


async def test_an_expected_day_is_corrected_and_its_history_kept(act):
    first = await done(act, "sheltered", DUE, due("2027-04-05"))
    again = await done(act, "staff_health", DUE, due("2027-04-08", basis="LAST_PERIOD"), purpose=PRG)

    assert (first["dueOn"], first["gestation"]) == ("2027-04-05", {"week": 21, "day": 0, "month": 6})
    assert again["dueDates"] == [
        {"dueOn": "2027-04-01", "basis": "NOTIFICATION"},
        {"dueOn": "2027-04-05", "basis": "ULTRASOUND"},
        {"dueOn": "2027-04-08", "basis": "LAST_PERIOD"},
    ]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (due("2026-09-13"), R.DATE_OUT_OF_RANGE),
        (due("2027-10-10"), R.DATE_OUT_OF_RANGE),
        (due("2027-04-01", basis="NOTIFICATION"), R.ALREADY_RECORDED),
    ],
)
async def test_an_expected_day_far_off_or_as_it_stands_is_refused(act, given, code):
    assert (await done(act, "sheltered", DUE, given))["code"] == code
    assert await counted(act, DueDate) == 0


async def test_a_loss_closes_the_plan_and_the_expected_day_and_ends_the_counting(act):
    await changed(act, Pregnancy, SHELTERED, ended_on=date(2026, 11, 10), outcome=Outcome.MISCARRIAGE)
    page = await seen(act, "sheltered")

    assert page["gestation"] is None
    assert [each["status"] for each in page["visitPlan"]["visits"]] == ["DONE"] + ["CLOSED"] * 13
    assert (await done(act, "sheltered", DUE, due("2027-04-05")))["code"] == R.ENTRY_ENDED
    assert (await done(act, "sheltered", ENTER, entry("key-0002")))["code"] == R.DATE_OUT_OF_RANGE


async def test_a_second_pregnancy_at_one_time_is_no_expected_day(act):
    async with act.store.owner.engine.begin() as connection:
        ended = {"id": id_of(Letter.PREGNANCY, "before"), "mother_id": resident("sheltered")}
        days = {"notified_on": date(2026, 1, 5), "due_on": date(2026, 9, 1), "ended_on": date(2026, 8, 1)}
        await connection.execute(table_of(Pregnancy).insert().values(**ended, **days, outcome=Outcome.BIRTH))

    assert (await done(act, "sheltered", DUE, due("2027-03-01")))["code"] == R.DATE_OUT_OF_RANGE
