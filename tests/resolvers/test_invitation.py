"""Invitations: a link works once, for somebody with a card; whatever is wrong with it reads alike."""

import asyncio
import hashlib
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from models.columns import table_of
from models.grant import Grant
from models.invitation import Invitation
from models.outbox import Outbox
from tests.hanamori import NOW, TODAY, child, resident
from tests.sharing import (
    ACCEPT,
    DAY,
    INVITE,
    PARTNER,
    SHARED,
    UNBORN,
    accepted,
    another,
    code_of,
    invitation,
    partner,
    rows,
)


async def test_who_accepts_sees_what_was_given_at_once_and_nothing_else(act):
    code = await code_of(act)
    found = await accepted(act, "stranger", code)
    nodes = [each for each in await rows(act.store, Grant) if each.grantee_id == resident("stranger")]

    assert found == {
        "__typename": "Child",
        "id": child("aki"),
        "name": "aki",
        "vaccinations": {"totalCount": 6},
        "growth": None,
    }
    assert [(each.valid_from, each.valid_to, each.field_groups) for each in nodes] == [
        (TODAY, date(2027, 4, 1), "IDENTITY VACC_RECORDS")
    ]


async def test_a_partner_sees_the_pregnancy_that_the_mother_opened(act):
    found = await accepted(act, "stranger", await code_of(act, "sheltered", PARTNER, partner()))

    assert found == {"__typename": "Pregnancy", "id": UNBORN, "dueOn": "2027-04-01"}
    assert (await act("sheltered", SHARED, i=UNBORN)).data["node"]["sharing"]["edges"][0]["node"] == {
        "id": (await rows(act.store, Invitation))[0].id,
        "sharedWith": "stranger",
        "status": "GIVEN",
    }


async def test_a_share_keeps_its_id_when_it_is_accepted(act):
    await accepted(act, "stranger", await code_of(act), now=NOW + DAY)
    (invited,) = await rows(act.store, Invitation)
    nodes = (await act("father", SHARED, i=child("aki"))).data["node"]["sharing"]

    assert nodes["totalCount"] == 3
    assert nodes["edges"][0]["node"] == {
        "id": invited.id,
        "givenBy": "mother",
        "sharedWith": "stranger",
        "status": "GIVEN",
    }


async def invalid(act):
    """Codes that do not work, each with who brings it; the last day of the link is over for one."""
    codes = {name: await code_of(act, given=invitation(idempotencyKey=f"{name:<8}")) for name in "abcdefg"}
    table = table_of(Invitation)

    async def turn(name, **values):
        digest = hashlib.sha256(codes[name].encode()).hexdigest()
        async with act.store.owner.engine.begin() as connection:
            await connection.execute(update(table).where(table.c.code_hash == digest).values(**values))

    await accepted(act, "late", codes["a"], "late-late")  # who has died accepts nothing
    await accepted(act, "grandmother", codes["b"], "granny-01")
    await turn("c", revoked_at=NOW)
    await turn("d", expires_at=NOW)
    await turn("e", valid_to=TODAY)
    await turn("f", invited_by_id=resident("stranger"))
    yuki = await code_of(act, "stranger", INVITE, invitation("yuki"))
    fuyu = await code_of(act, "sheltered", INVITE, invitation("fuyu"))
    unborn = await code_of(act, "sheltered", PARTNER, partner(idempotencyKey="partner-1"))
    return [
        ("late", codes["a"]),
        ("ex", codes["b"]),
        ("ex", codes["c"]),
        ("ex", codes["d"]),
        ("ex", codes["e"]),
        ("ex", codes["f"]),
        ("mother", codes["g"]),
        ("stranger", yuki),
        ("counterparty", fuyu),
        ("counterparty", unborn),
        ("ex", "no such code"),
        ("ex", ""),
        ("ex", "符" * 1_000),
    ]


async def test_whatever_is_wrong_with_a_code_the_answer_is_one(act):
    told = []
    for number, (who, code) in enumerate(await invalid(act)):
        given = {"code": code, "idempotencyKey": f"invalid-{number:02}"}
        told.append(await act(who, ACCEPT, input=given))

    assert len(told) == 13
    assert {each.data["done"]["code"] for each in told} == {"INVITATION_INVALID"}
    assert len({each.raw for each in told}) == 1
    assert len({tuple(each.statements) for each in told}) == 1
    assert {each.grantee_id for each in await rows(act.store, Grant) if each.invitation_id} == {resident("grandmother")}


@pytest.mark.parametrize(("later", "is_open"), [(14 * DAY, True), (15 * DAY, False)])
async def test_a_link_works_for_14_days(act, later, is_open):
    found = await accepted(act, "stranger", await code_of(act), now=NOW + later)

    assert found["__typename"] == ("Child" if is_open else "Refused")


async def test_a_link_works_once_for_20_who_try_at_one_moment(act):
    code = await code_of(act)
    people = ["stranger", "grandmother", "ex", "sheltered"]
    workers = [another(act) for _ in people]
    tries = [accepted(workers[n % 4], people[n // 5], code, f"at-once-{n:02}") for n in range(20)]
    found = await asyncio.gather(*tries)
    for each in workers:
        await each.store.close()
    grants = [each for each in await rows(act.store, Grant) if each.invitation_id]

    assert sorted({each["__typename"] for each in found}) == ["Child", "Refused"]
    assert sum(each["__typename"] == "Child" for each in found) == 1
    assert len(grants) == 1


async def test_the_same_key_accepts_once_and_answers_alike(act):
    given = {"code": await code_of(act), "idempotencyKey": "accept-01"}
    answers = {(await act("stranger", ACCEPT, input=given)).raw for _ in range(3)}

    assert len(answers) == 1
    assert len([each for each in await rows(act.store, Grant) if each.invitation_id]) == 1


async def test_a_repeated_invitation_is_one_mail(act):
    answers = {(await act("mother", INVITE, input=invitation())).raw for _ in range(3)}

    assert len(answers) == len(await rows(act.store, Outbox)) == len(await rows(act.store, Invitation)) == 1


async def test_after_ten_wrong_codes_within_an_hour_a_right_one_waits(act):
    code = await code_of(act)
    for number in range(10):
        await accepted(act, "stranger", "no such code", f"wrong-{number:02}")
    refused = await accepted(act, "stranger", code, "right-01")
    other = await accepted(act, "ex", "no such code", "wrong-ex")
    later = await accepted(act, "stranger", code, "right-02", now=NOW + timedelta(hours=1))

    assert (refused["code"], other["code"]) == ("TRIES_TOO_MANY", "INVITATION_INVALID")
    assert later["__typename"] == "Child"
