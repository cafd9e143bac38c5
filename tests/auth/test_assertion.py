"""A client assertion counts once, for us, for a minute at most, and says which staff member or machine it is."""

import json

import pytest
from joserfc.jwk import ECKey
from sqlmodel import select

from auth import assertion
from auth.caller import Acr, Holder
from auth.fault import Fault
from models.credential import ClientKey, SpentAssertion
from models.organisation import CallerKind, StaffMember
from tests.auth import forge
from tests.auth.forge import DAY, NOW

AUDIENCE = "https://city.example.jp/auth/token"
AUDIENCES = {"https://city.example.jp", AUDIENCE}
AT = int(NOW.timestamp())
KEY = forge.ec_key("client")


def public_jwk(key=KEY):
    return ECKey.import_key(key.public_key()).as_dict()


@pytest.fixture
async def kid(store, people):
    """All three have the same key, which keeps the table of forgeries short."""
    async with store.writing() as session:
        kids = [await assertion.register(session, each, public_jwk(), NOW) for each in people[1:]]
    return kids[0]


def written(client_id, kid, header=None, key=KEY, **changes):
    claims = {"iss": client_id, "sub": client_id, "aud": AUDIENCE, "iat": AT, "exp": AT + 30, "jti": "1"} | changes
    header = {"alg": "ES256", "kid": kid, "typ": "JWT"} | (header or {})
    return forge.compact(header, {name: value for name, value in claims.items() if value is not None}, forge.es256(key))


async def recognise(store, text, now=NOW):
    async with store.writing() as session:
        return await assertion.recognised(session, text, AUDIENCES, now)


async def spent(store):
    async with store.writing() as session:
        return [row.jti for row in (await session.exec(select(SpentAssertion))).all()]


async def test_staff_and_machines_are_recognised_and_never_as_more_than_a_key(store, people, kid):
    nurse = await recognise(store, written(people.nurse, kid))
    clinic = await recognise(store, written(people.clinic, kid, aud="https://city.example.jp"))

    assert nurse == Holder(people.nurse, CallerKind.STAFF_HEALTH, Acr.KEY)
    assert clinic == Holder(people.clinic, CallerKind.CLINIC, Acr.KEY)


async def test_an_assertion_works_once_for_each_client(store, people, kid):
    texts = [written(people.nurse, kid), written(people.nurse, kid, iat=AT - 1), written(people.clinic, kid)]
    verdicts = [await recognise(store, text) for text in texts]

    assert verdicts[1] is Fault.ASSERTION_REPLAYED
    assert [type(verdict) for verdict in verdicts[::2]] == [Holder, Holder]


REFUSED = {
    "for another server": ({"aud": "https://city.example.com/auth/token"}, Fault.ASSERTION_AUDIENCE),
    "for us with a slash": ({"aud": AUDIENCE + "/"}, Fault.ASSERTION_AUDIENCE),
    "for several": ({"aud": [AUDIENCE]}, Fault.ASSERTION_CLAIMS),
    "for nobody": ({"aud": None}, Fault.ASSERTION_CLAIMS),
    "issued by another": ({"iss": "somebody"}, Fault.ASSERTION_SUBJECT),
    "expired": ({"exp": AT}, Fault.ASSERTION_EXPIRED),
    "long expired": ({"exp": -(10**30)}, Fault.ASSERTION_EXPIRED),
    "too long": ({"exp": AT + 61}, Fault.ASSERTION_LIFETIME),
    "for ever": ({"exp": 10**30}, Fault.ASSERTION_LIFETIME),
    "from the future": ({"iat": AT + 6}, Fault.ASSERTION_NOT_YET_VALID),
    "no end": ({"exp": None}, Fault.ASSERTION_CLAIMS),
    "end as text": ({"exp": str(AT + 30)}, Fault.ASSERTION_CLAIMS),
    "no number": ({"jti": None}, Fault.ASSERTION_CLAIMS),
    "empty number": ({"jti": ""}, Fault.ASSERTION_CLAIMS),
    "long number": ({"jti": "1" * 129}, Fault.ASSERTION_CLAIMS),
    "number with NUL": ({"jti": "1\0"}, Fault.ASSERTION_CLAIMS),
    "one claim more": ({"scope": "all"}, Fault.ASSERTION_CLAIMS),
    "long subject": ({"iss": "a" * 35, "sub": "a" * 35}, Fault.ASSERTION_CLAIMS),
    "subject with NUL": ({"iss": "\0", "sub": "\0"}, Fault.ASSERTION_CLAIMS),
    "unknown client": ({"iss": "nobody", "sub": "nobody"}, Fault.JWS_KEY_UNKNOWN),
    "unknown key": ({"header": {"kid": "another"}}, Fault.JWS_KEY_UNKNOWN),
    "an access token": ({"header": {"typ": "at+jwt"}}, Fault.JWS_HEADER),
    "alg none": ({"header": {"alg": "none"}}, Fault.JWS_HEADER),
    "by another key": ({"key": forge.ec_key("forger")}, Fault.JWS_SIGNATURE),
}


