"""Software cards and keys: what the demo's people hold instead of a chip. One file each, for its owner only."""

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc.jwk import ECKey

from auth import assertion, dpop, jws, webeid
from models.ids import Letter, parsed
from tsumugi.halt import Halt
from tsumugi.private import read_private, write_private

CARDS = "cards"  # below the data folder
APP_VERSION = "tsumugi-soft-card/1"
ALGORITHMS = {"secp256r1": "ES256", "secp384r1": "ES384"}
ASSERTION_S = 30
JTI_BYTES = 16

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class KeyPair:
    """One of a card's keys, with its certificate."""

    key: PrivateKey
    certificate: x509.Certificate

    @property
    def algorithm(self) -> str:
        """What this key signs with, as Web eID calls it."""
        return "RS256" if isinstance(self.key, rsa.RSAPrivateKey) else ALGORITHMS[self.key.curve.name]

    def sign(self, message: bytes) -> bytes:
        """PKCS #1 v1.5, or R and S as two numbers of the curve's size."""
        digest = webeid.HASHES[self.algorithm]
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PKCS1v15(), digest)
        size = self.key.key_size // 8
        return b"".join(part.to_bytes(size) for part in decode_dss_signature(self.key.sign(message, ec.ECDSA(digest))))


@dataclass(frozen=True)
class SoftCard:
    """A resident's card. Who is under 15 has no signature certificate."""

    authentication: KeyPair
    signature: KeyPair | None

    def sign_login(self, origin: str, nonce: str) -> dict[str, str]:
        """The answer to a challenge: a Web eID token for that server and that nonce."""
        pair = self.authentication
        return {
            "unverifiedCertificate": base64.b64encode(pair.certificate.public_bytes(Encoding.DER)).decode(),
            "algorithm": pair.algorithm,
            "signature": base64.b64encode(pair.sign(webeid.signed_bytes(pair.algorithm, origin, nonce))).decode(),
            "format": webeid.FORMAT,
            "appVersion": APP_VERSION,
        }

    def sign_document(self, document: str) -> dict[str, str]:
        """A signature of the text by the signature certificate; raises Halt where there is none."""
        pair = self.signature
        if pair is None:
            raise Halt("This card has no signature certificate: it is for people from 15 on.")
        return {
            "certificate": base64.b64encode(pair.certificate.public_bytes(Encoding.DER)).decode(),
            "algorithm": pair.algorithm,
            "signature": base64.b64encode(pair.sign(document.encode())).decode(),
        }

    def save(self, path: Path) -> None:
        """Write the card's file."""
        content = {
            "authentication": _texts(self.authentication),
            "signature": self.signature and _texts(self.signature),
        }
        write_private(path, json.dumps(content, indent=1).encode())


@dataclass(frozen=True)
class SoftKey:
    """What a staff member or an organisation's machine signs its assertions with."""

    client_id: str
    key: ECKey

    @classmethod
    def make(cls, client_id: str) -> Self:
        """A new key; its public part goes to `assertion.register`."""
        return cls(client_id, jws.signing_key(ECKey.generate_key(jws.CURVE).as_pem(private=True)))

    def public_jwk(self) -> dict[str, str | list[str]]:
        """The part that the server may know."""
        return self.key.as_dict(private=False)

    def bare_jwk(self) -> dict[str, str | list[str]]:
        """The same without its name: what a proof shows, and what a device brings."""
        return {name: value for name, value in self.public_jwk().items() if name in assertion.PUBLIC}

    def sign_assertion(self, audience: str, now: datetime) -> str:
        """A client assertion (RFC 7523) for that server, good once and for half a minute."""
        at = int(now.timestamp())
        claims: assertion.Claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": audience,
            "iat": at,
            "exp": at + ASSERTION_S,
            "jti": secrets.token_urlsafe(JTI_BYTES),
        }
        return jws.written(claims, self.key, assertion.TYPE)

    @property
    def is_device(self) -> bool:
        """Whether it is a machine's own, which shows it with each login."""
        id = parsed(self.client_id)
        return id is not None and id.letter is Letter.DEVICE

    def sign_proof(self, address: str, now: datetime) -> str:
        """A proof of possession (RFC 9449) for one POST to that address."""
        header = {"alg": jws.ALGORITHM, "typ": dpop.TYPE, "jwk": self.bare_jwk()}
        claims: dpop.Claims = {
            "jti": secrets.token_urlsafe(JTI_BYTES),
            "htm": dpop.METHOD,
            "htu": address,
            "iat": int(now.timestamp()),
        }
        return jws.signed(header, claims, self.key)

    def save(self, path: Path) -> None:
        """Write the key's file."""
        content = {"client_id": self.client_id, "key": self.key.as_pem(private=True).decode()}
        write_private(path, json.dumps(content, indent=1).encode())


def load(path: Path) -> SoftCard | SoftKey:
    """What somebody holds, from its file; raises Halt when there is none or it is not one."""
    try:
        content = json.loads(read_private(path))
        if "client_id" in content:
            return SoftKey(content["client_id"], jws.signing_key(content["key"].encode()))
        signature = content["signature"]
        return SoftCard(_pair(content["authentication"]), None if signature is None else _pair(signature))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Halt(f"The file {path} is not a software card or key.") from None


def _texts(pair: KeyPair) -> dict[str, str]:
    key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {"key": key.decode(), "certificate": pair.certificate.public_bytes(Encoding.PEM).decode()}


def _pair(texts: dict[str, str]) -> KeyPair:
    key = load_pem_private_key(texts["key"].encode(), None)
    if not isinstance(key, PrivateKey):
        raise TypeError("no card has a key of this kind")
    return KeyPair(key, x509.load_pem_x509_certificate(texts["certificate"].encode()))
