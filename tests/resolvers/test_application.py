"""Applying for the service: what is signed is what is kept, and what the register knows decides."""

import asyncio
import json
from datetime import date, timedelta

from sqlalchemy import select

from auth.challenge import LIFETIME
from auth.fault import Fault
from engine.answer import Engine
from models.application import Application
from models.child import Child
from models.credential import Challenge
from models.tables import METADATA
from tests.applying import APPLY, SIGNED_AT, WAITING, Service, bearer
from tests.asking import CURSOR_KEY
from tests.hanamori import AUDIT_KEY, NOW, child
from tests.sharing import changed, rows
from tsumugi.card import SoftCard
from tsumugi.pki.office import KeyKind, Office


async def test_a_guardian_is_registered_at_once_until_the_child_enters_school(service):
    given = service.signed(service.card("mother"), await service.document("aki"))
    done = await service.send("mother", given)

    assert done == (await service.mine("mother"))[0] | {"__typename": "Application"}
    assert (done["status"], done["endsOn"], done["isSettled"]) == ("REGISTERED", "2030-04-01", True)
    assert done["steps"] == [{"kind": "ACCEPTED", "reasons": ["GUARDIAN_IN_REGISTER"], "note": None}]
    assert done["document"] == given["document"]
    assert (done["applicant"], done["consentVersion"]) == ("mother", "2026-04-01")


async def test_a_pregnant_woman_is_registered_once_her_pregnancy_is_known(service):
    waits = await service.apply("mother")
    known = await service.apply("sheltered", language="en", card=service.card("sheltered"))

    assert (waits["status"], waits["steps"][0]["reasons"]) == ("WAITING", ["PREGNANCY_NOT_IN_REGISTER"])
    assert (known["status"], known["endsOn"]) == ("REGISTERED", None)


async def test_another_name_or_address_is_for_people_to_look_at(service):
    married = await service.apply("mother", "aki", service.card("mother", name="母"))
    moved = await service.apply("father", "aki", service.card("father", address="花守市川"))

    assert [married["steps"][0]["reasons"], moved["steps"][0]["reasons"]] == [["NAME_DIFFERS"], ["ADDRESS_DIFFERS"]]
    assert {married["status"], moved["status"]} == {"WAITING"}


async def test_nobody_learns_whether_there_is_a_child_of_somebody_else(service):
    """Yuki is the stranger's, fuyu is kept from the counterparty, and of the third nobody has heard."""
    said = [
        ("mother", {"name": "yuki", "birthDate": "2023-03-03"}),
        ("counterparty", {"name": "fuyu", "birthDate": "2022-01-05"}),
        ("mother", {"name": "nobody", "birthDate": "2023-03-03"}),
    ]
    told = []
    await service.apply("mother", "aki")  # this server has read its revocation lists
    for who, about in said:
        document = await service.document("aki", child=about)
        told.append(await service.act(who, WITHOUT_ID, input=service.signed(service.card(who), document)))

    assert len({each.raw for each in told}) == 1
    assert told[0].statements == told[2].statements
    assert told[0].data["done"] == {"status": "WAITING", "steps": [{"reasons": ["CHILD_NOT_AMONG_WARDS"]}]}


WITHOUT_ID = """mutation ($input: ApplyInput!) { done: apply(input: $input) {
  ... on Application { status steps { reasons } } ... on Refused { code } } }"""


async def test_a_child_at_school_and_a_closed_record_are_refused_with_the_reason(service):
    pupil = await service.apply("mother", "haru")
    found = {pupil["steps"][0]["reasons"][0]}
    for column in ("died_on", "moved_out_on"):
        await changed(service.act, Child, {"died_on": None, "moved_out_on": None}, id=child("aki"))
        await changed(service.act, Child, {column: date(2026, 11, 1)}, id=child("aki"))
        closed = await service.apply("mother", "aki")
        found |= {closed["status"], *closed["steps"][0]["reasons"]}

    assert found == {"AFTER_SCHOOL_ENTRY", "REFUSED", "RECORD_CLOSED"}


