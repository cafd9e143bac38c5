"""A mail: text and HTML, an id that stays, a way to stop it, and no way to add a header."""

from datetime import UTC, datetime
from email.headerregistry import Address

import pytest

from models.mailbox import MailLanguage
from models.outbox import MessageKind
from resolvers.outbox import Claimed
from tests.mailing import OFFICE, SEAL, text

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ADDRESS = "obaasan@mail.example.jp"
MESSAGE = Claimed("102016-N1", MessageKind.INVITATION, None, ADDRESS, "about", None, "c0de", NOW, 0)


def written(address=ADDRESS, language=MailLanguage.BOTH, message=MESSAGE):
    return OFFICE.written(message, address, language, NOW)


def test_text_and_html_hold_the_same_link_and_the_code_is_sent_to_no_server():
    mail = written()

    for kind in ("plain", "html"):
        assert "https://kosodate.city.example/invitation#c0de" in text(mail, kind)


def test_a_mail_can_be_stopped_with_one_click():
    mail, sealed = written(), SEAL.close(ADDRESS)

    assert mail["List-Unsubscribe"] == f"<https://tsumugi.city.example/mail/stop?t={sealed}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert SEAL.open(sealed) == ADDRESS
    assert sealed in text(mail)


def test_a_mail_has_the_same_id_however_often_it_is_tried():
    assert written()["Message-ID"] == written()["Message-ID"] == "<102016-N1@tsumugi.city.example>"


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nBcc: c@d.example", "a@b.example\nX: y", "a@b.example, c@d.example"]
)
def test_an_address_that_would_add_a_header_or_a_recipient_is_refused(address):
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the library's
        written(address)


def test_a_name_cannot_add_a_header():
    office = OFFICE._replace(name="City\r\nBcc: c@d.example")

    with pytest.raises(ValueError):  # noqa: PT011
        office.written(MESSAGE, ADDRESS, MailLanguage.JA, NOW)


def test_what_goes_over_the_wire_is_ascii_in_short_lines():
    raw = written().as_bytes()

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998  # RFC 5322, 2.1.1


def test_the_sender_is_the_city_and_the_mail_says_that_a_machine_wrote_it():
    mail = written(language=MailLanguage.EN)

    assert mail["From"].addresses == (Address("花守市", addr_spec="tsumugi@city.example"),)
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "en")
