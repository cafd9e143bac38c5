"""OCSP (RFC 6960): the standing of one certificate, asked with a nonce of its authority's responder.

Where a responder is set it is asked at each login in place of the revocation lists. Whatever is not a fresh answer to
this very question, signed by the authority or by somebody whom it named for this, refuses: nobody is let in because
nobody knew.
"""

import hmac
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from auth.anchor import ALGORITHMS, UNREADABLE, Anchor, extension, has_known_algorithm, has_strong_key, is_authority
from auth.certificate import Verified
from auth.fault import Fault

NONCE_BYTES = 32  # RFC 8954, 2.1: what a client should send
MAX_BYTES = 20_000  # of an answer; one with the certificate of a delegate has about 2,500
FRESH = timedelta(minutes=10)  # for an answer that does not say until when it holds
SKEW = timedelta(minutes=1)  # between the responder's clock and ours


def question(verified: Verified, nonce: bytes) -> bytes:
    """The request for one certificate, in DER."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        verified.certificate, verified.anchor.certificate, hashes.SHA256()
    )
    return builder.add_extension(x509.OCSPNonce(nonce), critical=False).build().public_bytes(Encoding.DER)


def fault(der: bytes, verified: Verified, nonce: bytes, now: datetime) -> Fault | None:
    """Why the answer in `der` to that question does not clear the certificate, or None when it does."""
    if len(der) > MAX_BYTES:
        return Fault.OCSP_MALFORMED
    try:
        return _fault(ocsp.load_der_ocsp_response(der), verified, nonce, now)
    except UNREADABLE:
        return Fault.OCSP_MALFORMED


def _fault(answer: ocsp.OCSPResponse, verified: Verified, nonce: bytes, now: datetime) -> Fault | None:
    """The same of an answer that may still turn out to be unreadable: the library looks at each part on first use."""
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return Fault.OCSP_UNAVAILABLE
    if not _is_signed(answer, verified.anchor, now):
        return Fault.OCSP_SIGNATURE
    given, singles = extension(answer, x509.OCSPNonce), list(answer.responses)
    if given is None or not hmac.compare_digest(given.nonce, nonce):
        return Fault.OCSP_NONCE
    if len(singles) != 1 or not _is_about(singles[0], verified):
        return Fault.OCSP_CERTIFICATE
    return _status_fault(singles[0], now)


def _is_signed(answer: ocsp.OCSPResponse, anchor: Anchor, now: datetime) -> bool:
    """Whether the authority signed it, or a delegate that the same authority named, and is whom it says it is."""
    signers = [anchor.certificate, *(each for each in answer.certificates if _is_delegate(each, anchor, now))]
    return any(_is_named(answer, signer) and _has_signed(answer, signer) for signer in signers)


def _is_delegate(certificate: x509.Certificate, anchor: Anchor, now: datetime) -> bool:
    extended = extension(certificate, x509.ExtendedKeyUsage)
    return (
        extended is not None
        and ExtendedKeyUsageOID.OCSP_SIGNING in extended
        and not is_authority(certificate)
        and has_known_algorithm(certificate)
        and has_strong_key(certificate)
        and certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
        and anchor.has_issued(certificate)
    )


def _is_named(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    if answer.responder_name is not None:
        return answer.responder_name == signer.subject
    return answer.responder_key_hash == x509.SubjectKeyIdentifier.from_public_key(signer.public_key()).digest


def _has_signed(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, digest = signer.public_key(), answer.signature_hash_algorithm
    if answer.signature_algorithm_oid not in ALGORITHMS or digest is None:
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), digest)
        else:
            assert isinstance(key, ec.EllipticCurvePublicKey), "a strong key is one of the two"
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(digest))
    except InvalidSignature:
        return False
    return True


def _is_about(single: ocsp.OCSPSingleResponse, verified: Verified) -> bool:
    """Whether it names our certificate as we did: serial, and its issuer by name and key."""
    asked = ocsp.load_der_ocsp_request(question(verified, bytes(NONCE_BYTES)))
    return isinstance(single.hash_algorithm, hashes.SHA256) and (
        single.issuer_name_hash,
        single.issuer_key_hash,
        single.serial_number,
    ) == (asked.issuer_name_hash, asked.issuer_key_hash, asked.serial_number)


def _status_fault(single: ocsp.OCSPSingleResponse, now: datetime) -> Fault | None:
    until = single.next_update_utc or single.this_update_utc + FRESH
    if not single.this_update_utc - SKEW <= now <= until:
        return Fault.OCSP_STALE
    if single.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        return Fault.CERTIFICATE_REVOKED
    return None if single.certificate_status is ocsp.OCSPCertStatus.GOOD else Fault.OCSP_UNKNOWN
