"""Signing in: a good card or key gets a token; everything else gets one and the same 401, and the log one code."""

import asyncio
import base64
import json
from datetime import timedelta

import httpx
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select
from starlette.applications import Starlette

from auth.caller import Acr, Holder
from auth.challenge import LIFETIME
from auth.fault import Fault
from models.credential import Challenge, SpentAssertion
from models.organisation import CallerKind
from models.tables import METADATA
from tests.tsumugi.counter import ALSO_HERE, ASSERTED, BEARER, HERE, JSON, NOW, Counter, at_once, id_of
from tsumugi import body
from tsumugi.body import MAX_BODY_BYTES
from tsumugi.card import SoftKey
from tsumugi.pki.authority import LIST_LIFETIME
from tsumugi.pki.office import KeyKind, Office
from tsumugi.signin import CHALLENGE, JWKS, LOGIN, LOGOUT, TOKEN, signin_routes
from tsumugi.signin import METADATA as OAUTH


async def rows(store):
    """Every table as text."""
    async with store.reading() as connection:
        tables = {table.name: (await connection.execute(select(table))).all() for table in METADATA.sorted_tables}
    return {name: [str(row) for row in found] for name, found in tables.items()}


async def test_every_kind_of_card_logs_in_at_every_origin_of_ours(counter, cards):
    for origin in (HERE, ALSO_HERE):
        found = [counter.holder(await counter.login(card, origin)) for card in cards.values()]

        assert found == [Holder(id_of(number), CallerKind.RESIDENT, Acr.CARD_PIN) for number in range(len(cards))]


async def test_staff_and_machines_log_in_with_their_keys(counter):
    nurse = await counter.claim(counter.nurse, f"{ALSO_HERE}/auth/token", client_id=counter.nurse.client_id)
    clinic = await counter.claim(counter.clinic)

    assert counter.holder(nurse) == Holder(counter.nurse.client_id, CallerKind.STAFF_HEALTH, Acr.KEY)
    assert counter.holder(clinic) == Holder(counter.clinic.client_id, CallerKind.CLINIC, Acr.KEY)


async def test_the_answer_is_a_bearer_token_of_five_minutes_that_nobody_caches(counter, card):
    response = await counter.login(card)

    assert {**response.json(), "access_token": ""} == {"access_token": "", "token_type": "Bearer", "expires_in": 300}
    assert response.headers["cache-control"] == "no-store"


async def test_a_challenge_is_44_characters_for_two_minutes_that_nobody_caches(counter):
    response = await counter.http.post(CHALLENGE)

    assert (len(response.json()["nonce"]), response.json()["expires_in"]) == (44, 120)
    assert response.headers["cache-control"] == "no-store"


def posted(content, headers=JSON, path=LOGIN):
    return lambda counter, card: counter.http.post(path, content=content, headers=headers)


def formed(**fields):
    return lambda counter, card: counter.http.post(TOKEN, data={**ASSERTED, **fields})


async def stranger(counter, card):
    return await counter.login(counter.office.issue(BEARER, NOW, KeyKind.P256, signature=False))


async def with_signature_certificate(counter, card):
    whole = counter.office.issue(BEARER, NOW, KeyKind.P256)
    return await counter.login(type(card)(whole.signature, None))


async def foreign_authority(counter, card):
    return await counter.login(forger(counter))


def forger(counter):
    """A card of an authority that calls itself what ours is called."""
    folder = counter.office.folder.parent / "forged"
    return Office.open(folder, folder, NOW).issue(BEARER, NOW, KeyKind.P256, signature=False)


async def at(counter, card, later):
    counter.now = NOW + later
    return await counter.login(card)


async def too_late(counter, card):
    nonce = await counter.nonce()
    counter.now += LIFETIME
    return await counter.login(card, nonce=nonce)


async def twice(counter, card):
    nonce = await counter.nonce()
    await counter.login(card, nonce=nonce)
    return await counter.login(card, nonce=nonce)


async def changed(counter, card, **changes):
    nonce = await counter.nonce()
    answer = {name: value for name, value in (card.sign_login(HERE, nonce) | changes).items() if value is not None}
    return await counter.http.post(LOGIN, json={"nonce": nonce, "token": answer})


async def other_client(counter, card):
    return await counter.claim(counter.nurse, client_id=counter.clinic.client_id)


async def asserted_twice(counter, card):
    text = counter.nurse.sign_assertion(HERE, NOW)
    await formed(client_assertion=text)(counter, card)
    return await formed(client_assertion=text)(counter, card)


async def hung_up(counter, card):
    """The client goes away in the middle of the body."""
    sent = []
    messages = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}]

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": LOGIN, "query_string": b"", "root_path": ""}
    headers = [(b"content-type", b"application/json")]
    await Starlette(routes=signin_routes(counter.desk))({**scope, "headers": headers}, receive, send)
    head, body = sent
    return httpx.Response(head["status"], headers=head["headers"], content=body["body"])


