"""Of each mail it is known what became of it, whatever the server does."""

import ssl
from datetime import UTC, datetime

import pytest

from models.mailbox import MailLanguage
from models.outbox import MessageKind
from resolvers.outbox import Claimed
from tests.mailing import OFFICE, Inbox
from tsumugi.mail.carrier import Carrier, Fate

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def mail(number=0, address="a@mail.example"):
    message = Claimed(f"n{number}", MessageKind.EMERGENCY_LOOK, None, None, None, None, None, NOW, 0)
    return OFFICE.written(message, address, MailLanguage.JA, NOW)


async def yes():
    return True


async def no():
    return False


async def fates(inbox, *mails, hand_over=yes, **relay):
    async with Carrier(inbox.relay(**relay)) as carrier:
        return [await carrier.carry(each, OFFICE.sender, hand_over) for each in mails]


async def test_mails_go_over_one_connection(inbox):
    assert await fates(inbox, mail(1), mail(2)) == [Fate.SENT] * 2
    assert len(inbox.ids) == 2
    assert len(inbox._open) == 1


async def test_without_a_server_nothing_is_handed_over():
    gone = Inbox()

    assert await fates(gone, mail()) == [Fate.AWAY]


@pytest.mark.parametrize(
    ("answer", "fate"), [("450 later", Fate.AGAIN), ("550 nobody", Fate.REFUSED), ("250 OK", Fate.SENT)]
)
async def test_a_server_refuses_one_recipient_for_now_or_for_good_and_takes_the_next(inbox, answer, fate):
    inbox.recipients["b@mail.example"] = answer

    assert await fates(inbox, mail(1, "b@mail.example"), mail(2)) == [fate, Fate.SENT]


@pytest.mark.parametrize(("answer", "fate"), [("451 full", Fate.AGAIN), ("554 spam", Fate.REFUSED)])
async def test_a_server_refuses_the_text_for_now_or_for_good(inbox, answer, fate):
    inbox.answers.append(answer)

    assert await fates(inbox, mail(1), mail(2)) == [fate, Fate.SENT]


async def test_a_connection_that_dies_after_the_text_leaves_it_uncertain_and_the_next_gets_another(inbox):
    inbox.is_breaking = True

    assert await fates(inbox, mail(1), mail(2)) == [Fate.UNCERTAIN] * 2
    assert len(inbox.ids) == 2  # this server had them all the same


async def test_what_is_ours_no_more_is_not_handed_over(inbox):
    assert await fates(inbox, mail(), hand_over=no) == [Fate.TAKEN]
    assert inbox.ids == []


async def test_a_server_without_tls_gets_no_mail_where_tls_is_required(inbox):
    assert await fates(inbox, mail(), is_starttls=True) == [Fate.AWAY]


async def test_a_server_that_nobody_vouches_for_gets_no_mail(certificate):
    server, _ = certificate
    async with Inbox(tls_context=server) as inbox:
        trusted = ssl.create_default_context()

        assert await fates(inbox, mail(), host="localhost", is_starttls=True, trusted=trusted) == [Fate.AWAY]


async def test_a_login_goes_over_starttls(certificate):
    server, trusted = certificate
    logins = []
    async with Inbox(tls_context=server, require_starttls=True) as inbox:
        inbox._options |= {"authenticator": inbox.authenticated, "auth_required": True}
        relay = {"host": "localhost", "is_starttls": True, "trusted": trusted, "username": "city"}

        assert await fates(inbox, mail(), **relay, password="secret") == [Fate.SENT]
        assert await fates(inbox, mail(), **relay, password="wrong") == [Fate.AWAY]
        logins = inbox.logins
    assert logins[0] == (b"city", b"secret")


async def test_tls_may_stand_from_the_first_byte(certificate):
    server, trusted = certificate
    async with Inbox(tls=server) as inbox:
        assert await fates(inbox, mail(), host="localhost", is_tls=True, trusted=trusted) == [Fate.SENT]
