"""A mail says that there is something to read and where, in both languages, and nothing else."""

import pytest

from models.mailbox import MailLanguage
from models.outbox import MessageKind
from rules.letters import LETTERS, STOP, letter

LINK, STOP_LINK = "https://city.example/notices", "https://city.example/mail/stop?t=x"
# What a mail must never speak of: it passes through many hands.
HEALTH = (
    "接種",
    "健診",
    "妊娠",
    "出産",
    "発達",
    "体重",
    "vaccin",
    "checkup",
    "pregnan",
    "birth",
    "growth",
    "child",
    "お子",
)


def test_no_kind_is_without_its_words():
    assert [*LETTERS, MessageKind.MAILBOX_REMOVED] == list(MessageKind)  # which only holds an address


@pytest.mark.parametrize("kind", LETTERS)
def test_a_mail_names_nothing_of_health_and_no_child(kind):
    said = " ".join(word for words in LETTERS[kind] for word in words).lower()

    assert [each for each in HEALTH if each in said] == []


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize(("language", "parts"), [(MailLanguage.JA, 1), (MailLanguage.EN, 1), (MailLanguage.BOTH, 2)])
def test_each_part_has_the_link_and_the_way_to_stop(kind, language, parts):
    written = letter(kind, language, LINK, STOP_LINK)

    assert written.paragraphs.count(LINK) == written.paragraphs.count(STOP_LINK) == parts
    assert len([each for each in written.paragraphs if each in STOP]) == parts


def test_a_language_is_the_one_that_was_asked_for():
    japanese, english = (
        letter(MessageKind.INVITATION, each, LINK, STOP_LINK).subject for each in (MailLanguage.JA, MailLanguage.EN)
    )

    assert not japanese.isascii()
    assert english.isascii()
