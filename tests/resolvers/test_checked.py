"""What several deeds check of a text: that something can be seen, and that it reads as it stands."""

from types import SimpleNamespace

import pytest

from models.refusal import RefusalCode, Refused
from resolvers.checked import bad_label, bad_words

BLANK = ["", " ", "\n\t", "　", "\u200b", "\u2060 \ufeff"]


@pytest.mark.parametrize("text", BLANK)
def test_a_text_of_which_nothing_can_be_seen_is_missing(text):
    missing = Refused(RefusalCode.VALUE_MISSING, "substance")

    assert bad_words(SimpleNamespace(substance=text), "substance") == missing
    assert bad_label(SimpleNamespace(substance=text), "substance") == missing


@pytest.mark.parametrize("text", ["\u202e花", "花\u2066", "花\x00"])
def test_a_text_that_shows_another_than_it_holds_is_malformed(text):
    assert bad_words(SimpleNamespace(reason=text), "reason") == Refused(RefusalCode.TEXT_MALFORMED, "reason")


@pytest.mark.parametrize("text", ["花", "👩\u200d👧", "一行目\n二行目"])
def test_what_people_write_is_kept(text):
    assert bad_words(SimpleNamespace(reason=text), "reason") is None
