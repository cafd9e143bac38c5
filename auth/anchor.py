"""A pinned authority, and what it shares with the certificates that it issues: algorithms, keys, extensions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.ocsp import OCSPResponse
from cryptography.x509.oid import SignatureAlgorithmOID

RSA_BITS = range(2048, 4097)
RSA_EXPONENT = 65537
CURVES = (ec.SECP256R1, ec.SECP384R1)
ALGORITHMS = frozenset(
    {
        SignatureAlgorithmOID.RSA_WITH_SHA256,
        SignatureAlgorithmOID.RSA_WITH_SHA384,
        SignatureAlgorithmOID.RSA_WITH_SHA512,
        SignatureAlgorithmOID.ECDSA_WITH_SHA256,
        SignatureAlgorithmOID.ECDSA_WITH_SHA384,
        SignatureAlgorithmOID.ECDSA_WITH_SHA512,
    }
)
UNREADABLE = (  # what the library raises while it reads a certificate or a list that is not one
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)

Extension = TypeVar("Extension", bound=x509.ExtensionType)
Signed = x509.Certificate | x509.CertificateRevocationList | OCSPResponse


@dataclass(frozen=True)
class Anchor:
    """One of our authorities. Three generations of the real one share a name, so a name never chooses it."""

    certificate: x509.Certificate
    key_id: bytes

    @classmethod
    def of(cls, certificate: x509.Certificate) -> Self:
        """Pin a certificate.

        Raises ValueError when it is not an authority that signs certificates and revocation lists with a strong key.
        """
        usage = extension(certificate, x509.KeyUsage)
        if usage is None or not (is_authority(certificate) and usage.key_cert_sign and usage.crl_sign):
            raise ValueError("an anchor signs certificates and revocation lists")
        if not (has_known_algorithm(certificate) and has_strong_key(certificate)):
            raise ValueError("an anchor has a strong key and a strong signature")
        named = extension(certificate, x509.SubjectKeyIdentifier)
        return cls(certificate, (named or x509.SubjectKeyIdentifier.from_public_key(certificate.public_key())).digest)

    def is_valid(self, now: datetime) -> bool:
        """Whether `now` lies within the anchor's own validity."""
        return self.certificate.not_valid_before_utc <= now <= self.certificate.not_valid_after_utc

    def has_issued(self, certificate: x509.Certificate) -> bool:
        """Whether this key signed the certificate and the names agree."""
        if not self._is_named_by(certificate):
            return False
        try:
            certificate.verify_directly_issued_by(self.certificate)
        except (InvalidSignature, ValueError, TypeError):
            return False
        return True

    def has_listed(self, crl: x509.CertificateRevocationList) -> bool:
        """Whether this key signed the revocation list and the names agree."""
        return (
            self._is_named_by(crl)
            and crl.issuer == self.certificate.subject
            and crl.signature_algorithm_oid in ALGORITHMS
            and crl.is_signature_valid(self.certificate.public_key())  # type: ignore[arg-type]  # a strong key is one of these
        )

    def _is_named_by(self, signed: x509.Certificate | x509.CertificateRevocationList) -> bool:
        """The key id agrees where one is given; where none is, the signature alone decides."""
        named = extension(signed, x509.AuthorityKeyIdentifier)
        return named is None or named.key_identifier in (None, self.key_id)


def extension(signed: Signed, kind: type[Extension]) -> Extension | None:
    """The extension of that kind, or None."""
    try:
        return signed.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it says that it issues certificates."""
    constraints = extension(certificate, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def has_known_algorithm(certificate: x509.Certificate) -> bool:
    """RSA (PKCS #1 v1.5) or ECDSA over SHA-256, SHA-384 or SHA-512."""
    return certificate.signature_algorithm_oid in ALGORITHMS


def has_strong_key(certificate: x509.Certificate) -> bool:
    """RSA of 2048 to 4096 bits with the usual exponent, or ECDSA on P-256 or P-384, and spelled as such.

    The library takes a curve that is written out, and an RSA key for PSS only, for the same.
    """
    key = certificate.public_key()
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) not in certificate.tbs_certificate_bytes:
        return False
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size in RSA_BITS and key.public_numbers().e == RSA_EXPONENT
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, CURVES)
