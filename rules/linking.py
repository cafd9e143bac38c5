"""Codes by which an organisation's patient number comes to stand for a child: how they read, how long they wait."""

import base64
import hashlib
import hmac
import unicodedata
from datetime import date, datetime, time, timedelta
from enum import Enum

from rules.town_time import TOWN_TIME

# Decisions of this project.
CODE_LENGTH = 12  # 60 bits: read out at a reception desk, and far beyond what the tries of a day could find
WAITING_DAYS = 3  # issued on Friday evening, the code works on Monday
WAITING_MOST = 10  # of one issuer for one child, which has a handful of clinics
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that reads like something else
SPELLING = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)  # base32 of RFC 4648, letter by letter
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))  # NFKC has made the full-width hyphen and ｰ one of these
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": ""})


class LinkStatus(Enum):
    """How a link stands."""

    WAITING = "nobody has redeemed the code yet"
    LINKED = "the organisation's number stands for the child, as long as whoever issued the code may share the record"
    EXPIRED = "the code was not redeemed in time"
    REVOKED = "somebody took it back"


def code_of(key: str, link_id: str) -> str:
    """The code of a link, from what only its issuer's client has and what only we have: in fours, with dashes.

    Nothing of it is kept, and the same deed done again gives it again.
    """
    return spelled(key, link_id, CODE_LENGTH)


def spelled(key: str, id: str, length: int) -> str:
    """So many letters of a keyed hash, in fours, with dashes."""
    digest = hmac.digest(key.encode(), id.encode(), hashlib.sha256)
    letters = base64.b32encode(digest).decode()[:length].translate(SPELLING)
    return "-".join(letters[at : at + 4] for at in range(0, length, 4))


def plain(code: str) -> str:
    """A code as it was meant, however it was typed."""
    return code.upper().translate(MISREAD)


def code_hash(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(plain(code).encode(errors="replace")).hexdigest()


def one_spelling(number: str) -> str:
    """A patient number as it is meant: `p-1` and `Ｐ－１` are `P-1`.

    In NFKC, where full and half width are one, in capitals, without blanks around it, and with one dash for all dashes.
    Blanks and zeros within stay, since numbers may differ by them.
    """
    return unicodedata.normalize("NFKC", number).upper().strip().translate(DASHES)


def number_hash(organisation_id: str, number: str) -> str:
    """What is kept of a patient number: another organisation's same number is another one."""
    return _number_hash(organisation_id, one_spelling(number))


def number_hashes(organisation_id: str, number: str) -> tuple[str, str]:
    """What is kept of a number, and what was kept of it until spellings were made one, when it was as it was typed."""
    return number_hash(organisation_id, number), _number_hash(organisation_id, number.strip())


def _number_hash(organisation_id: str, text: str) -> str:
    return hashlib.sha256(f"{organisation_id}\0{text}".encode(errors="replace")).hexdigest()


def code_ends(today: date) -> datetime:
    """When a code of today expires: at the midnight after its last whole day, so that days decide."""
    return datetime.combine(today + timedelta(days=WAITING_DAYS + 1), time.min, TOWN_TIME)


def status(today: date, expires_at: datetime, linked_at: datetime | None, revoked_at: datetime | None) -> LinkStatus:
    """How a link stands today."""
    if revoked_at is not None:
        return LinkStatus.REVOKED
    if linked_at is not None:
        return LinkStatus.LINKED
    return LinkStatus.EXPIRED if expires_at.astimezone(TOWN_TIME).date() <= today else LinkStatus.WAITING
