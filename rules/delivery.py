"""When a message leaves: the pause after a failure, the end of trying, quiet hours, and how a delivery stands."""

from datetime import datetime, time, timedelta
from enum import Enum

from models.outbox import EndReason
from rules.town_time import TOWN_TIME

# Decisions of this project, after RFC 5321, 4.5.4.1: pauses grow, and whoever gives up does so after four or five days.
PAUSE_FIRST = timedelta(seconds=15)
PAUSE_LONGEST = timedelta(minutes=30)  # ours goes to one relay of the city, not to strangers all over the world
TRIED_MOST = timedelta(days=4)
ATTEMPTS_LEAST = 10  # a message that nobody tried for days is not given up at the first failure
DOUBLINGS_MOST = 20  # beyond it the longest pause holds anyway


class DeliveryStatus(Enum):
    """How a message stands."""

    WAITING = "not tried yet, or not due"
    RETRYING = "tried in vain, and tried again"
    SENT = "the mail server has it"
    STOPPED = "not sent, because it is not wanted, not permitted, or over"
    FAILED = "not sent, because the mail server refuses it or was away for days"
    UNCERTAIN = "handed over, and never acknowledged: it is not sent again"


FAILURES = {EndReason.REFUSED, EndReason.GIVEN_UP, EndReason.ADDRESS_MALFORMED}


def pause(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many failures; `chance` (0 to 1) spreads those that failed together.

    Between half and the whole of a pause that doubles with each failure.
    """
    whole = min(PAUSE_FIRST * (1 << min(attempts - 1, DOUBLINGS_MOST)), PAUSE_LONGEST)
    return whole / 2 + whole / 2 * chance


def is_given_up(created_at: datetime, now: datetime, attempts: int) -> bool:
    """Whether a message that failed so many times is not tried any more."""
    return attempts >= ATTEMPTS_LEAST and now - created_at >= TRIED_MOST


def after_quiet(now: datetime, quiet_from: time | None, quiet_to: time | None) -> datetime:
    """The first moment from `now` on that is not in the quiet hours, which are of Asia/Tokyo and may pass midnight."""
    if quiet_from is None or quiet_to is None or quiet_from == quiet_to:
        return now
    here = now.astimezone(TOWN_TIME)
    clock = here.time().replace(tzinfo=None)
    passes_midnight = quiet_to < quiet_from
    is_late, is_early = clock >= quiet_from, clock < quiet_to
    if not (is_late or is_early if passes_midnight else is_late and is_early):
        return now
    day = here.date() + timedelta(days=1) if passes_midnight and is_late else here.date()
    return datetime.combine(day, quiet_to, TOWN_TIME)


def delivery_status(sent_at: datetime | None, end_reason: EndReason | None, attempts: int) -> DeliveryStatus:
    """How a message stands."""
    if sent_at is not None:
        return DeliveryStatus.SENT
    if end_reason is EndReason.UNCERTAIN:
        return DeliveryStatus.UNCERTAIN
    if end_reason is not None:
        return DeliveryStatus.FAILED if end_reason in FAILURES else DeliveryStatus.STOPPED
    return DeliveryStatus.RETRYING if attempts else DeliveryStatus.WAITING
