"""What waits is posted once to whoever should have it; nothing is lost while the server is away."""

from datetime import timedelta

import pytest

from models.invitation import Invitation
from models.outbox import EndReason, Outbox
from resolvers.mailing import lift, stop
from resolvers.outbox import Queue
from rules.delivery import TRIED_MOST
from tests.hanamori import NOW, child, resident
from tests.mailing import SEAL, Inbox, text
from tests.posting import Posting
from tests.sharing import ADDRESS, DAY, code_of, revoked, rows
from tests.sharing import changed as change
from tsumugi.clock import real_now


@pytest.fixture
def posting(act, inbox):
    return Posting(act.store, inbox)


async def test_an_invitation_is_mailed_once_with_its_code(act, posting):
    code = await code_of(act)

    posted = [await posting.post(), await posting.post("two")]

    [mail] = posting.inbox.mails
    assert posted == [1, 0]
    assert (mail["To"], f"/invitation#{code}" in text(mail)) == (ADDRESS, True)
    assert (await posting.row()).sent_at == NOW


async def test_a_server_that_is_away_costs_a_pause_and_nothing_else(act, posting):
    await code_of(act)
    here, posting.inbox = posting.inbox, Inbox()
    await posting.post()
    waiting = await posting.row()
    posting.inbox, posting.at = here, waiting.due_at

    await posting.post()

    assert (waiting.attempts, waiting.handed_at, waiting.lease) == (1, None, None)
    assert NOW < waiting.due_at <= NOW + timedelta(seconds=15)
    assert len(posting.inbox.mails) == 1


async def test_a_message_that_fails_for_days_is_given_up_and_says_so(act, posting):
    await code_of(act)
    posting.inbox.recipients[ADDRESS] = "450 later"
    posting.at = NOW + TRIED_MOST
    await change(act, Outbox, {"attempts": 20}, kind="INVITATION")

    await posting.post()

    row = await posting.row()
    assert (row.end_reason, row.ended_at, row.secret) == (EndReason.GIVEN_UP, posting.at, None)


async def test_a_recipient_whom_the_server_does_not_know_is_tried_once(act, posting):
    await code_of(act)
    posting.inbox.recipients[ADDRESS] = "550 no such user"

    await posting.post()

    assert (await posting.row()).end_reason is EndReason.REFUSED
    assert await posting.post() == 0


async def test_a_mail_that_was_handed_over_and_never_acknowledged_is_not_sent_again(act, posting):
    await code_of(act)
    posting.inbox.is_breaking = True
    await posting.post()
    posting.inbox.is_breaking, posting.at = False, NOW + DAY

    assert await posting.post() == 0
    assert (await posting.row()).end_reason is EndReason.UNCERTAIN
    assert len(posting.inbox.mails) == 1


@pytest.mark.parametrize("changes", [{"accepted_at": NOW}, {"revoked_at": NOW}, {"expires_at": NOW}])
async def test_an_invitation_that_waits_no_more_is_not_mailed(act, posting, changes):
    await code_of(act)
    [made] = await rows(act.store, Invitation)
    await change(act, Invitation, changes, id=made.id)

    await posting.post()

    assert (await posting.row()).end_reason is EndReason.WITHDRAWN
    assert posting.inbox.mails == []


async def test_a_message_that_is_taken_back_while_it_is_in_hand_never_leaves(act, posting):
    await code_of(act)
    queue = Queue(act.store, "one")
    [mine] = await queue.claim(NOW, real_now())
    [made] = await rows(act.store, Invitation)

    await revoked(act, "mother", made.id)

    assert not await queue.hand_over(mine.id, real_now())


async def test_a_mailbox_that_wants_no_mail_gets_none_until_it_says_so(act, posting):
    await stop(act.store, SEAL.close(ADDRESS), NOW)
    await code_of(act)
    await posting.post()
    first = await posting.row()
    await lift(act.store, SEAL.close(ADDRESS), NOW)
    await code_of(act, given=None, who="father")

    await posting.post()

    assert first.end_reason is EndReason.UNSUBSCRIBED
    assert len(posting.inbox.mails) == 1


async def test_an_address_that_is_none_ends_its_message(act, posting):
    await code_of(act)
    await change(act, Outbox, {"address": "a@b.example\r\nBcc: c@d.example"}, kind="INVITATION")

    await posting.post()

    assert (await posting.row()).end_reason is EndReason.ADDRESS_MALFORMED


async def test_a_resident_without_an_address_gets_no_mail(act, posting):
    await code_of(act)
    look = {"kind": "EMERGENCY_LOOK", "recipient_id": resident("father"), "about_id": child("aki")}
    await change(act, Outbox, look, kind="INVITATION")

    await posting.post()

    assert (await posting.row()).end_reason is EndReason.NO_ADDRESS


async def test_a_worker_that_is_told_to_stop_gives_back_what_it_has(act, posting):
    await code_of(act)

    await posting.post(is_stopping=True)
    await posting.post("two")

    assert len(posting.inbox.mails) == 1


async def test_no_address_and_no_code_gets_into_the_log(act, posting):
    code = await code_of(act)

    await posting.post()

    assert '"code":"SENT"' in posting.log.getvalue()
    assert ADDRESS not in posting.log.getvalue()
    assert code not in posting.log.getvalue()
