"""What the databases themselves refuse, whoever asks: rows that do not balance, take too much, or are changed."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from models.columns import table_of
from models.ids import Letter
from models.ledger import PointHold, PointHoldPart, PointLot, PointPosting
from models.point import EntryKind, PointEntry
from rules import ledger
from tests.hanamori import CODE, id_of, office

ME, SHOP = id_of(Letter.ACCOUNT, "mother"), office("shop")
LOT, OTHER, NATSUS = (
    id_of(Letter.ENTRY, f"{each}").replace("-E", "-8") for each in ("mother 0", "mother 1", "natsu 0")
)
NEW, HOLD = id_of(Letter.ENTRY, "new"), id_of(Letter.HOLD, "new")
HELD, SOLD = ledger.held(CODE, ME), ledger.merchant(CODE, SHOP)
AT = datetime(2026, 11, 23, tzinfo=UTC)
COLUMNS = ("entry_id", "line", "account_id", "debit", "credit", "from_lot_id", "to_lot_id", "points")


def posting(**other):
    row = dict(zip(COLUMNS, (NEW, 1, ME, HELD, SOLD, LOT, None, 100), strict=True))
    return PointPosting, row | other


def entry(**other):
    row = {"id": NEW, "account_id": ME, "number": 4, "kind": EntryKind.SPENT, "points": -100, "posted_at": AT}
    return PointEntry, row | {"organisation_id": SHOP, "hash": "0" * 64} | other


def part(**other):
    return PointHoldPart, {"hold_id": HOLD, "lot_id": LOT, "account_id": ME, "points": 100} | other


def hold(**other):
    row = {"id": HOLD, "account_id": ME, "organisation_id": SHOP, "points": 100, "held_at": AT, "expires_at": AT}
    return PointHold, row | {"code_hash": "c" * 64} | other


def lot(**other):
    row = {"id": id_of(Letter.LOT, "new"), "account_id": ME, "entry_id": NEW, "code": HELD}
    return PointLot, row | {"expires_on": date(2027, 1, 1), "created_at": AT} | other


async def write(store, *rows):
    async with store.owner.writing(serialised=False) as session:
        connection = await session.connection()
        for model, row in rows:
            await connection.execute(insert(table_of(model)), row)


GIVEN = posting(debit="grant:102016:x", credit=HELD, from_lot_id=None, to_lot_id=LOT)
REFUSED = {
    "nothing": [posting(points=0), entry(points=0)],
    "less than nothing": [posting(points=-5), entry(points=5)],
    "too much at once": [posting(points=10_000_001), entry(points=-10_000_001)],
    "one side": [posting(credit=HELD, to_lot_id=LOT), entry()],
    "out of no lot": [posting(from_lot_id=None), entry()],
    "into no lot": [GIVEN, posting(debit="grant:102016:x", credit=HELD, from_lot_id=None, to_lot_id=None)],
    "out of somebody else's lot": [posting(from_lot_id=NATSUS), entry()],
    "more than the lot has": [posting(points=381), entry(points=-381)],
    "more than the lot has, in two lines": [posting(points=300), posting(line=2, points=100), entry(points=-400)],
    "postings without their entry": [posting()],
    "an entry without postings": [entry()],
    "an entry of another sum": [posting(), entry(points=-99)],
    "an entry of another sign": [posting(), entry(kind=EntryKind.GRANTED)],
    "an entry of somebody else": [posting(), entry(account_id=id_of(Letter.ACCOUNT, "natsu"))],
    "not the next number": [posting(), entry(number=5)],
    "a number twice": [posting(), entry(number=3)],
    "postings after their entry": [posting(), entry(), posting(line=2)],
    "a posting into an old entry": [posting(entry_id=id_of(Letter.ENTRY, "mother 2"), line=9)],
    "a lot that nothing opens": [lot()],
    "a lot that nobody holds": [lot(code=SOLD), posting(), entry()],
    "a hold of more than the lot has": [part(points=381), hold(points=381)],
    "a hold of another sum": [part(), hold(points=101)],
    "parts without their hold": [part()],
    "a hold of somebody else's lot": [part(lot_id=NATSUS), hold()],
    "a part of an old hold": [part(), hold(), part(lot_id=OTHER)],
    "what is held": [part(points=300), hold(points=300), posting(), entry()],
    "held twice": [part(points=300), hold(points=300), part(hold_id="h"), hold(id="h", code_hash="d" * 64)],
    "a code twice": [part(), hold(), part(hold_id="h"), hold(id="h")],
    "more than was held": [part(), hold(), posting(hold_id=HOLD, points=101), entry(hold_id=HOLD, points=-101)],
    "a hold of nobody": [posting(hold_id=HOLD), entry(hold_id=HOLD)],
    "a hold, resolved without saying so": [part(), hold(), posting(hold_id=HOLD), entry()],
    "a hold of another shop": [
        *(part(), hold(), posting(hold_id=HOLD)),
        entry(hold_id=HOLD, organisation_id=office("taxi")),
    ],
    "reversed, and nothing named": [posting(), entry(kind=EntryKind.REVERSED)],
}


async def is_refused(store, rows):
    try:
        await write(store, *rows)
    except DBAPIError:
        return True
    return False


async def test_what_does_not_balance_or_takes_too_much_is_never_written(own_town):
    written = [why for why, rows in REFUSED.items() if not await is_refused(own_town, rows)]

    assert written == []


async def test_what_balances_is_written(own_town):
    """Of the first lot 380 are left, of the second 300."""
    await write(own_town, posting(points=380), entry(points=-380))
    await write(own_town, part(lot_id=OTHER, points=300), hold(points=300))


async def test_a_hold_is_resolved_once_and_an_entry_reversed_once(own_town):
    taken = [posting(hold_id=HOLD, points=60), entry(hold_id=HOLD, points=-60)]
    await write(own_town, part(), hold(), *taken)
    released = entry(id="r", number=5, kind=EntryKind.RELEASED, points=0, hold_id=HOLD)
    back = {"debit": SOLD, "credit": HELD, "from_lot_id": None, "to_lot_id": LOT, "points": 60}
    turned = [
        [posting(entry_id=id, **back), entry(id=id, number=n, kind=EntryKind.REVERSED, points=60, reverses_id=NEW)]
        for id, n in (("r1", 5), ("r2", 6))
    ]

    with pytest.raises(DBAPIError):
        await write(own_town, released)
    await write(own_town, *turned[0])
    with pytest.raises(DBAPIError):
        await write(own_town, *turned[1])


CHANGES = [
    f"{act} {table}{change}"
    for table in ("pointentry", "pointlot", "pointposting", "pointhold", "pointholdpart")
    for act, change in (("UPDATE", " SET account_id = account_id"), ("DELETE FROM", ""))
]


async def test_nothing_in_the_ledger_is_changed_or_deleted_by_its_owner_either(own_town):
    await write(own_town, part(), hold())
    for change in CHANGES:
        with pytest.raises(DBAPIError, match="never changed"):
            async with own_town.owner.writing() as session:
                await (await session.connection()).execute(text(change))


async def test_a_snapshot_that_sees_no_others_writes_nothing(walled_own_town):
    async with walled_own_town.owner.writers.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ")
        with pytest.raises(DBAPIError, match="REPEATABLE READ"):
            await connection.execute(insert(table_of(PointPosting)), posting()[1])
