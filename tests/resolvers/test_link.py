"""Links: a code is issued, redeemed once by the organisation that it is for, and what it began ends with the right."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from auth.links import by_numbers
from models.child import Child
from models.columns import table_of
from models.deed import DeedReceipt
from models.guardianship import Guardianship, ProtectionMeasure
from models.ids import Letter
from models.link import RecordLink
from rules.linking import WAITING_MOST, code_hash, number_hash
from tests.hanamori import NOW, TODAY, child, family, id_of, office, resident
from tests.linking import LINKED, issued, redeemed, unlinked
from tests.sharing import DAY, changed, rows

INVALID = {"__typename": "Refused", "code": "LINK_CODE_INVALID", "field": ["input", "code"]}
LATER, HOUR = NOW + 4 * DAY, timedelta(hours=1)


async def stands(store, number="P-2", who="clinic", today=TODAY):
    """The child for which the organisation's number stands."""
    async with store.owner.reading() as connection:
        hashed = number_hash(office(who), number)
        found = await by_numbers(connection, office(who), [hashed], today)
    return found[hashed].child_id if found else None


@pytest.mark.parametrize("who", ["mother", "ex", "staff_health"])
async def test_a_code_lets_a_number_stand_for_the_child(act, who):
    purpose = {"purpose": "CHK:1"} if who == "staff_health" else {}
    made = await issued(act, who, **purpose)

    assert (await redeemed(act, made["linkCode"].lower()))["__typename"] == "Linked"
    assert await stands(act.store) == child("haru")
    assert await stands(act.store, who="partner") is None


async def test_who_may_not_share_issues_no_code(act):
    known = ("stranger", "counterparty", "grandmother")
    found = [(await issued(act, who, "fuyu"))["code"] for who in (*known, "clinic", "school", "tapped")]

    assert found == ["NOT_FOUND"] * 3 + ["NOT_PERMITTED"] * 2 + ["ACR_REQUIRED"]
    assert len(await rows(act.store, RecordLink)) == 2


async def test_a_code_is_for_organisations_that_supply_records(act):
    found = [(await issued(act, to=to, key=f"issue-{to}"))["code"] for to in ("taxi", "shop", "office", "nobody")]

    assert found == ["NOT_FOUND"] * 4


async def test_the_code_is_kept_nowhere_and_told_again_for_the_same_key(act):
    made = await issued(act)
    again = await issued(act)

    kept = [str(row) for model in (RecordLink, DeedReceipt) for row in await rows(act.store, model)]
    assert again == made
    assert not any(made["linkCode"] in row or made["linkCode"].replace("-", "") in row for row in kept)
    assert code_hash(made["linkCode"]) in "".join(kept)


async def test_under_a_measure_an_old_key_tells_no_code_and_is_answered_like_an_unknown_child(act):
    made = await issued(act)
    await measured(act, made)
    found = [await issued(act), await issued(act, about="nobody", key="issue-02")]

    assert found == [{"__typename": "Refused", "code": "NOT_FOUND", "field": ["input", "childId"]}] * 2


async def test_a_code_works_once_and_not_for_others(act):
    code = (await issued(act))["linkCode"]
    other = await redeemed(act, code, "partner", purpose="MOV:1")
    found = [other, await redeemed(act, code), await redeemed(act, code, key="again-01")]

    assert [each["__typename"] for each in found] == ["Refused", "Linked", "Refused"]
    assert found[0] == found[2] == INVALID


@pytest.mark.parametrize("why", ["unknown", "expired", "revoked", "measure"])
async def test_whatever_is_wrong_with_a_code_the_answer_is_one(act, why):
    made = await issued(act)
    await WRONG.get(why, nothing)(act, made)
    code = "0000-0000-0000" if why == "unknown" else made["linkCode"]

    assert await redeemed(act, code, now=LATER if why == "expired" else NOW) == INVALID


@pytest.mark.parametrize("why", ["revoked", "authority ended", "measure", "dead", "moved", "18"])
async def test_a_link_ends_with_what_it_stands_on(act, why):
    made = await issued(act)
    await redeemed(act, made["linkCode"])
    await WRONG[why](act, made)

    assert await stands(act.store) is None


async def nothing(_act, _made):
    pass


async def revoked(act, made):
    await unlinked(act, "mother", made["linkId"])


async def lost(act, _made):
    await changed(act, Guardianship, {"valid_to": TODAY}, child_id=child("haru"), holder_id=resident("mother"))


