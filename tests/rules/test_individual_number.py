"""No twelve-digit Individual Number passes as free text, however it is written; other numbers do."""

import random

import pytest

from rules.individual_number import LENGTH, check_digit, contains_individual_number, is_individual_number, masked

VALID = "123456789018"


@pytest.mark.parametrize(
    "text",
    [
        VALID,
        "1234-5678-9018",
        "1234 5678 9018",
        "1234 - 5678 - 9018",
        "１２３４５６７８９０１８",
        "１２３４－５６７８－９０１８",
        "１２３４　５６７８　９０１８",
        "1234ー5678ー9018",
        "1234\u20135678\u20149018",
        "1234.5678.9018",
        "1234・5678・9018",
        "1234/5678/9018",
        "1\u200b234\u00ad56789018",
        "①②③④⑤⑥⑦⑧⑨018",
        "١٢٣٤٥٦٧٨٩٠١٨",
        "番号は123456789018です",
        "一二三四五六七八九〇一八",
        "壱弐参四 五六七八 九零壱八",
        "No.A123456789018B",
        "〒000-0001 123456789018",
        "〒000-0001 1234-5678-9018",
        "1234\n5678\n9018",
        "111111111111 and 123456789018",
        "1234,5678,9018",
        "1234、5678、9018",
        "(1234)(5678)(9018)",
        "1234 | 5678 | 9018",
        "".join(f"{digit}\ufe0f\u20e3" for digit in VALID),
    ],
)
def test_a_valid_number_is_found_however_it_is_written(text):
    assert contains_individual_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "若草 花",
        "123456789017",
        "12345678901",
        "1234567890180",
        "0123456789018",
        "1234-5678-9018-1",
        "0 1234 5678 9018",
        "1234 a 5678 b 9018",
        "4111 1111 1111 1111",
        "2026-11-23 09:00",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert not contains_individual_number(text)


@pytest.mark.parametrize(
    ("digits", "check"), [("12345678901", "8"), ("00000000000", "0"), ("00000000006", "0"), ("00000000001", "9")]
)
def test_the_check_digit_follows_the_ordinance(digits, check):
    assert check_digit(digits) == check


def test_an_identifier_that_would_pass_for_a_number_is_hidden_but_for_its_end():
    assert [masked(each) for each in (VALID, f" {VALID} ")] == ["********9018"] * 2


@pytest.mark.parametrize("other", ["", "V-4711", f"K{VALID}", VALID + "0", VALID[:-1] + "7", "あ" * LENGTH])
def test_any_other_identifier_stays_as_it_is(other):
    assert masked(other) == other


def test_only_twelve_digits_can_be_a_number():
    assert not is_individual_number(VALID[:-1])
    assert not is_individual_number(VALID + "0")


def test_each_number_that_is_made_is_found_and_no_other_last_digit_is():
    chance = random.Random(0)
    for _ in range(300):
        first = f"{chance.randrange(10 ** (LENGTH - 1)):011d}"
        found = {last for last in "0123456789" if contains_individual_number(f"x {first}{last} y")}
        assert found == {check_digit(first)}
