"""The demo's OCSP responder: what the office knows of a certificate, signed by the authority itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from tsumugi.pki.authority import Authority

GOOD_FOR = timedelta(minutes=10)


def answered(authority: Authority, revoked: Mapping[int, datetime], question: bytes, now: datetime) -> bytes:
    """The answer to an OCSP request, in DER: good unless it was revoked, unknown when it is of another authority."""
    try:
        asked = ocsp.load_der_ocsp_request(question)
        nonce = asked.extensions.get_extension_for_class(x509.OCSPNonce).value
        own = _own(authority, asked)
    except (ValueError, x509.ExtensionNotFound):
        unread = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
        return unread.public_bytes(Encoding.DER)
    at = revoked.get(asked.serial_number) if own else None
    status = ocsp.OCSPCertStatus.UNKNOWN if not own else ocsp.OCSPCertStatus.GOOD
    builder = (
        ocsp.OCSPResponseBuilder()
        .responder_id(ocsp.OCSPResponderEncoding.HASH, authority.certificate)
        .add_response_by_hash(
            asked.issuer_name_hash,
            asked.issuer_key_hash,
            asked.serial_number,
            asked.hash_algorithm,
            status if at is None else ocsp.OCSPCertStatus.REVOKED,
            now,
            now + GOOD_FOR,
            at,
            None,
        )
        .add_extension(nonce, critical=False)
    )
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _own(authority: Authority, asked: ocsp.OCSPRequest) -> bool:
    """Whether the request is about a certificate of this authority."""
    like = ocsp.OCSPRequestBuilder().add_certificate(authority.certificate, authority.certificate, asked.hash_algorithm)
    ours = like.build()
    return (asked.issuer_name_hash, asked.issuer_key_hash) == (ours.issuer_name_hash, ours.issuer_key_hash)
