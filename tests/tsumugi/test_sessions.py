"""Sessions over HTTP: bound to a key at login, renewed at the token endpoint, ended for every worker."""

import asyncio
import json
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from auth.fault import Fault
from auth.session import LIFETIME, Ended
from models.store import Store
from tests.tsumugi.counter import HERE, NOW, at_once, id_of
from tsumugi.bearers import LOOK_EVERY_S, Bearers
from tsumugi.signin import CHALLENGE, LOGIN, LOGOUT, TOKEN


class Client:
    """Somebody with a card and a key of P-256 that stays in the client."""

    def __init__(self, counter, card):
        self.counter, self.card = counter, card
        self.key = ECKey.generate_key("P-256")

    def proof(self, path, **claims):
        public = {name: self.key.as_dict(private=False)[name] for name in ("kty", "crv", "x", "y")}
        said = {"jti": secrets.token_hex(), "htm": "POST", "htu": HERE + path, "iat": int(self.counter.now.timestamp())}
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": public}
        return {"dpop": jws.serialize_compact(header, json.dumps(said | claims), self.key)}

    async def login(self):
        http = self.counter.http
        nonce = (await http.post(CHALLENGE, headers=self.proof(CHALLENGE))).json()["nonce"]
        body = {"nonce": nonce, "token": self.card.sign_login(HERE, nonce)}
        return await http.post(LOGIN, json=body, headers=self.proof(LOGIN))

    async def renew(self, refresh_token, proof=None):
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return await self.counter.http.post(TOKEN, data=form, headers=self.proof(TOKEN) if proof is None else proof)

    async def logout(self, token):
        return await self.counter.http.post(LOGOUT, data={"token": token})


@pytest.fixture
def client(counter, card):
    return Client(counter, card)


async def test_a_login_with_a_key_is_renewed_for_that_key(counter, client):
    first = (await client.login()).json()
    counter.now += timedelta(hours=1)
    second = await client.renew(first["refresh_token"])

    assert second.json().keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert counter.holder(second).id == id_of(1)
    assert second.json()["refresh_token"] != first["refresh_token"]


async def test_without_a_key_a_login_is_good_for_five_minutes(counter, card):
    assert "refresh_token" not in (await counter.login(card)).json()


async def test_a_challenge_is_answered_by_the_key_that_asked_for_it(counter, client, card):
    nonce = (await counter.http.post(CHALLENGE, headers=client.proof(CHALLENGE))).json()["nonce"]
    response = await counter.login(card, nonce=nonce)

    assert (response.status_code, counter.codes()) == (401, [Fault.DPOP_OTHER_KEY])


async def lost(client, token):
    return await client.renew(token, {})


async def doubled(client, token):
    proofs = [("dpop", client.proof(TOKEN)["dpop"]) for _ in range(2)]
    return await client.renew(token, proofs)


async def reused(client, token):
    proof = client.proof(TOKEN)
    await client.renew("unknown", proof)
    return await client.renew(token, proof)


async def stolen(client, token):
    return await Client(client.counter, client.card).renew(token)


async def old(client, token):
    return await client.renew(token, client.proof(TOKEN, iat=int(NOW.timestamp()) - 61))


REFUSED = {
    lost: Fault.DPOP_MISSING,
    doubled: Fault.DPOP_MALFORMED,
    reused: Fault.DPOP_REPLAYED,
    stolen: Fault.DPOP_OTHER_KEY,
    old: Fault.DPOP_EXPIRED,
}


@pytest.mark.parametrize("attempt", REFUSED, ids=lambda attempt: attempt.__name__)
async def test_a_refresh_token_without_a_good_proof_is_refused_and_not_spent(counter, client, attempt):
    token = (await client.login()).json()["refresh_token"]
    refused = await attempt(client, token)

    assert (refused.status_code, counter.codes()[-1]) == (401, REFUSED[attempt])
    assert (await client.renew(token)).status_code == 200


@pytest.mark.parametrize("path", [CHALLENGE, LOGIN])
async def test_a_proof_for_another_address_is_refused_everywhere(counter, client, path):
    response = await counter.http.post(path, json={"nonce": "", "token": {}}, headers=client.proof(TOKEN))

    assert (response.status_code, counter.codes()) == (401, [Fault.DPOP_TARGET])


async def test_one_refresh_token_twenty_times_at_once_is_renewed_once_and_the_session_ends(counter, client):
    first = (await client.login()).json()["refresh_token"]
    responses = await at_once(20, lambda: client.renew(first))
    renewed = [response.json()["refresh_token"] for response in responses if response.status_code == 200]

    assert len(renewed) == 1
    assert (await client.renew(renewed[0])).status_code == 401


async def authorised(bearers, token):
    return await bearers.holder(f"Bearer {token}")


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_a_logout_is_known_to_another_worker_within_two_seconds(counter, client, which):
    other = Store(counter.desk.store.url)
    bearers = Bearers(replace(counter.desk.tokens, ended=Ended()), other, lambda: counter.now)
    answer = (await client.login()).json()
    before = await authorised(bearers, answer["access_token"])
    response = await client.logout(answer[which])
    await asyncio.sleep(LOOK_EVERY_S)
    after = await authorised(bearers, answer["access_token"])
    await other.close()

    assert (before.id, response.status_code, after) == (id_of(1), 200, Fault.BEARER_ENDED)
    assert (await client.renew(answer["refresh_token"])).status_code == 401


async def test_a_logout_says_nothing_of_what_there_was(counter, client):
    answers = [await client.logout(token) for token in ("", "unknown", (await client.login()).json()["access_token"])]

    assert {(answer.status_code, answer.content) for answer in answers} == {(200, b"")}
    assert (await counter.http.post(LOGOUT, json={})).status_code == 401


async def test_whoever_brings_no_good_token_is_refused_and_not_nobody(counter, client):
    bearers = Bearers(counter.desk.tokens, counter.desk.store, lambda: counter.now)
    token = (await client.login()).json()["access_token"]

    assert (await bearers.holder(None)).id == ""
    assert [await bearers.holder(given) for given in ("Basic a", "Bearer " + "a" * 5000)] == [Fault.JWS_MALFORMED] * 2
    assert await bearers.holder(f"bearer  {token}") == counter.holder(await client.login())


async def test_many_requests_of_one_second_are_one_look(counter, client):
    bearers = Bearers(counter.desk.tokens, counter.desk.store, lambda: counter.now)
    token = (await client.login()).json()["access_token"]
    found = await asyncio.gather(*(authorised(bearers, token) for _ in range(20)))
    counter.now += LIFETIME

    assert len(set(found)) == 1
    assert await authorised(bearers, token) is Fault.BEARER_EXPIRED
