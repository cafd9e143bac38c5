"""`rideUpdated`: a tablet is told of its own rides as they change, whoever changes them, until it is disabled."""

import pytest

from auth import fleet
from auth.caller import Device
from auth.session import Proven, begun
from models import device
from models.statements import Within
from tests.hanamori import HOLDERS, NOW, office
from tests.tapping import ride
from tsumugi import bearers

STAFF = {"who": "staff_taxi", "purpose": "CLM:2026-1"}
UPDATED = "subscription { rideUpdated { id status fareYen seats { edges { node { subsidyYen } } } } }"


async def tablet(streaming, name="tablet-1", who="taxi"):
    """A tablet that waits, with the session of its login."""
    holder = HOLDERS[who]._replace(device=Device(name, frozenset({"rides:write"})))
    async with streaming.store.owner.writing() as session:
        login = await begun(Within(session), Proven(holder), streaming.at)
    client = streaming.client()
    assert await client.begin(streaming.tokens.issue(holder, streaming.at, login)) == {"type": "connection_ack"}
    await client.subscribe(query=UPDATED)
    return client


def told(message):
    row = message["payload"]["data"]["rideUpdated"]
    return row["id"], row["status"], row["fareYen"], [each["node"]["subsidyYen"] for each in row["seats"]["edges"]]


async def test_a_tablet_is_told_how_its_ride_changes_and_nobody_else_is(taxi, streaming):
    waiting = await tablet(streaming)
    others = [await tablet(streaming, "tablet-2"), await tablet(streaming, who="other-taxi")]
    others += [await streaming.listening(who, UPDATED) for who in ("taxi", "mother", "staff_taxi")]
    await taxi.ridden("first", "mother")
    await taxi.do(
        "correctRide", who="staff_taxi", purpose="CLM:2026-1", rideId=ride("first"), fareYen=700, reason="照合"
    )
    heard = [told(await waiting.hear()) for _ in range(3)]

    assert {id_ for id_, *_ in heard} == {ride("first")}
    assert heard[-1][1:] == ("CLOSED", 700, [350])
    assert [await each.hears_nothing() for each in others] == [True] * 5


async def test_a_tablet_that_is_disabled_is_told_nothing_more(taxi, streaming, monkeypatch):
    monkeypatch.setattr(bearers, "LOOK_EVERY_S", 0)
    row = device.Device(
        id="tablet-1",
        organisation_id=office("taxi"),
        name="Tablet",
        scope="rides:write",
        code_expires_at=NOW,
        invited_at=NOW,
    )
    async with streaming.store.owner.writing() as session:
        session.add(row)
    waiting = await tablet(streaming)
    await taxi.open("first")
    async with streaming.store.owner.writing() as session:
        assert await fleet.disabled(session, "tablet-1", streaming.at)
    await taxi.do("cancelRide", **STAFF, rideId=ride("first"), reason="照合")
    message = await waiting.hear()

    assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "UNAUTHENTICATED")


@pytest.mark.parametrize("event", ["notice", "ride"])
async def test_each_waits_for_what_it_asked_for(taxi, streaming, event):
    mother, waiting = await streaming.listening("mother"), await tablet(streaming)
    await (streaming.write("aki") if event == "notice" else taxi.ridden("first"))
    one, other = (mother, waiting) if event == "notice" else (waiting, mother)

    assert (await one.hear())["type"] == "next"
    assert await other.hears_nothing()
