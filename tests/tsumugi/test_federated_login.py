"""Residents by the authentication app: bound once with the card in hand, then in; a lying provider lets nobody in."""

import secrets

import pytest
from sqlmodel import select

from auth import credential, session
from auth.caller import Acr, Holder
from auth.detour import LIFETIME
from auth.fault import Fault
from auth.session import Ending
from models.credential import ClosedBy, Credential
from models.detour import Detour
from models.organisation import CallerKind
from models.session import Session
from tests.tsumugi.browser import Browser
from tests.tsumugi.counter import Counter, at_once, id_of
from tests.tsumugi.mock_provider import CLIENT_ID, REDIRECT_URI, TERMS
from tsumugi.card import SoftKey
from tsumugi.federated_login import APP_LOGIN, APP_START, residents
from tsumugi.providers import read_provider
from tsumugi.published import KEYS_AGAIN_S
from tsumugi.signin import TOKEN


@pytest.fixture
async def counter(store, office, keyring, cards):
    opened = Counter(store, office, keyring)
    await opened.admit(*list(cards.values())[:2])
    yield opened
    await opened.http.aclose()


@pytest.fixture
def provider(mock, client_key, keyring, tmp_path):
    """What the product makes of the terms with the mock."""
    text = TERMS.format(issuer=mock.issuer, client_id=CLIENT_ID, redirect_uri=REDIRECT_URI)
    (tmp_path / "app.toml").write_text(text)
    (tmp_path / "app.pem").write_bytes(client_key.as_pem(private=True))
    (tmp_path / "app.pem").chmod(0o600)
    return read_provider(tmp_path, "app", keyring)


@pytest.fixture
def card(cards):
    """The first resident's."""
    return next(iter(cards.values()))


@pytest.fixture
async def browser(counter, mock, provider):
    mock.now, mock.lie, mock.asked, mock.subject = lambda: counter.now, {}, [], "ppid-0001"
    made = Browser(counter, mock, residents(counter.desk, provider))
    yield made
    await made.http.aclose()


@pytest.fixture
async def bound(browser, card):
    """The app is bound to the first resident."""
    response = await browser.login(await browser.card_login(card))
    assert response.status_code == 200, browser.counter.codes()
    return browser


async def kept(browser, model):
    async with browser.counter.desk.store.owner.writing() as db:
        return (await db.exec(select(model))).all()


async def test_the_app_is_bound_once_with_the_card_and_then_lets_its_holder_in(bound):
    response = await bound.login()

    assert bound.counter.holder(response) == Holder(id_of(0), CallerKind.RESIDENT, Acr.APP)
    form = {"grant_type": "refresh_token", "refresh_token": response.json()["refresh_token"]}
    renewed = await bound.http.post(TOKEN, data=form, headers=bound.proof(TOKEN))
    assert bound.counter.holder(renewed).acr is Acr.APP


async def test_somebody_whom_nobody_bound_is_refused_and_becomes_no_new_person(browser):
    assert (await browser.login()).status_code == 401
    assert browser.counter.codes() == [Fault.CREDENTIAL_UNKNOWN]
    assert [row for row in await kept(browser, Credential) if row.scheme != "jpki-auth"] == []


async def test_of_the_app_only_a_keyed_hash_is_kept_and_of_a_detour_no_secret(bound):
    query = await bound.away()
    texts = str([*await kept(bound, Credential), *await kept(bound, Detour), *await kept(bound, Session)])
    sent = [value for asked in bound.mock.codes.values() for value in (asked["nonce"], asked["code_challenge"])]

    assert "oidc-app" in texts
    assert [each for each in (bound.mock.subject, query["state"], *sent) if each in texts] == []


async def test_two_people_never_share_an_app_and_binding_again_changes_nothing(bound, cards):
    first, second = [await bound.card_login(card) for card in list(cards.values())[:2]]
    before = await kept(bound, Credential)
    again, stolen = await bound.login(first), await bound.login(second)

    assert (again.status_code, stolen.status_code) == (401, 401)
    assert bound.counter.codes() == [Fault.CREDENTIAL_ENROLLED, Fault.CREDENTIAL_TAKEN]
    assert len(await kept(bound, Credential)) == len(before)


async def test_an_app_that_is_bound_is_told_of_once_and_neither_a_login_nor_a_refusal_is(browser, cards):
    for number in range(2):
        await browser.counter.mailbox(id_of(number))
    first, second = [await browser.card_login(card) for card in list(cards.values())[:2]]
    answers = [await browser.login(each) for each in (None, first, None, first, second)]
    [app] = [row for row in await kept(browser, Credential) if row.scheme == "oidc-app"]

    assert [each.status_code for each in answers] == [401, 200, 200, 401, 401]
    assert [(each.recipient_id, each.about_id) for each in await browser.counter.owed()] == [(id_of(0), app.id)]


