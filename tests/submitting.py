"""What tests of records from outside say and do: batches, what waits for the staff, and what stands afterwards."""

from tests.hanamori import child
from tests.sharing import done

SUBMIT = """mutation ($input: SubmitRecordsInput!) { done: submitRecords(input: $input) { __typename
  ... on Submitted { items { sourceRecordId outcome code field } } ... on Refused { code field } } }"""
MATCH = """mutation ($input: MatchRecordInput!) { done: matchRecord(input: $input) { __typename
  ... on RecordDecision { outcome recordId } ... on Refused { code field } } }"""
REJECT = """mutation ($input: RejectRecordInput!) { done: rejectRecord(input: $input) { __typename
  ... on RecordDecision { outcome recordId } ... on Refused { code field } } }"""
REVIEWS = """{ recordReviews(first: 50) { edges { node { id cause kind organisation sourceRecordId patientNumber
  recordId outcome reason saidDose { name value } saidDosePlace { name value } saidBody { name value } } } } }"""
DOSES = """query ($i: ID!) { node(id: $i) { ... on Child { vaccinations(last: 50) { edges { node { id vaccine givenOn
  precision lot clinic sources { organisation sourceRecordId legalBasis receivedAt } } } } } } }"""
CHECKUPS = """query ($i: ID!) { node(id: $i) { ... on Child { checkups(last: 50) { edges { node { id kind checkedOn
  weightG findings sources { organisation sourceRecordId legalBasis } } } } } } }"""


def dose(id_="S-1", number="P-1", vaccine="VARICELLA", day="2026-11-02", **more):
    """An item with a dose; words of the dose or of the item."""
    told = {name: more.pop(name) for name in ("lot", "clinic", "doctor") if name in more}
    return {
        "patientNumber": number,
        "sourceRecordId": id_,
        "vaccination": {"vaccine": vaccine, "givenOn": day, **told},
    } | more


def visit(id_="K-1", number="P-1", kind="MONTHS_18", day="2025-10-02", **told):
    return {"patientNumber": number, "sourceRecordId": id_, "checkup": {"kind": kind, "checkedOn": day, **told}}


async def submitted(act, *items, who="clinic", key="batch-0001", **words):
    words = {"purpose": "MOV:1"} | words if who == "partner" else words
    return await done(act, who, SUBMIT, {"items": list(items), "idempotencyKey": key}, **words)


async def outcomes(act, *items, **words):
    """What became of each item: its outcome, or the code of its refusal."""
    found = await submitted(act, *items, **words)
    return [each["code"] or each["outcome"] for each in found["items"]]


async def waiting(act, purpose="COR:1"):
    found = (await act("staff_health", REVIEWS, purpose=purpose)).data["recordReviews"]["edges"]
    return [each["node"] for each in found if each["node"]["sourceRecordId"] != "waits"]


async def matched(act, review, about="aki", key="match-01", *, purpose="COR:1", reason="電話で確認した"):
    given = {"reviewId": review["id"], "childId": child(about), "reason": reason, "idempotencyKey": key}
    return await done(act, "staff_health", MATCH, given, purpose=purpose)


async def rejected(act, review, key="reject-01", purpose="COR:1", reason="該当者なし"):
    given = {"reviewId": review["id"], "reason": reason, "idempotencyKey": key}
    return await done(act, "staff_health", REJECT, given, purpose=purpose)


async def doses(act, who="mother", about="aki", **words):
    return _nodes(await act(who, DOSES, i=child(about), **words), "vaccinations")


async def checkups(act, who="mother", about="aki", **words):
    return _nodes(await act(who, CHECKUPS, i=child(about), **words), "checkups")


def _nodes(told, name):
    return [each["node"] for each in told.data["node"][name]["edges"]]
