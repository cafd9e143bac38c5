"""An OCSP answer clears a certificate only if it is about it, fresh, for our question, and signed by whom it may be."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from auth import ocsp as checked
from auth.certificate import Verified
from auth.fault import Fault
from auth.ocsp import FRESH, MAX_BYTES, SKEW
from tests.auth import forge
from tests.auth.forge import DAY, NOW, Authority, der

OURS = b"n" * 32
MINUTE = timedelta(minutes=1)
DELEGATE = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OCSP responder")])
CLIENT = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
SIGNS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])


@pytest.fixture(scope="module")
def verified(authority):
    return Verified(authority.leaf(), authority.anchor)


def delegate(authority, *, usage=SIGNS, until=NOW + DAY, key=None, ca=False):
    """A certificate with which somebody may answer for the authority, but for what is changed."""
    public = (key or forge.ec_key("responder")).public_key()
    builder = x509.CertificateBuilder(authority.subject, DELEGATE, public, 9, NOW - DAY, until)
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    if usage is not None:
        builder = builder.add_extension(usage, critical=False)
    return builder.sign(authority.key, hashes.SHA256())


def answer(verified, authority, *, status=ocsp.OCSPCertStatus.GOOD, at=NOW, until=NOW + MINUTE, nonce=OURS, **changes):
    """A good answer, but for what is changed."""
    signer, key = changes.get("signer", (authority.certificate, authority.key))
    digest = changes.get("digest", hashes.SHA256())
    builder = ocsp.OCSPResponseBuilder().responder_id(changes.get("named", ocsp.OCSPResponderEncoding.HASH), signer)
    builder = builder.add_response(
        changes.get("about", verified.certificate),
        changes.get("issuer", verified.anchor.certificate),
        digest,
        status,
        at,
        until,
        NOW - DAY if status is ocsp.OCSPCertStatus.REVOKED else None,
        None,
    )
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    if signer is not authority.certificate:
        builder = builder.certificates([signer])
    return builder.sign(key, changes.get("signed_with", hashes.SHA256())).public_bytes(Encoding.DER)


def by(authority, key=None, **changes):
    """Signed by a delegate."""
    key = key or forge.ec_key("responder")
    return {"signer": (delegate(authority, key=key, **changes), key)}


@pytest.mark.parametrize("named", ocsp.OCSPResponderEncoding)
def test_a_fresh_answer_of_the_authority_or_its_delegate_clears_a_certificate(verified, authority, named):
    answers = [answer(verified, authority, named=named, **signer) for signer in ({}, by(authority))]
    answers += [answer(verified, authority, named=named, **by(authority, forge.rsa_key("responder")))]

    assert [checked.fault(each, verified, OURS, NOW) for each in answers] == [None, None, None]


def refused(authority, verified):
    """Each wrong answer with its fault."""
    stranger = Authority(forge.rsa_key("stranger"))
    revoked, unknown = ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN
    failed = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    same_name, by_name = {"signer": (stranger.certificate, stranger.key)}, {"named": ocsp.OCSPResponderEncoding.NAME}
    made = {
        "revoked": ({"status": revoked}, Fault.CERTIFICATE_REVOKED),
        "unknown": ({"status": unknown}, Fault.OCSP_UNKNOWN),
        "of another key under the same name": (same_name | by_name, Fault.OCSP_SIGNATURE),
        "of another key": (same_name, Fault.OCSP_SIGNATURE),
        "of a card": ({"signer": (verified.certificate, forge.ec_key())}, Fault.OCSP_SIGNATURE),
        "of somebody with another usage": (by(authority, usage=CLIENT), Fault.OCSP_SIGNATURE),
        "of somebody without usage": (by(authority, usage=None), Fault.OCSP_SIGNATURE),
        "of an authority below": (by(authority, ca=True), Fault.OCSP_SIGNATURE),
        "of a delegate that is over": (by(authority, until=NOW - MINUTE), Fault.OCSP_SIGNATURE),
        "of a foreign delegate": (by(stranger), Fault.OCSP_SIGNATURE),
        "of a weak key": (by(authority, forge.rsa_key("weak", bits=1024)), Fault.OCSP_SIGNATURE),
        "with a short hash": ({"signed_with": hashes.SHA224()}, Fault.OCSP_SIGNATURE),
        "to another question": ({"nonce": b"m" * 32}, Fault.OCSP_NONCE),
        "to no question": ({"nonce": None}, Fault.OCSP_NONCE),
        "about another card": ({"about": authority.leaf(serial=7)}, Fault.OCSP_CERTIFICATE),
        "about another issuer": ({"issuer": stranger.certificate}, Fault.OCSP_CERTIFICATE),
        "by other hashes": ({"digest": hashes.SHA1()}, Fault.OCSP_CERTIFICATE),
        "from the future": ({"at": NOW + SKEW + MINUTE, "until": NOW + DAY}, Fault.OCSP_STALE),
        "over": ({"at": NOW - DAY, "until": NOW - MINUTE}, Fault.OCSP_STALE),
        "old without an end": ({"at": NOW - FRESH - MINUTE, "until": None}, Fault.OCSP_STALE),
    }
    texts = {wrong: (answer(verified, authority, **changes), fault) for wrong, (changes, fault) in made.items()}
    good = answer(verified, authority)
    return texts | {
        "try later": (failed.public_bytes(Encoding.DER), Fault.OCSP_UNAVAILABLE),
        "nothing": (b"", Fault.OCSP_MALFORMED),
        "a byte more": (good + b"\0", Fault.OCSP_MALFORMED),
        "half": (good[: len(good) // 2], Fault.OCSP_MALFORMED),
        "a certificate": (der(verified.certificate), Fault.OCSP_MALFORMED),
        "too long": (good + bytes(MAX_BYTES), Fault.OCSP_MALFORMED),
    }


def test_every_other_answer_refuses_with_its_code(authority, verified):
    wanted = refused(authority, verified)
    found = {wrong: checked.fault(text, verified, OURS, NOW) for wrong, (text, _) in wanted.items()}

    assert found == {wrong: fault for wrong, (_, fault) in wanted.items()}


def test_a_byte_changed_anywhere_never_clears_a_certificate(verified, authority):
    good = answer(verified, authority, status=ocsp.OCSPCertStatus.REVOKED)
    changed = [good[:at] + bytes([each ^ 1]) + good[at + 1 :] for at, each in enumerate(good)]

    assert [each for each in changed if checked.fault(each, verified, OURS, NOW) is None] == []


def test_a_question_names_one_certificate_and_our_nonce(verified):
    asked = ocsp.load_der_ocsp_request(checked.question(verified, OURS))

    assert asked.serial_number == verified.certificate.serial_number
    assert asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == OURS