async def test_an_app_that_was_closed_is_out_and_not_bound_again(bound, card):
    async with bound.counter.desk.store.owner.writing() as db:
        for row in (await db.exec(select(Credential).where(Credential.scheme == "oidc-app"))).all():
            await credential.close(db, [row], ClosedBy.DESK, bound.counter.now)
    token = await bound.card_login(card)
    statuses = [(await bound.login(each)).status_code for each in (None, token)]

    assert (statuses, bound.counter.codes()) == ([401, 401], [Fault.CREDENTIAL_CLOSED] * 2)


async def test_only_a_session_that_showed_the_card_and_this_key_may_bind(bound, card):
    of_app = (await bound.login()).json()["access_token"]
    of_card = await bound.card_login(card)
    nurse = (await bound.counter.claim(bound.counter.nurse)).json()["access_token"]
    bound.key = SoftKey.make("")
    answers = [await bound.start(token) for token in (of_app, of_card, nurse, "a.b.c")]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert bound.counter.codes() == [
        Fault.BINDING_NOT_PERMITTED,
        Fault.ENROLMENT_SESSION,
        Fault.BINDING_NOT_PERMITTED,
        Fault.JWS_MALFORMED,
    ]


async def test_a_session_that_ended_meanwhile_binds_nothing(browser, card):
    query = await browser.away(await browser.card_login(card))
    async with browser.counter.desk.store.writing() as db:
        await session.ended(db, Ending.LOGOUT, browser.counter.now, holder_id=id_of(0))

    assert (await browser.back(query)).status_code == 401
    assert browser.counter.codes() == [Fault.ENROLMENT_SESSION]


async def foreign_client(browser, query):
    return await browser.back(query, **browser.proof(APP_LOGIN, SoftKey.make("")))


async def twice(browser, query):
    await browser.back(query)
    return await browser.back(query)


async def late(browser, query):
    browser.counter.now += LIFETIME
    return await browser.back(query)


def changed(**members):
    return lambda browser, query: browser.back(query | members)


WRONG = {
    "another client comes back (login CSRF)": (foreign_client, Fault.DPOP_OTHER_KEY),
    "a state used twice": (twice, Fault.DETOUR_UNKNOWN),
    "ten minutes are over": (late, Fault.DETOUR_EXPIRED),
    "a state of nobody": (changed(state=secrets.token_urlsafe(32)), Fault.DETOUR_UNKNOWN),
    "no state": (changed(state=""), Fault.DETOUR_UNKNOWN),
    "a code of nobody": (changed(code="nobody"), Fault.PROVIDER_REFUSED),
    "no code": (changed(code=""), Fault.BODY_MALFORMED),
    "an endless code": (changed(code="a" * 3000), Fault.BODY_MALFORMED),
    "a member more": (changed(iss="x"), Fault.BODY_MALFORMED),
    "no proof": (lambda browser, query: browser.http.post(APP_LOGIN, json=query), Fault.DPOP_MISSING),
    "a form": (lambda browser, query: browser.http.post(APP_LOGIN, data=query), Fault.BODY_MALFORMED),
}
LIES = {
    "wrong nonce": ({"claims": {"nonce": "another"}}, Fault.IDENTITY_NONCE),
    "no nonce": ({"claims": {"nonce": None}}, Fault.IDENTITY_CLAIMS),
    "wrong audience": ({"claims": {"aud": "another"}}, Fault.IDENTITY_AUDIENCE),
    "several audiences": ({"claims": {"aud": [CLIENT_ID, "another"]}}, Fault.IDENTITY_AUDIENCE),
    "another party": ({"claims": {"azp": "another"}}, Fault.IDENTITY_AUDIENCE),
    "an issuer in a list": ({"claims": {"iss": ["https://provider.example.jp"]}}, Fault.IDENTITY_CLAIMS),
    "another issuer": ({"claims": {"iss": "https://provider.example.jp"}}, Fault.IDENTITY_ISSUER),
    "alg none": ({"header": {"alg": "none"}}, Fault.IDENTITY_HEADER),
    "HS256 with the public key": ({"header": {"alg": "HS256"}}, Fault.IDENTITY_HEADER),
    "another strong algorithm": ({"header": {"alg": "PS256"}}, Fault.IDENTITY_HEADER),
    "crit": ({"header": {"crit": ["b64"], "b64": False}}, Fault.IDENTITY_HEADER),
    "a key in the header": ({"header": {"jwk": {}}}, Fault.IDENTITY_HEADER),
    "no kid": ({"header": {"kid": None}}, Fault.IDENTITY_HEADER),
    "another kid": ({"header": {"kid": "provider-2"}}, Fault.IDENTITY_KEY_UNKNOWN),
    "an access token": ({"header": {"typ": "at+jwt"}}, Fault.IDENTITY_HEADER),
    "expired": ({"claims": {"exp": 1}}, Fault.IDENTITY_EXPIRED),
    "of the future": ({"claims": {"iat": 10**12}}, Fault.IDENTITY_NOT_YET_VALID),
    "not before": ({"claims": {"nbf": 10**12}}, Fault.IDENTITY_NOT_YET_VALID),
    "of an earlier login": ({"claims": {"iat": 1}}, Fault.IDENTITY_OLD),
    "exp as text": ({"claims": {"exp": "9999999999"}}, Fault.IDENTITY_CLAIMS),
    "nobody": ({"claims": {"sub": ""}}, Fault.IDENTITY_CLAIMS),
    "somebody else": ({"claims": {"sub": "ppid-0002"}}, Fault.CREDENTIAL_UNKNOWN),
    "a weaker login": ({"claims": {"acr": "aal1"}}, Fault.IDENTITY_ACR),
    "acr in a list": ({"claims": {"acr": ["aal3"]}}, Fault.IDENTITY_ACR),
    "no token": ({"answer": {}}, Fault.PROVIDER_MALFORMED),
    "no JSON": ({"body": b"<html>"}, Fault.PROVIDER_MALFORMED),
    "a member twice": ({"body": b'{"id_token": "a", "id_token": "b"}'}, Fault.PROVIDER_MALFORMED),
    "an endless answer": ({"body": b" " * 70_000}, Fault.PROVIDER_MALFORMED),
    "three words": ({"token": "a.b.c"}, Fault.IDENTITY_MALFORMED),
    "500": ({"status": 500}, Fault.PROVIDER_UNAVAILABLE),
    "a redirect": ({"status": 302}, Fault.PROVIDER_UNAVAILABLE),
    "slow": ({"delay_s": 0.2}, Fault.PROVIDER_UNAVAILABLE),
}


