"""A proof of possession counts once, for a minute, for the request that it names, and only under its own key."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey
from sqlmodel import select

from auth import dpop
from auth.dpop import LIFETIME_S, SKEW_S, Proof
from auth.fault import Fault
from models.session import SpentProof
from tests.auth import forge
from tests.auth.forge import NOW

ADDRESS = "https://city.example.jp/auth/token"
KEY = forge.ec_key("proof")
AT = int(NOW.timestamp())
SECOND = timedelta(seconds=1)


def jwk(key=KEY, **members):
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return dict(ECKey.import_key(pem).as_dict(private=False)) | members


def without(members, name):
    return {key: value for key, value in members.items() if key != name}


def made(key=KEY, header=None, **claims):
    said = {"jti": "1", "htm": "POST", "htu": ADDRESS, "iat": AT} | claims
    head = {"alg": "ES256", "typ": "dpop+jwt", "jwk": jwk(key)} | (header or {})
    kept = [{name: value for name, value in part.items() if value is not None} for part in (head, said)]
    return forge.compact(*kept, forge.es256(key))


def read(text, now=NOW):
    return dpop.read(text, {ADDRESS}, now)


def test_a_proof_names_the_key_that_signed_it():
    assert read(made()) == Proof(ECKey.import_key(jwk()).thumbprint(), "1", AT)


REFUSED = {
    "no letter": ("a.b.c", Fault.DPOP_MALFORMED),
    "too long": (made(jti="1" * 5000), Fault.DPOP_MALFORMED),
    "alg none": (made(header={"alg": "none"}), Fault.DPOP_MALFORMED),
    "HMAC": (made(header={"alg": "HS256"}), Fault.DPOP_MALFORMED),
    "another type": (made(header={"typ": "JWT"}), Fault.DPOP_MALFORMED),
    "a critical member": (made(header={"crit": ["b64"], "b64": False}), Fault.DPOP_MALFORMED),
    "a name beside the key": (made(header={"kid": "1"}), Fault.DPOP_MALFORMED),
    "no key": (made(header={"jwk": None}), Fault.DPOP_MALFORMED),
    "a key as text": (made(header={"jwk": "key"}), Fault.DPOP_MALFORMED),
    "a private key": (made(header={"jwk": jwk(d="AAAA")}), Fault.DPOP_MALFORMED),
    "half a key": (made(header={"jwk": without(jwk(), "y")}), Fault.DPOP_MALFORMED),
    "a key off the curve": (made(header={"jwk": jwk(x=jwk()["y"])}), Fault.DPOP_KEY),
    "another curve": (made(header={"jwk": jwk(crv="P-384")}), Fault.DPOP_KEY),
    "an unknown kind of key": (made(header={"jwk": jwk(kty="OKP")}), Fault.DPOP_KEY),
    "signed by another key": (made(header={"jwk": jwk(forge.ec_key("thief"))}), Fault.DPOP_SIGNATURE),
    "no number": (made(jti=None), Fault.DPOP_CLAIMS),
    "an empty number": (made(jti=""), Fault.DPOP_CLAIMS),
    "a long number": (made(jti="1" * 129), Fault.DPOP_CLAIMS),
    "a number with NUL": (made(jti="1\0"), Fault.DPOP_CLAIMS),
    "a time as text": (made(iat=str(AT)), Fault.DPOP_CLAIMS),
    "one claim more": (made(ath="x"), Fault.DPOP_CLAIMS),
    "another method": (made(htm="GET"), Fault.DPOP_TARGET),
    "another address": (made(htu="https://city.example.jp/auth/login"), Fault.DPOP_TARGET),
    "another server": (made(htu="https://example.com/auth/token"), Fault.DPOP_TARGET),
    "a minute old": (made(iat=AT - LIFETIME_S), Fault.DPOP_EXPIRED),
    "from the future": (made(iat=AT + SKEW_S + 1), Fault.DPOP_NOT_YET_VALID),
}


@pytest.mark.parametrize(("text", "fault"), REFUSED.values(), ids=REFUSED)
def test_a_proof_that_is_not_as_it_must_be_is_refused(text, fault):
    assert read(text) is fault


def test_every_flipped_bit_of_a_proof_is_noticed():
    text = made()
    flipped = [text[:at] + chr(ord(each) ^ 1) + text[at + 1 :] for at, each in enumerate(text)]

    assert [each for each in flipped if not isinstance(read(each), Fault)] == []


async def spend(store, now=NOW, key=KEY, **claims):
    proof = read(made(key, iat=int(now.timestamp()), **claims), now)
    return await store.write(lambda run: dpop.spent(run, proof, now))


async def test_a_proof_works_once_for_each_key(store):
    other = forge.ec_key("another proof")

    assert [await spend(store), await spend(store), await spend(store, key=other)] == [None, Fault.DPOP_REPLAYED, None]


async def test_a_proof_is_remembered_until_it_could_not_be_used_any_more(store):
    await spend(store)
    for later in (LIFETIME_S, LIFETIME_S + SKEW_S + 1):
        await spend(store, NOW + later * SECOND, jti=str(later))
    async with store.writing() as session:
        found = (await session.exec(select(SpentProof))).all()

    assert {row.jti for row in found} == {"60", "66"}
