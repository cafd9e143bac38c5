"""The router's letters count once, for one address and one body; a partner's token tells what the partner may know."""

import json

from joserfc.jwk import ECKey

from auth import jws, partner_token, router
from auth.caller import NOBODY, Acr, Holder
from auth.fault import Fault
from auth.partner_token import Errand
from auth.router import Routers
from auth.seal import Seal
from auth.sector import CORE, of_partner
from auth.token import Tokens
from models.organisation import CallerKind
from tests.auth.forge import DAY, NOW

ADDRESS, BODY = "https://city.example.jp/graphql", "0" * 64
AT = int(NOW.timestamp())
KEY, OTHER = (ECKey.generate_key("P-256") for _ in range(2))
for each in (KEY, OTHER):
    each.ensure_kid()
RESIDENT = Holder("102016-R00000000000000000000000001", CallerKind.RESIDENT, Acr.CARD_PIN)


def letter(key=KEY, type="JWT", **changes):
    claims = {"iss": "router", "sub": "router", "aud": ADDRESS, "iat": AT, "exp": AT + 30, "jti": "1", "body": BODY}
    whole = {name: value for name, value in (claims | changes).items() if value is not None}
    return jws.written(whole, key, type)


def test_a_letter_tells_its_body_and_works_once_until_it_is_forgotten():
    routers, text = Routers((OTHER, KEY)), router.written(KEY, ADDRESS, BODY, NOW)

    assert routers.body_of(text, {ADDRESS}, NOW) == BODY
    assert routers.body_of(text, {ADDRESS}, NOW) is Fault.ASSERTION_REPLAYED
    assert routers.body_of(text, {ADDRESS}, NOW + DAY) is Fault.ASSERTION_EXPIRED
    assert routers.body_of(letter(jti="2", iat=AT + 86_400, exp=AT + 86_430), {ADDRESS}, NOW + DAY) == BODY
    assert list(routers._used) == ["2"]


def test_a_letter_that_is_wrong_in_one_thing_does_not_count():
    forged = {
        "": Fault.JWS_MALFORMED,
        letter(type="at+jwt"): Fault.JWS_HEADER,
        letter(OTHER): Fault.JWS_KEY_UNKNOWN,
        letter()[:-8] + "AAAAAAAA": Fault.JWS_SIGNATURE,
        letter(jti=None): Fault.ASSERTION_CLAIMS,
        letter(more=1): Fault.ASSERTION_CLAIMS,
        letter(exp=str(AT)): Fault.ASSERTION_CLAIMS,
        letter(jti=""): Fault.ASSERTION_CLAIMS,
        letter(jti="字"): Fault.ASSERTION_CLAIMS,
        letter(jti="x" * 129): Fault.ASSERTION_CLAIMS,
        letter(body="0" * 63): Fault.ASSERTION_CLAIMS,
        letter(body="G" * 64): Fault.ASSERTION_CLAIMS,
        letter(iss="gateway"): Fault.ASSERTION_SUBJECT,
        letter(sub="gateway"): Fault.ASSERTION_SUBJECT,
        letter(aud="https://other.example.jp/graphql"): Fault.ASSERTION_AUDIENCE,
        letter(exp=AT): Fault.ASSERTION_EXPIRED,
        letter(exp=AT + 61): Fault.ASSERTION_LIFETIME,
        letter(iat=AT + 6): Fault.ASSERTION_NOT_YET_VALID,
    }
    routers = Routers((KEY,))

    assert {text: routers.body_of(text, {ADDRESS}, NOW) for text in forged} == forged
    assert Routers(()).body_of(letter(), {ADDRESS}, NOW) is Fault.JWS_KEY_UNKNOWN


def claims(holder, partner):
    tokens = Tokens("https://city.example.jp", ADDRESS, Seal(b"k" * 64, CORE), (KEY,))
    text = partner_token.issued(tokens, Seal(b"k" * 64, of_partner(partner)), Errand(partner, BODY), holder, NOW)
    found = jws.read(text, partner_token.TYPE)
    assert found.is_signed_by(KEY)
    assert jws.read(text, "at+jwt") is Fault.JWS_HEADER  # it is no access token of ours
    return dict(found.claims)


def test_two_partners_know_one_person_under_subs_that_share_nothing():
    school, library = claims(RESIDENT, "102024"), claims(RESIDENT, "102032")

    assert (school["aud"], school["kind"], school["body"], school["exp"] - school["iat"]) == (
        "102024",
        "resident",
        BODY,
        60,
    )
    assert school["sub"] == claims(RESIDENT, "102024")["sub"] != library["sub"]
    assert RESIDENT.id not in json.dumps(school)
    assert (claims(NOBODY, "102024")["sub"], claims(NOBODY, "102024")["kind"]) == ("", "anonymous")
