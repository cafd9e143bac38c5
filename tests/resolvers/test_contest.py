"""A guardian contests a record; the staff puts it right or finds it so, and says why."""

import pytest

from models.contest import Contest
from models.vaccination import Vaccination
from tests.hanamori import child, dose, id_of
from tests.sharing import done, rows
from tests.submitting import dose as handed_in
from tests.submitting import doses, outcomes

CONTEST = """mutation ($input: ContestRecordInput!) { done: contestRecord(input: $input) { __typename
  ... on Contest { id kind recordId statement outcome } ... on Refused { code field } } }"""
DECIDE = """mutation ($input: DecideContestInput!) { done: decideContest(input: $input) { __typename
  ... on Contest { outcome decision } ... on Refused { code field } } }"""
STRIKE = """mutation ($input: StrikeVaccinationInput!) { done: strikeVaccination(input: $input) { __typename } }"""
CORRECT = """mutation ($input: CorrectVaccinationInput!) { done: correctVaccination(input: $input) { __typename } }"""
SEEN = (
    "query ($i: ID!) { node(id: $i) { ... on Child { contests { edges { node { statement outcome decision } } } } } }"
)
QUEUE = "{ contests { edges { node { id statement } } } }"
BCG, VISIT = dose("aki", 4), id_of("K", "aki 0")


async def contested(act, who="mother", record=BCG, key="contest-01", statement="別の日に接種しました"):
    return await done(act, who, CONTEST, {"recordId": record, "statement": statement, "idempotencyKey": key})


async def decided(act, made, key="decide-01", purpose="COR:1", *, is_approved=True, reason="医療機関に確認"):
    given = {"contestId": made["id"], "isApproved": is_approved, "reason": reason, "idempotencyKey": key}
    return await done(act, "staff_health", DECIDE, given, purpose=purpose)


async def seen(act, who="mother", about="aki"):
    found = (await act(who, SEEN, i=child(about))).data["node"]["contests"]
    return found and [tuple(each["node"].values()) for each in found["edges"]]


@pytest.mark.parametrize("record", [BCG, VISIT], ids=["dose", "checkup"])
async def test_a_contest_is_decided_with_a_reason_that_the_guardian_reads(act, record):
    made = await contested(act, record=record)
    before = await seen(act)
    found = await decided(act, made, is_approved=False)

    assert before == [("別の日に接種しました", None, None)]
    assert found == {"__typename": "Contest", "outcome": "REJECTED", "decision": "医療機関に確認"}
    assert await seen(act, "father") == [("別の日に接種しました", "REJECTED", "医療機関に確認")]


async def test_it_is_approved_once_the_record_was_put_right_and_the_old_entry_stays(act):
    made, before = await contested(act), len(await rows(act.store, Vaccination))
    early = await decided(act, made)
    given = {"vaccinationId": BCG, "reason": "医療機関に確認", "idempotencyKey": "strike-01"}
    await done(act, "staff_health", STRIKE, given, purpose="COR:1")

    assert (early["code"], early["field"]) == ("CORRECTION_MISSING", ["input", "isApproved"])
    assert (await decided(act, made, "decide-02"))["outcome"] == "APPROVED"
    assert len(await rows(act.store, Vaccination)) == before + 1
    assert BCG not in {each["id"] for each in await doses(act)}


async def test_a_record_that_was_put_right_rests_on_the_same_sources(act):
    await outcomes(act, handed_in())
    old = (await doses(act))[-1]
    given = {"vaccinationId": old["id"], "vaccine": "MUMPS", "givenOn": "2026-11-02", "reason": "電話"}
    await done(act, "staff_health", CORRECT, given | {"idempotencyKey": "correct-01"}, purpose="COR:1")

    new = (await doses(act))[-1]
    assert (new["vaccine"], new["sources"]) == ("MUMPS", old["sources"])


async def test_who_contests_and_who_decides(act):
    found = [(await contested(act, who))["code"] for who in ("grandmother", "stranger", "counterparty", "clinic")]
    made = await contested(act)

    assert found == ["NOT_PERMITTED", "NOT_FOUND", "NOT_FOUND", "NOT_PERMITTED"]
    assert (await decided(act, made, purpose="VAC:1"))["code"] == "PURPOSE_REQUIRED"
    assert (await contested(act, "ex", dose("haru", 6)))["code"] == "NOT_PERMITTED"  # lives elsewhere, and may read


async def test_a_parent_apart_reads_no_contest(act):
    await contested(act, record=dose("haru", 6))

    assert len(await seen(act, about="haru")) == 1
    assert await seen(act, "ex", "haru") is None


async def test_what_is_contested_once_is_not_contested_twice_and_a_decision_is_one(act):
    made = await contested(act)
    again = await contested(act, key="contest-02")
    await decided(act, made, is_approved=False)

    assert again["code"] == "ALREADY_RECORDED"
    assert (await decided(act, made, "decide-02", is_approved=False))["code"] == "ALREADY_RECORDED"


async def test_words_are_there_and_hold_no_individual_number(act):
    found = [await contested(act, key=f"contest-{n}", statement=text) for n, text in enumerate((" ", "123456789018"))]
    made = await contested(act)
    found += [await decided(act, made, f"decide-{n}", reason=text) for n, text in enumerate(("", "1234 5678 9018"))]

    assert [each["code"] for each in found] == ["VALUE_MISSING", "INDIVIDUAL_NUMBER_REFUSED"] * 2
    assert len(await rows(act.store, Contest)) == 2


async def test_a_record_that_stands_no_more_is_not_contested(act):
    given = {"vaccinationId": BCG, "reason": "e", "idempotencyKey": "strike-01"}
    await done(act, "staff_health", STRIKE, given, purpose="COR:1")

    assert (await contested(act))["code"] == "ENTRY_REPLACED"


async def test_the_staff_finds_what_waits(act):
    made = await contested(act)
    found = (await act("staff_health", QUEUE, purpose="COR:1")).data["contests"]["edges"]

    assert made["id"] in [each["node"]["id"] for each in found]