async def test_the_card_of_somebody_else_is_refused(service):
    other = await service.apply("mother", "aki", service.card("mother", birth_date=date(1985, 1, 2)))

    assert other == {"__typename": "Refused", "code": "SIGNER_DIFFERS", "field": None}
    assert len(await rows(service.act.store, Application)) == 1  # the one of long ago


MALFORMED = {
    "no JSON": "{",
    "no object": "[]",
    "a member less": {"drop": "origin"},
    "no child": {"drop": "child"},
    "a member more": {"name": "x"},
    "another format": {"format": "tsumugi-application:2"},
    "another kind": {"kind": "FATHER"},
    "a pregnant woman's child": {"kind": "PREGNANT"},
    "a guardian's none": {"child": None},
    "a child with more": {"child": {"name": "aki", "birthDate": "2024-02-10", "sex": "F"}},
    "a child without a name": {"child": {"name": " ", "birthDate": "2024-02-10"}},
    "no date": {"child": {"name": "aki", "birthDate": "February"}},
    "a date in another spelling": {"child": {"name": "aki", "birthDate": "20240210"}},
    "a birth to come": {"child": {"name": "aki", "birthDate": "2026-11-24"}},
    "a text as the consent": {"consent": "yes"},
    "half a consent": {"consent": {"version": "2026-04-01"}},
}


async def malformed(service, change):
    if isinstance(change, str):
        return change
    members = json.loads(await service.document("aki")) | change
    members.pop(members.pop("drop", None), None)
    return json.dumps(members)


async def test_a_document_is_exactly_what_it_must_be(service):
    card, found = service.card("mother"), {}
    for wrong, change in MALFORMED.items():
        found[wrong] = await service.send("mother", service.signed(card, await malformed(service, change)))
    refused = {"__typename": "Refused", "code": "DOCUMENT_MALFORMED", "field": ["input", "document"]}

    assert found == dict.fromkeys(MALFORMED, refused)
    assert len(await rows(service.act.store, Application)) == 1


async def test_what_is_agreed_to_is_the_text_in_force_and_no_number_is_taken(service):
    consent = json.loads(await service.document("aki"))["consent"]
    wrong = [{"version": "2024-04-01"}, {"language": "en"}, {"language": "fr"}, {"text": consent["text"] + "。"}]
    found = [await service.apply("mother", "aki", consent=consent | each) for each in wrong]
    numbered = await service.apply(
        "mother", "aki", child={"name": "１２３４５６７８９０１８", "birthDate": "2024-02-10"}
    )
    long = await service.apply("mother", "aki", child={"name": "a" * 2_000, "birthDate": "2024-02-10"})

    assert [each["code"] for each in found] == ["CONSENT_OUTDATED"] * 4
    assert (numbered["code"], long["code"]) == ("INDIVIDUAL_NUMBER_REFUSED", "TEXT_TOO_LONG")


async def unsigned(service):
    """Signatures that do not count, each with the fault that the log names."""
    card = service.card("mother")

    async def given(**changes):
        return service.signed(card, await service.document("aki", **changes))

    login = service.signed(SoftCard(card.authentication, card.authentication), await service.document("aki"))
    used = await given()
    await service.send("father", {**used, "idempotencyKey": "apply-used"})
    yield Fault.CERTIFICATE_KEY_USAGE, login
    yield Fault.ANSWER_SIGNATURE, {**await given(), "document": await service.document("aki")}
    yield Fault.CHALLENGE_UNKNOWN, {**used, "idempotencyKey": "apply-again"}
    yield Fault.CHALLENGE_UNKNOWN, await given(nonce="A" * 43 + "=")
    yield Fault.ANSWER_ORIGIN, await given(origin="https://example.jp")
    yield Fault.ANSWER_MALFORMED, {**await given(), "certificate": "?"}
    yield Fault.ANSWER_MALFORMED, {**await given(), "signature": "?"}
    yield Fault.ANSWER_ALGORITHM, {**await given(), "algorithm": "none"}
    late = await given()
    service.now = SIGNED_AT + LIFETIME
    yield Fault.CHALLENGE_EXPIRED, late
    service.now = SIGNED_AT + timedelta(days=2_000)
    yield Fault.CERTIFICATE_EXPIRED, await given()


