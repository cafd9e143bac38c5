"""A card as OpenSC's own driver for it expects one, behind the virtual reader of vsmartcard-vpcd; it counts its tries.

Files and commands: what OpenSC 0.23 sends (src/libopensc/card-jpki.c). The reader listens, the card connects: each
message is two bytes of length and a command, one byte of which is the reader's own (power, reset, ATR).
"""

import socket
import struct
import threading

from cryptography.hazmat.primitives.serialization import Encoding

ATR = bytes.fromhex("3be000ff8131fe4514")
APPLICATION = bytes.fromhex("d392f000260100000001")
LOGIN_CERTIFICATE, SIGNATURE_CERTIFICATE, LOGIN_AUTHORITY, SIGNATURE_AUTHORITY = (
    b"\0\x0a",
    b"\0\x01",
    b"\0\x0b",
    b"\0\x02",
)
LOGIN_KEY, LOGIN_PIN, SIGNATURE_PIN = b"\0\x17", b"\0\x18", b"\0\x1b"
MOST_TRIES = {LOGIN_PIN: 3, SIGNATURE_PIN: 5}
OK, NOT_FOUND, NOT_ALLOWED, LOCKED, UNKNOWN = b"\x90\0", b"\x6a\x82", b"\x69\x82", b"\x69\x84", b"\x6d\0"


class JpkiCard:
    """`tries` are what is left; `commands` is what was sent to it."""

    def __init__(self, held, authorities, pin="1234"):
        login, signature = (each.public_bytes(Encoding.DER) for each in authorities)
        self.files = {
            LOGIN_CERTIFICATE: held.authentication.certificate.public_bytes(Encoding.DER),
            LOGIN_AUTHORITY: login,
            SIGNATURE_AUTHORITY: signature,
        }
        self.key, self.pin = held.authentication.key, pin.encode()
        self.tries = dict(MOST_TRIES)
        self.selected, self.is_open = b"", False
        self.commands = []

    def answer(self, command):
        """What the card says to one command (ISO 7816-4)."""
        self.commands.append(command)
        kind = command[:2]
        if kind == b"\0\xa4":
            return self._select(command[5 : 5 + command[4]])
        if kind == b"\0\xb0":
            return self._read(int.from_bytes(command[2:4]), command[4] or 256)
        if kind == b"\0\x20":
            return self._verify(command[5:])
        if kind == b"\x80\x2a":
            return self._sign(command[5 : 5 + command[4]])
        return UNKNOWN

    def _select(self, name):
        known = (APPLICATION, LOGIN_KEY, *MOST_TRIES, *self.files, SIGNATURE_CERTIFICATE)
        if name not in known:
            return NOT_FOUND
        self.selected = name
        return OK

    def _read(self, offset, count):
        content = self.files.get(self.selected)
        return NOT_ALLOWED if content is None else content[offset : offset + count] + OK

    def _verify(self, given):
        left = self.tries[self.selected]
        if not given:
            return bytes((0x63, 0xC0 | left))
        if left == 0:
            return LOCKED
        self.is_open = self.selected == LOGIN_PIN and given == self.pin
        self.tries[self.selected] = MOST_TRIES[self.selected] if self.is_open else left - 1
        return OK if self.is_open else bytes((0x63, 0xC0 | self.tries[self.selected]))

    def _sign(self, digest_info):
        """PKCS #1 v1.5 over what it is given: the card pads and does not hash."""
        if self.selected != LOGIN_KEY or not self.is_open:
            return NOT_ALLOWED
        numbers, size = self.key.private_numbers(), self.key.key_size // 8
        padded = b"\0\1" + b"\xff" * (size - 3 - len(digest_info)) + b"\0" + digest_info
        return pow(int.from_bytes(padded), numbers.d, numbers.public_numbers.n).to_bytes(size) + OK


def inserted(card, port):
    """Put a card into the reader that listens on that port; ends when the reader does."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.settimeout(None)
    thread = threading.Thread(target=_served, args=(card, connection), daemon=True)
    thread.start()
    return connection


def _served(card, connection):
    try:
        while message := _message(connection):
            if len(message) > 1:
                _send(connection, card.answer(message))
            elif message == b"\x04":
                _send(connection, ATR)
            else:
                card.is_open, card.selected = False, b""
    except OSError:
        return


def _message(connection):
    head = _exactly(connection, 2)
    return _exactly(connection, struct.unpack(">H", head)[0]) if head else b""


def _exactly(connection, count):
    found = b""
    while len(found) < count:
        part = connection.recv(count - len(found))
        if not part:
            return b""
        found += part
    return found


def _send(connection, content):
    connection.sendall(struct.pack(">H", len(content)) + content)
