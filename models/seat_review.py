"""Words for what transport staff decide of a seat that a tablet handed in later."""

from enum import Enum


class SeatReviewCause(Enum):
    """Why staff have to decide."""

    OVER_LIMIT = "the rider had no ride left"
    CARD_UNPROVED = "the card was read without its signature"


class SeatReviewOutcome(Enum):
    """How they decided."""

    ACCEPTED = "it counts and is paid"
    REFUSED = "it is not paid"
