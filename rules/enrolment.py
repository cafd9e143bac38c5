"""One-time codes with which a resident binds a card, and whose a signature certificate is among several residents."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from models.application import Signer
from rules.eligibility import Registered, differences, is_somebody_else
from rules.linking import plain, spelled

# Decisions of this project.
CODE_LENGTH = 16  # 4 by which it is found, 60 bits that nobody guesses
HEAD_LENGTH = 4
CODE_LASTS = timedelta(hours=24)  # handed over at the desk, used at home the same day
TRIES_MOST = 5
SESSION_LASTS = timedelta(minutes=15)  # how fresh a login must be that vouches for another card


class Candidate(NamedTuple):
    """Somebody in the register who may be meant."""

    resident_id: str
    registered: Registered


def code_of(key: str, code_id: str) -> str:
    """The code, from what only the desk's client has and what only we have; the same deed gives it again."""
    return spelled(key, code_id, CODE_LENGTH)


def handle(code: str) -> str:
    """The part by which a code is found, however it was typed."""
    return plain(code)[:HEAD_LENGTH]


def code_ends(now: datetime) -> datetime:
    """Until when a code of now can be used."""
    return now + CODE_LASTS


def those_meant(signer: Signer, candidates: Iterable[Candidate]) -> list[str]:
    """Who in the register has all four attributes of a certificate: nobody, one, or several."""
    return [
        each.resident_id
        for each in candidates
        if not is_somebody_else(signer, each.registered) and not differences(signer, each.registered)
    ]
