"""What schools hand in by the batch, the education board's list of what waits, and what a single submission owes."""

from models.outbox import MessageKind, Outbox
from models.record import RecordSource
from tests.hanamori import child, office
from tests.linking import issued, redeemed
from tests.resolvers.test_submission import link
from tests.sharing import done, rows
from tests.submitting import dose, outcomes, submitted, waiting

SEEN = """query ($i: ID!) { node(id: $i) { ... on Child { schoolCheckups { edges { node { id checkedOn grade heightMm
  sources { organisation sourceRecordId legalBasis } } } } schoolCheckupHistory { totalCount } } } }"""
REVIEWS = """{ schoolReviews { edges { node { id cause patientNumber sourceRecordId organisation outcome
  saidSchool { name value } } } } }"""
MATCH = """mutation ($input: MatchSchoolRecordInput!) { done: matchSchoolRecord(input: $input) { __typename
  ... on RecordDecision { outcome recordId } ... on Refused { code field } } }"""
REJECT = """mutation ($input: RejectSchoolRecordInput!) { done: rejectSchoolRecord(input: $input) { __typename
  ... on RecordDecision { outcome } ... on Refused { code field } } }"""
SINGLE = """mutation ($input: %sInput!) { done: %s(input: $input) { __typename ... on Refused { code } } }"""
LOG = """query ($i: ID!) { node(id: $i) { ... on Child { accessLog { edges { node { fields } } } } } }"""
SCH = {"purpose": "SCH:1"}
NUMBER = "123456789018"  # passes the check of an Individual Number


def examined(id_="Z-1", number="2-15", day="2026-05-20", more=None, **told):
    values = {"heightMm": 1_270, "hearing": "NONE"} | told
    return {"patientNumber": number, "sourceRecordId": id_, "schoolCheckup": {"checkedOn": day, **values}} | (
        more or {}
    )


async def seen(act, who="mother", **words):
    found = (await act(who, SEEN, i=child("haru"), **words)).data["node"]
    return [each["node"] for each in found["schoolCheckups"]["edges"]]


async def queue(act, **words):
    found = (await act("staff_education", REVIEWS, **(SCH | words))).data["schoolReviews"]["edges"]
    return [each["node"] for each in found if each["node"]["sourceRecordId"] != "waits"]


async def decide(act, text, review, key, about="haru"):
    given = {"reviewId": review["id"], "reason": "学校に確認した", "idempotencyKey": key}
    given |= {"childId": child(about)} if text is MATCH else {}
    return await done(act, "staff_education", text, given, **SCH)


async def test_a_schools_batch_stands_in_the_record_with_its_provenance(act):
    await link(act, "school", "2-15", "haru")
    measured = examined("Z-2", number="２－１５", day="2026-09-04", heightMm=1_290)
    assert await outcomes(act, examined(), measured, who="school") == ["ACCEPTED"] * 2

    at_home = await seen(act)
    told = {"organisation": "school", "sourceRecordId": "Z-1", "legalBasis": "CONSENT"}
    assert [(each["grade"], each["heightMm"]) for each in at_home[1:]] == [(2, 1_270), (2, 1_290)]
    assert at_home[1]["sources"] == [told]
    assert [each["sources"] for each in (*await seen(act, "ex"), *await seen(act, "school"))] == [None] * 6
    assert (await seen(act, "staff_education", **SCH))[1]["sources"] == [told]


async def test_each_item_of_a_school_is_judged_on_its_own_and_again_is_safe(act):
    await link(act, "school", "2-15", "haru")
    items = [
        examined("a", heightMm=2_500),
        examined("b", day="2024-05-20"),
        examined("c", day="2026-12-01"),
        examined("d", findings=NUMBER),
        examined("e", hearing="GOOD"),
        dose("f", "2-15"),
        examined(),
    ]
    found = await outcomes(act, *items, who="school")

    codes = ["VALUE_OUT_OF_RANGE", "DATE_OUT_OF_RANGE", "DATE_OUT_OF_RANGE", "INDIVIDUAL_NUMBER_REFUSED"]
    assert found == [*codes, "VALUE_UNKNOWN", "NOT_PERMITTED", "ACCEPTED"]
    again = examined(), examined(more={"isCorrection": True}, heightMm=1_275), examined(heightMm=1_280)
    assert await outcomes(act, *again, who="school", key="batch-0002") == ["KNOWN", "ACCEPTED", "CONFLICTING"]
    assert [each["heightMm"] for each in await seen(act)] == [1_200, 1_275]
    assert await outcomes(act, examined(), who="clinic") == ["NOT_PERMITTED"]


