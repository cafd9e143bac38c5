"""Checkups at school are the education board's; answers about parenting are for whoever gave them, and for support."""

import pytest

from models.columns import table_of
from models.ids import Letter
from models.questionnaire import Questionnaire
from models.refusal import RefusalCode
from models.school_checkup import SchoolCheckup
from tests.hanamori import NOW, child, id_of, office
from tests.resolvers.test_deed import counted, done

R = RefusalCode
SUBMIT = """mutation ($input: SubmitSchoolCheckupInput!) { done: submitSchoolCheckup(input: $input) { __typename
  ... on SchoolCheckup { id grade heightMm school schoolResults { item } } ... on Refused { code field } } }"""
CORRECT = """mutation ($input: CorrectSchoolCheckupInput!) { done: correctSchoolCheckup(input: $input) { __typename
  ... on SchoolCheckup { id grade heightMm dental replacesId correctionReason } ... on Refused { code field } } }"""
SEEN = """query ($id: ID!) { node(id: $id) { ... on Child { schoolCheckups { edges { node { id heightMm school } } }
  schoolCheckupHistory { totalCount } schoolCheckupPlan { grade status doneOn } } } }"""
ANSWER = """mutation ($input: AnswerParentingQuestionsInput!) {
  done: answerParentingQuestions(input: $input) { __typename
  ... on Questionnaire { id hasHit note replacesId } ... on Refused { code field } } }"""
ANSWERS = """query ($id: ID!) { node(id: $id) { ... on Child {
  parentingAnswers { totalCount edges { node { id hasHit } } } parentingAnswerHistory { totalCount } } } }"""
SCH, SUP, CHK = "SCH:2026-1", "SUP:2026-1", "CHK:2026-1"


def checkup(key="key-0001", **other):
    about = {"childId": child("haru"), "checkedOn": "2026-05-20", "idempotencyKey": key}
    return about | {"heightMm": 1_270, "weightG": 26_000, "hearing": "NONE", "school": "花守小学校"} | other


async def seen(act, who, **words):
    return (await act(who, SEEN, id=child("haru"), **words)).data["node"]


async def test_a_school_submits_its_pupils_checkup_and_each_guardian_sees_it_as_the_matrix_says(act):
    made = await done(act, "school", SUBMIT, checkup())
    home, apart = await seen(act, "mother"), await seen(act, "ex")
    shown = [each["schoolCheckups"]["edges"][-1]["node"]["school"] for each in (home, apart)]

    assert (made["grade"], [each["item"] for each in made["schoolResults"]]) == (2, ["weightG", "heightMm", "hearing"])
    assert shown == ["花守小学校", None]
    assert home["schoolCheckupPlan"][1] == {"grade": 2, "status": "DONE", "doneOn": "2026-05-20"}


async def test_what_is_at_school_is_not_the_health_sections(act):
    await done(act, "school", SUBMIT, checkup())
    page = await seen(act, "staff_health", purpose=CHK)

    assert page == {"schoolCheckups": None, "schoolCheckupHistory": None, "schoolCheckupPlan": None}
    assert (await seen(act, "staff_education", purpose=SCH))["schoolCheckups"]["edges"][-1]["node"]["heightMm"] == 1_270
    assert (await done(act, "staff_health", SUBMIT, checkup("key-0002"), purpose=CHK))["code"] == R.NOT_PERMITTED


async def test_the_education_board_records_and_corrects_for_a_school(act):
    made = await done(act, "staff_education", SUBMIT, checkup(), purpose=SCH)
    given = {"schoolCheckupId": made["id"], "reason": "転記", "checkedOn": "2025-05-20", "emptied": ["weightG"]}
    corrected = await done(act, "staff_education", CORRECT, given | {"idempotencyKey": "key-0002"}, purpose=SCH)

    assert (corrected["grade"], corrected["replacesId"], corrected["correctionReason"]) == (1, made["id"], "転記")
    assert (await seen(act, "mother"))["schoolCheckupHistory"]["totalCount"] == 3


async def test_a_school_corrects_what_it_supplied_and_sees_no_other_schools_plan(act):
    made = await done(act, "school", SUBMIT, checkup())
    given = {"schoolCheckupId": made["id"], "reason": "測り直し", "heightMm": 1_280, "idempotencyKey": "key-0002"}
    corrected = await done(act, "school", CORRECT, given)
    again = await done(act, "school", CORRECT, given | {"idempotencyKey": "key-0003", "heightMm": 1_290})

    assert (corrected["heightMm"], again["code"]) == (1_280, R.ENTRY_REPLACED)
    assert (await seen(act, "school"))["schoolCheckupPlan"] is None


