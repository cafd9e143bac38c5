"""`taxi`: tablets of Hanamori's taxi companies, and people with cards of a real software authority."""

import base64
import hashlib
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc.jwk import ECKey

from auth import credential
from auth.caller import Device
from auth.ride_capability import Capabilities
from auth.seal import KEY_BYTES, Seal
from auth.signature import SignatureReader
from auth.token import Tokens
from engine.answer import Engine
from engine.mode import Plans
from models.ids import Letter
from rules.town_time import TOWN_TIME
from tests.applying import ORIGIN, SIGNED_AT, bearer
from tests.asking import CURSOR_KEY
from tests.auth.conftest import PEPPERS
from tests.hanamori import AUDIT_KEY, CODE, HOLDERS, NOW, id_of, resident
from tsumugi.anchors import AnchorFolder
from tsumugi.log import Log
from tsumugi.pki.office import KeyKind
from tsumugi.signing import Signatures

TOKENS = Tokens(ORIGIN, ORIGIN, Seal(b"s" * KEY_BYTES, "core"), (ECKey.generate_key("P-256", auto_kid=True),))
SEEN = "id status fareYen seats { edges { node { subsidyYen isCounted } } } history { number kind fareYen reason }"
ANSWERS = {
    "tapCard": "... on Tapped { isAccepted remainingToday }",
    **dict.fromkeys(("openRide", "closeRide", "correctRide", "cancelRide"), f"... on Ride {{ {SEEN} }}"),
}
DEEDS = {
    name: f"""mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ done: {name}(input: $input) {{
      __typename {answer} ... on Refused {{ code field }} }} }}"""
    for name, answer in ANSWERS.items()
}


@pytest.fixture(scope="session")
def cards(issuing):
    """Cards of people who ride, and of some who do not."""
    found = {who: issuing.issue(bearer(who), SIGNED_AT, KeyKind.P256) for who in ("mother", "natsu", "stranger", "ex")}
    issuing.publish(SIGNED_AT)
    return found


def read(card):
    """What any reader reads of a card without its PIN."""
    return base64.b64encode(card.authentication.certificate.public_bytes(Encoding.DER)).decode()


class Taxi:
    """Rides are opened, cards are held over tablets."""

    def __init__(self, act, issuing, cards, log, clock=SIGNED_AT):
        self.act, self.cards, self.number = act, cards, 0
        anchors = AnchorFolder(issuing.anchors, act.store, Log(log, lambda: SIGNED_AT), demo=True)
        reader = SignatureReader(PEPPERS, (ORIGIN,))
        signing = Signatures(reader, anchors, lambda: clock, Log(log, lambda: SIGNED_AT), Capabilities(TOKENS))
        act.engine = Engine(act.store, CURSOR_KEY, AUDIT_KEY, Plans.COMPARE, signing)
        self.signing = signing

    async def enrol(self, issuing):
        async with self.act.store.owner.writing() as session:
            for who, card in self.cards.items():
                credential.enrol(session, PEPPERS, resident(who), issuing.verified(card), NOW)
        await self.signing.prepare()

    async def do(self, deed, who="taxi", tablet="tablet-1", purpose=None, now=NOW, **given):
        """What a tablet, or staff, is answered; each time with a key of its own."""
        self.number += 1
        given = {"idempotencyKey": f"{deed}-{self.number:06}", **given}
        question = self.act.question(who, DEEDS[deed], input=given, purpose=purpose, now=now)
        if tablet and who != "staff_taxi":
            holder = HOLDERS[who]._replace(device=Device(tablet, frozenset({"rides:write"})))
            question = question._replace(holder=holder)
        return (await self.act.put(question)).data["done"]

    async def open(self, name, **given):
        about = {"toldAt": given.get("now", NOW).isoformat(), "sequence": 1, "pickUp": "花守駅"}
        ends = {"pickUpMunicipality": CODE, "dropOffMunicipality": CODE}
        return await self.do("openRide", **{"rideId": ride(name), **about, **ends, **given})

    async def tap(self, name, who_rides, **given):
        return await self.do("tapCard", **{"rideId": ride(name), "certificate": read(self.cards[who_rides]), **given})

    async def close(self, name, fare_yen=1_000, **given):
        about = {"rideId": ride(name), "fareYen": fare_yen, "dropOff": "病院", "dropOffMunicipality": CODE}
        return await self.do("closeRide", **{**about, **given})

    async def ridden(self, name, *riders, fare_yen=1_000, **given):
        """A whole ride: the answers to its taps and to its end."""
        await self.open(name, **given)
        taps = [await self.tap(name, each, **given) for each in riders]
        return taps, await self.close(name, fare_yen, **given)


def ride(name):
    return id_of(Letter.RIDE, f"tapped {hashlib.sha256(name.encode()).hexdigest()}")


def at(day, hour=9, minute=0, month=11, year=2026):
    """A moment of Japan's clock."""
    return datetime(year, month, day, hour, minute, tzinfo=TOWN_TIME)


def subsidies(answer):
    return [edge["node"]["subsidyYen"] for edge in answer["seats"]["edges"]]


@pytest.fixture
async def taxi(act, issuing, cards, tmp_path):
    with (tmp_path / "taps.log").open("w+") as log:
        found = Taxi(act, issuing, cards, log)
        await found.enrol(issuing)
        yield found