async def test_what_waits_of_a_school_is_the_education_boards_and_of_its_pupils_alone(act):
    await submitted(act, examined(number="9-9"), examined("Z-2", number="9-8"), who="school")
    first, second = sorted(await queue(act), key=lambda each: each["sourceRecordId"])

    assert {"name": "heightMm", "value": "1270"} in first["saidSchool"]
    assert await waiting(act, "CHK:1") == []
    for who, purpose in (("staff_health", "CHK:1"), ("staff_health", "COR:1"), ("school", None), ("mother", None)):
        told = await act(who, "{ schoolReviews { totalCount } }", purpose=purpose)
        assert told.body.get("data") in (None, {"schoolReviews": {"totalCount": 0}}), who
    assert (await decide(act, MATCH, first, "match-01", about="aki"))["code"] == "NOT_FOUND"
    assert (await decide(act, MATCH, first, "match-02"))["outcome"] == "MATCHED"
    assert (await decide(act, REJECT, second, "reject-1"))["outcome"] == "REJECTED"
    assert [each["legalBasis"] for each in (await seen(act))[-1]["sources"]] == ["DUTY"]
    log = (await act("mother", LOG, i=child("haru"))).data["node"]["accessLog"]["edges"]
    assert ["Mutation.matchSchoolRecord"] in [each["node"]["fields"] for each in log]


async def test_the_education_board_issues_codes_for_schools_alone(act):
    made = await issued(act, "staff_education", "haru", "school", **SCH)
    found = [
        (await issued(act, "staff_education", about, to, key=f"issue-{to}-{about}", **SCH))["code"]
        for about, to in (("haru", "clinic"), ("aki", "school"))
    ]

    assert (await redeemed(act, made["linkCode"], "school", "2-15"))["__typename"] == "Linked"
    assert found == ["NOT_FOUND", "NOT_FOUND"]
    assert await outcomes(act, examined(), who="school") == ["ACCEPTED"]
    assert [each["legalBasis"] for each in (await seen(act))[-1]["sources"]] == ["DUTY"]


ALONE = (
    ("clinic", "RecordVaccination", {"childId": child("aki"), "vaccine": "MUMPS", "givenOn": "2026-11-02"}),
    ("clinic", "SubmitCheckup", {"childId": child("aki"), "kind": "MONTHS_18", "checkedOn": "2025-09-01"}),
    ("school", "SubmitSchoolCheckup", {"childId": child("haru"), "checkedOn": "2026-05-20", "heightMm": 1_270}),
    ("mother", "RecordVaccination", {"childId": child("aki"), "vaccine": "MUMPS", "givenOn": "2026-11-03"}),
)


async def test_a_record_handed_in_alone_has_its_source_and_its_guardians_are_told(act):
    for number, (who, name, given) in enumerate(ALONE):
        numbered = {"sourceRecordId": "K-1"} if name == "SubmitCheckup" else {}
        text = SINGLE % (name, name[0].lower() + name[1:])
        made = await done(act, who, text, given | numbered | {"idempotencyKey": f"alone-{number:03}"})
        assert made["__typename"] != "Refused", (name, made)

    kept = [
        (each.organisation_id, each.kind.name, each.source_record_id, each.legal_basis.name, each.number)
        for each in await rows(act.store, RecordSource)
    ]
    assert sorted(kept, key=lambda each: each[1]) == [
        (office("clinic"), "CHECKUP", "K-1", "CONSENT", 1),
        (office("school"), "SCHOOL_CHECKUP", None, "DUTY", 1),
        (office("clinic"), "VACCINATION", None, "CONSENT", 1),
    ]
    owed = [each.about_id for each in await rows(act.store, Outbox) if each.kind is MessageKind.RECORD_RECEIVED]
    assert sorted(owed) == sorted([child("aki")] * 4 + [child("haru")] * 2)
    same = {"checkup": {"kind": "MONTHS_18", "checkedOn": "2025-09-01"}}
    known = {"patientNumber": "P-1", "sourceRecordId": "K-1"} | same
    assert await outcomes(act, known) == ["KNOWN"]
