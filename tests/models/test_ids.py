"""Ids have one shape, tell their issuer and nothing else, and what is misshapen is no id."""

import csv
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ids import (
    ALPHABET,
    ID_LENGTH,
    SHARED_LENGTH,
    Letter,
    check_digit,
    is_municipality_code,
    mint,
    mint_together,
    parsed,
    together_bytes,
)

TABLE = (Path(__file__).parents[1] / "data" / "municipality-codes.csv").read_text(encoding="utf-8")
CODES = list(csv.DictReader(line for line in TABLE.splitlines() if not line.startswith("#")))
ONE = "102016-C" + "0" * 26
DRAWN = st.binary(min_size=16, max_size=16)


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        7,
        ONE.encode(),
        ONE[:-1],
        ONE + "0",
        ONE.replace("-", "_"),
        ONE.replace("102016", "102017"),
        ONE.replace("102016", "10201６"),
        ONE.replace("102016", "١٠٢٠١٦"),
        ONE.replace("C", "!"),
        ONE.replace("C", "c"),
        ONE[:-1] + "U",
        ONE[:-1] + "a",
        ONE[:-1] + "\n",
        " " + ONE[:-1],
    ],
    ids=repr,
)
def test_what_is_misshapen_is_no_id(text):
    assert parsed(text) is None


@pytest.mark.parametrize("code", ["", "10201", "1020160", "102011", "10201a", "１０２０１６"])
def test_a_code_with_a_wrong_check_digit_or_shape_is_none(code):
    assert not is_municipality_code(code)


@pytest.mark.parametrize("length", [0, 15, 17])
def test_an_id_is_made_of_128_bits_and_no_other_number(length):
    with pytest.raises(ValueError, match="128 random bits"):
        mint("102016", Letter.CHILD, b"x" * length)


def test_eleven_published_codes_are_there():
    assert len(CODES) == 11


@pytest.mark.parametrize("row", CODES, ids=lambda row: row["code6"])
def test_a_published_code_has_its_check_digit(row):
    assert check_digit(row["jis5"]) == row["check_digit"] == row["code6"][5]
    assert is_municipality_code(row["code6"])


@given(st.sampled_from(CODES), st.sampled_from(Letter), DRAWN)
def test_a_minted_id_is_read_back(row, letter, drawn):
    made = mint(row["code6"], letter, drawn)
    found = parsed(made)

    assert len(made) == ID_LENGTH
    assert (found.code, found.letter, found.body) == (row["code6"], letter, made[8:])


@given(DRAWN, DRAWN)
def test_every_bit_of_the_draw_stands_in_the_id(one, other):
    assert (one == other) == (mint("102016", Letter.CHILD, one) == mint("102016", Letter.CHILD, other))


@given(DRAWN)
def test_the_body_is_the_draw_in_base32(drawn):
    number = 0
    for sign in mint("102016", Letter.RIDE, drawn)[8:]:
        number = number * 32 + ALPHABET.index(sign)

    assert (number >> 2).to_bytes(16) == drawn


@given(st.sampled_from(CODES), st.integers(1, 100), st.integers())
def test_ids_made_together_begin_alike_and_are_told_apart(row, number, drawn):
    made = mint_together(row["code6"], Letter.LOG, number, Random(drawn).randbytes(together_bytes(number)))
    found = [parsed(each) for each in made]

    assert {(each.code, each.letter, each.body[:SHARED_LENGTH]) for each in found} == {
        (row["code6"], Letter.LOG, found[0].body[:SHARED_LENGTH])
    }
    assert len(set(made)) == number


@given(st.binary(min_size=26, max_size=26), st.integers(0, 25))
def test_every_byte_of_a_draw_together_stands_in_the_id(drawn, at):
    other = bytes([each ^ (1 if number == at else 0) for number, each in enumerate(drawn)])

    assert mint_together("102016", Letter.LOG, 1, drawn) != mint_together("102016", Letter.LOG, 1, other)


@pytest.mark.parametrize("length", [0, 25, 27, 40])
def test_ids_made_together_take_their_number_of_bytes(length):
    with pytest.raises(ValueError, match="60 random bits, and of 70 more"):
        mint_together("102016", Letter.LOG, 1, b"x" * length)


@given(st.text(max_size=40))
def test_no_text_is_too_odd_to_be_looked_at(text):
    assert parsed(text) is None
