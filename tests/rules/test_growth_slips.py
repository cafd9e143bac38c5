"""A slip of the pen is noticed, a sick child is not called one."""

from datetime import date, timedelta

import pytest

from models.growth import Measure
from rules.growth.slips import first_slip

W, H, HEAD, CHEST = Measure
BORN = date(2024, 2, 10)
POSSIBLE = {
    "a child of 22 weeks": (0, {W: 400, H: 280, HEAD: 190}),
    "a child of 22 weeks at its term": (126, {W: 1_300, H: 360, HEAD: 260}),
    "a heavy newborn": (0, {W: 6_900, H: 600, HEAD: 430}),
    "six deviations below": (365, {W: 4_600, H: 590}),
    "five above": (365, {W: 15_900, H: 900}),
    "a head full of water": (365, {HEAD: 620}),
    "five years old": (1_827, {W: 4_000}),
    "a chest, of which there is no table": (10, {CHEST: 1}),
    "nothing": (10, dict.fromkeys(Measure)),
}
SLIPS = {
    "a digit too many": (30, {W: 45_000}, W),
    "a digit too few": (400, {W: 970}, W),
    "centimetres for millimetres": (400, {H: 76}, H),
    "a grown child's length": (30, {W: 4_500, H: 1_200}, H),
    "the chest of a man": (90, {HEAD: 990}, HEAD),
}


@pytest.mark.parametrize(("days", "values"), POSSIBLE.values(), ids=POSSIBLE)
def test_what_can_be_is_no_slip(days, values):
    assert first_slip(BORN, BORN + timedelta(days=days), values) is None


@pytest.mark.parametrize(("days", "values", "measure"), SLIPS.values(), ids=SLIPS)
def test_what_cannot_be_is_named(days, values, measure):
    assert first_slip(BORN, BORN + timedelta(days=days), values) is measure
