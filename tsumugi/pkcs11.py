"""A process of its own that speaks to one PKCS #11 module: `python -m tsumugi.pkcs11 MODULE`.

Started by tsumugi/chip.py. A module is foreign code that may crash, and holds the interpreter while a card thinks. The
two talk in lines of JSON: this one says what it found, is told a PIN and what to sign, answers with the signature, and
ends. It tries a PIN once.
"""

import base64
import hashlib
import json
import os
import sys
from collections.abc import Callable
from typing import IO, Any, NamedTuple

import PyKCS11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from auth.anchor import is_authority
from tsumugi.card import ALGORITHMS
from tsumugi.pin import is_pin, state_of

WANTED = "User Authentication"  # OpenSC calls the card's two tokens "JPKI (User Authentication PIN)" and "(Digital ..."
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017, 9.2, note 1
HASHES = {"RS256": hashlib.sha256, "ES256": hashlib.sha256, "ES384": hashlib.sha384}
WRONG = (PyKCS11.CKR_PIN_INCORRECT, PyKCS11.CKR_PIN_INVALID, PyKCS11.CKR_PIN_LEN_RANGE)
PINS = {**dict.fromkeys(WRONG, "PIN_WRONG"), PyKCS11.CKR_PIN_LOCKED: "PIN_LOCKED"}


class Unfit(Exception):
    """What was found will not do; the text is one of tsumugi.chip's words."""


class Token(NamedTuple):
    """The one token for logins, and the card's certificate on it."""

    library: Any
    slot: int
    session: Any
    id: tuple[int, ...]
    certificate: x509.Certificate

    @property
    def algorithm(self) -> str:
        """What its key signs with, as Web eID calls it."""
        key = self.certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            return "RS256"
        if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in ALGORITHMS:
            return ALGORITHMS[key.curve.name]
        raise Unfit("KEY")

    @property
    def state(self) -> str:
        """What it says of its PIN at this moment."""
        return state_of(self.library.getTokenInfo(self.slot).flags).name

    def sign(self, pin: str, message: bytes) -> bytes:
        """One try: R and S as two numbers, or PKCS #1 v1.5 over a DigestInfo, which is what the card pads."""
        if not (state_of(self.library.getTokenInfo(self.slot).flags).may_be_tried and is_pin(pin)):
            raise Unfit("PIN_NOT_TRIED")
        self.session.login(pin)
        try:
            (key,) = self.session.findObjects([(PyKCS11.CKA_CLASS, PyKCS11.CKO_PRIVATE_KEY), (PyKCS11.CKA_ID, self.id)])
            digest = HASHES[self.algorithm](message).digest()
            is_rsa = self.algorithm == "RS256"
            how = PyKCS11.Mechanism(PyKCS11.CKM_RSA_PKCS if is_rsa else PyKCS11.CKM_ECDSA)
            return bytes(self.session.sign(key, SHA256_INFO + digest if is_rsa else digest, how))
        except ValueError:
            raise Unfit("KEY") from None
        finally:
            self.session.logout()


def found(module: str) -> Token:
    """The token by its label, never by its slot: a card shows two, and the other one asks for another secret."""
    library = PyKCS11.PyKCS11Lib()
    library.load(module)
    labels = {slot: library.getTokenInfo(slot).label for slot in library.getSlotList(tokenPresent=True)}
    slots = [slot for slot, label in labels.items() if WANTED in label]
    if len(slots) != 1:
        raise Unfit("NO_TOKEN" if not slots else "MANY_TOKENS")
    session = library.openSession(slots[0])
    certificates = [each for each in _certificates(session) if not is_authority(each[1])]
    if len(certificates) != 1:
        raise Unfit("NO_CERTIFICATE")
    return Token(library, slots[0], session, *certificates[0])


def _certificates(session: Any) -> list[tuple[tuple[int, ...], x509.Certificate]]:
    objects = session.findObjects([(PyKCS11.CKA_CLASS, PyKCS11.CKO_CERTIFICATE)])
    values = [session.getAttributeValue(each, [PyKCS11.CKA_ID, PyKCS11.CKA_VALUE]) for each in objects]
    return [(tuple(id), x509.load_der_x509_certificate(bytes(value))) for id, value in values]


def main(module: str, say: Callable[[dict[str, str]], None]) -> None:
    """Say what is there; then, if told, sign once."""
    try:
        token = found(module)
        der = token.certificate.public_bytes(Encoding.DER)
        say({"certificate": _text(der), "algorithm": token.algorithm, "state": token.state})
        asked = json.loads(sys.stdin.readline() or "null")
        if asked is not None:
            say({"signature": _text(token.sign(asked["pin"], base64.b64decode(asked["message"])))})
    except Unfit as unfit:
        say({"unfit": str(unfit)})
    except PyKCS11.PyKCS11Error as why:
        say({"unfit": PINS.get(why.value, "MODULE")})


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _own_output() -> IO[str]:
    """What we were given to answer on; modules that print go to nowhere."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return own


if __name__ == "__main__":
    output = _own_output()
    main(sys.argv[1], lambda said: print(json.dumps(said), file=output, flush=True))
