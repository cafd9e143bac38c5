"""Local points of the demo town: accounts, and what moved in them; no balance is ever below zero."""

from datetime import date, timedelta

from models.ids import Letter
from models.organisation import CallerKind, Organisation
from models.point import EntryKind, PointAccount, PointEntry
from models.resident import Resident
from tsumugi.demo.draw import Draw, at
from tsumugi.demo.words import FACILITIES

COMES_IN = (EntryKind.CONVERTED, EntryKind.GRANTED)
MOST_MOVES = 10
EXPIRED_SHARE, REFUNDED_SHARE, SHOP_SHARE = 0.1, 0.1, 0.7


def open_account(draw: Draw, resident: Resident, opened_on: date) -> PointAccount:
    """An account without points."""
    row = PointAccount(
        id=draw.id(Letter.ACCOUNT), resident_id=resident.id, municipality_code=draw.code, opened_on=opened_on
    )
    draw.town.point_accounts.append(row)
    return row


def post(draw: Draw, account: PointAccount, kind: EntryKind, points: int, day: date) -> PointEntry:
    """One movement without a place; above zero into the account."""
    row = PointEntry(
        id=draw.id(Letter.ENTRY),
        account_id=account.id,
        kind=kind,
        points=points,
        posted_at=at(day, draw.chance.randint(9, 20), draw.chance.randint(0, 59)),
    )
    draw.town.point_entries.append(row)
    return row


def buy(draw: Draw, account: PointAccount, points: int, day: date, shop: Organisation | None) -> PointEntry:
    """Points spent in a shop, or in a public facility."""
    row = post(draw, account, EntryKind.SPENT, -points, day)
    row.facility = shop.name if shop else draw.one(FACILITIES)
    row.organisation_id = shop.id if shop else None
    return row


def live_on_points(draw: Draw, account: PointAccount) -> None:
    """Some years of points that come in and are spent; one movement a day at most, so that their order is plain."""
    days = (draw.today - account.opened_on).days
    count = min(draw.chance.randint(2, MOST_MOVES), days)
    balance = 0
    for ago in sorted(draw.chance.sample(range(1, days + 1), count), reverse=True) if count else ():
        balance += _move(draw, account, balance, draw.today - timedelta(days=ago))


def _move(draw: Draw, account: PointAccount, balance: int, day: date) -> int:
    """One movement of either direction; how much it changed the balance."""
    if balance < 100 or draw.happens(0.4):  # noqa: PLR2004 - hardly anything to spend
        return post(draw, account, draw.one(COMES_IN), draw.chance.randrange(200, 3_000, 50), day).points
    points = draw.chance.randrange(50, balance + 1, 50)
    if draw.happens(EXPIRED_SHARE):
        return post(draw, account, EntryKind.EXPIRED, -points, day).points
    shop = draw.one(draw.offices(CallerKind.SHOP)) if draw.happens(SHOP_SHARE) else None
    bought = buy(draw, account, points, day, shop)
    if not draw.happens(REFUNDED_SHARE):
        return bought.points
    refund = post(draw, account, EntryKind.REFUNDED, points, day)
    refund.posted_at = bought.posted_at + timedelta(minutes=20)
    refund.facility, refund.organisation_id = bought.facility, bought.organisation_id
    return 0
