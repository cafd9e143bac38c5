"""What waits for the staff: matched with a child by a decision, or rejected, each with its reason, each on record."""

from models.outbox import MessageKind, Outbox
from models.record import RecordReview
from tests.hanamori import child
from tests.sharing import rows
from tests.submitting import checkups, dose, doses, matched, outcomes, rejected, visit, waiting

LOG = """query ($i: ID!) { node(id: $i) { ... on Child { accessLog { edges { node { fields office purpose } } } } } }"""


async def test_what_the_staff_matches_stands_in_the_record(act):
    await outcomes(act, dose(number="P-7", lot="V7"), visit(number="P-7", weightG=11_000))
    reviews = await waiting(act)
    found = [await matched(act, each, key=f"match-{each['kind']}") for each in reviews]

    assert {each["outcome"] for each in found} == {"MATCHED"}
    assert {each["recordId"] for each in found} == {(await doses(act))[-1]["id"], (await checkups(act))[-1]["id"]}
    assert (await doses(act))[-1]["sources"][0]["legalBasis"] == "DUTY"
    assert {each["outcome"] for each in await waiting(act)} == {"MATCHED"}


async def test_the_organisation_learns_nothing_of_the_decision(act):
    await outcomes(act, dose(number="P-7"), dose("S-2", "P-8"))
    before = await outcomes(act, dose(number="P-7"), dose("S-2", "P-8"), key="batch-0002")
    for at, review in enumerate(await waiting(act)):
        await (matched, rejected)[at](act, review)

    assert await outcomes(act, dose(number="P-7"), dose("S-2", "P-8"), key="batch-0003") == before
    assert len(await rows(act.store, RecordReview)) == 4  # two of them were there before


async def test_what_waits_shows_what_the_purpose_opens_and_nobody_else_sees_it(act):
    await outcomes(act, dose(number="P-7", lot="V7"))
    seen = {code: (await waiting(act, f"{code}:1"))[0] for code in ("VAC", "CHK", "COR")}

    assert {code: bool(each["saidDosePlace"]) for code, each in seen.items()} == {
        "VAC": True,
        "CHK": False,
        "COR": True,
    }
    assert seen["VAC"]["saidDose"][0] == {"name": "givenOn", "value": "2026-11-02"}
    assert seen["VAC"]["saidBody"] is None
    for who, purpose in (("clinic", None), ("mother", None), ("staff_registry", "COR:1"), ("staff_health", "PRG:1")):
        found = await act(who, "{ recordReviews { totalCount } }", purpose=purpose)
        assert found.body.get("data") in (None, {"recordReviews": {"totalCount": 0}})


async def test_a_decision_has_a_reason_and_is_made_once(act):
    await outcomes(act, dose(number="P-7"))
    review = (await waiting(act))[0]
    found = [await matched(act, review, reason=" "), await matched(act, review, "nobody", "match-02")]
    await rejected(act, review)
    found.append(await matched(act, review, key="match-03"))

    assert [each["code"] for each in found] == ["VALUE_MISSING", "NOT_FOUND", "ALREADY_RECORDED"]


async def test_what_cannot_be_of_a_child_is_not_matched_with_it(act):
    await outcomes(act, dose(number="P-7", day="2019-01-01"))
    review = (await waiting(act))[0]

    assert (await matched(act, review))["code"] == "DATE_OUT_OF_RANGE"
    assert (await matched(act, review, "haru", "match-02"))["outcome"] == "MATCHED"


async def test_a_conflict_that_is_matched_is_a_new_entry_on_the_same_sources(act):
    await outcomes(act, dose(lot="V7"))
    await outcomes(act, dose(lot="V8"), key="batch-0002")
    found = await matched(act, (await waiting(act))[0])

    told = (await doses(act))[-1]
    assert (told["id"], told["lot"], len(told["sources"])) == (found["recordId"], "V8", 2)


async def test_a_conflict_about_two_children_moves_no_record(act):
    await outcomes(act, dose(lot="V7"))
    await outcomes(act, dose(number="P-7", lot="V7"), key="batch-0002")
    review = (await waiting(act))[0]

    assert (review["cause"], (await matched(act, review, "haru"))["outcome"]) == ("NUMBER_UNLINKED", "MATCHED")
    assert [len(await doses(act, about=name)) for name in ("aki", "haru")] == [7, 3]


async def test_a_purpose_decides_about_its_own_kind_alone(act):
    await outcomes(act, visit(number="P-7"))
    review = (await waiting(act))[0]

    assert (await matched(act, review, purpose="VAC:1"))["code"] == "PURPOSE_REQUIRED"
    assert (await matched(act, review, key="match-02", purpose="CHK:1"))["outcome"] == "MATCHED"


async def test_every_look_and_every_decision_is_on_record(act):
    await outcomes(act, dose(number="P-7"))
    review = (await waiting(act))[0]
    await matched(act, review)
    log = "{ auditLog(first: 50) { edges { node { subjectId fields } } } }"
    seen = [each["node"] for each in (await act("auditor", log, purpose="AUD:1")).data["auditLog"]["edges"]]
    own = (await act("mother", LOG, i=child("aki"))).data["node"]["accessLog"]["edges"]

    of_review = {name for each in seen if each["subjectId"] == review["id"] for name in each["fields"]}
    assert {"RecordReview.patientNumber", "Mutation.matchRecord"} <= of_review
    assert ["Mutation.matchRecord"] in [each["node"]["fields"] for each in own]


async def test_guardians_are_told_of_what_was_matched_and_not_of_what_was_rejected(act):
    await outcomes(act, dose(number="P-7"), dose("S-2", "P-8"))
    first, second = await waiting(act)
    await rejected(act, first)
    before = len([each for each in await rows(act.store, Outbox) if each.kind is MessageKind.RECORD_RECEIVED])
    await matched(act, second)

    owed = [each for each in await rows(act.store, Outbox) if each.kind is MessageKind.RECORD_RECEIVED]
    assert (before, len(owed)) == (0, 2)
