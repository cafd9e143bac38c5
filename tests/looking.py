"""Reading the access log in tests: what it holds, and what a reader of an answer counts."""

from sqlalchemy import select

from models.access_log import AccessEntry, AuditHead
from models.columns import table_of

ENTRIES, HEADS = table_of(AccessEntry), table_of(AuditHead)
# Lists that are a field's value: a cell is a member, whatever is selected of it.
VALUES = {"guardians", "fields", "measures", "relations", "relationHistory", "lifeEvents", "fieldGroups"}
VALUES |= {"measurements", "findingResults", "developmentResults", "dentalResults"}


async def entries(store, since=0):
    """Every entry behind a number, whoever may read it."""
    async with store.owner.reading() as connection:
        found = await connection.execute(select(ENTRIES).where(ENTRIES.c.seq > since).order_by(ENTRIES.c.seq))
        return found.all()


async def last(store):
    """The number of the last entry."""
    return (await entries(store))[-1].seq


def cells(value, key=""):
    """Values in an answer, null left out; that a list of values is empty is told as well."""
    if key in VALUES and value is not None:
        return max(1, len(value))
    if not isinstance(value, dict | list):
        return int(value is not None)
    below = [("", each) for each in value] if isinstance(value, list) else value.items()
    return sum(cells(each, name) for name, each in below)
