"""A `sub` says nothing to those without the key, and nothing that another sector could use."""

import pytest

from auth.seal import KEY_BYTES, Seal

KEY = bytes(range(KEY_BYTES))
ID = "131016-R7ZZZZZZZZZZZZZZZZZZZZZZZZZ"
CORE = Seal(KEY, "core")


def test_a_person_keeps_one_sub_in_a_sector():
    assert CORE.close(ID) == Seal(KEY, "core").close(ID)
    assert CORE.open(CORE.close(ID)) == ID


def test_two_sectors_share_nothing_of_a_person():
    here, there = CORE.close(ID), Seal(KEY, "taxi").close(ID)

    assert not {here[at : at + 4] for at in range(len(here) - 3)} & {there[at : at + 4] for at in range(len(there) - 3)}


def test_another_sector_or_another_key_cannot_open_it():
    assert Seal(KEY, "taxi").open(CORE.close(ID)) is None
    assert Seal(KEY[::-1], "core").open(CORE.close(ID)) is None


@pytest.mark.parametrize(
    "sub", ["", "A", "AAAA", "not base64!", ID, CORE.close(ID)[:-1], CORE.close(ID) + "AAAA", "A" * 60]
)
def test_what_we_did_not_seal_does_not_open(sub):
    assert CORE.open(sub) is None


def test_every_flipped_character_is_noticed():
    sub = CORE.close(ID)
    flipped = [f"{sub[:at]}{'A' if sub[at] != 'A' else 'B'}{sub[at + 1 :]}" for at in range(len(sub))]

    assert [CORE.open(each) for each in flipped] == [None] * len(sub)
