"""The four attributes of a signature certificate: otherNames of its subjectAltName, each a UTF8String.

Values as seen on a card: name 1, its substitute flags 2, sex 3 (a digit of JIS X 0303), birth 4 (a digit of the era,
then year, month and day of the Gregorian calendar, 00 where unknown), address 5, its flags 6. They are for one
comparison with the register, and never kept (auth/signature.py).
"""

import re
from collections.abc import Mapping

from cryptography import x509

from auth.anchor import extension
from models.application import Birth, Signer
from models.resident import Sex

ARC = "1.2.392.200149.8.5.5."
NAME, NAME_FLAGS, SEX, BIRTH, ADDRESS, ADDRESS_FLAGS = "123456"
SEXES = {"1": Sex.MALE, "2": Sex.FEMALE, "9": Sex.UNKNOWN}  # JIS X 0303
DATE = re.compile(r"[0-5]([0-9]{4})([0-9]{2})([0-9]{2})")
MONTHS, DAYS = range(1, 13), range(1, 32)
UTF8_STRING, SHORT_LENGTH = 0x0C, 0x80  # X.690, 8.1 and 8.23


def attributes_of(certificate: x509.Certificate) -> Signer | None:
    """Whose certificate it is; None when one of the six values is missing, stands twice or is malformed."""
    names = extension(certificate, x509.SubjectAlternativeName) or ()
    parts = [(name.type_id.dotted_string, name.value) for name in names if isinstance(name, x509.OtherName)]
    texts = {oid.removeprefix(ARC): _text(value) for oid, value in parts if oid.startswith(ARC)}
    found = {number: text for number, text in texts.items() if text is not None}
    if len(found) != len(parts) or found.keys() != {NAME, NAME_FLAGS, SEX, BIRTH, ADDRESS, ADDRESS_FLAGS}:
        return None
    birth, sex = _birth(found[BIRTH]), SEXES.get(found[SEX])
    is_flagged = _is_flagged(found, NAME, NAME_FLAGS) and _is_flagged(found, ADDRESS, ADDRESS_FLAGS)
    if birth is None or sex is None or not is_flagged:
        return None
    return Signer(found[NAME], found[NAME_FLAGS], birth, sex, found[ADDRESS], found[ADDRESS_FLAGS])


def _is_flagged(found: Mapping[str, str], text: str, flags: str) -> bool:
    """Something, with a flag for each of its characters."""
    return 0 < len(found[text]) == len(found[flags]) and not found[flags].strip("01")


def _birth(text: str) -> Birth | None:
    parts = DATE.fullmatch(text)
    if parts is None:
        return None
    year, month, day = (int(part) for part in parts.groups())
    if (month and month not in MONTHS) or (day and day not in DAYS):
        return None
    return Birth(year, month or None, day or None)


def _text(value: bytes) -> str | None:
    """The text of one UTF8String; that it is one value of DER, the library has seen to."""
    if value[0] != UTF8_STRING:
        return None
    octets = value[1] & ~SHORT_LENGTH if value[1] & SHORT_LENGTH else 0
    try:
        return value[2 + octets :].decode()
    except UnicodeDecodeError:
        return None
