"""What was shared ends when somebody takes it back, or when whoever gave it may share no more."""

import pytest
from sqlalchemy import insert

from models.child import Child
from models.columns import table_of
from models.guardianship import Guardianship, ProtectionMeasure
from models.ids import Letter
from models.invitation import Invitation
from models.outbox import Outbox
from tests.hanamori import NOW, TODAY, child, family, id_of, office, resident
from tests.sharing import (
    DAY,
    GRANDMOTHERS,
    INVITE,
    PARTNER,
    SHARED,
    UNBORN,
    accepted,
    another,
    changed,
    code_of,
    done,
    invitation,
    partner,
    revoked,
    rows,
)


@pytest.mark.parametrize("who", ["mother", "father"])
async def test_what_was_revoked_opens_nothing_on_another_worker_with_the_same_holder(act, who):
    other = another(act)
    look = "query ($i: ID!) { node(id: $i) { ... on Child { name } } }"
    seen = [(await other("grandmother", look, i=child("aki"))).data["node"]]
    told = await revoked(act, who, GRANDMOTHERS)
    seen.append((await other("grandmother", look, i=child("aki"))).data["node"])
    await other.store.close()

    assert seen == [{"name": "aki"}, None]
    assert (told["status"], told["revokedAt"]) == ("REVOKED", "2026-11-23T00:00:00+00:00")


async def test_a_revoked_invitation_is_not_accepted_and_its_mail_never_leaves(act):
    code = await code_of(act)
    (kept,) = await rows(act.store, Invitation)
    await revoked(act, "mother", kept.id)

    assert (await accepted(act, "stranger", code))["code"] == "INVITATION_INVALID"
    assert await rows(act.store, Outbox) == []


async def test_what_was_accepted_is_revoked_under_the_same_id(act):
    await accepted(act, "stranger", await code_of(act, "sheltered", PARTNER, partner()))
    (kept,) = await rows(act.store, Invitation)
    found = await revoked(act, "sheltered", kept.id)

    assert found == {"__typename": "PartnerShare", "id": kept.id, "status": "REVOKED"}
    assert (await act("stranger", "query ($i: ID!) { node(id: $i) { id } }", i=UNBORN)).data["node"] is None


async def test_revoking_again_keeps_the_first_moment(act):
    first = await revoked(act, "mother", GRANDMOTHERS)
    again = await revoked(act, "father", GRANDMOTHERS, now=NOW + DAY)

    assert first == again


async def test_a_parent_who_lives_elsewhere_sees_and_revokes_the_own_part_alone(act):
    made = await done(act, "ex", INVITE, invitation("haru"))
    schools = id_of(Letter.SHARE, f"haru {office('school')}")
    own = (await act("ex", SHARED, i=child("haru"))).data["node"]["sharing"]
    everybodys = (await act("mother", SHARED, i=child("haru"))).data["node"]["sharing"]
    refused = await revoked(act, "ex", schools)

    assert ([each["node"]["id"] for each in own["edges"]], own["totalCount"]) == ([made["id"]], 1)
    assert {each["node"]["id"] for each in everybodys["edges"]} == {made["id"], schools}
    assert refused["code"] == "NOT_FOUND"
    assert (await revoked(act, "ex", made["id"], "revoke-02"))["status"] == "REVOKED"


async def test_a_child_of_16_sees_who_was_invited_and_changes_nothing(act):
    made = await done(act, "mother", INVITE, invitation("natsu"))
    seen = (await act("natsu", SHARED, i=child("natsu"))).data["node"]["sharing"]["edges"]

    assert [each["node"]["id"] for each in seen] == [made["id"]]
    assert (await revoked(act, "natsu", made["id"]))["code"] == "NOT_PERMITTED"


@pytest.mark.parametrize("how", ["moved_out_on", "died_on"])
async def test_what_was_shared_is_revoked_also_after_a_death_or_a_move(act, how):
    await changed(act, Child, {how: TODAY}, id=child("aki"))

    assert (await done(act, "mother", INVITE, invitation()))["code"] == "NOT_PERMITTED"
    assert (await revoked(act, "mother", GRANDMOTHERS))["status"] == "REVOKED"


async def test_an_invitation_of_a_parent_whose_authority_ended_is_not_accepted(act):
    code = await code_of(act, "ex", INVITE, invitation("haru"))
    await changed(act, Guardianship, {"valid_to": TODAY}, holder_id=resident("ex"))

    assert (await accepted(act, "stranger", code))["code"] == "INVITATION_INVALID"


async def test_what_was_accepted_stops_when_the_givers_authority_ends_and_when_a_measure_begins(act):
    look = "query ($i: ID!) { node(id: $i) { id } }"
    await accepted(act, "stranger", await code_of(act, "ex", INVITE, invitation("haru")))
    seen = [(await act("stranger", look, i=child("haru"))).data["node"] is not None]
    await changed(act, Guardianship, {"valid_to": TODAY}, holder_id=resident("ex"))
    seen.append((await act("stranger", look, i=child("haru"))).data["node"] is not None)
    seen.append((await act("grandmother", look, i=child("aki"))).data["node"] is not None)
    async with act.store.owner.engine.begin() as connection:
        measure = {"family_id": family("hill"), "counterparty_id": resident("grandmother")}
        measure |= {"id": id_of(Letter.LOG, "new"), "valid_from": TODAY, "valid_to": TODAY + DAY, "recorded_at": NOW}
        await connection.execute(insert(table_of(ProtectionMeasure)), measure | {"evidence": "e"})
    seen.append((await act("grandmother", look, i=child("aki"))).data["node"] is not None)

    assert seen == [True, False, True, False]
