"""How long a record is shared and an invitation waits, and how a share stands on a day."""

from datetime import date, datetime, time, timedelta
from enum import Enum

from models.field_group import FieldGroup
from rules.town_time import TOWN_TIME

# Decisions of this project.
LINK_DAYS = 14  # long enough for a holiday away from the mailbox
SHARED_DAYS_MOST = 731  # two years: an end that nobody remembers is none, and who still wants it says so again
WAITING_MOST = 20  # of one guardian to one record: a family has grandparents, not a mailing list
TRIES_MOST = 10  # wrong codes of one person within an hour: who mistypes that often asks for a new link
TRIES_WITHIN = timedelta(hours=1)


class ShareStatus(Enum):
    """How a share stands."""

    WAITING = "nobody has accepted the invitation yet"
    GIVEN = "it opens its field groups as long as whoever gave it may share the record"
    ENDED = "its last day, or that of the invitation, is over"
    REVOKED = "somebody took it back"


def link_ends(today: date) -> datetime:
    """When an invitation of today expires: at the midnight after its last whole day, so that days decide."""
    return datetime.combine(today + timedelta(days=LINK_DAYS + 1), time.min, TOWN_TIME)


def is_end(today: date, valid_to: date) -> bool:
    """Whether sharing may end before this day: there is a day of it, and an end that people remember."""
    return today < valid_to <= today + timedelta(days=SHARED_DAYS_MOST)


def status(
    today: date,
    valid_from: date | None,
    valid_to: date,
    expires_at: datetime | None,
    revoked_at: datetime | None,
) -> ShareStatus:
    """How a share stands today."""
    if revoked_at is not None:
        return ShareStatus.REVOKED
    is_waiting = valid_from is None
    is_expired = is_waiting and expires_at is not None and expires_at.astimezone(TOWN_TIME).date() <= today
    if is_expired or valid_to <= today:
        return ShareStatus.ENDED
    return ShareStatus.WAITING if is_waiting else ShareStatus.GIVEN


def groups(_today: date, names: str) -> list[FieldGroup]:
    """The field groups of a share, from names with a space between."""
    return [FieldGroup[name] for name in names.split()]
