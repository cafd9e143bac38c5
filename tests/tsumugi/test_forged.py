"""At the real counter no forged and no spent token of any kind gets anything but one and the same 401."""

import json

import pytest

from auth.fault import Fault
from auth.strict import base64url_bytes
from tests.auth import forge
from tests.tsumugi.counter import ASSERTED, HERE, NOW, id_of
from tests.tsumugi.forgeries import forgeries
from tests.tsumugi.test_sessions import Client
from tsumugi.bearers import Bearers
from tsumugi.signin import CHALLENGE, LOGIN, TOKEN

AT = int(NOW.timestamp())
TIMES = 10  # that each kind of spent token is tried
CLAIMS = {  # wrong values, beyond those of a wrong type; and claims of which we believe our own signature any value
    "access": (
        [
            {"iss": "https://example.jp"},
            {"aud": "https://partner.example.jp/graphql"},
            {"aud": HERE},
            {"kind": "mayor"},
            {"kind": "anonymous"},
            {"acr": "gold"},
            {"sub": id_of(0)},
            {"exp": AT - 1, "iat": AT - 300},
            {"exp": AT + 301},
            {"iat": AT + 60},
        ],
        {"client_id", "amr", "auth_time", "jti", "sid"},
    ),
    "proof": (
        [{"htm": "GET"}, {"htu": "https://example.jp"}, {"htu": HERE + LOGIN}, {"iat": AT - 60}, {"iat": AT + 6}],
        set(),
    ),
    "assertion": (
        [
            {"aud": "https://example.jp"},
            {"iss": "nobody"},
            {"sub": "nobody"},
            {"exp": AT},
            {"exp": AT + 61},
            {"iat": AT + 6},
        ],
        {"iat"},  # its end alone is bounded
    ),
}
ANSWERS = {  # members of a card's answer instead of the good ones
    "no certificate": {"unverifiedCertificate": None},
    "a certificate in PEM": {"unverifiedCertificate": "-----BEGIN CERTIFICATE-----"},
    "a certificate of nothing": {"unverifiedCertificate": ""},
    "no signature": {"signature": None},
    "a signature of nothing": {"signature": ""},
    "a signature of zeros": {"signature": forge.b64(bytes(64))},
    "a signature as a list": {"signature": []},
    "another format": {"format": "web-eid:1.1"},
    "no format": {"format": None},
    "no app": {"appVersion": None},
    "a member more": {"nonce": "x"},
    **{f"algorithm {name}": {"algorithm": name} for name in ("none", "HS256", "RS256", "RS1", "PS256", "ES384", 256)},
}


class Gate:
    """Puts tokens to the counter and keeps the answers."""

    def __init__(self, counter, client):
        self.counter, self.client = counter, client
        self.bearers = Bearers(counter.desk.tokens, counter.desk.store, lambda: counter.now)
        self.answers = {}

    def kept(self, name, response):
        self.answers[name] = (response.status_code, response.content, *sorted(response.headers.items()))

    async def access(self, name, text):
        found = await self.bearers.holder(f"Bearer {text}")
        self.answers[name] = "refused" if isinstance(found, Fault) else found

    async def proof(self, name, text):
        self.kept(name, await self.counter.http.post(CHALLENGE, headers={"dpop": text.encode()}))

    async def assertion(self, name, text):
        self.kept(name, await self.counter.http.post(TOKEN, data={**ASSERTED, "client_assertion": text}))

    async def answer(self, name, changes, nonce=None):
        nonce = nonce or await self.counter.nonce()
        members = {**self.client.card.sign_login(HERE, nonce), **changes}
        token = {member: value for member, value in members.items() if value is not None}
        self.kept(name, await self.counter.http.post(LOGIN, json={"nonce": nonce, "token": token}))


@pytest.fixture
def gate(counter, card):
    return Gate(counter, Client(counter, card))


async def letters(gate):
    """Forgeries of the three kinds of letter, each with the way to present it."""
    access = (await gate.client.login()).json()["access_token"]
    desk, nurse = gate.counter.desk, gate.counter.nurse
    good = {
        "access": (access, desk.tokens.keys[0], gate.access),
        "proof": (gate.client.proof(CHALLENGE)["dpop"], gate.client.key, gate.proof),
        "assertion": (nurse.sign_assertion(HERE, NOW), nurse.key, gate.assertion),
    }
    return [
        (kind, forgeries(text, key.private_key, *CLAIMS[kind]), present) for kind, (text, key, present) in good.items()
    ]


async def test_no_forged_letter_is_taken(gate):
    for kind, made, present in await letters(gate):
        for name, text in made.items():
            await present(f"{kind}: {name}", text)
    verdicts = set(gate.answers.values())

    assert len(gate.answers) >= 500
    assert {verdict if isinstance(verdict, str) else verdict[0] for verdict in verdicts} == {"refused", 401}
    assert len(verdicts) == 2  # of those over HTTP every byte is the same


async def test_no_forged_answer_of_a_card_is_taken(gate, cards):
    for name, changes in ANSWERS.items():
        await gate.answer(name, changes)
    for kind, other in cards.items():
        if other is not gate.client.card:
            stolen = other.sign_login(HERE, "x")["unverifiedCertificate"]
            await gate.answer(f"the certificate of {kind}", {"unverifiedCertificate": stolen})
    verdicts = set(gate.answers.values())

    assert len(gate.answers) == len(ANSWERS) + 2
    assert [verdict[0] for verdict in verdicts] == [401]


async def test_no_spent_token_is_taken_again(gate):
    for number in range(TIMES):
        nonce, assertion = await gate.counter.nonce(), gate.counter.nurse.sign_assertion(HERE, NOW)
        proof = gate.client.proof(CHALLENGE)["dpop"]
        renewal = (await gate.client.login()).json()["refresh_token"]
        for turn in ("first", "again"):
            await gate.answer(f"{turn}: answer {number}", {}, nonce)
            await gate.assertion(f"{turn}: assertion {number}", assertion)
            await gate.proof(f"{turn}: proof {number}", proof)
            gate.kept(f"{turn}: renewal {number}", await gate.client.renew(renewal))
    first, again = ([found for name, found in gate.answers.items() if name.startswith(turn)] for turn in ("fi", "ag"))

    assert [len(first), len(again)] == [4 * TIMES, 4 * TIMES]
    assert {found[0] for found in first} == {200}
    assert len(set(again)) == 1
    assert {found[0] for found in again} == {401}


def test_a_forgery_differs_from_the_good_letter():
    key = forge.ec_key("signing")
    good = forge.compact({"alg": "ES256", "typ": "JWT"}, {"sub": "a", "jti": "1"}, forge.es256(key))
    made = forgeries(good, key, [], set())

    assert good not in made.values()
    assert len(set(made.values())) == len(made)
    assert json.loads(base64url_bytes(made["claims {'sub': 7}"].split(".")[1])) == {"sub": 7, "jti": "1"}