async def test_whatever_is_wrong_with_a_signature_the_answer_is_one_and_the_challenge_is_spent(service):
    wanted, told = [], set()
    async for fault, given in unsigned(service):
        wanted.append(fault)
        told.add((await service.act("mother", APPLY, input=given)).raw)

    assert [json.loads(each)["data"]["done"]["code"] for each in told] == ["SIGNATURE_REFUSED"]
    assert service.faults()[-len(wanted) :] == wanted
    assert await rows(service.act.store, Challenge) == []


async def test_a_certificate_that_was_revoked_signs_nothing(act, tmp_path):
    office = Office.open(tmp_path / "authority", tmp_path / "anchors", SIGNED_AT)
    service, card = Service(act, office), office.issue(bearer("mother"), SIGNED_AT, KeyKind.P256)
    office.publish(SIGNED_AT)
    office.revoke(card.signature.certificate, SIGNED_AT)
    found = await service.apply("mother", "aki", card)

    assert (found["code"], service.faults()) == ("SIGNATURE_REFUSED", [Fault.CERTIFICATE_REVOKED])


async def test_nothing_of_a_certificate_is_kept_but_a_keyed_hash(service):
    card = service.card("mother", name="見本花子", address="見本市一丁目", birth_date=date(1985, 1, 1))
    await service.apply("mother", "aki", card)
    async with service.act.store.owner.reading() as connection:
        kept = [str(row) for table in METADATA.sorted_tables for row in await connection.execute(select(table))]
    serial = card.signature.certificate.serial_number
    traces = [
        "見本花子",
        "見本市",
        str(serial),
        f"{serial:x}",
        str(card.signature.certificate.not_valid_after_utc.date()),
    ]

    assert [trace for trace in traces if any(trace in each for each in kept)] == []
    assert sorted(len(each.signer_key) for each in await rows(service.act.store, Application)) == [3, 64]


async def test_the_same_claim_stands_once_and_five_wait_at_most(service):
    first, again = [await service.apply("mother", "aki") for _ in range(2)]
    claims = [{"name": f"child {number}", "birthDate": "2024-02-10"} for number in range(6)]
    found = [await service.apply("mother", "aki", child=claim) for claim in claims]

    assert (first["status"], again["code"]) == ("REGISTERED", "ALREADY_RECORDED")
    assert [each.get("code") for each in found] == [None] * 5 + ["APPLICATIONS_TOO_MANY"]


async def test_who_withdraws_is_served_no_more_and_may_apply_again(service):
    first = await service.apply("mother", "aki")
    foreign = await service.withdraw("father", first["id"])
    taken = await service.withdraw("mother", first["id"])
    twice = await service.withdraw("mother", first["id"])
    again = await service.apply("mother", "aki")

    assert (foreign["code"], twice["code"]) == ("NOT_FOUND", "ENTRY_ENDED")
    assert (taken["status"], taken["endsOn"]) == ("WITHDRAWN", None)
    assert [each["reasons"] for each in taken["steps"]] == [["GUARDIAN_IN_REGISTER"], ["BY_APPLICANT"]]
    assert {each["status"] for each in await service.mine("mother")} == {"REGISTERED", "WITHDRAWN", "REFUSED"}
    assert again["status"] == "REGISTERED"


async def test_the_service_ends_by_date_and_not_by_a_job(service):
    await service.apply("mother", "aki")
    before, after = [await service.mine("mother", now=NOW.replace(year=2030, month=month, day=1)) for month in (3, 4)]

    assert (before[0]["status"], after[0]["status"]) == ("REGISTERED", "ENDED")


