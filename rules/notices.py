"""What a notice says, to whom the city may publish, and what staff are told of its delivery."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from models.notice import Audience
from rules.births import TERM
from rules.delivery import DeliveryStatus, delivery_status
from rules.fiscal import fiscal_year_end
from rules.information import wording
from rules.pregnancy import WEEK
from rules.wording import Wording

# Decisions of this project.
SHOWN_MOST = timedelta(days=366)  # what is to be told for longer is no news
AGE_MOST = 18 * 12  # months; whoever is of age has no guardian
WEEK_MOST = 43  # of pregnancy; none is carried longer than 44
MAILBOXES_MOST = 3  # of one person
# Each sends a code to an address that may be a stranger's, whose only way to be left alone ends all mail from here.
# Decided by this project: three, and each mistyped once.
ADDED_MOST, ADDED_WITHIN = 6, timedelta(days=1)
CODE_LASTS = timedelta(hours=24)
REMOVED_HEARS_FOR = timedelta(days=1)  # longer than anybody stays who has a stranger's card for an hour; see 0018
DAY_MINUTES = 24 * 60


class Deliveries(NamedTuple):
    """How many mails of a notice stand how. Those who read it in the graph alone have none."""

    waiting: int
    retrying: int
    sent: int
    stopped: int
    failed: int
    uncertain: int


def message(_today: date, key: str) -> Wording | None:
    """The words of a generated notice; None for what was published."""
    return wording(key)


def published(_today: date, *words: str | None) -> Wording | None:
    """The words of what was published: titles, then texts, Japanese first; None for a generated notice."""
    return None if words[0] is None else Wording(*(word or "" for word in words))


def is_read(_today: date, marks: Sequence[Any]) -> bool:
    """Whether the caller has marked it."""
    return bool(marks)


def is_retracted(_today: date, retracted_at: datetime | None) -> bool:
    """Whether what was published was taken back."""
    return retracted_at is not None


def deliveries(_today: date, rows: Sequence[Any]) -> Deliveries:
    """The mails of one notice, counted."""
    found = [delivery_status(each.sent_at, each.end_reason, each.attempts) for each in rows]
    return Deliveries(*(found.count(status) for status in DeliveryStatus))


def is_period(today: date, shown_from: date, shown_to: date) -> bool:
    """Whether something may be shown on these days: not before today, for a day at least and a year at most."""
    return today <= shown_from < shown_to <= shown_from + SHOWN_MOST


def are_ages(audience: Audience, age_from: int | None, age_to: int | None) -> bool:
    """Whether ages are said where the audience goes by them, and only there; in whole months, both included."""
    return _are_said(audience is Audience.CHILDREN_BY_AGE, (age_from, age_to), AGE_MOST)


def are_weeks(audience: Audience, week_from: int | None, week_to: int | None) -> bool:
    """The same of weeks of pregnancy."""
    return _are_said(audience is Audience.PREGNANT_BY_WEEK, (week_from, week_to), WEEK_MOST)


def _are_said(are_wanted: bool, span: tuple[int | None, int | None], most: int) -> bool:  # noqa: FBT001 - one of two
    first, last = span
    if not are_wanted:
        return first is None and last is None
    return first is not None and last is not None and 0 <= first <= last <= most


def entering_school(today: date) -> tuple[date, date]:
    """The first and the last birthday of those who enter school on the next 1 April (School Education Act 17).

    Age 6 is reached on the eve of the birthday, in the fiscal year before.
    """
    year = fiscal_year_end(today).year
    return date(year - 7, 4, 2), date(year - 6, 4, 1)


def expected_in(today: date, week_from: int, week_to: int) -> tuple[date, date]:
    """The first and the last expected day of pregnancies that are in these weeks."""
    return today + TERM - week_to * WEEK - timedelta(days=6), today + TERM - week_from * WEEK


def are_quiet(quiet_from_minute: int | None, quiet_to_minute: int | None) -> bool:
    """Whether quiet hours are two different minutes of a day, or none."""
    given = [each for each in (quiet_from_minute, quiet_to_minute) if each is not None]
    return not given or (len(set(given)) == 2 and all(0 <= each < DAY_MINUTES for each in given))  # noqa: PLR2004 - both
