"""Certificates and revocation lists, right or wrong in exactly one way; none of it uses our own issuing code."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from auth.anchor import Anchor

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LOGIN_POLICY = "1.2.392.200149.8.5.1.3.30"
SIGNATURE_POLICY = "1.2.392.200149.8.5.1.1.20"
TEST_POLICY = "1.2.392.200149.8.5.1.0.20"
ANY_POLICY = "2.5.29.32.0"
SHA256_WITH_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")
SERIAL = 0x0123456789ABCDEF


@cache
def rsa_key(use="card", bits=2048, exponent=65537):
    """One key for each use: making them is slow."""
    return rsa.generate_private_key(exponent, bits)


@cache
def ec_key(use="card", curve=ec.SECP256R1):
    return ec.generate_private_key(curve())


def name(*units, organisation="JPKI-FORGED", common=None):
    parts = [(NameOID.COUNTRY_NAME, "JP"), (NameOID.ORGANIZATION_NAME, organisation)]
    parts += [(NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in units]
    parts += [(NameOID.COMMON_NAME, common)] if common else []
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])


CA_NAME = name("JPKI for user authentication")
POINT = name("JPKI for user authentication", common="131016 CRLDP")
FOREIGN_POINT = name("JPKI for user authentication", common="141003 CRLDP")
CN = "131016ABCDEFGHIJKLMNOPQ"


def usage(*wanted):
    names = [
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ]
    return x509.KeyUsage(**{each: each in wanted for each in names})


def policies(*oids):
    return x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(oid), None) for oid in oids])


def points(*names_, reasons=None, issuer=None):
    crl_issuer = issuer and [x509.DirectoryName(issuer)]
    return x509.CRLDistributionPoints(
        [x509.DistributionPoint([x509.DirectoryName(each)], None, reasons, crl_issuer) for each in names_]
    )


def raw(oid, value=b"\x05\x00"):
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value)


class Authority:
    """An authority of the tests; `certificate` is self-signed."""

    def __init__(
        self, key=None, *, subject=CA_NAME, before=NOW - 1000 * DAY, after=NOW + 1000 * DAY, replace=(), drop=()
    ):
        self.key = key or rsa_key("authority")
        extensions = {
            x509.KeyUsage.oid: (usage("key_cert_sign", "crl_sign"), True),
            x509.BasicConstraints.oid: (x509.BasicConstraints(ca=True, path_length=None), True),
            x509.SubjectKeyIdentifier.oid: (x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False),
        }
        builder = x509.CertificateBuilder(subject, subject, self.key.public_key(), 1, before, after)
        self.certificate = signed(with_extensions(builder, extensions, replace, drop), self.key)
        self.subject = subject

    @property
    def anchor(self):
        return Anchor.of(self.certificate)

    def key_id(self):
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())

    def leaf(
        self, key=None, *, replace=(), drop=(), before=NOW - DAY, after=NOW + DAY, serial=SERIAL, digest=hashes.SHA256
    ):
        """A good login certificate but for what is replaced or dropped."""
        extensions = {
            x509.AuthorityKeyIdentifier.oid: (self.key_id(), False),
            x509.KeyUsage.oid: (usage("digital_signature"), True),
            x509.ExtendedKeyUsage.oid: (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),
            x509.CertificatePolicies.oid: (policies(LOGIN_POLICY), True),
            x509.CRLDistributionPoints.oid: (points(POINT), False),
        }
        subject = x509.Name(
            [x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"), x509.NameAttribute(NameOID.COMMON_NAME, CN)]
        )
        public = (key or ec_key()).public_key()
        builder = x509.CertificateBuilder(self.subject, subject, public, serial, before, after)
        return signed(with_extensions(builder, extensions, replace, drop), self.key, digest)

    def crl(self, *serials, number=7, at=NOW - DAY, until=NOW + DAY, replace=(), drop=(), entry=()):
        """A good, complete list of POINT's partition, in DER."""
        extensions = {
            x509.CRLNumber.oid: (x509.CRLNumber(number), False),
            x509.IssuingDistributionPoint.oid: (partition(), True),
            x509.AuthorityKeyIdentifier.oid: (self.key_id(), False),
        }
        builder = x509.CertificateRevocationListBuilder(self.subject, at, until)
        for serial in serials:
            revoked = x509.RevokedCertificateBuilder(serial, at)
            for value, critical in entry:
                revoked = revoked.add_extension(value, critical)
            builder = builder.add_revoked_certificate(revoked.build())
        return signed(with_extensions(builder, extensions, replace, drop), self.key).public_bytes(Encoding.DER)

    def endless_crl(self):
        """A list without nextUpdate, which the library does not write: taken out of a good one, and signed again."""
        until = NOW + DAY
        tbs = x509.load_der_x509_crl(self.crl(1, until=until)).tbs_certlist_bytes
        header = 4 if tbs[1] == 0x82 else 3
        tbs = tlv(0x30, tbs[header:].replace(tlv(0x17, f"{until:%y%m%d%H%M%SZ}".encode()), b""))
        signed_ = self.key.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
        return tlv(0x30, tbs + SHA256_WITH_RSA + tlv(0x03, b"\0" + signed_))