async def test_an_assertion_that_is_not_as_it_must_be_is_refused_and_not_remembered(store, people, kid):
    texts = {wrong: written(people.nurse, kid, **changes) for wrong, (changes, _) in REFUSED.items()}
    verdicts = {wrong: await recognise(store, text) for wrong, text in texts.items()}

    assert verdicts == {wrong: fault for wrong, (_, fault) in REFUSED.items()}
    assert await spent(store) == []


async def test_text_that_is_no_assertion_is_refused(store):
    assert [await recognise(store, text) for text in ("", "a.b.c", "{}")] == [Fault.JWS_MALFORMED] * 3


async def test_an_office_has_no_machine_with_the_rights_of_its_staff(store, people, kid):
    assert await recognise(store, written(people.office, kid)) is Fault.CLIENT_UNKNOWN


async def test_a_person_is_no_clinic(store, people, kid):
    async with store.writing() as session:
        (await session.get(StaffMember, people.nurse)).kind = CallerKind.CLINIC

    assert await recognise(store, written(people.nurse, kid)) is Fault.CLIENT_UNKNOWN


async def test_a_key_whose_client_is_gone_is_refused(store, people):
    async with store.writing() as session:
        kid = await assertion.register(session, "gone", public_jwk(), NOW)

    assert await recognise(store, written("gone", kid)) is Fault.CLIENT_UNKNOWN


async def test_a_closed_key_is_refused(store, people, kid):
    async with store.writing() as session:
        (await session.get(ClientKey, (people.nurse, kid))).closed_at = NOW

    assert await recognise(store, written(people.nurse, kid)) is Fault.JWS_KEY_UNKNOWN


async def test_what_was_spent_is_forgotten_when_it_could_not_be_used_any_more(store, people, kid):
    await recognise(store, written(people.nurse, kid))
    later = AT + 86_400
    await recognise(store, written(people.nurse, kid, iat=later, exp=later + 1, jti="2"), NOW + DAY)

    assert await spent(store) == ["2"]


async def test_of_a_client_only_the_public_key_is_kept(store, people):
    pair = ECKey.generate_key("P-256").as_dict(private=True, kid="its own name", use="enc")
    async with store.writing() as session:
        kid = await assertion.register(session, people.nurse, pair, NOW)
        kept = (await session.get(ClientKey, (people.nurse, kid))).public_jwk

    assert json.loads(kept).keys() == {"kty", "crv", "x", "y"}


async def test_a_key_of_another_curve_is_not_registered(store, people):
    async with store.writing() as session:
        with pytest.raises(ValueError, match="P-256"):
            await assertion.register(session, people.nurse, public_jwk(forge.ec_key(curve=forge.ec.SECP384R1)), NOW)
