"""Opaque ids: `<municipality code>-<kind letter><26 characters>`; nothing in them tells time, order or person.

The code (JIS X 0402 with its check digit) names the issuer. The characters are Crockford base32 of 128 random bits;
entries of the access log that one operation wrote begin with the same twelve (docs/decisions/0011).
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BYTES = 16
BODY_LENGTH = 26
SHARED_LENGTH = 12  # characters that ids have in common which are made together
OWN_LENGTH = BODY_LENGTH - SHARED_LENGTH
SPELLING = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))  # each character for eight bytes
CODE_LENGTH = 6
LETTER_AT = CODE_LENGTH + 1
ID_LENGTH = CODE_LENGTH + 2 + BODY_LENGTH
CODE_WEIGHTS = (6, 5, 4, 3, 2)  # JIS X 0402, appendix: modulus 11
MODULUS = 11


class Letter(StrEnum):
    """The kind letter of an id; once there were no more, a digit."""

    RESIDENT = "R"
    FAMILY = "F"
    CHILD = "C"
    PREGNANCY = "P"
    CHECKUP = "K"
    VACCINATION = "V"
    GROWTH = "G"
    DIARY = "Y"
    NOTICE = "N"
    RIDER = "D"
    RIDE = "T"
    SEAT = "S"
    ACCOUNT = "A"
    ENTRY = "E"
    ORGANISATION = "O"
    LOG = "L"
    SHARE = "H"
    PARTNER_SHARE = "B"
    APPLICATION = "Q"
    LINK = "J"
    REMINDER = "M"
    PREGNANCY_CHECKUP = "U"
    QUESTIONNAIRE = "W"
    SCHOOL_CHECKUP = "Z"
    REVIEW = "X"
    CONTEST = "I"
    ANNOUNCEMENT = "1"  # the letters have run out
    MAILBOX = "2"
    ALLERGY = "3"
    PHYSICIAN = "4"
    DEVICE = "5"
    CREDENTIAL = "6"
    CLAIM = "0"
    LOT = "8"
    HOLD = "9"
    SCHOOL_REVIEW = "7"


LETTERS = {letter.value: letter for letter in Letter}
FORM = re.compile(rf"([0-9]{{{CODE_LENGTH}}})-([{''.join(LETTERS)}])([{ALPHABET}]{{{BODY_LENGTH}}})")


FORMS = {letter: re.compile(rf"([0-9]{{{CODE_LENGTH}}})-{letter}[{ALPHABET}]{{{BODY_LENGTH}}}") for letter in Letter}


class Id(NamedTuple):
    """The three parts of a well-formed id."""

    code: str
    letter: Letter
    body: str


def check_digit(jis5: str) -> str:
    """The sixth digit of a municipality code, from its first five (source: JIS X 0402, modulus 11)."""
    weighed = sum(int(digit) * weight for digit, weight in zip(jis5, CODE_WEIGHTS, strict=True))
    return str((MODULUS - weighed % MODULUS) % 10)


@lru_cache(maxsize=4096)  # there are 1,700, and an answer of a hundred ids has one
def is_municipality_code(code: str) -> bool:
    """Six digits of which the last is the check digit."""
    return len(code) == CODE_LENGTH and code.isascii() and code.isdigit() and check_digit(code[:5]) == code[5]


def mint(code: str, letter: Letter, random_bytes: bytes) -> str:
    """A new id from 16 random bytes; the caller brings the randomness (secrets, or the demo's seeded generator)."""
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError("an id is made of 128 random bits")
    number = int.from_bytes(random_bytes) << 2  # 128 bits fill 26 characters of 5 bits but for the last two
    body = "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (BODY_LENGTH - 1), -1, -5))
    return f"{code}-{letter}{body}"


def mint_together(code: str, letter: Letter, number: int, random_bytes: bytes) -> list[str]:
    """New ids that begin alike, so that an index keeps them side by side, each as long and as hard to guess as any.

    `random_bytes`: 12 for what they share (60 bits) and 14 for each (70 bits). See docs/decisions/0011.
    """
    if len(random_bytes) != together_bytes(number):
        raise ValueError("ids that begin alike are made of 60 random bits, and of 70 more for each")
    drawn = random_bytes.translate(SPELLING).decode()
    head = f"{code}-{letter.value}{drawn[:SHARED_LENGTH]}"
    return [head + drawn[at : at + OWN_LENGTH] for at in range(SHARED_LENGTH, len(drawn), OWN_LENGTH)]


def together_bytes(number: int) -> int:
    """How many random bytes so many ids take that begin alike."""
    return SHARED_LENGTH + OWN_LENGTH * number


def parsed(text: object) -> Id | None:
    """The parts of an id, or None when its shape, letter or check digit is wrong."""
    found = FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None or not is_municipality_code(found[1]):
        return None
    return Id(found[1], LETTERS[found[2]], found[3])


def is_of(text: object, letter: Letter) -> bool:
    """Whether it is an id of this kind, in half of the time of `parsed`."""
    found = FORMS[letter].fullmatch(text) if isinstance(text, str) else None
    return found is not None and is_municipality_code(found[1])
