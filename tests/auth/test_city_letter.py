"""A letter to another city counts there for a minute, for one key, and tells nothing but a `sub` of that city's own."""

import json

from joserfc.jwk import ECKey

from auth import city_letter, jws
from auth.caller import Acr
from auth.city_letter import Bound, Introduced
from auth.credential import Scheme
from auth.fault import Fault
from auth.seal import Seal
from auth.sector import CORE, of_city, of_partner
from auth.token import Tokens
from tests.auth.conftest import PEPPERS
from tests.auth.forge import NOW

HERE, THERE = "https://here.example.jp", "https://there.example.jp"
AT = int(NOW.timestamp())
KEY, OTHER = (ECKey.generate_key("P-256") for _ in range(2))
for each in (KEY, OTHER):
    each.ensure_kid()
RESIDENT = "102016-R00000000000000000000000001"
TOKENS = Tokens(HERE, f"{HERE}/graphql", Seal(b"k" * 64, CORE), (KEY,))


def written(code="102024"):
    return city_letter.written(TOKENS, Seal(b"k" * 64, of_city(code)), Bound(THERE, "thumbprint"), RESIDENT, NOW)


def read(text, to=THERE):
    return city_letter.read(jws.read(text, city_letter.TYPE), KEY, to, NOW)


def letter(signer=KEY, **changes):
    said = {"iss": HERE, "aud": THERE, "sub": "s", "key": "", "iat": AT, "exp": AT + 60, "jti": "1"} | changes
    return jws.written({name: value for name, value in said.items() if value is not None}, signer, city_letter.TYPE)


def test_a_letter_tells_a_sub_of_the_other_citys_own_and_nothing_of_the_resident():
    [first, again, third] = [read(written(code)) for code in ("102024", "102024", "102032")]
    said = json.dumps(jws.read(written(), city_letter.TYPE).claims)

    assert (first.issuer, first.key, first.exp) == (HERE, "thumbprint", AT + 60)
    assert first.sub == again.sub != third.sub
    assert first.jti != again.jti
    assert Seal(b"k" * 64, of_partner("102024")).close(RESIDENT) != first.sub != Seal(b"k" * 64, CORE).close(RESIDENT)
    assert [word for word in (RESIDENT, "resident", "kind", "acr") if word in said] == []
    assert jws.read(written(), "at+jwt") is jws.read(written(), "partner+jwt") is Fault.JWS_HEADER


def test_a_letter_that_is_wrong_in_one_thing_does_not_count():
    forged = {
        letter(OTHER): Fault.JWS_SIGNATURE,
        letter(jti=None): Fault.ASSERTION_CLAIMS,
        letter(more=""): Fault.ASSERTION_CLAIMS,
        letter(exp=str(AT)): Fault.ASSERTION_CLAIMS,
        letter(sub=""): Fault.ASSERTION_CLAIMS,
        letter(jti=""): Fault.ASSERTION_CLAIMS,
        letter(sub="字"): Fault.ASSERTION_CLAIMS,
        letter(key="k" * 129): Fault.ASSERTION_CLAIMS,
        letter(aud=HERE): Fault.ASSERTION_AUDIENCE,
        letter(exp=AT): Fault.ASSERTION_EXPIRED,
        letter(exp=AT + 66): Fault.ASSERTION_LIFETIME,
        letter(iat=AT + 6): Fault.ASSERTION_NOT_YET_VALID,
    }

    assert {text: read(text) for text in forged} == forged
    assert read(letter()) == Introduced(HERE, "s", "", "1", AT + 60)


def test_what_a_letter_proves_is_kept_as_a_keyed_hash_of_the_two():
    first, other = (Introduced(issuer, "s", "", "1", AT) for issuer in (HERE, THERE))
    proofs = [city_letter.authenticated(PEPPERS, each) for each in (first, first._replace(jti="2"), other)]

    assert (proofs[0].scheme, proofs[0].acr) == (Scheme.CITY, Acr.CITY)
    assert proofs[0].lookup_key == proofs[1].lookup_key != proofs[2].lookup_key
    assert Acr.TAP.rank < Acr.CITY.rank == Acr.CARD_PIN.rank
