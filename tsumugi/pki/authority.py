"""One software authority that imitates one of the card's two: same profile, a name that says what it is."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from auth.certificate import USAGES
from auth.profile import PROFILES, Purpose
from tsumugi.pki.bearer import Bearer, directory_name

ORGANISATION = "JPKI-DEMO"  # the mark by which production refuses it
UNITS = {
    Purpose.USER_AUTHENTICATION: "JPKI for user authentication",
    Purpose.DIGITAL_SIGNATURE: "JPKI for digital signature",
}
WARNING = "Demonstration only"
SERVICE = "公的個人認証サービスの見本"
CPS = "https://jpki-demo.invalid/cps.html"
RSA_BITS = 2048
RSA_EXPONENT = 65537
SERIAL_BITS = 31
LIFETIME = timedelta(days=3650)
LIST_LIFETIME = timedelta(days=90)  # the real ones come daily; a demo should not end while nobody looks
BACKDATED = timedelta(minutes=5)  # a reader's clock may be a little late

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True)
class Authority:
    """Self-signed, RSA-2048, one level above the cards."""

    purpose: Purpose
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @classmethod
    def found(cls, purpose: Purpose, now: datetime) -> Self:
        """A new authority with a new key."""
        key = rsa.generate_private_key(RSA_EXPONENT, RSA_BITS)
        name = _authority_name(purpose)
        service = directory_name((NameOID.COUNTRY_NAME, "JP"), (NameOID.ORGANIZATION_NAME, SERVICE))
        builder = (
            x509.CertificateBuilder(name, name, key.public_key(), 1 + secrets.randbits(SERIAL_BITS))
            .not_valid_before(now - BACKDATED)
            .not_valid_after(now + LIFETIME)
            .add_extension(_usage(frozenset({"key_cert_sign", "crl_sign"})), critical=True)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DirectoryName(service)]), critical=False)
            .add_extension(_distribution(name), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        return cls(purpose, key, builder.sign(key, hashes.SHA256()))

    def issue(self, bearer: Bearer, public_key: PublicKey, now: datetime) -> x509.Certificate:
        """A certificate of this authority's kind for that key."""
        profile, code = PROFILES[self.purpose], bearer.municipality_code
        is_signature = self.purpose is Purpose.DIGITAL_SIGNATURE
        subject = bearer.signature_subject(now) if is_signature else bearer.authentication_subject()
        policy = x509.PolicyInformation(profile.policy, [CPS])
        builder = (
            x509.CertificateBuilder(self.certificate.subject, subject, public_key, x509.random_serial_number())
            .not_valid_before(now - BACKDATED)
            .not_valid_after(bearer.last_moment(now))
            .add_extension(_usage(profile.usages), critical=True)
            .add_extension(x509.CertificatePolicies([policy]), critical=True)
            .add_extension(_distribution(partition_name(self.purpose, code)), critical=False)
            .add_extension(self._key_id(), critical=False)
        )
        if profile.extended is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([profile.extended]), critical=False)
        if is_signature:
            builder = builder.add_extension(bearer.attributes(), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def revocation_list(
        self, code: str, revoked: Mapping[int, datetime], number: int, now: datetime
    ) -> x509.CertificateRevocationList:
        """The complete list of one municipality's partition; `revoked` says when each serial was."""
        scope = x509.IssuingDistributionPoint(
            full_name=[x509.DirectoryName(partition_name(self.purpose, code))],
            relative_name=None,
            only_contains_user_certs=False,
            only_contains_ca_certs=False,
            only_some_reasons=None,
            indirect_crl=False,
            only_contains_attribute_certs=False,
        )
        builder = (
            x509.CertificateRevocationListBuilder(self.certificate.subject, now - BACKDATED, now + LIST_LIFETIME)
            .add_extension(x509.CRLNumber(number), critical=False)
            .add_extension(scope, critical=True)
            .add_extension(self._key_id(), critical=False)
        )
        for serial, at in revoked.items():
            entry = x509.RevokedCertificateBuilder(serial, at).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.key, hashes.SHA256())

    def _key_id(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())


def partition_name(purpose: Purpose, code: str) -> x509.Name:
    """The distribution point of one municipality."""
    return x509.Name([*_authority_name(purpose), x509.NameAttribute(NameOID.COMMON_NAME, f"{code} CRLDP")])


def _authority_name(purpose: Purpose) -> x509.Name:
    return directory_name(
        (NameOID.COUNTRY_NAME, "JP"),
        (NameOID.ORGANIZATION_NAME, ORGANISATION),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, UNITS[purpose]),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, WARNING),
    )


def _distribution(name: x509.Name) -> x509.CRLDistributionPoints:
    return x509.CRLDistributionPoints([x509.DistributionPoint([x509.DirectoryName(name)], None, None, None)])


def _usage(wanted: frozenset[str]) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in wanted for name in USAGES}, encipher_only=False, decipher_only=False)
