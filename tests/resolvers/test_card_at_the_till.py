"""The card with its PIN at a terminal holds points: once, for what was signed there, and for nobody else."""

import pytest

from auth import challenge, credential
from auth.caller import Device
from auth.paying import Payment
from auth.signature import SignatureReader
from engine.answer import Engine
from engine.mode import Plans
from models.credential import ClientKey, Credential
from models.resident import Resident
from tests.applying import ORIGIN, SIGNED_AT, bearer
from tests.asking import CURSOR_KEY
from tests.auth.conftest import PEPPERS
from tests.hanamori import AUDIT_KEY, HOLDERS, NOW, TODAY, office, resident
from tests.pointing import captured, left, proved
from tests.sharing import changed
from tsumugi.anchors import AnchorFolder
from tsumugi.card import KeyPair, SoftCard
from tsumugi.log import Log
from tsumugi.pki.office import KeyKind
from tsumugi.signing import Signatures

HOLD = """mutation ($input: HoldPointsByCardInput!) { done: holdPointsByCard(input: $input) { __typename
  ... on HeldPoints { holdId points } ... on Refused { code field } } }"""
TERMINAL = "terminal-1"


class Till:
    """Cards are shown at a terminal of the shop; `now` is the clock by which they are looked at."""

    def __init__(self, act, issuing, cards, log):
        self.act, self.issuing, self.cards, self.number, self.now = act, issuing, cards, 0, SIGNED_AT
        told = Log(log, lambda: self.now)
        anchors = AnchorFolder(issuing.anchors, act.store, told, demo=True)
        signing = Signatures(SignatureReader(PEPPERS, (ORIGIN,)), anchors, lambda: self.now, told)
        act.engine = Engine(act.store, CURSOR_KEY, AUDIT_KEY, Plans.COMPARE, signing)

    async def enrol(self, who, card):
        async with self.act.store.owner.writing() as session:
            credential.enrol(session, PEPPERS, resident(who), self.issuing.verified(card), NOW)

    async def nonce(self, thumbprint=None):
        return await self.act.store.write(lambda run: challenge.given(run, self.now, 100, thumbprint))

    async def answer(self, card=None, nonce=None, said=None, origin=ORIGIN, **other):
        """What a card says when its PIN is entered: for 100 points at this terminal of the shop, or otherwise."""
        nonce = nonce or await self.nonce()
        payment = Payment(nonce, office("shop"), TERMINAL, 100)._replace(**other)
        token = (card or self.cards["mother"]).sign_login(origin, said or payment.said)
        parts = {"certificate": token["unverifiedCertificate"], "signature": token["signature"]}
        return parts | {"nonce": nonce, "points": payment.points, "algorithm": token["algorithm"]}

    async def hold(self, answer, terminal=TERMINAL):
        self.number += 1
        question = self.act.question("shop", HOLD, input=answer | {"idempotencyKey": f"card-{self.number:05}"})
        holder = HOLDERS["shop"]._replace(device=Device(terminal, frozenset({"points:write"})))
        return (await self.act.put(question._replace(holder=holder))).data["done"]


@pytest.fixture
async def till(act, issuing, cards, tmp_path):
    with (tmp_path / "till.log").open("w+") as log:
        found = Till(act, issuing, cards, log)
        for who in ("mother", "stranger"):
            await found.enrol(who, cards[who])
        yield found


async def test_a_card_with_its_pin_holds_what_it_signed_for(till, act):
    held = await till.hold(await till.answer())
    during, sold = await left(act), await captured(act, held["holdId"], 60)

    assert (held["points"], during, sold["points"], await left(act)) == (100, (680, 580), -60, (620, 620))
    assert (await proved(act.store)).fault is None


async def test_an_answer_for_anything_else_is_refused_and_the_ledger_is_unchanged(till, act, tmp_path):
    mother, stranger = till.cards["mother"], till.cards["stranger"]
    revoked = till.issuing.issue(bearer("mother"), SIGNED_AT, KeyKind.P256)
    await till.enrol("mother", revoked)
    till.issuing.revoke(revoked.authentication.certificate, SIGNED_AT)
    good, nonce = await till.answer(), await till.nonce()
    forged = SoftCard(KeyPair(stranger.authentication.key, mother.authentication.certificate), None)
    shown = {
        "forged": await till.answer(forged),
        "another shop": await till.answer(shop_id=office("taxi")),
        "another amount": await till.answer() | {"points": 101},
        "another server": await till.answer(origin="https://other.example.jp"),
        "a login": await till.answer(nonce=nonce, said=nonce),
        "the signature certificate": await till.answer(SoftCard(mother.signature, None)),
        "revoked": await till.answer(revoked),
        "nobody enrolled": await till.answer(till.cards["natsu"]),
        "no account": await till.answer(stranger),
        "no challenge of ours": await till.answer(nonce="A" * 43 + "="),
        "another terminal's challenge": await till.answer(nonce=await till.nonce("t" * 43)),
        "no certificate": await till.answer() | {"certificate": "x"},
        "no algorithm of ours": await till.answer() | {"algorithm": "none"},
    }
    found = {"another terminal": await till.hold(await till.answer(), "terminal-2")}
    assert (await till.hold(good))["__typename"] == "HeldPoints"
    before = await proved(act.store), await left(act)
    found |= {name: await till.hold(answer) for name, answer in shown.items()}
    found["again"] = await till.hold(good)
    late = await till.answer()
    till.now += challenge.LIFETIME
    found["late"] = await till.hold(late)

    assert {name: (each.get("code"), each["field"]) for name, each in found.items()} == dict.fromkeys(
        found, ("CARD_NOT_ACCEPTED", None)
    )
    assert (await proved(act.store), await left(act)) == before
    told = (tmp_path / "till.log").read_text()
    assert {code for code in ("ANSWER_SIGNATURE", "CERTIFICATE_REVOKED", "CHALLENGE_EXPIRED") if code in told} == {
        "ANSWER_SIGNATURE",
        "CERTIFICATE_REVOKED",
        "CHALLENGE_EXPIRED",
    }


async def test_a_challenge_is_good_at_the_terminal_whose_key_asked_for_it(till, act):
    async with act.store.owner.writing() as session:
        session.add(ClientKey(client_id=TERMINAL, key_id="t" * 43, public_jwk="{}", created_at=NOW))

    assert (await till.hold(await till.answer(nonce=await till.nonce("t" * 43))))["__typename"] == "HeldPoints"


async def test_a_shop_learns_what_it_may_change_and_of_the_holder_nothing(till, act):
    found = [
        await till.hold(await till.answer(points=0)),
        await till.hold(await till.answer(points=10_000_001)),
        await till.hold(await till.answer(points=681)),
    ]
    await changed(act, Resident, {"died_on": TODAY}, id=resident("mother"))
    found.append(await till.hold(await till.answer()))
    await changed(act, Resident, {"died_on": None}, id=resident("mother"))
    await changed(act, Credential, {"closed_at": NOW}, resident_id=resident("mother"))
    found.append(await till.hold(await till.answer()))

    assert [each["code"] for each in found] == [
        "VALUE_OUT_OF_RANGE",
        "VALUE_OUT_OF_RANGE",
        "POINTS_INSUFFICIENT",
        "CARD_NOT_ACCEPTED",
        "CARD_NOT_ACCEPTED",
    ]
