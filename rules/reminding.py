"""Reminders by mail to somebody without a card: a date, at most so often, and how the address stands."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from enum import Enum

from rules.town_time import TOWN_TIME

# Decisions of this project.
ADDRESSES_MOST = (
    2  # of one guardian for one child, confirmed or waiting: a parent and a grandparent, not a mailing list
)
LEAD = timedelta(days=7)  # a week before: time to make an appointment
MAILS_MOST, WITHIN = 4, timedelta(days=28)  # of one address: nobody is worn out by a child's first half-year


FIRST_HOUR, LAST_HOUR = 9, 20  # of the town's day: nobody's phone rings at night


class ReminderStatus(Enum):
    """How an address stands."""

    WAITING = "whoever reads the address has not confirmed it"
    CONFIRMED = "it gets dates as long as the service lasts and whoever added it may share the record"
    ENDED = "its last day, or that of the confirmation, is over"
    REVOKED = "whoever added it or whoever reads it took it back"


def status(
    today: date,
    confirmed_at: datetime | None,
    expires_at: datetime,
    valid_to: date,
    revoked_at: datetime | None,
) -> ReminderStatus:
    """How an address stands today."""
    if revoked_at is not None:
        return ReminderStatus.REVOKED
    is_expired = confirmed_at is None and expires_at.astimezone(TOWN_TIME).date() <= today
    if is_expired or valid_to <= today:
        return ReminderStatus.ENDED
    return ReminderStatus.WAITING if confirmed_at is None else ReminderStatus.CONFIRMED


def is_time(now: datetime) -> bool:
    """Whether a mail may be written at this hour."""
    return FIRST_HOUR <= now.astimezone(TOWN_TIME).hour < LAST_HOUR


def day_named(today: date, next_days: Iterable[date], sent_on: Collection[date]) -> date | None:
    """The day that a reminder of today names; None when nothing is a week away, or enough was sent already.

    Several doses of one day are one reminder, and several reminders of one day are one mail.
    """
    lately = [day for day in sent_on if today - WITHIN < day <= today]
    if today in lately or len(lately) >= MAILS_MOST:
        return None
    return today + LEAD if today + LEAD in set(next_days) else None
