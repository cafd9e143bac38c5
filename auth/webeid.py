"""The login message of a card: a Web eID authentication token, `web-eid:1.0`.

The card signs H(origin) and H(nonce), one after the other, so that an answer is good for one server and one challenge
only. Source: Web eID system architecture, "Token format" and "Token validation".
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypedDict, TypeGuard

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from auth.fault import Fault
from auth.strict import base64_bytes, fits, shape

FORMAT = "web-eid:1.0"
HASHES: dict[str, hashes.HashAlgorithm] = {
    "RS256": hashes.SHA256(),
    "ES256": hashes.SHA256(),
    "ES384": hashes.SHA384(),
}
CURVES = {"ES256": "secp256r1", "ES384": "secp384r1"}


class Members(TypedDict):
    """A token as it comes, all of it and nothing else."""

    unverifiedCertificate: str  # the format's own word
    algorithm: str
    signature: str
    format: str
    appVersion: str  # likewise


SHAPE = shape(Members)


class CardToken(NamedTuple):
    """A token of the right form; nothing in it is verified yet."""

    certificate: bytes
    algorithm: str
    signature: bytes


def parsed(token: Mapping[str, object]) -> CardToken | Fault:
    """The three parts that matter, if the token has exactly its members and we accept its algorithm."""
    if not _are_members(token) or token["format"] != FORMAT:
        return Fault.ANSWER_MALFORMED
    certificate, signature = base64_bytes(token["unverifiedCertificate"]), base64_bytes(token["signature"])
    if certificate is None or signature is None:
        return Fault.ANSWER_MALFORMED
    algorithm = token["algorithm"]
    return CardToken(certificate, algorithm, signature) if algorithm in HASHES else Fault.ANSWER_ALGORITHM


def presented(answer: Mapping[str, str]) -> CardToken | Fault:
    """Certificate, algorithm and signature as a deed is given them; nothing in it is verified yet."""
    certificate, signature = base64_bytes(answer["certificate"]), base64_bytes(answer["signature"])
    if certificate is None or signature is None:
        return Fault.ANSWER_MALFORMED
    algorithm = answer["algorithm"]
    return CardToken(certificate, algorithm, signature) if algorithm in HASHES else Fault.ANSWER_ALGORITHM


def _are_members(token: Mapping[str, object]) -> TypeGuard[Members]:
    return fits(token, SHAPE)


def signed_bytes(algorithm: str, origin: str, nonce: str) -> bytes:
    """What the card signs, with the hash of the algorithm: H(origin) and H(nonce)."""
    name = HASHES[algorithm].name
    return hashlib.new(name, origin.encode()).digest() + hashlib.new(name, nonce.encode()).digest()


def signature_fault(
    token: CardToken, certificate: x509.Certificate, origins: Iterable[str], nonce: str
) -> Fault | None:
    """Why the signature does not count, or None when the certificate's key signed this nonce for one of the origins."""
    return possession_fault(token, certificate, [signed_bytes(token.algorithm, origin, nonce) for origin in origins])


def possession_fault(token: CardToken, certificate: x509.Certificate, messages: Iterable[bytes]) -> Fault | None:
    """Why the signature does not count, or None when the certificate's key signed one of the messages."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and token.algorithm == "RS256":
        is_good = any(_is_rsa_signature(key, token, message) for message in messages)
    elif isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == CURVES.get(token.algorithm):
        is_good = any(_is_ecdsa_signature(key, token, message) for message in messages)
    else:
        return Fault.ANSWER_ALGORITHM
    return None if is_good else Fault.ANSWER_SIGNATURE


def _is_rsa_signature(key: rsa.RSAPublicKey, token: CardToken, message: bytes) -> bool:
    """Exactly as long as the modulus; the library sees to that."""
    try:
        key.verify(token.signature, message, padding.PKCS1v15(), HASHES[token.algorithm])
    except InvalidSignature:
        return False
    return True


def _is_ecdsa_signature(key: ec.EllipticCurvePublicKey, token: CardToken, message: bytes) -> bool:
    """R and S as two numbers of the curve's size, as PKCS #11 returns them; DER is refused."""
    size = key.key_size // 8
    if len(token.signature) != 2 * size:
        return False
    r, s = int.from_bytes(token.signature[:size]), int.from_bytes(token.signature[size:])
    try:
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(HASHES[token.algorithm]))
    except InvalidSignature:
        return False
    return True
