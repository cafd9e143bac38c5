"""A letter has one form, one algorithm and a header without surprises."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc.jwk import ECKey

from auth import jws
from auth.fault import Fault
from auth.jws import Letter
from tests.auth import forge

KEY = forge.ec_key("signing")
PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
READER = jws.es256_key(PUBLIC)
HEADER = {"alg": "ES256", "kid": READER.kid, "typ": "at+jwt"}
CLAIMS = {"sub": "somebody"}
GOOD = forge.compact(HEADER, CLAIMS, forge.es256(KEY))


def shared(message):
    """The public key misused as a shared secret."""
    return hmac.new(PUBLIC, message, hashlib.sha256).digest()


def in_der(message):
    return KEY.sign(message, ec.ECDSA(hashes.SHA256()))


HEADERS = {
    "alg none": {"alg": "none"},
    "alg None": {"alg": "None"},
    "alg HS256": {"alg": "HS256"},
    "alg RS256": {"alg": "RS256"},
    "alg ES384": {"alg": "ES384"},
    "alg in small letters": {"alg": "es256"},
    "alg a list": {"alg": ["ES256"]},
    "crit": {"crit": ["exp"], "exp": 1},
    "crit empty": {"crit": []},
    "b64": {"b64": False, "crit": ["b64"]},
    "zip": {"zip": "DEF"},
    "jwk of the forger": {"jwk": {"kty": "EC"}},
    "jku": {"jku": "https://example.jp/keys"},
    "x5c": {"x5c": []},
    "cty": {"cty": "JWT"},
    "other typ": {"typ": "JWT"},
    "typ in capitals": {"typ": "AT+JWT"},
    "kid a number": {"kid": 1},
    "kid not printable": {"kid": "\0"},
    "no kid": {"kid": None},
}


@pytest.mark.parametrize("change", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize("sign", [forge.es256(KEY), shared, lambda message: b"x"], ids=["signed", "shared", "junk"])
def test_a_header_with_anything_else_is_refused(change, sign):
    assert jws.read(forge.compact(HEADER | change, CLAIMS, sign), "at+jwt") is Fault.JWS_HEADER


@pytest.mark.parametrize("missing", HEADER)
def test_a_header_says_all_three(missing):
    header = {name: value for name, value in HEADER.items() if name != missing}

    assert jws.read(forge.compact(header, CLAIMS, forge.es256(KEY)), "at+jwt") is Fault.JWS_HEADER


MALFORMED = {
    "nothing": "",
    "one part": "e30",
    "two parts": GOOD.rpartition(".")[0],
    "four parts": GOOD + ".e30",
    "five parts, as if encrypted": GOOD + ".e30.e30",
    "general form": '{"payload":"e30","signatures":[]}',
    "a header that is no base64": "!" + GOOD,
    "a padded header": GOOD.replace(".", "=.", 1),
    "a header that is no object": forge.compact(b"[]", CLAIMS, forge.es256(KEY)),
    "a header with a member twice": forge.compact(b'{"alg":"ES256","alg":"none"}', CLAIMS, forge.es256(KEY)),
    "claims that are no object": forge.compact(HEADER, b'"sub"', forge.es256(KEY)),
    "claims with a member twice": forge.compact(HEADER, b'{"sub":"a","sub":"b"}', forge.es256(KEY)),
    "claims that are no base64": GOOD.split(".")[0] + ".!." + GOOD.split(".")[2],
    "too long": forge.compact(HEADER, {"sub": "a" * 4096}, forge.es256(KEY)),
    "not ASCII": GOOD.replace("e", "é", 1),
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_a_letter_has_one_form(text):
    assert jws.read(text, "at+jwt") is Fault.JWS_MALFORMED


def test_a_good_letter_is_read():
    letter = jws.read(GOOD, "at+jwt")

    assert letter == Letter(GOOD, READER.kid, CLAIMS)
    assert letter.is_signed_by(READER)


SIGNATURES = {
    "by another key": forge.es256(forge.ec_key("forger")),
    "in DER": in_der,
    "empty": lambda message: b"",
    "zeros": lambda message: bytes(64),
    "by the public key as a secret": shared,
    "of other bytes": lambda message: forge.es256(KEY)(message + b" "),
    "with a tail": lambda message: forge.es256(KEY)(message) + b"\0",
}


@pytest.mark.parametrize("sign", SIGNATURES.values(), ids=SIGNATURES)
def test_a_wrong_signature_is_noticed(sign):
    assert not jws.read(forge.compact(HEADER, CLAIMS, sign), "at+jwt").is_signed_by(READER)


def test_a_signature_has_one_spelling():
    last = {"A": "B", "Q": "R", "g": "h", "w": "x"}[GOOD[-1]]

    assert not jws.read(GOOD[:-1] + last, "at+jwt").is_signed_by(READER)
    assert not jws.read(GOOD + "=", "at+jwt").is_signed_by(READER)


def test_what_is_written_can_be_read():
    private = jws.signing_key(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    letter = jws.read(jws.written(CLAIMS, private, "at+jwt"), "at+jwt")

    assert letter.claims == CLAIMS
    assert letter.is_signed_by(READER)


NO_KEYS = {
    "another curve": ECKey.generate_key("P-384").as_dict(),
    "no curve": {"kty": "EC"},
    "a shared secret": {"kty": "oct", "k": "QQ"},
    "no key": {},
    "no point": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    "no PEM": b"-----BEGIN",
    "PEM of RSA": forge.rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
}


@pytest.mark.parametrize("key", NO_KEYS.values(), ids=NO_KEYS)
def test_only_a_key_of_p_256_is_taken(key):
    with pytest.raises(ValueError, match="key"):
        jws.es256_key(key)


def test_a_public_key_does_not_sign():
    with pytest.raises(ValueError, match="cannot sign"):
        jws.signing_key(PUBLIC)
