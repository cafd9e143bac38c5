"""A mailbox is its owner's alone, counts once its code came back, and keeps no address when it is removed."""

import pytest

from models.ids import Letter
from models.mailbox import Mailbox
from models.outbox import MessageKind, Outbox
from tests.hanamori import HOLDERS, NOW, id_of, resident
from tests.sharing import done, rows
from tests.telling import ADD, CHANGE, CONFIRM, DAY, PURPOSE, REMOVE

ADDRESS = "otousan@mail.example.jp"
MOTHERS = id_of(Letter.MAILBOX, "mother")
ONE = "query ($i: ID!) { node(id: $i) { ... on Mailbox { id address } } }"
LIST = "{ viewer { mailboxes { totalCount edges { node { id address } } } } }"


def wish(**other):
    return {"address": ADDRESS, "kinds": ["AGE"], "language": "JA", "idempotencyKey": "mailbox-1"} | other


async def code_of(act, who="father", **other):
    """What stands in the mail that confirms an address."""
    await done(act, who, ADD, wish(**other))
    return [each.secret for each in await rows(act.store, Outbox) if each.kind is MessageKind.CONFIRMATION][-1]


async def confirmed(act, who, code, **words):
    return await done(act, who, CONFIRM, {"code": code, "idempotencyKey": "confirm-1"}, **words)


async def test_an_address_counts_once_its_code_came_back(act):
    made = await done(act, "father", ADD, wish())
    [mail] = await rows(act.store, Outbox)

    back = await confirmed(act, "father", mail.secret)

    assert (made["address"], made["confirmedAt"]) == (ADDRESS, None)
    assert (mail.address, mail.recipient_id) == (ADDRESS, resident("father"))
    assert back == {"__typename": "Mailbox", "id": made["id"], "confirmedAt": "2026-11-23T00:00:00+00:00"}


@pytest.mark.parametrize(("who", "when"), [("mother", NOW), ("father", NOW + DAY)])
async def test_a_code_is_good_for_its_owner_and_for_a_day(act, who, when):
    code = await code_of(act)

    assert (await confirmed(act, who, code, now=when))["code"] == "CODE_INVALID"


async def test_a_code_works_once(act):
    code = await code_of(act)
    await confirmed(act, "father", code)

    again = await done(act, "father", CONFIRM, {"code": code, "idempotencyKey": "confirm-2"})

    assert again["code"] == "CODE_INVALID"


async def test_nobody_but_the_owner_ever_sees_a_mailbox(act):
    for who, holder in HOLDERS.items():
        purpose = PURPOSE if holder.kind.value == "staff_health" else None
        told = await act(who, ONE, i=MOTHERS, purpose=purpose)
        found = (told.body.get("data") or {}).get("node")
        assert bool(found) is (who == "mother"), who
    assert (await act("mother", LIST)).data["viewer"]["mailboxes"]["totalCount"] == 1
    assert (await act("father", LIST)).data["viewer"]["mailboxes"]["totalCount"] == 0


async def test_wishes_are_changed_by_the_owner_alone(act):
    given = {"mailboxId": MOTHERS, "kinds": ["CHECKUP_DUE", "AGE"], "language": "BOTH", "idempotencyKey": "change-01"}
    quiet = {"quietFromMinute": 1_260, "quietToMinute": 450}

    refused = await done(act, "father", CHANGE, given | quiet)
    changed = await done(act, "mother", CHANGE, given | quiet)

    assert refused["code"] == "NOT_FOUND"
    assert (changed["kinds"], changed["language"]) == (["AGE", "CHECKUP_DUE"], "BOTH")
    assert (changed["quietFromMinute"], changed["quietToMinute"]) == (1_260, 450)


async def test_a_mailbox_that_is_removed_keeps_no_address(act):
    given = {"mailboxId": MOTHERS, "idempotencyKey": "remove-01"}

    first = await done(act, "mother", REMOVE, given)
    second = await done(act, "mother", REMOVE, given | {"idempotencyKey": "remove-02"})

    [row] = await rows(act.store, Mailbox)
    assert first["removedAt"] == second["removedAt"] is not None
    assert (first["address"], row.address, row.code_hash) == (None, None, None)


async def test_a_person_has_three_mailboxes_at_most(act):
    for number in range(3):
        await done(act, "father", ADD, wish(idempotencyKey=f"mailbox-{number}"))

    assert (await done(act, "father", ADD, wish(idempotencyKey="mailbox-9")))["code"] == "MAILBOXES_TOO_MANY"


async def test_who_adds_and_removes_sends_six_codes_a_day(act):
    for number in range(6):
        added = await done(act, "father", ADD, wish(idempotencyKey=f"mailbox-{number}"))
        await done(act, "father", REMOVE, {"mailboxId": added["id"], "idempotencyKey": f"remove-0{number}"})

    same_day = await done(act, "father", ADD, wish(idempotencyKey="mailbox-7"))
    next_day = await done(act, "father", ADD, wish(idempotencyKey="mailbox-8"), now=NOW + DAY)

    assert (same_day["code"], next_day["__typename"]) == ("MAILBOXES_TOO_MANY", "Mailbox")
    assert len(await rows(act.store, Outbox)) == 7


UNFIT = [
    ({"address": "a@b.example\r\nBcc: c@d.example"}, "ADDRESS_MALFORMED", "address"),
    ({"address": "123456789018@mail.example"}, "INDIVIDUAL_NUMBER_REFUSED", "address"),
    ({"quietFromMinute": 5}, "VALUE_OUT_OF_RANGE", "quietFromMinute"),
]


async def test_what_is_no_address_and_no_hour_is_refused(act):
    for number, (given, code, field) in enumerate(UNFIT):
        refused = await done(act, "father", ADD, wish(**given, idempotencyKey=f"unfit-{number:03}"))
        assert (refused["code"], refused["field"]) == (code, ["input", field])
    assert await rows(act.store, Outbox) == []


async def test_bad_hours_are_refused_when_they_are_changed_too(act):
    given = {"mailboxId": MOTHERS, "kinds": [], "language": "JA", "quietToMinute": 9, "idempotencyKey": "change-01"}

    assert (await done(act, "mother", CHANGE, given))["code"] == "VALUE_OUT_OF_RANGE"


async def test_who_has_no_address_of_their_own_enters_none(act):
    for who, purpose in (("late", None), ("staff_health", PURPOSE)):
        assert (await done(act, who, ADD, wish(), purpose=purpose))["code"] == "NOT_PERMITTED"
