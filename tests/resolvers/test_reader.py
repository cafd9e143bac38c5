"""What is read is what the one decision about each row says, for the rows that somebody wrote as for all others."""

import pytest

from auth.access import Access, Caller
from auth.groups import NOTES_HOME, SHARE_GRANTS
from auth.purpose import PURPOSES
from auth.relations import load
from models.columns import table_of
from models.growth import Growth
from resolvers.cursor import Cursors, Window
from resolvers.reader import Reader
from resolvers.source import Listing, Source, columns_of
from tests.asking import CURSOR_KEY
from tests.hanamori import HOLDERS, TODAY, child

growth = table_of(Growth)
COLUMNS = columns_of(growth, ["id", "child_id", "recorded_by_id", "measured_on"])
# Groups whose people see what they wrote themselves: a father apart, a sole guardian.
NOTES, GRANTS = (
    Source(group.name, growth.c.id, COLUMNS, Growth.subject, Access((group,))) for group in (NOTES_HOME, SHARE_GRANTS)
)
FORWARDS = Window(None, None, None, None)


def listing(source):
    return Listing("tried", source, (growth.c.measured_on, growth.c.id), via=growth.c.child_id)


@pytest.fixture
def reader(shared_town):
    """A reader in a snapshot of its own, for whoever is named."""

    async def read(who, question, purpose=None):
        async with shared_town.reading() as connection:
            held = await load(connection, HOLDERS[who], TODAY)
            caller = Caller.of(HOLDERS[who], PURPOSES.get(purpose), held)
            return await question(Reader(connection, caller, Cursors(CURSOR_KEY, caller.holder.id)))

    return read


@pytest.mark.parametrize(("who", "count"), [("mother", 2), ("father", 2), ("ex", 0), ("stranger", 0), ("shop", 0)])
async def test_rows_below_a_child_are_those_that_the_caller_sees(reader, who, count):
    page = await reader(who, lambda read: read.page(listing(NOTES), child("aki"), FORWARDS))

    assert len(page.records) == count
    assert not page.has_more