FORM = {"content-type": "application/x-www-form-urlencoded"}
REFUSED = {
    "too large": (posted(b" " * (MAX_BODY_BYTES + 1)), Fault.BODY_TOO_LARGE),
    "empty": (posted(b""), Fault.BODY_MALFORMED),
    "no JSON": (posted(b"{"), Fault.BODY_MALFORMED),
    "a scalar": (posted(b"1"), Fault.BODY_MALFORMED),
    "brackets": (posted(b"[" * MAX_BODY_BYTES), Fault.BODY_MALFORMED),
    "a member twice": (posted(b'{"nonce":"","nonce":"","token":{}}'), Fault.BODY_MALFORMED),
    "a member more": (posted(b'{"nonce":"","token":{},"name":""}'), Fault.BODY_MALFORMED),
    "a text as the token": (posted(b'{"nonce":"","token":""}'), Fault.BODY_MALFORMED),
    "a form instead of JSON": (posted(b"{}", FORM), Fault.BODY_MALFORMED),
    "no media type": (posted(b"{}", {}), Fault.BODY_MALFORMED),
    "gone in between": (hung_up, Fault.BODY_MALFORMED),
    "unknown challenge": (lambda counter, card: counter.login(card, nonce="A" * 43 + "="), Fault.CHALLENGE_UNKNOWN),
    "used challenge": (twice, Fault.CHALLENGE_UNKNOWN),
    "expired challenge": (too_late, Fault.CHALLENGE_EXPIRED),
    "a member missing in the token": (
        lambda counter, card: changed(counter, card, appVersion=None),
        Fault.ANSWER_MALFORMED,
    ),
    "other algorithm": (lambda counter, card: changed(counter, card, algorithm="RS256"), Fault.ANSWER_ALGORITHM),
    "foreign origin": (lambda counter, card: counter.login(card, "https://example.jp"), Fault.ANSWER_SIGNATURE),
    "signature certificate": (with_signature_certificate, Fault.CERTIFICATE_KEY_USAGE),
    "foreign authority": (foreign_authority, Fault.CERTIFICATE_ISSUER_UNKNOWN),
    "expired": (lambda counter, card: at(counter, card, timedelta(days=2000)), Fault.CERTIFICATE_EXPIRED),
    "not yet valid": (lambda counter, card: at(counter, card, -timedelta(days=1)), Fault.CERTIFICATE_NOT_YET_VALID),
    "stale list": (
        lambda counter, card: at(counter, card, LIST_LIFETIME + timedelta(seconds=1)),
        Fault.REVOCATION_STALE,
    ),
    "stranger": (stranger, Fault.CREDENTIAL_UNKNOWN),
    "other grant": (formed(grant_type="password", client_assertion=""), Fault.GRANT_UNSUPPORTED),
    "other kind of assertion": (formed(client_assertion_type="saml", client_assertion=""), Fault.GRANT_UNSUPPORTED),
    "no assertion": (formed(), Fault.JWS_MALFORMED),
    "form too large": (posted(b"a=" + b"b" * MAX_BODY_BYTES, FORM, TOKEN), Fault.BODY_TOO_LARGE),
    "form with a field twice": (posted(b"grant_type=a&grant_type=b", FORM, TOKEN), Fault.BODY_MALFORMED),
    "form with many fields": (posted(b"&".join(b"%d=1" % at for at in range(11)), FORM, TOKEN), Fault.BODY_MALFORMED),
    "form that is not ASCII": (posted("字=1".encode(), FORM, TOKEN), Fault.BODY_MALFORMED),
    "key of nobody": (
        lambda counter, card: counter.claim(SoftKey.make("nobody")),
        Fault.JWS_KEY_UNKNOWN,
    ),
    "assertion for another server": (
        lambda counter, card: counter.claim(counter.nurse, "https://example.jp"),
        Fault.ASSERTION_AUDIENCE,
    ),
    "assertion used": (asserted_twice, Fault.ASSERTION_REPLAYED),
    "assertion of another client": (other_client, Fault.ASSERTION_SUBJECT),
}


async def test_whatever_is_wrong_the_answer_is_the_same_and_the_log_has_the_code(counter, card):
    answers, codes = set(), {}
    for wrong, (attempt, _) in REFUSED.items():
        counter.now = NOW
        response = await attempt(counter, card)
        answers.add((response.status_code, response.content, *sorted(response.headers.items())))
        codes[wrong] = counter.codes()[-1]

    assert codes == {wrong: fault.value for wrong, (_, fault) in REFUSED.items()}
    assert [(status, json.loads(body)["error"]["code"]) for status, body, *_ in answers] == [(401, "UNAUTHENTICATED")]


async def test_a_body_that_does_not_arrive_is_given_up(counter, monkeypatch):
    async def dribbling():
        yield b"{"
        await asyncio.sleep(60)

    monkeypatch.setattr(body, "ARRIVAL_S", 0.05)
    answer = await counter.http.post(LOGIN, content=dribbling(), headers=JSON)

    assert (answer.status_code, counter.codes()[-1]) == (401, Fault.BODY_LATE.value)


