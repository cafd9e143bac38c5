"""An access token counts only as we wrote it, while it lasts, where it is meant for."""

import base64
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from auth import token
from auth.caller import Acr, Device, Holder
from auth.fault import Fault
from auth.jws import es256_key
from auth.seal import KEY_BYTES, Seal
from auth.token import LIFETIME, SKEW_S, Tokens
from models.organisation import CallerKind
from tests.auth import forge
from tests.auth.forge import NOW

SECOND = timedelta(seconds=1)


def private(key):
    return es256_key(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


OLD_KEY, KEY = forge.ec_key("old signing"), forge.ec_key("signing")
SEAL = Seal(bytes(range(KEY_BYTES)), "core")
TOKENS = Tokens("https://city.example.jp", "https://city.example.jp/graphql", SEAL, (private(KEY), private(OLD_KEY)))
MOTHER = Holder("131016-R7ZZZZZZZZZZZZZZZZZZZZZZZZZ", CallerKind.RESIDENT, Acr.CARD_PIN)
NURSE = Holder("131016-O7ZZZZZZZZZZZZZZZZZZZZZZZZZ", CallerKind.STAFF_HEALTH, Acr.KEY)
HEADER = {"alg": "ES256", "kid": TOKENS.keys[0].kid, "typ": "at+jwt"}


def claims_of(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


GOOD = claims_of(TOKENS.issue(MOTHER, NOW))


def forged(changes, header=HEADER, key=KEY):
    """A token signed with the real key, with claims that we would never write; None leaves a claim out."""
    claims = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return forge.compact(header, claims, forge.es256(key))


@pytest.mark.parametrize("holder", [MOTHER, NURSE])
def test_a_token_says_who_holds_it(holder):
    assert TOKENS.read(TOKENS.issue(holder, NOW), NOW) == holder


@pytest.mark.parametrize("acr", Acr)
@pytest.mark.parametrize("kind", [kind for kind in CallerKind if kind is not CallerKind.ANONYMOUS])
def test_every_kind_of_caller_comes_back_as_it_went_in(kind, acr):
    holder = Holder("an id", kind, acr)

    assert TOKENS.read(TOKENS.issue(holder, NOW), NOW) == holder


def test_a_token_holds_what_rfc_9068_asks_for_and_nothing_of_the_person():
    assert GOOD.keys() == {
        "iss",
        "aud",
        "sub",
        "client_id",
        "kind",
        "acr",
        "amr",
        "auth_time",
        "iat",
        "exp",
        "jti",
        "sid",
        "scope",
    }
    assert (GOOD["exp"] - GOOD["iat"], GOOD["auth_time"], GOOD["amr"]) == (300, int(NOW.timestamp()), ["sc", "pin"])
    assert MOTHER.id not in json.dumps(GOOD)
    assert NURSE.id not in json.dumps(claims_of(TOKENS.issue(NURSE, NOW)))


def test_a_token_of_a_device_says_which_and_what_it_may():
    tablet = Device("131016-57ZZZZZZZZZZZZZZZZZZZZZZZZZ", frozenset({"rides:read", "points:read"}))
    holder = Holder("131016-O7ZZZZZZZZZZZZZZZZZZZZZZZZZ", CallerKind.TAXI_OPERATOR, Acr.KEY, tablet)
    issued = TOKENS.issue(holder, NOW)

    assert TOKENS.read(issued, NOW) == holder
    assert claims_of(issued)["scope"] == "points:read rides:read"
    assert claims_of(issued)["client_id"] != claims_of(issued)["sub"] == SEAL.close(holder.id)


def test_two_tokens_never_share_their_number():
    assert claims_of(TOKENS.issue(MOTHER, NOW))["jti"] != claims_of(TOKENS.issue(MOTHER, NOW))["jti"]


TIMES = {
    "at once": (timedelta(), MOTHER),
    "in its last second": (LIFETIME - SECOND, MOTHER),
    "at its end": (LIFETIME, Fault.BEARER_EXPIRED),
    "long after": (LIFETIME * 100, Fault.BEARER_EXPIRED),
    "by a clock that is a little late": (-SKEW_S * SECOND, MOTHER),
    "by a clock that is very late": (-(SKEW_S + 1) * SECOND, Fault.BEARER_NOT_YET_VALID),
}


@pytest.mark.parametrize(("later", "verdict"), TIMES.values(), ids=TIMES)
def test_a_token_lasts_five_minutes(later, verdict):
    assert TOKENS.read(TOKENS.issue(MOTHER, NOW), NOW + later) == verdict


AT = GOOD["iat"]
CLAIMS = {
    **{f"no {name}": ({name: None}, Fault.BEARER_CLAIMS) for name in GOOD},
    **{
        f"{name} as {type(value).__name__}": ({name: value}, Fault.BEARER_CLAIMS)
        for name in ("iss", "aud", "sub", "client_id", "kind", "acr", "jti", "scope")
        for value in ([GOOD[name]], 1, True, {})
    },
    **{
        f"{name} as {type(value).__name__}": ({name: value}, Fault.BEARER_CLAIMS)
        for name in ("iat", "exp", "auth_time")
        for value in (str(AT), AT + 0.5, True, [AT])
    },
    "amr text": ({"amr": "pin"}, Fault.BEARER_CLAIMS),
    "one claim more": ({"name": "somebody"}, Fault.BEARER_CLAIMS),
    "a kind that does not exist": ({"kind": "mayor"}, Fault.BEARER_CLAIMS),
    "the kind of nobody": ({"kind": "anonymous"}, Fault.BEARER_CLAIMS),
    "an acr that does not exist": ({"acr": "gold"}, Fault.BEARER_CLAIMS),
    "other issuer": ({"iss": "https://city.example.com"}, Fault.BEARER_ISSUER),
    "issuer with a slash": ({"iss": TOKENS.issuer + "/"}, Fault.BEARER_ISSUER),
    "other audience": ({"aud": "https://partner.example.jp/graphql"}, Fault.BEARER_AUDIENCE),
    "audience as a prefix": ({"aud": "https://city.example.jp"}, Fault.BEARER_AUDIENCE),
    "a day long": ({"exp": AT + 86_400}, Fault.BEARER_LIFETIME),
    "a second too long": ({"exp": AT + 301}, Fault.BEARER_LIFETIME),
    "over before it began": ({"exp": AT - 1}, Fault.BEARER_LIFETIME),
    "of the far future": ({"iat": 10**30, "exp": 10**30 + 1}, Fault.BEARER_NOT_YET_VALID),
    "of the far past": ({"iat": -(10**30), "exp": -(10**30) + 1}, Fault.BEARER_EXPIRED),
    "a plain id": ({"sub": MOTHER.id}, Fault.BEARER_SUBJECT),
    "an empty sub": ({"sub": ""}, Fault.BEARER_SUBJECT),
    "no scope": ({"scope": ""}, Fault.BEARER_SCOPE),
    "a scope that does not exist": ({"scope": "rides:read all"}, Fault.BEARER_SCOPE),
    "a scope without a device": ({"scope": "rides:read"}, Fault.BEARER_SCOPE),
    "a sub of another sector": ({"sub": Seal(SEAL.key, "taxi").close(MOTHER.id)}, Fault.BEARER_SUBJECT),
}


@pytest.mark.parametrize(("changes", "fault"), CLAIMS.values(), ids=CLAIMS)
def test_claims_that_we_would_not_write_are_refused_even_with_our_signature(changes, fault):
    assert TOKENS.read(forged(changes), NOW) is fault


def test_a_key_that_nobody_knows_is_refused():
    assert TOKENS.read(forged({}, HEADER | {"kid": "another"}), NOW) is Fault.JWS_KEY_UNKNOWN


def test_a_signature_by_another_key_is_refused():
    assert TOKENS.read(forged({}, key=forge.ec_key("forger")), NOW) is Fault.JWS_SIGNATURE
    assert TOKENS.read(forged({}, key=OLD_KEY), NOW) is Fault.JWS_SIGNATURE


def test_every_flipped_character_is_refused():
    token = TOKENS.issue(MOTHER, NOW)
    flipped = [f"{token[:at]}{'A' if token[at] != 'A' else 'B'}{token[at + 1 :]}" for at in range(len(token))]

    assert len(flipped) > 500
    assert [each for each in flipped if not isinstance(TOKENS.read(each, NOW), Fault)] == []


@pytest.mark.parametrize("text", ["", "Bearer", "a.b.c", "....", "\0", "字.字.字"])
def test_text_that_is_no_token_is_refused(text):
    assert TOKENS.read(text, NOW) is Fault.JWS_MALFORMED


def test_while_keys_change_both_are_published_and_both_are_read():
    before = Tokens(TOKENS.issuer, TOKENS.audience, SEAL, (private(OLD_KEY),))

    assert TOKENS.read(before.issue(MOTHER, NOW), NOW) == MOTHER
    assert before.read(TOKENS.issue(MOTHER, NOW), NOW) is Fault.JWS_KEY_UNKNOWN
    assert [key["kid"] for key in TOKENS.jwks()["keys"]] == [key.kid for key in TOKENS.keys]


def test_published_keys_hold_no_secret():
    assert [key.keys() for key in TOKENS.jwks()["keys"]] == [{"kty", "crv", "x", "y", "kid", "use", "alg"}] * 2


def test_a_client_assertion_is_no_access_token():
    assert TOKENS.read(forged({}, HEADER | {"typ": "JWT"}), NOW) is Fault.JWS_HEADER


def test_a_token_that_was_verified_is_known_until_it_ends():
    tokens = Tokens(TOKENS.issuer, TOKENS.audience, SEAL, TOKENS.keys)
    token = tokens.issue(MOTHER, NOW)

    assert tokens.read(token, NOW) == tokens.read(token, NOW + LIFETIME - SECOND) == MOTHER
    assert tokens.read(token, NOW + LIFETIME) is Fault.BEARER_EXPIRED
    assert tokens.read(token, NOW - SECOND * (SKEW_S + 1)) is Fault.BEARER_NOT_YET_VALID


def test_of_tokens_few_are_kept_and_none_that_does_not_count(monkeypatch):
    monkeypatch.setattr(token, "KNOWN", 3)
    tokens = Tokens(TOKENS.issuer, TOKENS.audience, SEAL, TOKENS.keys)
    issued = [tokens.issue(MOTHER, NOW) for _ in range(5)]

    assert [tokens.read(each, NOW) for each in issued] == [MOTHER] * 5
    assert tokens.read(issued[0][:-4] + "AAAA", NOW) is Fault.JWS_SIGNATURE
    assert 1 <= len(tokens._known) <= 3
