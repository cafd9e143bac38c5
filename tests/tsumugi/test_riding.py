"""`tsumugi rides simulate`: the same month each time, and claims that balance."""

import re

from tsumugi.cli import main

SMALL = ("rides", "simulate", "--days", "40", "--riders", "30", "--rides-a-day", "20")


def test_the_claims_of_a_simulated_month_balance_and_repeat_themselves(capsys):
    printed = [(main(SMALL), capsys.readouterr().out) for _ in range(2)]
    (status, text), again = printed
    last = text.splitlines()[-1]
    fares, riders, claims = (
        int(number.replace(",", "")) for number in re.findall(r"(?:fares|riders|claims) ([\d,]+)", last)
    )

    assert (status, text) == again
    assert (status, fares) == (0, riders + claims)
    assert last.endswith("balanced")
    assert int(re.search(r"(\d+) without a ride left", last)[1]) > 0
    assert len({line.split()[1] for line in text.splitlines()[1:-1]}) == 2  # November and December


def test_a_month_without_riders_cannot_be(capsys):
    assert main(("rides", "simulate", "--riders", "0")) == 1
    assert "whole numbers" in capsys.readouterr().err
