"""A card's answer counts only for our origin and our nonce, with the algorithm of the card's own key."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from auth import webeid
from auth.fault import Fault
from auth.webeid import CardToken
from tests.auth import forge
from tests.auth.forge import NONCE, ORIGIN, b64, to_sign

ORIGINS = ("http://localhost:8000", ORIGIN)
KEYS = {
    "RS256": forge.rsa_key(),
    "ES256": forge.ec_key(),
    "ES384": forge.ec_key(curve=ec.SECP384R1),
}


@pytest.fixture(scope="module")
def leaves(authority):
    return {algorithm: authority.leaf(key) for algorithm, key in KEYS.items()}


@pytest.fixture(scope="module")
def good(leaves):
    return {algorithm: forge.web_eid(key, leaves[algorithm], algorithm) for algorithm, key in KEYS.items()}


def fault(answer, certificate, origins=ORIGINS, nonce=NONCE):
    token = webeid.parsed(answer)
    return token if isinstance(token, Fault) else webeid.signature_fault(token, certificate, origins, nonce)


@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.parametrize("origins", [ORIGINS, ORIGINS[::-1], (ORIGIN,)])
def test_a_good_answer_counts_for_any_of_our_origins(good, leaves, algorithm, origins):
    assert fault(good[algorithm], leaves[algorithm], origins) is None


@pytest.mark.parametrize("algorithm", KEYS)
def test_an_answer_for_a_foreign_origin_or_nonce_is_refused(good, leaves, algorithm):
    foreign = forge.web_eid(KEYS[algorithm], leaves[algorithm], algorithm, origin="https://kosodate.example.com")
    other = forge.web_eid(KEYS[algorithm], leaves[algorithm], algorithm, nonce=NONCE.swapcase())

    assert fault(foreign, leaves[algorithm]) is Fault.ANSWER_SIGNATURE
    assert fault(other, leaves[algorithm]) is Fault.ANSWER_SIGNATURE
    assert fault(good[algorithm], leaves[algorithm], ()) is Fault.ANSWER_SIGNATURE


MALFORMED = {
    "a member more": {"extra": "1"},
    "no certificate": {"unverifiedCertificate": None},
    "no signature": {"signature": None},
    "no format": {"format": None},
    "no version of the app": {"appVersion": None},
    "a number as the algorithm": {"algorithm": 256},
    "a list as the signature": {"signature": []},
    "an older format": {"format": "web-eid:0.9"},
    "a format without its minor version": {"format": "web-eid:1"},
    "a newer format": {"format": "web-eid:1.1"},
    "a certificate in PEM": {"unverifiedCertificate": "-----BEGIN CERTIFICATE-----"},
    "a certificate in base64url": {"unverifiedCertificate": "_-8="},
    "a signature without padding": {"signature": "QQ"},
}


@pytest.mark.parametrize("changes", MALFORMED.values(), ids=MALFORMED)
def test_a_token_has_exactly_its_members(good, leaves, changes):
    answer = {name: value for name, value in (good["ES256"] | changes).items() if value is not None}

    assert fault(answer, leaves["ES256"]) is Fault.ANSWER_MALFORMED


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS1", "PS256", "ES512", "es256", ""])
def test_an_algorithm_that_we_do_not_take_is_refused(good, leaves, algorithm):
    assert fault(good["ES256"] | {"algorithm": algorithm}, leaves["ES256"]) is Fault.ANSWER_ALGORITHM


@pytest.mark.parametrize("claimed", KEYS)
@pytest.mark.parametrize("real", KEYS)
def test_the_algorithm_is_that_of_the_key(good, leaves, claimed, real):
    expected = None if claimed == real else Fault.ANSWER_ALGORITHM

    assert fault(good[real] | {"algorithm": claimed}, leaves[real]) is expected


def zero_between(key):
    """The same two numbers in one byte more."""
    good = forge.signature(key, "ES256", to_sign("ES256"))
    return good[:32] + b"\0" + good[32:]


SPOILED = {
    "ECDSA in DER": ("ES256", lambda key: key.sign(to_sign("ES256"), ec.ECDSA(hashes.SHA256()))),
    "ECDSA of zeros": ("ES256", lambda key: bytes(64)),
    "ECDSA cut off": ("ES256", lambda key: forge.signature(key, "ES256", to_sign("ES256"))[:-1]),
    "ECDSA with a tail": ("ES256", lambda key: forge.signature(key, "ES256", to_sign("ES256")) + b"\0"),
    "ECDSA with a zero between R and S": ("ES256", zero_between),
    "ECDSA over SHA-256 for ES384": (
        "ES384",
        lambda key: forge.raw_ecdsa(key.sign(to_sign("ES384"), ec.ECDSA(hashes.SHA256())), 48),
    ),
    "RSA over SHA-1": ("RS256", lambda key: key.sign(to_sign("RS256"), padding.PKCS1v15(), hashes.SHA1())),
    "RSA with PSS": (
        "RS256",
        lambda key: key.sign(to_sign("RS256"), padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()),
    ),
    "RSA with zeros in front": ("RS256", lambda key: b"\0" + forge.signature(key, "RS256", to_sign("RS256"))),
    "RSA of another key": ("RS256", lambda key: forge.signature(forge.rsa_key("other"), "RS256", to_sign("RS256"))),
    "nothing": ("RS256", lambda key: b""),
    "the nonce alone": ("RS256", lambda key: forge.signature(key, "RS256", NONCE.encode())),
    "both texts unhashed": ("RS256", lambda key: forge.signature(key, "RS256", (ORIGIN + NONCE).encode())),
}


@pytest.mark.parametrize(("algorithm", "sign"), SPOILED.values(), ids=SPOILED)
def test_a_signature_has_one_form(good, leaves, algorithm, sign):
    answer = good[algorithm] | {"signature": b64(sign(KEYS[algorithm]))}

    assert fault(answer, leaves[algorithm]) is Fault.ANSWER_SIGNATURE


def test_a_token_is_only_parsed_and_never_believed(good):
    token = webeid.parsed(good["ES256"])

    assert isinstance(token, CardToken)
    assert token.algorithm == "ES256"