async def waiting(service, purpose="CHK:2026-1"):
    found = (await service.act("staff_health", WAITING, purpose=purpose)).data["applications"]
    return [each["node"] for each in found["edges"]]


async def test_staff_see_what_waits_first_and_decide_it_with_a_reason(service):
    await service.apply("mother", "aki")
    unknown = await service.apply("stranger", "aki")
    renamed = await service.apply("father", "aki", service.card("father", name="父"))
    queue = await waiting(service)
    accepted, refused = await service.decide(renamed["id"]), await service.decide(unknown["id"], isAccepted=False)
    twice = await service.decide(renamed["id"])

    assert [each["status"] for each in queue] == ["WAITING", "WAITING", "REFUSED", "REGISTERED"]
    assert {each["applicant"] for each in queue[:2]} == {"stranger", "father"}
    assert (accepted["status"], accepted["endsOn"], refused["status"]) == ("REGISTERED", "2030-04-01", "REFUSED")
    assert accepted["steps"][1] == {"kind": "ACCEPTED", "reasons": ["BY_STAFF"], "note": "窓口で確認した"}
    assert (await service.mine("stranger"))[0]["steps"][1]["note"] == "窓口で確認した"
    assert twice["code"] == "ALREADY_RECORDED"


async def test_staff_accept_nobody_whom_the_register_does_not_know_as_guardian(service):
    """Not for the child that was meant, nor for another one, nor before a pregnancy was notified."""
    unknown, expecting = await service.apply("counterparty", "fuyu"), await service.apply("mother")
    found = [
        await service.decide(unknown["id"]),
        await service.decide(unknown["id"], childId=child("fuyu")),
        await service.decide(unknown["id"], childId="no id"),
        await service.decide(expecting["id"], purpose="PRG:2026-1"),
    ]

    assert [each["code"] for each in found] == ["RELATION_MISSING"] * 4
    assert [each["status"] for each in await waiting(service)] == ["WAITING", "WAITING", "REFUSED"]


async def test_staff_accept_a_child_that_was_written_otherwise_and_a_pregnancy(service):
    other = await service.apply("mother", "aki", child={"name": "Aki", "birthDate": "2024-02-10"})
    expecting = await service.apply("sheltered", card=service.card("sheltered", name="妊婦"))
    born, unborn = await service.decide(other["id"], childId=child("aki")), await service.decide(expecting["id"])

    assert (born["status"], born["endsOn"]) == ("REGISTERED", "2030-04-01")
    assert (unborn["status"], unborn["endsOn"]) == ("REGISTERED", None)


async def test_deciding_takes_a_purpose_a_reason_and_the_office(service):
    waits = await service.apply("stranger", "aki")
    found = [
        await service.decide(waits["id"], purpose=None),
        await service.decide(waits["id"], "staff_registry", "REG:2026-1"),
        await service.decide(waits["id"], reason=" "),
        await service.decide(waits["id"], reason="番号は123456789018"),
    ]

    codes = ["PURPOSE_REQUIRED", "NOT_PERMITTED", "VALUE_MISSING", "INDIVIDUAL_NUMBER_REFUSED"]
    assert [each["code"] for each in found] == codes


async def test_of_two_who_decide_at_one_moment_one_does(service):
    waits = await service.apply("stranger", "aki")
    found = await asyncio.gather(*(service.decide(waits["id"], isAccepted=False) for _ in range(2)))

    assert sorted(each["__typename"] for each in found) == ["Application", "Refused"]


async def test_a_tap_of_the_card_applies_for_nothing_and_neither_does_a_server_without_authorities(service):
    given = service.signed(service.card("mother"), await service.document("aki"))
    tapped = await service.send("tapped", given)
    service.act.engine = Engine(service.act.store, CURSOR_KEY, AUDIT_KEY)
    without = await service.send("mother", given)

    assert (tapped["code"], without["code"]) == ("ACR_REQUIRED", "SIGNATURE_REFUSED")