def tlv(tag, content):
    """One element of DER."""
    size = len(content)
    length = bytes([size]) if size < 0x80 else b"\x82" + size.to_bytes(2) if size > 0xFF else bytes([0x81, size])
    return bytes([tag]) + length + content


def partition(*names_, relative=None, **flags):
    """An issuing distribution point; `only_some_reasons` and the booleans as flags."""
    full = None if relative else [x509.DirectoryName(each) for each in names_ or (POINT,)]
    settings = {
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(full_name=full, relative_name=relative, **(settings | flags))


def with_extensions(builder, extensions, replace, drop):
    """`replace` and `drop` go by OID; `(value, critical)` each."""
    wanted = extensions | {value.oid: (value, critical) for value, critical in replace}
    for oid, (value, critical) in wanted.items():
        if oid not in [kind.oid for kind in drop]:
            builder = builder.add_extension(value, critical)
    return builder


def signed(builder, key, digest=hashes.SHA256):
    return builder.sign(key, digest())


def der(certificate):
    return certificate.public_bytes(Encoding.DER)


ORIGIN = "https://kosodate.example.jp"
NONCE = "q0ZrY4m1l3cE2k5vY0u7x8B9hJtGfDsAaQwErTyUiO0="


def signature(key, algorithm, message):
    """Raw R and S for ECDSA, as a card's module returns it."""
    digest = hashes.SHA384() if algorithm == "ES384" else hashes.SHA256()
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), digest)
    return raw_ecdsa(key.sign(message, ec.ECDSA(digest)), key.curve.key_size // 8)


def raw_ecdsa(der_signature, size):
    return b"".join(part.to_bytes(size) for part in decode_dss_signature(der_signature))


def to_sign(algorithm, origin=ORIGIN, nonce=NONCE):
    digest = hashlib.sha384 if algorithm == "ES384" else hashlib.sha256
    return digest(origin.encode()).digest() + digest(nonce.encode()).digest()


def web_eid(key, certificate, algorithm="ES256", origin=ORIGIN, nonce=NONCE):
    """A card's good answer to a challenge."""
    return {
        "unverifiedCertificate": b64(der(certificate)),
        "algorithm": algorithm,
        "signature": b64(signature(key, algorithm, to_sign(algorithm, origin, nonce))),
        "format": "web-eid:1.0",
        "appVersion": "https://example.jp/card/1.0",
    }


def b64(value):
    return base64.b64encode(value).decode()


def b64url(value):
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def compact(header, claims, sign):
    """A JWS in compact form; header and claims are dictionaries or bytes, `sign` makes the signature."""
    parts = [b64url(each if isinstance(each, bytes) else json.dumps(each).encode()) for each in (header, claims)]
    signed_text = ".".join(parts)
    return f"{signed_text}.{b64url(sign(signed_text.encode()))}"


def es256(key):
    """Signs as ES256 with a key of this folder."""
    return lambda message: signature(key, "ES256", message)


def web_point():
    """A distribution point that is an address, not a name."""
    return x509.CRLDistributionPoints(
        [x509.DistributionPoint([x509.UniformResourceIdentifier("http://example.jp/crl")], None, None, None)]
    )
