"""A new way to log in is told to every mailbox that was confirmed, whatever is done to hide it, and names nothing."""

import re
from collections import Counter
from datetime import timedelta

import pytest

from auth.caller import Acr
from auth.credential import Authenticated, Scheme
from auth.pepper import Keyed
from models.credential import Credential, EnrolledBy
from models.ids import Letter
from models.mailbox import Mailbox, MailLanguage
from models.municipality import Municipality
from models.outbox import EndReason, MessageKind, Outbox
from models.resident import Resident
from resolvers.enrolment import NOTHING, Proved, enrolled
from resolvers.mailing import stop
from rules.letters import letter
from tests.hanamori import NOW, TODAY, id_of, resident
from tests.mailing import OFFICE, SEAL, text
from tests.posting import Posting
from tests.sharing import changed as change
from tests.sharing import done, rows
from tests.telling import REMOVE

MOTHER = resident("mother")
CITY_LINK = Authenticated(Scheme.CITY, (Keyed("a" * 64, 1),), Acr.CITY)
SECOND = id_of(Letter.MAILBOX, "second")
LINK = f"{OFFICE.link}/credentials"
LINKS = re.compile(r"https://[\w./?=-]+")


@pytest.fixture
async def posting(act, inbox):
    """The mother, who has two mailboxes, has linked a city; neither mail has left."""
    moments = {"added_at": NOW, "code_expires_at": NOW, "confirmed_at": NOW}
    about = {"resident_id": MOTHER, "address": "second@mail.example", "kinds": "", "language": MailLanguage.JA}
    async with act.store.owner.writing() as session:
        session.add(Mailbox(id=SECOND, **about, **moments))

    async def work(session):
        return await enrolled(session, CITY_LINK, Proved(MOTHER, EnrolledBy.SESSION), NOTHING, NOW, told_at=NOW)

    await act.store.transact(work, serialised=False)
    return Posting(act.store, inbox)


def to(posting):
    return sorted(mail["To"] for mail in posting.inbox.mails)


BOTH = ["mother@mail.example", "second@mail.example"]


async def test_every_mailbox_gets_one_mail_in_both_languages_and_nothing_is_left_of_the_address(act, posting):
    await posting.post()
    await posting.post("two")

    assert to(posting) == BOTH
    for mail in posting.inbox.mails:
        words = letter(MessageKind.CREDENTIAL, MailLanguage.BOTH, LINK, mail["List-Unsubscribe"].strip("<>"))
        paragraphs = text(mail).strip().split("\r\n\r\n")
        assert (mail["Subject"], paragraphs) == (words.subject, words.paragraphs)
    assert {(each.sent_at, each.address) for each in await rows(act.store, Outbox)} == {(NOW, None)}


async def test_a_mail_names_nobody_no_place_no_city_and_no_way(act, posting):
    people = [row.name for row in await rows(act.store, Resident)]
    cities = [word for row in await rows(act.store, Municipality) for word in (row.code, row.name, row.name_en)]
    credentials = [row.id for row in await rows(act.store, Credential)]

    await posting.post()

    said = "".join(text(mail, kind) + mail["Subject"] for mail in posting.inbox.mails for kind in ("plain", "html"))
    words = LINKS.sub("", said).lower()  # a seal may spell anything
    of_the_way = (*Scheme, "card", "カード", "app", "アプリ", "link", "連携", "市", "2026", "11")
    assert [each for each in (*people, *cities, *credentials, MOTHER, *of_the_way) if each.lower() in words] == []


HIDDEN = {
    "no kind is wanted and all hours are quiet": (
        Mailbox,
        {"kinds": "", "quiet_from_minute": 0, "quiet_to_minute": 1439},
        {"resident_id": MOTHER},
    ),
    "the language is the other": (Mailbox, {"language": MailLanguage.EN}, {"id": SECOND}),
    "the mailboxes are removed": (Mailbox, {"removed_at": NOW, "address": None}, {"resident_id": MOTHER}),
    "the credential is closed": (Credential, {"closed_at": NOW, "closed_by": "HOLDER"}, {"resident_id": MOTHER}),
    "the holder has moved out": (Resident, {"moved_out_on": TODAY}, {"id": MOTHER}),
}


@pytest.mark.parametrize("what", HIDDEN)
async def test_it_is_told_whatever_was_done_to_hide_it(act, posting, what):
    model, values, where = HIDDEN[what]
    await change(act, model, values, **where)

    await posting.post()

    assert to(posting) == BOTH


async def test_who_removes_a_mailbox_with_the_deed_keeps_no_mail_from_it(act, posting):
    await done(act, "mother", REMOVE, {"mailboxId": SECOND, "idempotencyKey": "remove-01"})
    await posting.post()

    assert to(posting) == BOTH


async def test_the_dead_are_told_nothing(act, posting):
    await change(act, Resident, {"died_on": TODAY}, id=MOTHER)

    await posting.post()

    ends = {(each.end_reason, each.address) for each in await rows(act.store, Outbox)}
    assert (to(posting), ends) == ([], {(EndReason.NOT_PERMITTED, None)})


async def test_an_address_that_wants_no_mail_at_all_gets_none_and_the_other_does(act, posting):
    await stop(act.store, SEAL.close(BOTH[1]), NOW)

    await posting.post()

    ends = [each.end_reason for each in await rows(act.store, Outbox) if each.mailbox_id == SECOND]
    assert (to(posting), ends) == (BOTH[:1], [EndReason.UNSUBSCRIBED])


async def test_a_message_whose_address_is_gone_ends(act, posting):
    await change(act, Outbox, {"address": None}, recipient_id=MOTHER)

    await posting.post()

    assert {each.end_reason for each in await rows(act.store, Outbox)} == {EndReason.WITHDRAWN}


@pytest.mark.parametrize(("days", "told"), [(60, BOTH), (61, [])])
async def test_a_mail_that_comes_late_comes_all_the_same_but_not_after_two_months(act, posting, days, told):
    posting.at = NOW + timedelta(days=days)

    await posting.post()

    assert to(posting) == told
    assert {each.address for each in await rows(act.store, Outbox)} == {None}


@pytest.mark.parametrize(("hours", "told"), [(0, 3), (25, 4)])
async def test_who_links_again_and_again_fills_no_mailbox(act, posting, hours, told):
    for number in range(1, 8):
        at = NOW + timedelta(hours=hours if number == 7 else 0)
        link = Authenticated(Scheme.CITY, (Keyed(f"{number:064}", 1),), Acr.CITY)
        await act.store.transact(
            lambda db, link=link, at=at: enrolled(
                db, link, Proved(MOTHER, EnrolledBy.SESSION), NOTHING, at, told_at=at
            ),
            serialised=False,
        )

    owed = Counter(each.mailbox_id for each in await rows(act.store, Outbox))
    assert (len(owed), set(owed.values())) == (2, {told})
