"""Rides that stand open in the database of a running town, and what a tablet sends of a card and of a fare."""

import asyncio
import base64
from datetime import datetime, time

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import func, select

from models.columns import table_of
from models.ids import Letter, mint
from models.ride import Ride, Seat, SubsidyEntry
from models.store import Store
from rules.town_time import TOWN_TIME
from tests.running import FEWEST_FAMILIES
from tsumugi import card
from tsumugi.demo.town import CODE, make_town
from tsumugi.settings import DATABASE_FILE

OPERATOR = "taxi-operator"
TAP = """mutation ($input: TapCardInput!) { done: tapCard(input: $input) {
  __typename ... on Tapped { isAccepted remainingToday } ... on Refused { code } } }"""
CLOSE = """mutation ($input: CloseRideInput!) { done: closeRide(input: $input) {
  __typename ... on Ride { seats { edges { node { subsidyYen } } } } ... on Refused { code } } }"""


def ride(number):
    """The id of the ride with that number."""
    return mint(CODE, Letter.RIDE, number.to_bytes(16))


def certificate(town, name="mother"):
    """What any reader reads of somebody's card without its PIN."""
    held = card.load(town.data / "cards" / f"{name}.json").authentication.certificate
    return base64.b64encode(held.public_bytes(Encoding.DER)).decode()


def tap(read, number, key=None):
    """The input of a tap in that ride; by a key of its own unless one is given."""
    return {"rideId": ride(number), "certificate": read, "idempotencyKey": key or f"tap-{number:07}"}


def close(number, fare_yen):
    """The input that ends that ride."""
    end = {"dropOff": "絹雲病院", "dropOffMunicipality": CODE}
    return {"rideId": ride(number), "fareYen": fare_yen, "idempotencyKey": f"close-{number:07}", **end}


def open_rides(town, days):
    """A ride of the operator's at nine on each of these days, by its number, as if a tablet had opened it."""
    operator = make_town(families=int(FEWEST_FAMILIES)).clients[OPERATOR]
    rows = [
        Ride(
            id=ride(number),
            organisation_id=operator,
            boarded_at=datetime.combine(day, time(9), TOWN_TIME),
            pick_up="まゆ玉駅",
            opened_by_id=operator,
        )
        for number, day in enumerate(days)
    ]

    async def written():
        async with _owner(town).writing() as session:
            session.add_all(rows)

    asyncio.run(written())


def kept(town, since):
    """Of seats boarded since that day: how many there are, how many count, and the sum that was posted to them."""
    seat, entry = table_of(Seat), table_of(SubsidyEntry)
    first = seat.c.boarded_at >= datetime.combine(since, time(), TOWN_TIME)
    posted = select(func.coalesce(func.sum(entry.c.subsidy_yen), 0)).join(seat, seat.c.id == entry.c.seat_id)

    async def found():
        async with _owner(town).reading() as connection:
            counts = await connection.execute(select(func.count(), func.count(seat.c.day_number)).where(first))
            return (*counts.one(), int(await connection.scalar(posted.where(first))))

    return asyncio.run(found())


def _owner(town):
    """Behind the wall, where there is one."""
    url = town.environ.get("TSUMUGI_MIGRATION_URL", f"sqlite+aiosqlite:///{town.data / DATABASE_FILE}")
    return Store(url, pooled=False)
