"""Peppers: secrets under which certificates are kept as hashes; several, while one takes the place of another."""

import hashlib
import hmac
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from auth.certificate import SERIAL_BYTES


class Label(Enum):
    """For what a hash is made: one certificate has different hashes for different uses."""

    LOGIN = b"jpki-auth\0"
    SIGNATURE = b"jpki-sign\0"


class Pepper(NamedTuple):
    """The secret under which lookup keys are made; it is never in the database. The version tells old from new."""

    version: int
    secret: bytes


class Keyed(NamedTuple):
    """A keyed hash, and the version of the pepper that it was made with."""

    key: str
    version: int


@dataclass(slots=True)
class Peppers:
    """The peppers in force, the newest first. A server takes them anew when its folder of secrets changes."""

    held: tuple[Pepper, ...]

    @property
    def newest(self) -> Pepper:
        """The one under which hashes are made from now on."""
        return self.held[0]

    def keys(self, message: bytes) -> tuple[Keyed, ...]:
        """The hashes of one thing, by the newest pepper first: what was made earlier is found by an older one."""
        return tuple(Keyed(keyed(each, message), each.version) for each in self.held)


def keyed(pepper: Pepper, message: bytes) -> str:
    """HMAC-SHA256, as hexadecimal text."""
    return hmac.digest(pepper.secret, message, hashlib.sha256).hex()


def certified(label: Label, issuer_key_id: bytes, serial: int) -> bytes:
    """A certificate as it is hashed: label, issuer key id, serial (20 bytes, so that no part runs into another)."""
    return label.value + issuer_key_id + serial.to_bytes(SERIAL_BYTES)
