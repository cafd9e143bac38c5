"""Whom a card is for, and how its certificates write that person down."""

import secrets
import string
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple

from cryptography import x509
from cryptography.x509.oid import NameOID

from auth.age import birthday
from models.resident import Sex

JST = timezone(timedelta(hours=9))
BIRTHDAYS = 5  # a certificate ends with its holder's 5th birthday after the issue
END_OF_DAY = time(23, 59, 59)
CN_LETTERS = string.ascii_uppercase + string.digits
CN_LENGTH = 23
WINDOW_LENGTH = CN_LENGTH - 14  # what follows the moment of the request
ATTRIBUTES = "1.2.392.200149.8.5.5"  # otherNames of the signature certificate
SEXES = {Sex.MALE: "1", Sex.FEMALE: "2", Sex.UNKNOWN: "9"}  # JIS X 0303
ERAS = (  # first day and digit
    (date(2019, 5, 1), "5"),
    (date(1989, 1, 8), "4"),
    (date(1926, 12, 25), "3"),
    (date(1912, 7, 30), "2"),
    (date(1868, 1, 25), "1"),
)
NO_ERA = "0"
UTF8_STRING = 0x0C
SHORT_LENGTH = 0x80


class Bearer(NamedTuple):
    """The person; name, sex, birth and address stand in the signature certificate only."""

    name: str
    address: str
    birth_date: date
    sex: Sex
    municipality_code: str

    def authentication_subject(self) -> x509.Name:
        """C=JP and 23 characters, the municipality's code among them."""
        rest = "".join(secrets.choice(CN_LETTERS) for _ in range(CN_LENGTH - len(self.municipality_code)))
        return directory_name((NameOID.COUNTRY_NAME, "JP"), (NameOID.COMMON_NAME, self.municipality_code + rest))

    def signature_subject(self, now: datetime) -> x509.Name:
        """C=JP, the municipality as a locality, and the moment of the request with a sequence and a window number."""
        window = "".join(secrets.choice(string.digits) for _ in range(WINDOW_LENGTH))
        return directory_name(
            (NameOID.COUNTRY_NAME, "JP"),
            (NameOID.LOCALITY_NAME, self.municipality_code),
            (NameOID.COMMON_NAME, f"{now.astimezone(JST):%Y%m%d%H%M%S}{window}"),
        )

    def attributes(self) -> x509.SubjectAlternativeName:
        """Name, birth, sex, address; then which characters of name and address stand for others: the card's order."""
        era = next((digit for first, digit in ERAS if self.birth_date >= first), NO_ERA)
        texts = {
            1: self.name,
            4: f"{era}{self.birth_date:%Y%m%d}",
            3: SEXES[self.sex],
            5: self.address,
            2: "0" * len(self.name),
            6: "0" * len(self.address),
        }
        names = [
            x509.OtherName(x509.ObjectIdentifier(f"{ATTRIBUTES}.{number}"), _utf8_string(text))
            for number, text in texts.items()
        ]
        return x509.SubjectAlternativeName(names)

    def last_moment(self, now: datetime) -> datetime:
        """The end, Japanese time, of the 5th birthday after `now`."""
        today = now.astimezone(JST).date()
        years = today.year - self.birth_date.year
        next_year = years + BIRTHDAYS - (birthday(self.birth_date, years) > today)
        return datetime.combine(birthday(self.birth_date, next_year), END_OF_DAY, JST).astimezone(UTC)


def directory_name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    """A distinguished name, one attribute after the other."""
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])


def _utf8_string(text: str) -> bytes:
    content = text.encode()
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    length = bytes([size]) if size < SHORT_LENGTH else bytes([SHORT_LENGTH | len(octets)]) + octets
    return bytes([UTF8_STRING]) + length + content
