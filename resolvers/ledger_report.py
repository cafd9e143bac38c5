"""What the ledger comes to: what a day's sales are to be settled with, and how many points are where."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from models.columns import table_of
from models.ledger import PointHoldPart, PointPosting
from models.organisation import Organisation
from models.point import PointEntry
from resolvers.ledger import pending
from rules.town_time import TOWN_TIME

_entry, _posting, _part, _shop = (table_of(each) for each in (PointEntry, PointPosting, PointHoldPart, Organisation))
SIDES = sa.union_all(
    sa.select(_posting.c.entry_id, _posting.c.credit.label("code"), _posting.c.points),
    sa.select(_posting.c.entry_id, _posting.c.debit.label("code"), (-_posting.c.points).label("points")),
).subquery("sides")


class Settled(NamedTuple):
    """What a shop took in and gave back on one day, and what it is owed for it; a point is a yen."""

    municipality_code: str
    shop_id: str
    shop: str
    taken_points: int
    given_back_points: int
    net_yen: int


class Circulation(NamedTuple):
    """Points by kind of account, as credits less debits; all together they come to nothing."""

    points: dict[str, int]
    held_points: int
    sum: int


async def settled(connection: AsyncConnection, day: date) -> list[Settled]:
    """The sales of a day of Asia/Tokyo, by shop; a shop without any is left out."""
    begins = datetime.combine(day, time.min, TOWN_TIME)
    is_of_day = sa.and_(_entry.c.posted_at >= begins, _entry.c.posted_at < begins + timedelta(days=1))
    taken = sa.func.sum(sa.case((SIDES.c.points > 0, SIDES.c.points), else_=0))
    given_back = sa.func.sum(sa.case((SIDES.c.points < 0, -SIDES.c.points), else_=0))
    statement = (
        sa.select(_shop.c.municipality_code, _shop.c.id, _shop.c.name, taken, given_back, taken - given_back)
        .join_from(SIDES, _entry, SIDES.c.entry_id == _entry.c.id)
        .join(_shop, SIDES.c.code == sa.literal("merchant:") + _shop.c.municipality_code + ":" + _shop.c.id)
        .where(is_of_day)
        .group_by(_shop.c.municipality_code, _shop.c.id, _shop.c.name)
        .order_by(_shop.c.municipality_code, _shop.c.id)
    )
    return [Settled(*row[:3], *(int(points) for points in row[3:])) for row in await connection.execute(statement)]


async def circulating(connection: AsyncConnection) -> Circulation:
    """How many points are where, by kind of account."""
    kind = sa.case(*((SIDES.c.code.startswith(f"{name}:"), name) for name in KINDS), else_="")
    rows = await connection.execute(sa.select(kind, sa.func.sum(SIDES.c.points)).group_by(kind))
    held = sa.select(sa.func.coalesce(sa.func.sum(_part.c.points), 0)).where(pending(_part.c.hold_id))
    found = dict.fromkeys(KINDS, 0) | {name: int(points) for name, points in rows}
    return Circulation(found, int((await connection.execute(held)).scalar_one()), sum(found.values()))


KINDS: Sequence[str] = ("issuer", "grant", "opening", "reserved", "points", "merchant", "expired")
