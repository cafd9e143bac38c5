"""What a mailbox wants, read from its row."""

from datetime import date, time

from models.notice import NoticeKind

MINUTES = 60


def kinds(_today: date, names: str) -> list[NoticeKind]:
    """The kinds of notices of which mail is wanted, from names with a space between."""
    return [NoticeKind[name] for name in names.split()]


def clock(minute: int | None) -> time | None:
    """A minute of the day as a time of the town."""
    return None if minute is None else time(minute // MINUTES, minute % MINUTES)
