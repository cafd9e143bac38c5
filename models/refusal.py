"""Refusals: what a deed answers when it may not or cannot be done."""

from enum import StrEnum
from typing import NamedTuple


class RefusalCode(StrEnum):
    """The stable codes; each has a heading in docs/errors.md and its message in both languages below."""

    NOT_FOUND = "NOT_FOUND"
    NOT_PERMITTED = "NOT_PERMITTED"
    PURPOSE_REQUIRED = "PURPOSE_REQUIRED"
    VALUE_OUT_OF_RANGE = "VALUE_OUT_OF_RANGE"
    VALUE_MISSING = "VALUE_MISSING"
    DATE_OUT_OF_RANGE = "DATE_OUT_OF_RANGE"
    TEXT_TOO_LONG = "TEXT_TOO_LONG"
    TEXT_MALFORMED = "TEXT_MALFORMED"
    INDIVIDUAL_NUMBER_REFUSED = "INDIVIDUAL_NUMBER_REFUSED"
    KEY_REUSED = "KEY_REUSED"
    KEY_INVALID = "KEY_INVALID"
    ADDRESS_MALFORMED = "ADDRESS_MALFORMED"
    GROUP_NOT_SHAREABLE = "GROUP_NOT_SHAREABLE"
    INVITATIONS_TOO_MANY = "INVITATIONS_TOO_MANY"
    INVITATION_INVALID = "INVITATION_INVALID"


class Refused(NamedTuple):
    """A deed's typed refusal: its code and the path of the input field that caused it, if one did."""

    code: RefusalCode
    field: str | None = None
