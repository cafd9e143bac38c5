"""The card reader asks everything in one order, and ends in a proved credential or a fault."""

import pytest

from auth import revocation
from auth.fault import Fault
from auth.login import CardReader
from auth.profile import Purpose
from auth.trust import Trust
from tests.auth import forge
from tests.auth.conftest import PEPPERS
from tests.auth.forge import NONCE, NOW, ORIGIN, SERIAL

READER = CardReader(PEPPERS, (ORIGIN,))


def trust(authority, *serials):
    found = revocation.read(authority.crl(*serials), [authority.anchor])
    return Trust({Purpose.USER_AUTHENTICATION: (authority.anchor,)}, {found.scope: found})


@pytest.fixture(scope="module")
def answer(verified):
    return forge.web_eid(forge.ec_key(), verified.certificate)


async def test_a_good_answer_proves_the_credential(authority, answer, proof):
    assert await READER.authenticate(trust(authority), answer, NONCE, NOW) == proof


async def test_each_step_may_say_no(authority, answer):
    verdicts = [
        await READER.authenticate(trust(authority), answer | {"format": "jwt"}, NONCE, NOW),
        await READER.authenticate(trust(authority, SERIAL), answer, NONCE, NOW),
        await READER.authenticate(trust(authority), answer, NONCE.swapcase(), NOW),
    ]

    assert verdicts == [Fault.ANSWER_MALFORMED, Fault.CERTIFICATE_REVOKED, Fault.ANSWER_SIGNATURE]


async def test_an_authority_of_signatures_lets_nobody_in(authority, answer):
    only_signatures = Trust({Purpose.DIGITAL_SIGNATURE: (authority.anchor,)}, trust(authority).lists)

    assert await READER.authenticate(only_signatures, answer, NONCE, NOW) is Fault.CERTIFICATE_ISSUER_UNKNOWN


class Known:
    """A responder that knows one thing of every certificate, and how often it was asked."""

    def __init__(self, fault):
        self.known, self.asked = fault, 0

    async def fault(self, verified, now):
        self.asked += 1
        return self.known


async def test_where_there_is_a_responder_it_is_asked_in_place_of_the_lists(authority, answer, proof):
    without_lists = Trust({Purpose.USER_AUTHENTICATION: (authority.anchor,)})
    readers = [CardReader(PEPPERS, (ORIGIN,), Known(fault)) for fault in (None, Fault.OCSP_UNKNOWN)]

    assert [await reader.authenticate(without_lists, answer, NONCE, NOW) for reader in readers] == [
        proof,
        Fault.OCSP_UNKNOWN,
    ]


async def test_nobody_without_the_key_makes_us_ask(authority, answer):
    responder = Known(None)
    await CardReader(PEPPERS, (ORIGIN,), responder).authenticate(trust(authority), answer, NONCE.swapcase(), NOW)

    assert responder.asked == 0
