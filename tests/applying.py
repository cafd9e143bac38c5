"""`service`: Hanamori's people apply for the record service with cards of a real software authority."""

import io
import json
from datetime import UTC, date, datetime

import pytest

from auth import challenge
from auth.signature import SignatureReader
from engine.answer import Engine
from engine.mode import Plans
from models.resident import Sex
from rules.service_consent import CONSENTS
from tests.asking import CURSOR_KEY
from tests.auth.conftest import PEPPERS
from tests.hanamori import AUDIT_KEY, BIRTHS, CODE, HOMES
from tsumugi.anchors import AnchorFolder
from tsumugi.log import Log
from tsumugi.pki.bearer import Bearer
from tsumugi.pki.office import KeyKind, Office
from tsumugi.signing import Signatures

ORIGIN = "https://kosodate.example.jp"
SIGNED_AT = datetime(2026, 11, 26, 3, tzinfo=UTC)  # cards go by the real clock
FIELDS = "id kind status isSettled endsOn applicant document consentVersion steps { kind reasons note }"
APPLY = f"""mutation ($input: ApplyInput!) {{ done: apply(input: $input) {{ __typename
  ... on Application {{ {FIELDS} }} ... on Refused {{ code field }} }} }}"""
WITHDRAW = f"""mutation ($input: WithdrawInput!) {{ done: withdraw(input: $input) {{ __typename
  ... on Application {{ {FIELDS} }} ... on Refused {{ code field }} }} }}"""
DECIDE = f"""mutation ($input: DecideApplicationInput!) {{ done: decideApplication(input: $input) {{ __typename
  ... on Application {{ {FIELDS} }} ... on Refused {{ code field }} }} }}"""
MINE = f"{{ viewer {{ applications {{ totalCount edges {{ node {{ {FIELDS} }} }} }} }} }}"
WAITING = "{ applications { totalCount edges { node { id applicant status isSettled document } } } }"


@pytest.fixture(scope="session")
def issuing(tmp_path_factory):
    """The authority of every applicant's card."""
    folder = tmp_path_factory.mktemp("issuing")
    opened = Office.open(folder / "authority", folder / "anchors", SIGNED_AT)
    opened.issue(bearer("mother"), SIGNED_AT, KeyKind.P256)
    opened.publish(SIGNED_AT)
    return opened


def bearer(who, **changes):
    birth_date = BIRTHS[who][1] if who in BIRTHS else date(1985, 1, 1)
    return Bearer(who, f"花守市{HOMES[who]}", birth_date, Sex.FEMALE, CODE)._replace(**changes)


class Service:
    """Somebody signs and applies; staff decide."""

    def __init__(self, act, office):
        self.act, self.office, self.now, self.number = act, office, SIGNED_AT, 0
        self.log = io.StringIO()
        log = Log(self.log, lambda: self.now)
        self.anchors = AnchorFolder(office.anchors, act.store, log, demo=True)
        signing = Signatures(SignatureReader(PEPPERS, (ORIGIN,)), self.anchors, lambda: self.now, log)
        act.engine = Engine(act.store, CURSOR_KEY, AUDIT_KEY, Plans.COMPARE, signing)

    def card(self, who, **changes):
        return self.office.issue(bearer(who, **changes), SIGNED_AT, KeyKind.P256)

    async def nonce(self):
        return await self.act.store.write(lambda run: challenge.given(run, self.now, 100))

    async def document(self, about=None, language="ja", **changes):
        consent = CONSENTS[-1]
        members = {
            "format": "tsumugi-application:1",
            "kind": "GUARDIAN" if about else "PREGNANT",
            "child": about and {"name": about, "birthDate": BIRTHS[about][1].isoformat()},
            "consent": {"version": consent.version, "language": language, "text": consent.text(language)},
            "origin": ORIGIN,
            "nonce": await self.nonce(),
        }
        return json.dumps(members | changes, ensure_ascii=False)

    def signed(self, card, document):
        self.number += 1
        return {"document": document, **card.sign_document(document), "idempotencyKey": f"apply-{self.number:04}"}

    async def send(self, who, given, **words):
        return (await self.act(who, APPLY, input=given, **words)).data["done"]

    async def apply(self, who, about=None, card=None, **changes):
        document = await self.document(about, **changes)
        return await self.send(who, self.signed(card or self.card(who), document))

    async def withdraw(self, who, id_, **words):
        self.number += 1
        given = {"applicationId": id_, "idempotencyKey": f"withdraw-{self.number:04}"}
        return (await self.act(who, WITHDRAW, input=given, **words)).data["done"]

    async def decide(self, id_, who="staff_health", purpose="CHK:2026-1", **given):
        self.number += 1
        given = {"applicationId": id_, "isAccepted": True, "reason": "窓口で確認した", **given}
        given |= {"idempotencyKey": f"decide-{self.number:04}"}
        return (await self.act(who, DECIDE, input=given, purpose=purpose)).data["done"]

    async def mine(self, who, **words):
        found = (await self.act(who, MINE, **words)).data["viewer"]["applications"]
        return [each["node"] for each in found["edges"]]

    def faults(self):
        events = [json.loads(line) for line in self.log.getvalue().splitlines()]
        return [event["code"] for event in events if event["event"] == "signature_refused"]


@pytest.fixture
def service(act, issuing):
    return Service(act, issuing)
