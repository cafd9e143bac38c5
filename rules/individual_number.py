"""The screen that keeps the 12-digit Individual Number out of free text: the card is used, its number never is."""

import re
import unicodedata

LENGTH = 12
SHOWN = 4  # digits of a number that is hidden: enough to ask which record it is
WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)  # Ordinance 85 of 2014 of the Ministry of Internal Affairs, article 5
MODULUS = 11
KANJI = str.maketrans("〇零一壱壹二弐貳三参參四五六七八九", "00111222333456789")
JOINERS = "−ー._·・/"  # beside every dash of Unicode: signs that people put between groups of digits
HIDING = {"Cf", "Mn", "Me"}  # signs without a width, and what encloses a digit or stands above it
DIGITS = re.compile(r"[0-9]+")
JOINED = re.compile(r"[0-9]+(?:-+[0-9]+)*")
SPACED = re.compile(r"[0-9]+(?:[-\s]+[0-9]+)*")
IN_FOURS = re.compile(  # as the card shows it, whatever is between; a fourth group makes it another number
    r"(?<![0-9])(?<![0-9]\W)[0-9]{4}(?:\W{1,3}[0-9]{4}){2}(?!\W?[0-9])"
)


def contains_individual_number(text: str) -> bool:
    """Whether a valid Individual Number stands in the text, in any width of digit and however it is grouped.

    Exactly twelve digits count: in one piece, joined by dashes, spaced out, or in fours with any signs between. A
    longer run is some other number. One in eleven runs of twelve digits passes the check by chance, so the answer is a
    reason to refuse a text with a message, and never proof.
    """
    plain = "".join(_plain(sign) for sign in unicodedata.normalize("NFKC", text).translate(KANJI))
    return any(
        is_individual_number(re.sub(r"[^0-9]", "", run))
        for form in (DIGITS, JOINED, SPACED, IN_FOURS)
        for run in form.findall(plain)
    )


def is_individual_number(digits: str) -> bool:
    """Twelve ASCII digits of which the last is the check digit."""
    return len(digits) == LENGTH and check_digit(digits[:-1]) == digits[-1]


def masked(identifier: str) -> str:
    """An identifier of somebody else's that is twelve digits and no more, and passes the check, but for its end.

    Such a one may be a record's honest number, so it is not refused, and may be no such thing, so it is not kept.
    """
    digits = identifier.strip()
    is_suspect = DIGITS.fullmatch(digits) is not None and is_individual_number(digits)
    return "*" * (LENGTH - SHOWN) + digits[-SHOWN:] if is_suspect else identifier


def check_digit(digits: str) -> str:
    """The twelfth digit of an Individual Number, from its first eleven."""
    rest = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % MODULUS
    return "0" if rest <= 1 else str(MODULUS - rest)


def _plain(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if category == "Pd" or sign in JOINERS:
        return "-"
    return "" if category in HIDING else sign
