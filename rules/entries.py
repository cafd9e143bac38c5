"""What became of an entry of guardians, which is never changed."""

from datetime import date
from enum import Enum


class EntryStatus(Enum):
    """How an entry stands."""

    STANDING = "it holds"
    REPLACED = "a later entry replaces it"
    VOID = "it says that the one before should never have been"


def status(_today: date, is_replaced: bool | None, is_void: bool) -> EntryStatus:  # noqa: FBT001 - columns, by place
    """How an entry stands."""
    if is_replaced:
        return EntryStatus.REPLACED
    return EntryStatus.VOID if is_void else EntryStatus.STANDING
