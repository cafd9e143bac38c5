"""`fleet`: Hanamori's taxi tablets, enrolled with keys, which go on without a network and hand in later."""

import base64
from datetime import timedelta

import pytest
from joserfc.jwk import ECKey

from auth import assertion
from auth.ride_capability import Capabilities
from auth.tapping import tap_message
from models.device import Device
from models.ids import Letter
from tests.applying import SIGNED_AT
from tests.hanamori import CODE, NOW, id_of, office
from tests.tapping import DEEDS, TOKENS, Taxi, read, ride

LATER = SIGNED_AT + timedelta(days=30)  # rides of before are of cards whose authority there was
ANSWERS = {
    "issueRideCapability": "... on RideCapability { capability validFrom validTo }",
    "syncRides": "... on SyncedRides { rides { rideId outcome code field subsidyYen taps { outcome code } } }",
    "closeClaims": "... on Claim { id }",
    "decideSeat": "... on Ride { fareYen seats { edges { node { subsidyYen isCounted reviewOutcome } } } }",
}
DEEDS |= {
    name: f"""mutation ($input: {name[0].upper()}{name[1:]}Input!) {{ done: {name}(input: $input) {{
      __typename {answer} ... on Refused {{ code field }} }} }}"""
    for name, answer in ANSWERS.items()
}


def device(name):
    return id_of(Letter.DEVICE, name)


class Fleet(Taxi):
    """Tablets that lose their network; `capabilities` is what each got while it had one."""

    def __init__(self, act, issuing, cards, log):
        super().__init__(act, issuing, cards, log, LATER)
        self.capabilities = {}

    async def equip(self, name, who="taxi"):
        """A tablet with a key of its own and the capability of this moment."""
        words = {"name": name, "scope": "rides:write", "code_expires_at": NOW, "invited_at": NOW, "enrolled_at": NOW}
        key = ECKey.generate_key("P-256").as_dict(private=False)
        async with self.act.store.owner.writing() as session:
            session.add(Device(id=device(name), organisation_id=office(who), **words))
            await assertion.register(session, device(name), key, NOW)
        await self.issue(name, who=who)

    async def issue(self, name, **given):
        answer = await self.do("issueRideCapability", tablet=device(name), **given)
        self.capabilities[name] = answer.get("capability")
        return answer

    def held(self, name, who_rides, at, tablet="tablet-1", *, is_signed=True):
        """A card as it is read without a network; by default it signs."""
        found = {"tappedAt": at.isoformat(), "certificate": read(self.cards[who_rides])}
        if not is_signed:
            return found
        capability = opened(self.capabilities[tablet])
        message = tap_message(capability.id, ride(name), at)
        pair = self.cards[who_rides].authentication
        signature = base64.b64encode(pair.sign(message)).decode()
        return found | {"algorithm": pair.algorithm, "signature": signature}

    def kept(self, name, *riders, opened_at=NOW, fare_yen=1_000, tablet="tablet-1", **changes):
        """A whole ride as a tablet keeps it: a minute between taps, half an hour in all."""
        minutes = enumerate(riders, 1)
        taps = [self.held(name, who, opened_at + timedelta(minutes=at), tablet) for at, who in minutes]
        ends = {"closedAt": (opened_at + timedelta(minutes=30)).isoformat(), "fareYen": fare_yen, "dropOff": "病院"}
        found = {"rideId": ride(name), "sequence": 1, "openedAt": opened_at.isoformat(), "pickUp": "花守駅"}
        found |= {"pickUpMunicipality": CODE, "dropOffMunicipality": CODE, "taps": taps}
        return found | {"end": {**ends, "dropOffMunicipality": CODE}} | changes

    async def sync(self, *rides, tablet="tablet-1", now=NOW + timedelta(hours=3), **given):
        """What became of them; the tablet's clock is right unless it is said otherwise."""
        about = {"capability": self.capabilities[tablet], "sentAt": now.isoformat(), "rides": list(rides)}
        return await self.do("syncRides", tablet=device(tablet), now=now, **{**about, **given})


def opened(text):
    return Capabilities(TOKENS).read(text)


@pytest.fixture
async def fleet(act, issuing, cards, tmp_path):
    with (tmp_path / "taps.log").open("w+") as log:
        found = Fleet(act, issuing, cards, log)
        await found.enrol(issuing)
        await found.equip("tablet-1")
        yield found
