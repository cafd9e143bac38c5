"""Reading the access log in tests: what it holds, and what a reader of an answer counts."""

from sqlalchemy import select

from models.access_log import AccessEntry, AuditHead
from models.columns import table_of

ENTRIES, HEADS = table_of(AccessEntry), table_of(AuditHead)
ONE_CELL = {"guardians", "fields"}  # a list that is one field's value


async def entries(store, since=0):
    """Every entry behind a number, whoever may read it."""
    async with store.owner.reading() as connection:
        found = await connection.execute(select(ENTRIES).where(ENTRIES.c.seq > since).order_by(ENTRIES.c.seq))
        return found.all()


async def last(store):
    """The number of the last entry."""
    return (await entries(store))[-1].seq


def cells(value, key=""):
    """Values in an answer, null left out."""
    if key in ONE_CELL or not isinstance(value, dict | list):
        return int(value is not None)
    below = [("", each) for each in value] if isinstance(value, list) else value.items()
    return sum(cells(each, name) for name, each in below)