REFUSED = {
    "before school": (checkup(checkedOn="2024-05-20"), R.DATE_OUT_OF_RANGE, "checkedOn"),
    "tomorrow": (checkup(checkedOn="2026-11-24"), R.DATE_OUT_OF_RANGE, "checkedOn"),
    "two and a half metres": (checkup(heightMm=2_500), R.VALUE_OUT_OF_RANGE, "heightMm"),
    "a number in a text": (checkup(findings="123456789018"), R.INDIVIDUAL_NUMBER_REFUSED, "findings"),
}


@pytest.mark.parametrize(("given", "code", "field"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_is_refused(act, given, code, field):
    answer = await done(act, "school", SUBMIT, given)

    assert answer == {"__typename": "Refused", "code": code, "field": ["input", field]}
    assert await counted(act, SchoolCheckup) == 1


async def test_the_same_school_year_counts_once(act):
    first, again = [await done(act, "school", SUBMIT, checkup(f"key-000{n}")) for n in (1, 2)]
    other = await done(act, "school", SUBMIT, checkup("key-0003", heightMm=1_290))

    assert first["id"] == again["id"]
    assert other["code"] == R.ALREADY_RECORDED


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": ""}, R.VALUE_MISSING),
        ({"emptied": ["no"]}, R.VALUE_OUT_OF_RANGE),
        ({"heightMm": 9}, R.VALUE_OUT_OF_RANGE),
    ],
)
async def test_a_correction_that_cannot_be_changes_nothing(act, given, code):
    made = await done(act, "school", SUBMIT, checkup())
    about = {"schoolCheckupId": made["id"], "reason": "転記", "idempotencyKey": "key-0002"}

    assert (await done(act, "school", CORRECT, about | given))["code"] == code


def answers(key="key-0001", **other):
    return {"childId": child("aki"), "kind": "YEARS_3", "hasHit": "NO", "idempotencyKey": key} | other


async def test_answers_are_read_by_whoever_gave_them_and_for_support_and_by_no_other_parent(act):
    made = await done(act, "mother", ANSWER, answers())
    pages = {who: await told(act, who) for who in ("mother", "father", "grandmother", "clinic")}
    support, routine = [await told(act, "staff_health", purpose=purpose) for purpose in (SUP, CHK)]

    assert pages["mother"]["parentingAnswers"]["edges"][-1] == {"node": {"id": made["id"], "hasHit": "NO"}}
    assert pages["father"]["parentingAnswers"] == {"totalCount": 0, "edges": []}
    assert [(pages[who] or {}).get("parentingAnswers") for who in ("grandmother", "clinic")] == [None, None]
    assert (support["parentingAnswers"]["totalCount"], routine["parentingAnswers"]) == (2, None)


async def told(act, who, **words):
    return (await act(who, ANSWERS, id=child("aki"), **words)).data["node"]


async def test_answering_again_puts_a_new_entry_in_the_place_of_the_own_one(act):
    first = await done(act, "mother", ANSWER, answers())
    await done(act, "father", ANSWER, answers("key-0002", hasHit="DECLINED"))
    again = await done(act, "mother", ANSWER, answers("key-0003", hasHit="YES", note="疲れていた"))
    page = await told(act, "mother")

    assert (again["replacesId"], again["hasHit"]) == (first["id"], "YES")
    assert (page["parentingAnswers"]["totalCount"], page["parentingAnswerHistory"]["totalCount"]) == (2, 3)
    assert await counted(act, Questionnaire) == 4


@pytest.mark.parametrize(
    ("who", "given", "code"),
    [
        ("mother", answers(hasHit=None), R.VALUE_MISSING),
        ("mother", answers(note="123456789018"), R.INDIVIDUAL_NUMBER_REFUSED),
        ("ex", answers(childId=child("haru")), R.NOT_PERMITTED),
        ("grandmother", answers(), R.NOT_PERMITTED),
        ("stranger", answers(), R.NOT_FOUND),
        ("clinic", answers(), R.NOT_PERMITTED),
    ],
)
async def test_others_answer_nothing(act, who, given, code):
    assert (await done(act, who, ANSWER, given))["code"] == code


async def test_a_schools_row_of_another_school_is_not_its_own(act):
    row = {"id": id_of(Letter.SCHOOL_CHECKUP, "other"), "child_id": child("haru"), "grade": 1, "recorded_at": NOW}
    async with act.store.owner.engine.begin() as connection:
        values = row | {"checked_on": NOW.date(), "organisation_id": office("office"), "is_replaced": False}
        await connection.execute(table_of(SchoolCheckup).insert().values(**values))

    edges = (await seen(act, "school"))["schoolCheckups"]["edges"]
    assert [each["node"]["id"] for each in edges] == [id_of(Letter.SCHOOL_CHECKUP, "haru")]
