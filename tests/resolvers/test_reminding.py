"""An address without a card gets a date: only if its reader wants it, and as long as nothing stands against it."""

from datetime import timedelta

import pytest

from models.guardianship import Guardianship, ProtectionMeasure
from models.ids import Letter
from models.outbox import EndReason, MessageKind, Outbox
from models.reminder import Reminder
from resolvers.mailing import Addressed, Directory
from resolvers.outbox import Queue
from rules.letters import letter
from schema.notice import NODE
from tests.hanamori import NOW, TODAY, child, family, id_of, resident
from tests.mailing import SEAL
from tests.reminding import ADDED, REVOKE, a_week_before, added, confirm, of_aki, put_out, reminded
from tests.sharing import ADDRESS, changed, done, rows
from tsumugi.clock import real_now


async def claimed(service, now):
    return await Queue(service.act.store, "one").claim(now, real_now())


async def test_a_confirmed_address_gets_one_date_a_week_before_and_nothing_else(service):
    row = await reminded(service)
    now, day = await a_week_before(service)
    first, second = await put_out(service, now), await put_out(service, now + timedelta(hours=1))
    (date_mail,) = (each for each in await claimed(service, now) if each.kind is MessageKind.REMINDER)
    where = await Directory(service.act.store, SEAL, NODE.source).addressed(date_mail, now)
    said = " ".join(letter(date_mail.kind, where.language, "link", "stop", date_mail.day).paragraphs)

    assert (first, second) == ((1, ADDRESS), (0, ADDRESS))
    assert (date_mail.day.isoformat(), date_mail.secret, date_mail.about_id) == (day, None, row.id)
    assert isinstance(where, Addressed)
    assert day in said
    assert "aki" not in said


async def test_the_mail_that_asks_leaves_as_long_as_it_waits(service):
    await service.apply("mother", "aki")
    made = await added(service)
    (asking,) = await claimed(service, NOW)
    before = await Directory(service.act.store, SEAL, NODE.source).addressed(asking, NOW)
    await confirm(service, asking.secret)
    after = await Directory(service.act.store, SEAL, NODE.source).addressed(asking, NOW)
    shown = (await service.act("father", ADDED, i=child("aki"))).data["node"]["reminders"]["edges"]

    assert (made["status"], asking.kind) == ("WAITING", MessageKind.REMINDER_CONFIRMATION)
    assert (before.address, after) == (ADDRESS, EndReason.WITHDRAWN)
    assert [each["node"] for each in shown] == [{"id": made["id"], "status": "CONFIRMED"}]


async def withdrawn(service):
    (application,) = (each for each in await service.mine("mother") if each["status"] == "REGISTERED")
    await service.withdraw("mother", application["id"])


async def protected(service):
    """Against anybody: nobody knows who reads an address."""
    values = {"family_id": family("hill"), "valid_from": TODAY, "valid_to": TODAY + timedelta(days=900)}
    await changed(service.act, ProtectionMeasure, values, id=id_of(Letter.LOG, "measure"))


async def without_authority(service):
    await changed(service.act, Guardianship, {"valid_to": TODAY}, child_id=child("aki"), holder_id=resident("mother"))


async def revoked(service):
    row = await of_aki(service)
    await done(service.act, "mother", REVOKE, {"id": row.id, "idempotencyKey": "revoke-1"})


async def over(service):
    await changed(service.act, Reminder, {"valid_to": TODAY}, child_id=child("aki"))


async def unconfirmed(service):
    await changed(service.act, Reminder, {"confirmed_at": None}, child_id=child("aki"))


AGAINST = [withdrawn, protected, without_authority, revoked, over, unconfirmed]


@pytest.mark.parametrize("against", AGAINST, ids=lambda each: each.__name__)
@pytest.mark.parametrize("own_town", ["postgresql"], indirect=True)
async def test_whatever_stands_against_it_nothing_is_put_out_and_nothing_leaves(service, against):
    await reminded(service)
    now, _ = await a_week_before(service)
    await against(service)

    assert await put_out(service, now) == (0, None)


async def test_at_night_nothing_is_put_out(service):
    await reminded(service)
    now, _ = await a_week_before(service)

    assert await put_out(service, now + timedelta(hours=12)) == (0, ADDRESS)


async def test_who_revokes_has_the_address_forgotten_and_the_mail_taken_back(service):
    await service.apply("mother", "aki")
    made = await added(service)
    foreign = await done(service.act, "stranger", REVOKE, {"id": made["id"], "idempotencyKey": "revoke-0"})
    taken = await done(service.act, "father", REVOKE, {"id": made["id"], "idempotencyKey": "revoke-1"})
    row = await of_aki(service)

    assert (foreign["code"], taken["status"]) == ("NOT_FOUND", "REVOKED")
    assert (row.address, await rows(service.act.store, Outbox)) == (None, [])


async def test_an_address_is_added_by_who_is_served_and_two_at_most_of_each(service):
    unserved = await added(service)
    await service.apply("mother", "aki")
    wrong = [{"email": "nobody"}, {"email": "123456789018@example.jp"}, {"validTo": "2026-11-23"}]
    found = [await added(service, **each, idempotencyKey=f"wrong-{number:03}") for number, each in enumerate(wrong)]
    made = [await added(service, idempotencyKey=f"address-{number}") for number in range(3)]
    foreign = await added(service, about="fuyu", idempotencyKey="foreign-1")
    await service.apply("father", "aki")
    other = await added(service, "father")

    codes = ["ADDRESS_MALFORMED", "INDIVIDUAL_NUMBER_REFUSED", "DATE_OUT_OF_RANGE"]
    assert [each["code"] for each in found] == codes
    assert [each.get("code") for each in made] == [None, None, "REMINDERS_TOO_MANY"]
    assert (unserved["code"], foreign["code"]) == ("NOT_REGISTERED", "NOT_FOUND")
    assert other["status"] == "WAITING"


async def test_under_a_measure_nothing_is_sent_and_nothing_is_said(service):
    await service.apply("mother", "aki")
    await protected(service)
    made = await added(service)

    assert made["status"] == "WAITING"
    assert await rows(service.act.store, Outbox) == []