async def test_whatever_the_provider_says_wrongly_the_answer_is_the_same_and_the_log_has_the_code(bound):
    answers, codes = set(), {}
    for lie, (words, _) in LIES.items():
        bound.mock.lie, bound.provider.patience_s = words, 0.05 if "delay_s" in words else 10
        response = await bound.login()
        answers.add((response.status_code, response.content, *sorted(response.headers.items())))
        codes[lie] = bound.counter.codes()[-1]
    bound.mock.lie, bound.provider.patience_s = {"key": bound.mock.others["forger"]}, 10
    forged = await bound.login()

    assert codes == {lie: fault.value for lie, (_, fault) in LIES.items()}
    assert (forged.status_code, bound.counter.codes()[-1]) == (401, Fault.IDENTITY_SIGNATURE)
    assert [status for status, *_ in answers] == [401]


async def test_whoever_comes_back_wrongly_is_refused(bound):
    codes, now = {}, bound.counter.now
    for wrong, (attempt, _) in WRONG.items():
        bound.counter.now = now
        response = await attempt(bound, await bound.away())
        assert response.status_code == 401
        codes[wrong] = bound.counter.codes()[-1]

    assert codes == {wrong: fault.value for wrong, (_, fault) in WRONG.items()}


async def test_one_return_twenty_times_at_once_is_one_session(bound):
    query = await bound.away()
    responses = await at_once(20, lambda: bound.back(query))

    assert sorted(response.status_code for response in responses) == [200] + [401] * 19


async def test_a_new_key_of_the_provider_is_found_and_made_up_ones_do_not_make_us_ask_again(bound):
    before = bound.mock.asked.count("/jwks")
    for _ in range(3):
        bound.mock.lie = {"header": {"kid": secrets.token_hex()}}
        await bound.login()

    assert (before, bound.mock.asked.count("/jwks")) == (1, 1)
    assert set(bound.counter.codes()) == {Fault.IDENTITY_KEY_UNKNOWN}


async def test_when_the_provider_changes_its_key_the_new_one_is_read(bound):
    old, bound.mock.key = bound.mock.key, bound.mock.others["provider-2"]
    bound.mock.lie = {"header": {"kid": "provider-2"}}
    early = await bound.login()
    bound.provider.published._read_at -= KEYS_AGAIN_S
    later = await bound.login()
    bound.mock.lie = {"key": old}
    forged = await bound.login()
    bound.mock.key = old

    assert [each.status_code for each in (early, later, forged)] == [401, 200, 401]


async def test_where_its_keys_cannot_be_read_nobody_comes_in(browser):
    browser.mock.lie = {"jwks_status": 503}

    assert ((await browser.login()).status_code, browser.counter.codes()) == (401, [Fault.IDENTITY_KEY_UNKNOWN])


async def test_nobody_starts_without_a_key_and_beyond_the_cap_nobody_for_a_while(browser):
    without = await browser.http.post(APP_START)
    crowded = Browser(browser.counter, browser.mock, browser.way, most=1)
    first, second = [await crowded.start() for _ in range(2)]
    await crowded.http.aclose()

    assert [each.status_code for each in (without, first, second)] == [401, 200, 503]
    assert second.headers["retry-after"] == "600"
    assert browser.counter.codes() == [Fault.DPOP_MISSING, Fault.DETOURS_EXHAUSTED]
