"""A provider's keys and identity tokens, read without the provider: what counts, and what cannot be made to count."""

from datetime import timedelta

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from auth.fault import Fault
from auth.identity_token import MAX_CHARACTERS, Expected, Identity, keys_of, read
from tests.auth import forge
from tests.auth.forge import NOW

ISSUER, CLIENT = "https://provider.example.jp", "city"
AT = int(NOW.timestamp())
KEYS = {
    "RS256": RSAKey.import_key(forge.rsa_key("provider")),
    "PS256": RSAKey.import_key(forge.rsa_key("provider")),
    "ES256": ECKey.import_key(forge.ec_key("provider")),
    "ES384": ECKey.import_key(forge.ec_key("provider", forge.ec.SECP384R1)),
}
GOOD = {"iss": ISSUER, "aud": CLIENT, "sub": "ppid", "nonce": "n", "iat": AT, "exp": AT + 300}


def jwk(key, **members):
    return key.as_dict(private=False) | {"kid": "1"} | members


def expected(algorithm="ES256"):
    return Expected(ISSUER, CLIENT, algorithm, "n", NOW)


def written(algorithm="ES256", **changes):
    registry = jws.JWSRegistry(algorithms=[algorithm])
    claims = {name: value for name, value in (GOOD | changes).items() if value is not None}
    header = {"alg": algorithm, "kid": "1"}
    return jws.serialize_compact(header, forge.json.dumps(claims), KEYS[algorithm], registry=registry)


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_good_token_of_each_algorithm_names_somebody(algorithm):
    keys = keys_of({"keys": [jwk(KEYS[algorithm])]}, algorithm)

    assert read(written(algorithm), expected(algorithm), keys, NOW) == Identity("ppid", GOOD)


@pytest.mark.parametrize("algorithm", KEYS)
def test_a_key_verifies_the_one_algorithm_that_was_agreed(algorithm):
    jwks = {"keys": [jwk(key, kid=name) for name, key in KEYS.items()]}
    kind = "RSA" if algorithm in {"RS256", "PS256"} else algorithm

    assert set(keys_of(jwks, algorithm)) == ({"RS256", "PS256"} if kind == "RSA" else {algorithm})


UNFIT = {
    "a secret": OctKey.generate_key(256).as_dict(private=True) | {"kid": "1"},
    "for encryption": jwk(KEYS["ES256"], use="enc"),
    "for another algorithm": jwk(KEYS["ES256"], alg="ES384"),
    "without a name": {name: value for name, value in jwk(KEYS["ES256"]).items() if name != "kid"},
    "named by a number": jwk(KEYS["ES256"], kid=1),
    "not on the curve": jwk(KEYS["ES256"], x="AAAA"),
    "half of it": {"kty": "EC", "crv": "P-256", "kid": "1"},
    "a text": "key",
}


@pytest.mark.parametrize("unfit", UNFIT.values(), ids=UNFIT)
def test_what_is_of_no_use_among_a_providers_keys_does_not_count(unfit):
    assert keys_of({"keys": [unfit, jwk(KEYS["ES256"], kid="2")]}, "ES256").keys() == {"2"}


def test_a_name_given_twice_is_nobodys_and_what_is_no_list_holds_no_key():
    assert keys_of({"keys": [jwk(KEYS["ES256"])] * 2}, "ES256") == {}
    assert [keys_of(found, "ES256") for found in ({}, {"keys": {}}, {"keys": None})] == [{}] * 3


def test_a_short_rsa_key_does_not_count():
    short = forge.rsa_key("short", 1024).public_key().public_numbers().n
    whole = jwk(KEYS["RS256"])
    for modulus in (forge.b64url(short.to_bytes(128)), 1, "+", whole["n"] + "AAAA" * 100):
        assert keys_of({"keys": [whole | {"n": modulus}]}, "RS256") == {}


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"aud": [CLIENT]}, None),
        ({"azp": CLIENT, "nbf": AT}, None),
        ({"aud": [CLIENT, CLIENT]}, Fault.IDENTITY_AUDIENCE),
        ({"aud": None}, Fault.IDENTITY_AUDIENCE),
        ({"nbf": "0"}, Fault.IDENTITY_CLAIMS),
        ({"iat": True}, Fault.IDENTITY_CLAIMS),
        ({"iat": None}, Fault.IDENTITY_CLAIMS),
        ({"sub": "a" * 256}, Fault.IDENTITY_CLAIMS),
        ({"sub": "a\0"}, Fault.IDENTITY_CLAIMS),
        ({"sub": 1}, Fault.IDENTITY_CLAIMS),
        ({"nonce": "n "}, Fault.IDENTITY_NONCE),
        ({"nonce": "字"}, Fault.IDENTITY_NONCE),
        ({"iss": ISSUER + "/"}, Fault.IDENTITY_ISSUER),
        ({"exp": AT}, Fault.IDENTITY_EXPIRED),
        ({"iat": AT + 61}, Fault.IDENTITY_NOT_YET_VALID),
        ({"iat": AT - 61}, Fault.IDENTITY_OLD),
    ],
)
def test_claims_are_read_to_the_letter(changes, verdict):
    found = read(written(**changes), expected(), keys_of({"keys": [jwk(KEYS["ES256"])]}, "ES256"), NOW)

    assert found is verdict if verdict else isinstance(found, Identity)


def test_a_forged_an_endless_and_an_unknown_one_are_refused():
    keys = keys_of({"keys": [jwk(ECKey.generate_key("P-256"))]}, "ES256")

    assert read(written(), expected(), keys, NOW) is Fault.IDENTITY_SIGNATURE
    assert read(written(), expected(), {}, NOW) is Fault.IDENTITY_KEY_UNKNOWN
    assert read("a" * (MAX_CHARACTERS + 1), expected(), keys, NOW + timedelta(1)) is Fault.IDENTITY_MALFORMED
