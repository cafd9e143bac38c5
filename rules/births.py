"""Which births one mother can have: of one pregnancy within days, of two pregnancies months apart."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from models.refusal import RefusalCode, Refused

# Family Register Act 49: a birth is notified within 14 days, so children of one notification are no further apart.
TOGETHER = timedelta(days=14)
# Delayed-interval delivery is rare and certified by a doctor. The longest on record: Guinness World Records, "Longest
# interval between birth of twins", 1 January to 30 March 1996.
DELAYED = timedelta(days=90)
# Maternal Health Act 2 with the vice-minister's notice of 1990: viable from 22 completed weeks on. The next pregnancy
# has at least these before it.
VIABLE = timedelta(weeks=22)
TERM = timedelta(weeks=40)  # from the last period to the expected day
FULL = timedelta(weeks=38)  # the same from conception
IN_DOUBT = timedelta(weeks=2)  # what an expected day that was reckoned from the last period may be wrong by
OVERDUE = timedelta(weeks=4)  # 44 weeks: no pregnancy is carried longer


def are_of_one(first: date, second: date, *, is_delayed: bool = False) -> bool:
    """Whether children born on these days can come from one pregnancy."""
    return abs(first - second) <= (DELAYED if is_delayed else TOGETHER)


def apart(born_on: Sequence[date], others: Collection[date], *, is_delayed: bool = False) -> Refused | None:
    """The first child of one pregnancy who cannot stand beside those before, and the mother's `others`."""
    for number, day in enumerate(born_on):
        is_one = all(are_of_one(day, each, is_delayed=is_delayed) for each in born_on[:number])
        if not is_one or not are_possible(day, others, is_delayed=is_delayed):
            return Refused(RefusalCode.BIRTHS_APART, f"children.{number}.bornOn")
    return None


def are_possible(day: date, others: Collection[date], *, is_delayed: bool = False) -> bool:
    """Whether one mother can have had these births: each other one of the same pregnancy, or of quite another."""
    return all(are_of_one(day, each, is_delayed=is_delayed) or abs(day - each) >= VIABLE for each in others)


def fits(due_on: date, born_on: date) -> bool:
    """Whether a child born on this day can come from the pregnancy with this expected day."""
    return due_on - TERM + VIABLE - IN_DOUBT <= born_on <= due_on + OVERDUE


def overlap(due_on: date, other_due_on: date, other_ended_on: date) -> bool:
    """Whether a pregnancy would run at one time with another one of the same woman."""
    is_after = due_on - FULL + IN_DOUBT >= other_ended_on
    is_before = due_on + OVERDUE <= other_due_on - FULL
    return not is_after and not is_before
