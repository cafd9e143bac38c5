"""A signed document: by the signature certificate of a card alone, for our origin; of it a keyed hash is kept."""

import pytest
from cryptography import x509

from auth.fault import Fault
from auth.pepper import Peppers
from auth.profile import Purpose
from auth.revocation import read
from auth.signature import Presented, SignatureReader, Signed
from auth.trust import Trust
from tests.auth.conftest import PEPPER, PEPPERS
from tests.auth.forge import NONCE, NOW, ORIGIN, SIGNATURE_POLICY, b64, der, ec_key, policies, signature, usage
from tests.auth.test_attributes import GOOD, certified_names

DOCUMENT = '{"nonce": "..."}'
READER = SignatureReader(PEPPERS, (ORIGIN,))
SIGNS = [(usage("digital_signature", "content_commitment"), True), (policies(SIGNATURE_POLICY), True)]


@pytest.fixture(scope="module")
def trust(authority):
    lists = {each.scope: each for each in [read(authority.crl(), [authority.anchor])]}
    return Trust({Purpose.DIGITAL_SIGNATURE: (authority.anchor,)}, lists)


def signing(authority, names=GOOD, key=None):
    replaced = [*SIGNS, *([(certified_names(names.items()), False)] if names else [])]
    return authority.leaf(key or ec_key(), replace=replaced, drop=[x509.ExtendedKeyUsage])


def presented(leaf, **changes):
    answer = {"certificate": b64(der(leaf)), "algorithm": "ES256"}
    answer["signature"] = b64(signature(ec_key(), "ES256", DOCUMENT.encode()))
    return Presented(DOCUMENT, changes.pop("origin", ORIGIN), NONCE, answer | changes)


def test_whose_signature_it_is_and_a_hash_that_only_this_certificate_has(authority, trust):
    found = READER.examined(trust, presented(signing(authority)), NOW)
    other = SignatureReader(Peppers((PEPPER._replace(secret=b"q" * 32),)), (ORIGIN,))

    assert isinstance(found, Signed)
    assert found.signer.name == "見本花子"
    assert len(found.signer_key) == 64
    assert other.examined(trust, presented(signing(authority)), NOW).signer_key != found.signer_key


def test_a_signature_counts_for_its_document_its_origin_and_its_key_alone(authority, trust):
    good = signing(authority)
    cases = [
        (presented(good, origin="https://example.jp"), Fault.ANSWER_ORIGIN),
        (presented(good, certificate="?"), Fault.ANSWER_MALFORMED),
        (presented(good, signature="?"), Fault.ANSWER_MALFORMED),
        (presented(good, algorithm="none"), Fault.ANSWER_ALGORITHM),
        (presented(good)._replace(document="{}"), Fault.ANSWER_SIGNATURE),
        (presented(signing(authority, key=ec_key("other"))), Fault.ANSWER_SIGNATURE),
        (presented(authority.leaf(ec_key())), Fault.CERTIFICATE_KEY_USAGE),
        (presented(signing(authority, names=None)), Fault.CERTIFICATE_ATTRIBUTES),
    ]

    assert [READER.examined(trust, each, NOW) for each, _ in cases] == [fault for _, fault in cases]
