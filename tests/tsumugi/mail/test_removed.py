"""An address that was removed hears for a day of a new way to log in, and of nothing else, its removal included."""

from datetime import timedelta

import pytest

from auth.caller import Acr
from auth.credential import Authenticated, Scheme
from auth.pepper import Keyed
from models.credential import EnrolledBy
from models.ids import Letter
from models.mailbox import Mailbox, MailLanguage
from models.outbox import EndReason, MessageKind, Outbox
from resolvers.enrolment import NOTHING, Proved, enrolled
from resolvers.outbox import forgotten
from tests.hanamori import NOW, id_of, resident
from tests.posting import Posting
from tests.sharing import done, rows
from tests.telling import ADD, REMOVE

MOTHER, OLD, ADDRESS = resident("mother"), id_of(Letter.MAILBOX, "old"), "old@mail.example"
STAYS = "mother@mail.example"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
async def posting(act, inbox):
    """The mother has a second mailbox."""
    moments = {"added_at": NOW, "code_expires_at": NOW, "confirmed_at": NOW}
    wishes = {"kinds": "", "language": MailLanguage.EN, "quiet_from_minute": 0, "quiet_to_minute": 1439}
    async with act.store.owner.writing() as session:
        session.add(Mailbox(id=OLD, resident_id=MOTHER, address=ADDRESS, **wishes, **moments))
    return Posting(act.store, inbox)


async def remove(act, mailbox_id=OLD, key="remove-01"):
    found = await done(act, "mother", REMOVE, {"mailboxId": mailbox_id, "idempotencyKey": key})
    assert (found["__typename"], found["address"]) == ("Mailbox", None)


async def link(act, at, key="a"):
    """Somebody who is logged in as the mother adds a way to log in."""
    card = Authenticated(Scheme.CITY, (Keyed(key * 64, 1),), Acr.CITY)
    proved = Proved(MOTHER, EnrolledBy.SESSION)
    await act.store.transact(lambda db: enrolled(db, card, proved, NOTHING, at, told_at=at), serialised=False)


def to(posting):
    return sorted(mail["To"] for mail in posting.inbox.mails)


async def held(act):
    return [each.address for each in await rows(act.store, Outbox) if each.kind is MessageKind.MAILBOX_REMOVED]


async def test_who_begins_with_the_mailboxes_is_given_away_all_the_same(act, posting):
    await remove(act)
    await posting.post()
    assert posting.inbox.mails == []

    await link(act, NOW + DAY - MINUTE)
    posting.at = NOW + DAY - MINUTE
    await posting.post()

    assert to(posting) == [STAYS, ADDRESS]
    assert {mail["Subject"] for mail in posting.inbox.mails} == {
        "ログイン手段の追加のお知らせ / There is a new way to log in"
    }


async def test_after_a_day_nothing_comes_there_and_the_address_is_forgotten(act, posting):
    await remove(act)
    before = await held(act)
    await link(act, NOW + DAY)
    posting.at = NOW + DAY
    await posting.post()

    ends = [each.end_reason for each in await rows(act.store, Outbox) if each.kind is MessageKind.MAILBOX_REMOVED]
    assert (before, to(posting)) == ([ADDRESS], [STAYS])
    assert (ends, await held(act)) == ([EndReason.WITHDRAWN], [None])
    assert [each.address for each in await rows(act.store, Mailbox) if each.id == OLD] == [None]


async def test_without_a_mail_server_the_address_is_forgotten_as_well(act, posting):
    await remove(act)
    found = []
    for now in (NOW + DAY - MINUTE, NOW + DAY):
        await act.store.transact(lambda session, now=now: forgotten(session, now))
        found.append(await held(act))

    assert found == [[ADDRESS], [None]]
    assert posting.inbox.mails == []


async def test_an_address_is_told_once_however_often_it_was_removed(act, posting):
    await remove(act)
    await remove(act, key="remove-02")
    assert await held(act) == [ADDRESS]

    async with act.store.owner.writing() as session:
        for number in range(3):
            moments = {"added_at": NOW, "code_expires_at": NOW, "confirmed_at": NOW, "kinds": ""}
            about = {"resident_id": MOTHER, "address": ADDRESS, "language": MailLanguage.JA}
            session.add(Mailbox(id=id_of(Letter.MAILBOX, f"again{number}"), **about, **moments))
    for number in range(3):
        await remove(act, id_of(Letter.MAILBOX, f"again{number}"), key=f"again-{number:02}")
    await link(act, NOW)
    await posting.post()

    assert to(posting) == [STAYS, ADDRESS]


async def test_an_address_that_nobody_confirmed_is_not_held(act, posting):
    given = {"address": "strange@mail.example", "kinds": [], "language": "JA", "idempotencyKey": "address-01"}
    added = await done(act, "mother", ADD, given)
    await remove(act, added["id"])
    await link(act, NOW)
    await posting.post()

    assert (await held(act), to(posting)) == ([], [STAYS, ADDRESS])
