"""A refusal is told in Japanese and in English, and says nothing of the record."""

import pytest

from models.refusal import RefusalCode
from rules.messages import MESSAGES, message


def test_no_code_is_without_its_message():
    assert list(MESSAGES) == list(RefusalCode)


@pytest.mark.parametrize("code", RefusalCode)
def test_a_message_stands_in_both_languages(code):
    japanese, english = message(code, "ja"), message(code, "en")

    assert not japanese.isascii()
    assert japanese.endswith("。")
    assert english.isascii()
    assert english.endswith(".")


def test_every_other_language_reads_english():
    assert message(RefusalCode.NOT_FOUND, "fr") == message(RefusalCode.NOT_FOUND, "en")


def test_what_is_missing_and_what_is_forbidden_are_told_by_messages_that_name_no_record():
    words = [word for pair in MESSAGES.values() for word in pair]

    assert not [word for word in words if "{" in word or "%" in word]
