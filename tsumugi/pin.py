"""The PIN of a card: what a token's flags say of the tries that are left, and what may be typed at all."""

import re
from enum import Enum

# PKCS #11 v2.40, table 6: token information flags.
COUNT_LOW, FINAL_TRY, LOCKED, TO_BE_CHANGED = 0x0001_0000, 0x0002_0000, 0x0004_0000, 0x0008_0000
FORM = re.compile(r"[0-9]{4}")  # of the user authentication; a password for signatures has 6 to 16 characters


class PinState(Enum):
    """What is left. Three wrong PINs in a row lock a card, and only a municipal office can open it again."""

    FREE = "nothing is known against trying"
    TRIED = "a wrong PIN was given before"
    LAST = "one more wrong PIN locks it"
    LOCKED = "it is locked"
    UNSET = "it has no PIN of its holder's yet"

    @property
    def may_be_tried(self) -> bool:
        """Whether we spend a try: never the last one."""
        return self in {PinState.FREE, PinState.TRIED}


def state_of(flags: int) -> PinState:
    """What a token's flags say, the worst first."""
    worst = ((LOCKED, PinState.LOCKED), (FINAL_TRY, PinState.LAST), (TO_BE_CHANGED, PinState.UNSET))
    found = next((state for flag, state in worst if flags & flag), None)
    return found or (PinState.TRIED if flags & COUNT_LOW else PinState.FREE)


def is_pin(text: str) -> bool:
    """Four digits: anything else would be a try for nothing, or the password for signatures."""
    return FORM.fullmatch(text) is not None