async def measured(act, _made):
    row = {"id": id_of(Letter.LOG, "new measure"), "family_id": family("hill"), "counterparty_id": resident("mother")}
    row |= {"valid_from": TODAY, "valid_to": TODAY + timedelta(days=9), "recorded_at": NOW, "evidence": "e"}
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(insert(table_of(ProtectionMeasure)).values(row))


async def died(act, _made):
    await changed(act, Child, {"died_on": TODAY}, id=child("haru"))


async def moved(act, _made):
    await changed(act, Child, {"moved_out_on": TODAY}, id=child("haru"))


async def grew_up(act, _made):
    await changed(act, Child, {"birth_date": date(2008, 11, 23)}, id=child("haru"))


WRONG = {
    "revoked": revoked,
    "authority ended": lost,
    "measure": measured,
    "dead": died,
    "moved": moved,
    "18": grew_up,
}


async def test_what_the_city_linked_ends_when_the_child_is_of_age(act):
    await redeemed(act, (await issued(act, "staff_health", purpose="COR:1"))["linkCode"])
    before = await stands(act.store)
    await grew_up(act, None)

    assert (before, await stands(act.store)) == (child("haru"), None)


async def test_after_ten_codes_in_vain_an_organisation_waits_an_hour(act):
    code = (await issued(act))["linkCode"]
    tries = [await redeemed(act, "wrong", key=f"guess-{n:04}") for n in range(10)]
    found = [await redeemed(act, code, key="right-01"), await redeemed(act, code, key="right-02", now=NOW + HOUR)]

    assert tries == [INVALID] * 10
    assert [each.get("code") or each["__typename"] for each in found] == ["TRIES_TOO_MANY", "Linked"]


async def test_a_number_stands_for_one_child_and_moves_with_a_new_code_for_the_same(act):
    other = await redeemed(act, (await issued(act))["linkCode"], number="P-1")
    code = (await issued(act, about="aki", key="issue-02"))["linkCode"]
    same = await redeemed(act, code, number="P-1", key="redeem-02")

    assert (other["code"], same["__typename"]) == ("NUMBER_TAKEN", "Linked")
    assert await stands(act.store, "P-1") == child("aki")


async def test_codes_of_one_parent_neither_tell_nor_stop_the_other_or_the_city(act):
    found = [(await issued(act, key=f"issue-{number:02}")).get("code") for number in range(WAITING_MOST + 1)]
    others = [await issued(act, "ex"), await issued(act, "staff_health", purpose="CHK:1")]

    assert found == [None] * WAITING_MOST + ["LINK_CODES_TOO_MANY"]
    assert [each["__typename"] for each in others] == ["LinkCode"] * 2


async def test_a_number_that_is_none_is_refused(act):
    code = (await issued(act))["linkCode"]
    numbers = enumerate(("", "   ", "9" * 101, "P\n", "123456789018"))
    found = [await redeemed(act, code, number=each, key=f"redeem-{at}") for at, each in numbers]

    assert [each["field"] for each in found] == [["input", "patientNumber"]] * 5
    assert found[-1]["code"] == "INDIVIDUAL_NUMBER_REFUSED"


async def test_a_parent_apart_sees_and_revokes_their_own_links_alone(act):
    own, hers = await issued(act, "ex"), await issued(act, "mother", key="issue-02")
    seen = {who: (await act(who, LINKED, i=child("haru"))).data["node"]["links"] for who in ("ex", "mother")}

    assert [each["node"]["id"] for each in seen["ex"]["edges"]] == [own["linkId"]]
    assert seen["mother"]["totalCount"] == 2
    assert (await unlinked(act, "ex", hers["linkId"]))["code"] == "NOT_FOUND"
    assert (await unlinked(act, "ex", own["linkId"], "unlink-02"))["status"] == "REVOKED"


async def test_nothing_is_redeemed_in_an_emergency(act):
    found = await redeemed(act, (await issued(act))["linkCode"], purpose="EMG:1")

    assert found["code"] == "NOT_PERMITTED"


async def test_issuing_and_redeeming_are_on_record_with_the_child(act):
    await redeemed(act, (await issued(act, "staff_health", purpose="CHK:1"))["linkCode"])
    log = "query ($i: ID!) { node(id: $i) { ... on Child { accessLog { edges { node { fields } } } } } }"
    found = (await act("mother", log, i=child("haru"))).data["node"]["accessLog"]["edges"]

    told = {name for each in found for name in each["node"]["fields"]}
    assert {"Mutation.issueLinkCode", "Mutation.redeemLinkCode"} <= told
