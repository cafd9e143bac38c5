"""How link codes read, how long they wait, and what is kept of them."""

from datetime import UTC, date, datetime

import pytest

from rules.linking import (
    ALPHABET,
    LinkStatus,
    code_ends,
    code_hash,
    code_of,
    number_hash,
    number_hashes,
    one_spelling,
    plain,
    status,
)

TODAY, AT = date(2026, 11, 23), datetime(2026, 11, 22, 15, tzinfo=UTC)  # the midnight with which today begins


def test_a_code_is_twelve_characters_that_cannot_be_misread():
    code = code_of("a key of the client", "102016-J0")

    assert [len(each) for each in code.split("-")] == [4, 4, 4]
    assert set(plain(code)) <= set(ALPHABET)


def test_another_key_or_another_link_has_another_code():
    assert len({code_of(key, link) for key in ("key-0001", "key-0002") for link in ("a", "b")}) == 4


@pytest.mark.parametrize("typed", ["ol1i-0000-abcd", "OLII0000ABCD", " 011 1 0000ABC-D "])
def test_however_it_is_typed_a_code_is_meant(typed):
    assert code_hash(typed) == code_hash("0111-0000-ABCD")


def test_spellings_of_a_number_are_one_and_other_numbers_are_others():
    meant = ["P-1", "p-1", "Ｐ－１", "ｐ‐１", "P−1", " Ｐー1 ", "ＰｰＩ".replace("Ｉ", "１")]
    others = ["P1", "P-01", "P- 1", "P_1", "P-l"]

    assert {one_spelling(each) for each in meant} == {"P-1"}
    assert "P-1" not in {one_spelling(each) for each in others}
    assert len({number_hash("a", each) for each in (*meant, *others)}) == 1 + len(others)
    assert number_hashes("a", "p-1")[0] == number_hashes("a", "P-1")[1] != number_hashes("a", "p-1")[1]


def test_the_same_number_of_another_organisation_is_another_number():
    assert number_hash("a", " 7 ") == number_hash("a", "7") != number_hash("b", "7")


def test_a_code_works_on_three_whole_days():
    assert code_ends(TODAY) == datetime(2026, 11, 26, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expires_at", "linked_at", "revoked_at", "stands"),
    [
        (code_ends(TODAY), None, None, LinkStatus.WAITING),
        (AT, None, None, LinkStatus.EXPIRED),
        (AT, AT, None, LinkStatus.LINKED),
        (AT, AT, AT, LinkStatus.REVOKED),
    ],
)
def test_how_a_link_stands(expires_at, linked_at, revoked_at, stands):
    assert status(TODAY, expires_at, linked_at, revoked_at) is stands
