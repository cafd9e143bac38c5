"""An address that is removed hears of it once: whoever has somebody's card may have begun with that."""

from datetime import timedelta

import pytest

from models.ids import Letter
from models.mailbox import Mailbox, MailLanguage
from models.outbox import EndReason, MessageKind, Outbox
from models.resident import Resident
from rules.letters import letter
from tests.hanamori import NOW, TODAY, id_of, resident
from tests.mailing import OFFICE, text
from tests.posting import Posting
from tests.sharing import changed as change
from tests.sharing import done, rows
from tests.telling import ADD, REMOVE

OLD, ADDRESS = id_of(Letter.MAILBOX, "old"), "old@mail.example"
LINK = f"{OFFICE.link}/credentials"


@pytest.fixture
async def posting(act, inbox):
    """The mother has a second mailbox, which wants nothing and is quiet all day."""
    moments = {"added_at": NOW, "code_expires_at": NOW, "confirmed_at": NOW}
    wishes = {"kinds": "", "language": MailLanguage.EN, "quiet_from_minute": 0, "quiet_to_minute": 1439}
    async with act.store.owner.writing() as session:
        session.add(Mailbox(id=OLD, resident_id=resident("mother"), address=ADDRESS, **wishes, **moments))
    return Posting(act.store, inbox)


async def remove(act, mailbox_id=OLD, key="remove-01"):
    found = await done(act, "mother", REMOVE, {"mailboxId": mailbox_id, "idempotencyKey": key})
    assert (found["__typename"], found["address"]) == ("Mailbox", None)


async def test_it_is_told_once_in_both_languages_and_then_forgotten(act, posting):
    await remove(act)
    await remove(act, key="remove-02")
    await posting.post()
    await posting.post("two")
    [mail] = posting.inbox.mails
    words = letter(MessageKind.MAILBOX_REMOVED, MailLanguage.BOTH, LINK, mail["List-Unsubscribe"].strip("<>"))

    assert (mail["To"], mail["Subject"]) == (ADDRESS, words.subject)
    assert text(mail).strip().split("\r\n\r\n") == words.paragraphs
    assert [(each.sent_at, each.address) for each in await rows(act.store, Outbox)] == [(NOW, None)]
    assert [each.address for each in await rows(act.store, Mailbox) if each.id == OLD] == [None]


async def test_an_address_that_nobody_confirmed_is_told_nothing_of_its_removal(act, posting):
    given = {"address": "strange@mail.example", "kinds": [], "language": "JA", "idempotencyKey": "address-01"}
    added = await done(act, "mother", ADD, given)
    await remove(act, added["id"])
    await posting.post()

    ends = [(each.kind, each.end_reason, each.address) for each in await rows(act.store, Outbox)]
    assert (posting.inbox.mails, ends) == ([], [(MessageKind.CONFIRMATION, EndReason.WITHDRAWN, None)])


@pytest.mark.parametrize(("days", "told"), [(60, 1), (61, 0)])
async def test_who_would_be_told_after_two_months_may_be_somebody_else(act, posting, days, told):
    await remove(act)
    posting.at = NOW + timedelta(days=days)
    await posting.post()

    assert len(posting.inbox.mails) == told
    assert {each.address for each in await rows(act.store, Outbox)} == {None}


async def test_the_dead_are_told_nothing(act, posting):
    await remove(act)
    await change(act, Resident, {"died_on": TODAY}, id=resident("mother"))
    await posting.post()

    assert posting.inbox.mails == []
