"""Is this the certificate of a card, of the right kind, from a pinned authority, and valid now?

Each line of the relying party's checklist is one entry of CHECKS with its own fault. The path is then walked once more
by `cryptography.x509.verification`, which knows more ways in which a certificate can be wrong. Revocation is another
question: auth/revocation.py.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.x509 import verification
from cryptography.x509.oid import ExtensionOID

from auth.anchor import UNREADABLE, Anchor, extension, has_known_algorithm, has_strong_key, is_authority
from auth.fault import Fault
from auth.profile import Profile

MAX_BYTES = 4096  # a card's certificate has about 1,600
SERIAL_BYTES = 20  # RFC 5280, 4.1.2.2
UNDERSTOOD = frozenset(  # may be critical, because somebody here reads it
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
    }
)
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


class Verified(NamedTuple):
    """A certificate that passed every check but revocation, and the authority that issued it."""

    certificate: x509.Certificate
    anchor: Anchor


def examined(der: bytes, anchors: Sequence[Anchor], profile: Profile, now: datetime) -> Verified | Fault:
    """The certificate in `der` if it fits the profile, one of the anchors issued it, and both are valid at `now`."""
    leaf = _parsed(der)
    if leaf is None:
        return Fault.CERTIFICATE_MALFORMED
    fault = next((fault for fault, passes in CHECKS if not passes(leaf, profile, now)), None)
    if fault is not None:
        return fault
    issuers = [anchor for anchor in anchors if anchor.has_issued(leaf)]
    if not issuers:
        return Fault.CERTIFICATE_ISSUER_UNKNOWN
    valid = [anchor for anchor in issuers if anchor.is_valid(now)]
    if not valid:
        return Fault.CERTIFICATE_ISSUER_EXPIRED
    return Verified(leaf, valid[0]) if _has_path(leaf, valid[0], now) else Fault.CERTIFICATE_PATH


def _parsed(der: bytes) -> x509.Certificate | None:
    """The certificate, once each of its parts was read: the library would raise for a bad one only on first use."""
    if len(der) > MAX_BYTES:
        return None
    try:
        leaf = x509.load_der_x509_certificate(der)
        for part in ("subject", "issuer", "extensions", "not_valid_before_utc", "not_valid_after_utc"):
            getattr(leaf, part)
        leaf.public_key()
        extension(leaf, x509.KeyUsage)
    except UNREADABLE:
        return None
    if der[
        -len(leaf.signature) - 1
    ]:  # bits of it left unused: the library passes over them, so there were two spellings
        return None
    return leaf if 0 < leaf.serial_number < 1 << 8 * SERIAL_BYTES else None


def _is_understood(leaf: x509.Certificate) -> bool:
    return all(found.oid in UNDERSTOOD for found in leaf.extensions if found.critical)


def _has_usages(leaf: x509.Certificate, profile: Profile) -> bool:
    usage = extension(leaf, x509.KeyUsage)
    return usage is not None and profile.usages == {name for name in USAGES if getattr(usage, name)}


def _has_extended_usage(leaf: x509.Certificate, profile: Profile) -> bool:
    extended = extension(leaf, x509.ExtendedKeyUsage)
    return extended is None or (profile.extended is not None and profile.extended in extended)


def _has_policy(leaf: x509.Certificate, profile: Profile) -> bool:
    """Exactly the one policy: beside it, neither anyPolicy nor that of the test authority may stand."""
    policies = extension(leaf, x509.CertificatePolicies)
    return policies is not None and [policy.policy_identifier for policy in policies] == [profile.policy]


Check = Callable[[x509.Certificate, Profile, datetime], bool]
CHECKS: tuple[tuple[Fault, Check], ...] = (
    (Fault.CERTIFICATE_ALGORITHM, lambda leaf, profile, now: has_known_algorithm(leaf)),
    (Fault.CERTIFICATE_KEY, lambda leaf, profile, now: has_strong_key(leaf)),
    (Fault.CERTIFICATE_AUTHORITY, lambda leaf, profile, now: not is_authority(leaf)),
    (Fault.CERTIFICATE_EXTENSION, lambda leaf, profile, now: _is_understood(leaf)),
    (Fault.CERTIFICATE_KEY_USAGE, lambda leaf, profile, now: _has_usages(leaf, profile)),
    (Fault.CERTIFICATE_EXTENDED_KEY_USAGE, lambda leaf, profile, now: _has_extended_usage(leaf, profile)),
    (Fault.CERTIFICATE_POLICY, lambda leaf, profile, now: _has_policy(leaf, profile)),
    (Fault.CERTIFICATE_NOT_YET_VALID, lambda leaf, profile, now: leaf.not_valid_before_utc <= now),
    (Fault.CERTIFICATE_EXPIRED, lambda leaf, profile, now: now <= leaf.not_valid_after_utc),
)

# The library refuses critical extensions that nobody names to it; CHECKS has looked at the ones named here.
AUTHORITY_POLICY = verification.ExtensionPolicy.permit_all().require_present(
    x509.BasicConstraints, verification.Criticality.AGNOSTIC, None
)
LEAF_POLICY = (
    verification.ExtensionPolicy.permit_all()
    .require_present(x509.CertificatePolicies, verification.Criticality.AGNOSTIC, None)
    .require_present(x509.KeyUsage, verification.Criticality.AGNOSTIC, None)
    .may_be_present(x509.ExtendedKeyUsage, verification.Criticality.AGNOSTIC, None)
    .may_be_present(x509.CRLDistributionPoints, verification.Criticality.AGNOSTIC, None)
)


def _has_path(leaf: x509.Certificate, anchor: Anchor, now: datetime) -> bool:
    """Whether the library, too, finds a path of exactly two certificates."""
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store([anchor.certificate]))
        .time(now)
        .max_chain_depth(0)
        .extension_policies(ca_policy=AUTHORITY_POLICY, ee_policy=LEAF_POLICY)
        .build_client_verifier()
    )
    try:
        verifier.verify(leaf, [])
    except verification.VerificationError:
        return False
    return True