async def test_a_refused_login_stores_nothing_and_its_challenge_is_spent(counter, card):
    before = await rows(counter.desk.store)
    for attempt in (stranger, with_signature_certificate, foreign_authority):
        await attempt(counter, card)
    after = await rows(counter.desk.store)

    assert {name for name in after if after[name] != before[name]} <= {"revocationnumber"}
    assert after[Challenge.__tablename__] == []


async def test_a_challenge_is_spent_even_when_the_answer_is_wrong(counter, card):
    nonce = await counter.nonce()
    statuses = [(await counter.login(card, origin, nonce)).status_code for origin in ("https://example.jp", HERE)]

    assert statuses == [401, 401]
    assert counter.codes() == [Fault.ANSWER_SIGNATURE, Fault.CHALLENGE_UNKNOWN]


async def test_fifty_answers_to_one_challenge_at_once_are_one_session(counter, card, size):
    for _ in range(size("rounds of 50 answers to one challenge")):
        nonce = await counter.nonce()
        responses = await at_once(50, lambda nonce=nonce: counter.login(card, nonce=nonce))

        assert sorted(response.status_code for response in responses) == [200] + [401] * 49


async def test_one_assertion_fifty_times_at_once_is_one_session(counter):
    text = counter.clinic.sign_assertion(HERE, NOW)
    responses = await at_once(50, lambda: counter.http.post(TOKEN, data={**ASSERTED, "client_assertion": text}))

    assert sorted(response.status_code for response in responses) == [200] + [401] * 49
    assert len((await rows(counter.desk.store))[SpentAssertion.__tablename__]) == 1


async def test_many_people_log_in_at_once(counter, cards):
    responses = await asyncio.gather(*(counter.login(card) for card in cards.values() for _ in range(5)))

    assert [response.status_code for response in responses] == [200] * 5 * len(cards)


async def test_beyond_the_cap_there_is_no_challenge_for_a_while(counter):
    counter.with_desk(most_challenges=2)
    responses = [await counter.http.post(CHALLENGE) for _ in range(3)]

    assert [response.status_code for response in responses] == [200, 200, 503]
    assert responses[2].headers["retry-after"] == "120"
    assert counter.codes() == [Fault.CHALLENGES_EXHAUSTED]


async def test_a_revoked_card_is_out_when_the_list_is_read(store, keyring, tmp_path):
    office = Office.open(tmp_path / "authority", tmp_path / "anchors", NOW)
    card = office.issue(BEARER, NOW, KeyKind.P256, signature=False)
    counter = Counter(store, office, keyring)
    await counter.admit(card)
    before = await counter.login(card)
    office.publish(NOW)
    await counter.anchors.refresh()
    known = await counter.login(card)
    office.revoke(card.authentication.certificate, NOW)
    await counter.anchors.refresh()
    after = await counter.login(card)

    assert [before.status_code, known.status_code, after.status_code] == [401, 200, 401]
    assert counter.codes() == [Fault.REVOCATION_MISSING, Fault.CERTIFICATE_REVOKED]


def traces(card):
    """What a certificate could be known by."""
    certificate = card.authentication.certificate
    common_name = certificate.subject.rfc4514_string().partition(",")[0].removeprefix("CN=")
    der = certificate.public_bytes(Encoding.DER)
    serial = certificate.serial_number
    words = [str(serial), f"{serial:x}", f"{serial:X}", common_name, str(certificate.not_valid_after_utc.date())]
    pem = certificate.public_bytes(Encoding.PEM).decode().splitlines()[1:-1]
    return [word.encode() for word in (*words, *pem)] + [der, serial.to_bytes(20).lstrip(b"\0"), base64.b64encode(der)]


async def test_no_trace_of_a_card_is_left_in_database_log_or_token(counter, cards, tmp_path):
    tokens = [(await counter.login(card)).json()["access_token"] for card in cards.values()]
    claims = [base64.urlsafe_b64decode(token.split(".")[1] + "==") for token in tokens]
    files = [path.read_bytes() for path in tmp_path.iterdir() if path.is_file()]
    left = b"\n".join([*files, counter.written.getvalue().encode(), *claims, *map(str.encode, tokens)])
    left += json.dumps(await rows(counter.desk.store)).encode()

    assert b"jpki-auth" in left  # the credentials are among what is searched
    assert [trace for card in cards.values() for trace in traces(card) if trace in left] == []
    assert id_of(0).encode() not in b"".join(claims)


async def test_what_is_published_is_what_verifies(counter, card):
    keys, about = await counter.http.get(JWKS), await counter.http.get(OAUTH)

    assert keys.json() == counter.desk.tokens.jwks()
    assert (about.json()["issuer"], about.json()["jwks_uri"]) == (HERE, HERE + JWKS)
    assert about.json()["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]


async def test_signing_in_is_a_post(counter):
    assert [(await counter.http.get(path)).status_code for path in (CHALLENGE, LOGIN, TOKEN, LOGOUT)] == [405] * 4
