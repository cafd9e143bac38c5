"""What the database brings is what the one decision about each row says, whoever asks and whoever wrote the row.

Read as the owner: the predicate alone decides here, with no second wall behind it.
"""

from datetime import date

import pytest
from sqlalchemy import select

from auth.access import Access, Caller
from auth.groups import NOTES_HOME
from auth.purpose import EMERGENCY, PURPOSES
from auth.relations import load
from models.columns import table_of
from models.growth import Growth
from models.ids import Letter
from models.organisation import CallerKind
from resolvers.cursor import Cursors, Window
from resolvers.reader import Reader
from resolvers.source import Listing, Source, columns_of
from resolvers.statements import Reading, Statements
from schema.access_log import SECTION
from schema.node import NODES
from tests.asking import CURSOR_KEY
from tests.hanamori import HOLDERS, NOW, TODAY, child, dose, id_of, resident

growth = table_of(Growth)
# A group whose people see all of it, or what they wrote themselves when they live elsewhere.
NOTES = Source(
    "Notes",
    growth.c.id,
    columns_of(growth, ["id", "child_id", "recorded_by_id", "measured_on"]),
    Growth.subject,
    Access((NOTES_HOME,)),
)
SOURCES = [NOTES, *(node.source for node in NODES.values())]


async def caller_of(connection, who, purpose=None):
    return Caller.of(HOLDERS[who], PURPOSES.get(purpose), await load(connection, HOLDERS[who], TODAY))


def standings():
    """Everybody of the town, with each purpose that they may state and with none."""
    for who, holder in HOLDERS.items():
        yield who, None
        yield from ((who, code) for code, purpose in PURPOSES.items() if holder.kind in purpose.kinds)


async def write_notes(store):
    """Haru's parents, who live apart, have each written a note."""
    async with store.owner.writing() as session:
        for who in ("mother", "ex"):
            note = {"child_id": child("haru"), "measured_on": date(2026, 11, 1), "recorded_at": NOW}
            session.add(Growth(id=id_of(Letter.GROWTH, who), recorded_by_id=resident(who), **note))


ALL = 10_000_000  # rows: other tests of this process write their log entries here, too


async def brought(connection, caller, source):
    """The keys of all rows that the statement brings this caller."""
    listing = Listing(source.name, source, (source.key,))
    statement, binds = Statements(connection.dialect.name, caller, TODAY).top(listing, Reading(ALL))
    return {source.record(*row).id for row in (await connection.execute(statement, binds)).all()}


def is_there(caller, source, row):
    """Behind the door, and of the log a supervisor reads the own section's entries."""
    is_of_section = source.name != "AccessEntry" or row.actor_kind in SECTION or row.purpose_code == EMERGENCY.code
    is_told = caller.holder.kind is not CallerKind.SUPERVISOR or is_of_section
    return is_told and caller.sees(source.door, source.subject, row)


async def test_the_database_brings_exactly_the_rows_that_the_caller_sees(shared_town):
    async with shared_town.owner.reading() as connection:
        callers = [await caller_of(connection, *standing) for standing in standings()]
        for source in SOURCES:
            rows = [source.record(*row) for row in (await connection.execute(select(*source.columns))).all()]
            for caller in callers:
                seen = {row.id for row in rows if is_there(caller, source, row)}
                assert await brought(connection, caller, source) == seen, (source.name, caller.holder, caller.standing)


@pytest.mark.parametrize(("who", "writers"), [("mother", ["ex", "mother"]), ("ex", ["ex"]), ("stranger", [])])
async def test_who_sees_only_what_they_wrote_is_brought_only_that(own_town, who, writers):
    await write_notes(own_town)
    async with own_town.owner.reading() as connection:
        found = await brought(connection, await caller_of(connection, who), NOTES)

    of_aki = {id_of(Letter.GROWTH, f"aki {day}") for day in (1, 2)}
    assert found - of_aki == {id_of(Letter.GROWTH, each) for each in writers}


async def test_a_row_is_read_once_a_request(shared_town):
    doses = NODES["Vaccination"].source
    async with shared_town.owner.reading() as connection:
        reader = Reader(connection, await caller_of(connection, "mother"), Cursors(CURSOR_KEY, ""))
        first = await reader.one(doses, dose("aki", 0))
        await connection.close()  # whoever asked the database again would fail

        assert await reader.one(doses, dose("aki", 0)) is first


async def test_behind_a_door_that_is_shut_nothing_is_looked_up(shared_town):
    async with shared_town.owner.reading() as connection:
        reader = Reader(connection, await caller_of(connection, "shop"), Cursors(CURSOR_KEY, ""))
        await connection.close()

        assert await reader.one(NODES["Child"].source, child("aki")) is None


async def test_a_page_of_no_rows_says_whether_there_are_more(shared_town):
    listing = NODES["Child"].fields["vaccinations"].listing
    async with shared_town.owner.reading() as connection:
        reader = Reader(connection, await caller_of(connection, "mother"), Cursors(CURSOR_KEY, ""))
        pages = [await reader.page(listing, child(name), Window(0, None, None, None)) for name in ("aki", "yuki")]

    assert [(page.records, page.has_more) for page in pages] == [([], True), ([], False)]


async def test_a_statement_outlives_the_field_that_waited_for_it(ask):
    """A page out of range makes the whole viewer null and cancels its siblings; the rest is answered all the same."""
    inside = " ".join(f"a{n}: wards(first: {n}) {{ totalCount }}" for n in range(1, 9))
    outside = " ".join(f"b{n}: children(first: {n}) {{ edges {{ node {{ name }} }} }}" for n in range(1, 9))
    text = f"{{ viewer {{ {inside} bad: wards(first: 101) {{ totalCount }} }} {outside} }}"

    told = await ask("mother", text)

    assert told.codes == ["BAD_USER_INPUT"]
    assert told.body["data"]["viewer"] is None
    assert len(told.body["data"]["b8"]["edges"]) == 3
