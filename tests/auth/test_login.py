"""The card reader asks everything in one order, and ends in a proved credential or a fault."""

import pytest

from auth import revocation
from auth.fault import Fault
from auth.login import CardReader
from auth.profile import Purpose
from auth.trust import Trust
from tests.auth import forge
from tests.auth.conftest import PEPPER
from tests.auth.forge import NONCE, NOW, ORIGIN, SERIAL

READER = CardReader(PEPPER, (ORIGIN,))


def trust(authority, *serials):
    found = revocation.read(authority.crl(*serials), [authority.anchor])
    return Trust({Purpose.USER_AUTHENTICATION: (authority.anchor,)}, {found.scope: found})


@pytest.fixture(scope="module")
def answer(verified):
    return forge.web_eid(forge.ec_key(), verified.certificate)


def test_a_good_answer_proves_the_credential(authority, answer, proof):
    assert READER.authenticate(trust(authority), answer, NONCE, NOW) == proof


def test_each_step_may_say_no(authority, answer):
    verdicts = [
        READER.authenticate(trust(authority), answer | {"format": "jwt"}, NONCE, NOW),
        READER.authenticate(trust(authority, SERIAL), answer, NONCE, NOW),
        READER.authenticate(trust(authority), answer, NONCE.swapcase(), NOW),
    ]

    assert verdicts == [Fault.ANSWER_MALFORMED, Fault.CERTIFICATE_REVOKED, Fault.ANSWER_SIGNATURE]


def test_an_authority_of_signatures_lets_nobody_in(authority, answer):
    only_signatures = Trust({Purpose.DIGITAL_SIGNATURE: (authority.anchor,)}, trust(authority).lists)

    assert READER.authenticate(only_signatures, answer, NONCE, NOW) is Fault.CERTIFICATE_ISSUER_UNKNOWN
