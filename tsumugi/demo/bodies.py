"""How a child of the demo town grows: along its own line beside the median, so that a curve looks like a curve."""

from random import Random
from typing import NamedTuple

from models.resident import Sex

MONTH_DAYS = 30.4375
LIMIT = 1.8  # standard deviations: everybody in the demo grows within P3 to P97


class Median(NamedTuple):
    """The median at an age: month, grams, millimetres of height and of head."""

    month: int
    weight_g: int
    height_mm: int
    head_mm: int


class Body(NamedTuple):
    """Measurements of one day; mass in grams, lengths in millimetres."""

    weight_g: int
    height_mm: int
    head_mm: int
    chest_mm: int


class Line(NamedTuple):
    """How far a child stands from the median in weight, height and head, in standard deviations."""

    weight: float
    height: float
    head: float


# World Health Organization, Child Growth Standards 2006, M of the LMS tables, rounded; the row of month 72 is the WHO
# Reference 2007 from memory, its head goes on from month 60. The spread is the S of about one year.
MEDIANS = {
    Sex.FEMALE: (
        Median(0, 3232, 491, 339),
        Median(1, 4172, 536, 365),
        Median(2, 5132, 571, 383),
        Median(3, 5839, 598, 395),
        Median(4, 6428, 621, 406),
        Median(6, 7302, 658, 422),
        Median(9, 8226, 701, 438),
        Median(12, 8946, 740, 449),
        Median(18, 10232, 807, 462),
        Median(24, 11474, 864, 472),
        Median(36, 13852, 951, 485),
        Median(48, 16070, 1027, 493),
        Median(60, 18218, 1094, 499),
        Median(72, 20200, 1151, 504),
    ),
    Sex.MALE: (
        Median(0, 3346, 499, 345),
        Median(1, 4453, 547, 372),
        Median(2, 5571, 584, 391),
        Median(3, 6369, 614, 405),
        Median(4, 7007, 639, 416),
        Median(6, 7939, 676, 433),
        Median(9, 8902, 720, 450),
        Median(12, 9646, 757, 461),
        Median(18, 10939, 823, 474),
        Median(24, 12148, 878, 482),
        Median(36, 14344, 961, 495),
        Median(48, 16349, 1033, 502),
        Median(60, 18335, 1100, 507),
        Median(72, 20500, 1160, 512),
    ),
}
WEIGHT_SPREAD, HEIGHT_SPREAD, HEAD_SPREAD = 0.11, 0.033, 0.028
# What of weight, height and head is still to grow for each day before the expected one: textbook, from memory.
WEIGHT_TO_COME, HEIGHT_TO_COME, HEAD_TO_COME = 0.008, 0.003, 0.003
SCALE_G = 10  # what a baby scale shows
CHEST_PASSES_HEAD_MONTH = 12  # smaller than the head before, larger after: textbook, from memory


def line(chance: Random) -> Line:
    """A child's own line; a heavy child is rather a tall one."""
    height = _deviation(chance)
    return Line(weight=(height + _deviation(chance)) / 2, height=height, head=_deviation(chance))


def body(child: Line, sex: Sex, age_days: int, chance: Random) -> Body:
    """What is measured on that day of life, with the error of a kicking child."""
    month = age_days / MONTH_DAYS
    weight, height, head = _median(sex, month)
    shaky = 1 + chance.uniform(-0.01, 0.01)
    weight_g = weight * (1 + WEIGHT_SPREAD * child.weight) * shaky
    head_mm = round(head * (1 + HEAD_SPREAD * child.head))
    chest_mm = head_mm + max(-12, min(60, round((month - CHEST_PASSES_HEAD_MONTH) * 1.3)))
    height_mm = round(height * (1 + HEIGHT_SPREAD * child.height))
    return Body(round(weight_g / SCALE_G) * SCALE_G, height_mm, head_mm, chest_mm)


def _deviation(chance: Random) -> float:
    return max(-LIMIT, min(LIMIT, chance.gauss(0, 1)))


def _median(sex: Sex, month: float) -> tuple[float, float, float]:
    """Between the two nearest rows; the last row for whoever is older."""
    rows = MEDIANS[Sex.MALE if sex is Sex.MALE else Sex.FEMALE]
    if month < 0:
        early, born = -month * MONTH_DAYS, rows[0]
        shares = (1 - WEIGHT_TO_COME * early, 1 - HEIGHT_TO_COME * early, 1 - HEAD_TO_COME * early)
        return born.weight_g * shares[0], born.height_mm * shares[1], born.head_mm * shares[2]
    before = max((row for row in rows if row.month <= month), key=lambda row: row.month)
    after = next((row for row in rows if row.month > month), None)
    if after is None:
        return before.weight_g, before.height_mm, before.head_mm
    share = (month - before.month) / (after.month - before.month)
    weight, height, head = (low + (high - low) * share for low, high in zip(before[1:], after[1:], strict=True))
    return weight, height, head
