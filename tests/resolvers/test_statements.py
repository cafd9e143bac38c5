"""Pages below many parents in one statement equal pages below one after the other, on both databases."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.access import Access, Caller
from auth.group import group
from auth.policy import GUARDIAN_SOLE
from auth.purpose import PURPOSES
from auth.relations import load
from models.ids import Letter
from resolvers.doorway import FEW, Doorway
from resolvers.source import Listing, Source
from resolvers.statements import Reading, Selects, Statements
from schema.node import NODES, ROOTS
from tests.hanamori import BIRTHS, DOSES, HOLDERS, RIDES, TODAY, child, dose, id_of

VACCINATIONS = NODES["Child"].fields["vaccinations"].listing
RIDES_OF = NODES["Rider"].fields["rides"].listing
RIDERS = ("mother", "natsu", "stranger")
BORN = tuple(BIRTHS)


def doses_of(name):
    """(day, id), as the listing orders them."""
    return sorted((day, dose(about, number)) for number, (about, _, day, _) in enumerate(DOSES) if about == name)


def rides_of(name):
    found = [
        (datetime(2026, 11, 2, minute // 60, minute % 60, tzinfo=UTC), id_of(Letter.RIDE, str(number)))
        for number, (minute, riders) in enumerate(RIDES)
        if name in riders
    ]
    return sorted(found)


def page(rows, reading):
    """One page of one parent, in plain Python."""
    if reading.mark is not None:
        rows = [row for row in rows if (row < reading.mark if reading.backwards else row > reading.mark)]
    rows = rows[::-1] if reading.backwards else rows
    return rows[: reading.limit]


def readings(most, rows):
    return st.builds(Reading, st.integers(1, most), st.booleans(), st.none() | st.sampled_from(rows), st.just(()))


async def caller_of(connection, who, purpose=None):
    return Caller.of(HOLDERS[who], PURPOSES.get(purpose), await load(connection, HOLDERS[who], TODAY))


async def below(store, who, question, purpose=None):
    """What the statement brings, by parent, as (keys of the order); `question`: listing, parents, reading."""
    listing, parents, reading = question
    async with store.owner.reading() as connection:
        statements = Statements(store.dialect, await caller_of(connection, who, purpose))
        rows = (await connection.execute(*statements.below(listing, parents, reading))).all()
    found = {parent: [] for parent in parents}
    for row in rows:
        record = listing.source.record(*row[1:])
        found[row[0]].append(tuple(getattr(record, column.key) for column in listing.order))
    return found


@given(st.lists(st.sampled_from(BORN), unique=True, min_size=1), readings(8, doses_of("aki")))
async def test_pages_below_many_children_equal_pages_below_each(shared_town, names, reading):
    found = await below(shared_town, "staff_health", (VACCINATIONS, [child(name) for name in names], reading), "VAC")

    assert found == {child(name): page(doses_of(name), reading) for name in names}


@given(st.lists(st.sampled_from(RIDERS), unique=True, min_size=1), readings(4, rides_of("natsu")))
async def test_pages_through_a_table_of_links_equal_pages_below_each(shared_town, names, reading):
    parents = [id_of(Letter.RIDER, name) for name in names]
    found = await below(shared_town, "staff_taxi", (RIDES_OF, parents, reading), "CLM")

    assert found == {id_of(Letter.RIDER, name): page(rides_of(name), reading) for name in names}


@given(readings(8, doses_of("aki")))
async def test_a_page_holds_only_what_the_caller_may_see_and_is_full_all_the_same(shared_town, reading):
    supplied = [row for row in doses_of("yuki") if row[1] == dose("yuki", 11)]
    found = await below(shared_town, "clinic", (VACCINATIONS, [child("haru"), child("yuki")], reading))

    assert found == {child("haru"): [], child("yuki"): page(supplied, reading)}


async def behind(store, ids, *, is_few):
    """Of whom there are doses behind a door for these ids, by the text for few ids or by that for any number."""
    selects, door, table = Selects(store.dialect), Doorway(frozenset(ids)), VACCINATIONS.source.key.table
    shape = door.shape._replace(is_few=is_few)
    statement = selects.below(VACCINATIONS, shape, Reading(), [table.c.child_id])
    binds = door.binds(selects.pack) | {"parents": selects.pack([child(name) for name in BORN])}
    async with store.owner.reading() as connection:
        return {row[0] for row in await connection.execute(statement, binds)}


@given(st.sets(st.sampled_from(BORN)))
async def test_a_door_for_few_lets_through_what_one_for_many_does(shared_town, names):
    ids = {child(name) for name in names}
    few, many = [await behind(shared_town, ids, is_few=is_few) for is_few in (True, False)]

    assert few == many == {child(name) for name in names if doses_of(name)}


@pytest.mark.parametrize("is_few", [True, False])
async def test_a_door_opens_for_whole_ids(shared_town, is_few):
    near = [child("aki") + "0", child("aki")[:-1], child("aki")[1:], f"{child('aki')},", ""]

    assert await behind(shared_town, near, is_few=is_few) == set()


def test_few_are_as_many_as_a_family_has():
    ids = [child(str(number)) for number in range(FEW + 1)]
    shapes = [
        Doorway(frozenset(ids[:most]), "", frozenset(own)).shape for most, own in ((FEW, ()), (FEW, ids), (9, ()))
    ]

    assert [shape.is_few for shape in shapes] == [True, False, False]


@pytest.mark.parametrize("who", ["stranger", "counterparty", "anonymous", "shop", "staff_health"])
async def test_a_shut_door_brings_no_row(shared_town, who):
    found = await below(shared_town, who, (VACCINATIONS, [child("aki"), child("fuyu")], Reading(5)))

    assert found == {child("aki"): [], child("fuyu"): []}


async def test_without_a_limit_all_rows_come_in_order(shared_town):
    found = await below(shared_town, "mother", (VACCINATIONS, [child("aki"), child("haru")], Reading()))

    assert found == {child("aki"): doses_of("aki"), child("haru"): doses_of("haru")}


@pytest.mark.parametrize(
    ("who", "purpose", "expected"),
    [
        ("staff_health", "VAC", {"aki": 6, "haru": 2, "yuki": 1}),
        ("mother", None, {"aki": 6, "haru": 2}),
        ("grandmother", None, {"aki": 6}),
        ("clinic", None, {"aki": 6, "yuki": 1}),
        ("stranger", None, {"yuki": 1}),
        ("shop", None, {}),
    ],
)
async def test_what_is_counted_is_what_may_be_seen(shared_town, who, purpose, expected):
    parents = [child(name) for name in ("aki", "haru", "yuki")]
    async with shared_town.owner.reading() as connection:
        statements = Statements(shared_town.dialect, await caller_of(connection, who, purpose))
        found = (await connection.execute(*statements.counted(VACCINATIONS, parents))).all()

    assert {row[0]: row[1] for row in found} == {child(name): count for name, count in expected.items()}


@pytest.mark.parametrize(
    ("who", "purpose", "count"), [("staff_health", "CHK", 6), ("mother", None, 3), ("ex", None, 1)]
)
async def test_a_root_listing_is_counted_behind_its_door(shared_town, who, purpose, count):
    async with shared_town.owner.reading() as connection:
        statements = Statements(shared_town.dialect, await caller_of(connection, who, purpose))
        found = await connection.scalar(*statements.counted(ROOTS["Query"]["children"].listing, None))

    assert found == count


async def test_a_newest_first_listing_begins_at_the_other_end(shared_town):
    newest = Listing("test", VACCINATIONS.source, VACCINATIONS.order, descending=True, via=VACCINATIONS.via)
    backwards = await below(shared_town, "mother", (newest, [child("aki")], Reading(3, backwards=True)))
    forwards = await below(shared_town, "mother", (newest, [child("aki")], Reading(3)))

    assert forwards == {child("aki"): doses_of("aki")[::-1][:3]}
    assert backwards == {child("aki"): doses_of("aki")[:3]}


def test_a_root_listing_has_no_parents():
    statements = Statements("sqlite", Caller())

    with pytest.raises(TypeError, match="has no parent"):
        statements.below(ROOTS["Query"]["children"].listing, [], Reading(1))


@pytest.mark.parametrize(
    "order", [VACCINATIONS.order[:1], (VACCINATIONS.source.key.table.c.lot, VACCINATIONS.source.key)]
)
def test_an_order_ends_with_the_key_and_has_no_holes(order):
    with pytest.raises(TypeError, match="order"):
        Listing("test", VACCINATIONS.source, order)


@pytest.mark.parametrize(("who", "count"), [("mother", 2), ("father", 0), ("stranger", 0)])
async def test_a_door_for_whoever_wrote_a_row_opens_to_the_writer_alone(shared_town, who, count):
    notes = group("NOTES", "Seen by the guardian who wrote it.", own=(GUARDIAN_SOLE,))
    growth = NODES["Growth"].source
    written = Source("Written", growth.key, growth.columns, growth.subject, Access((notes,)))
    listing = Listing("test", written, (growth.key,), via=growth.key.table.c.child_id)
    found = await below(shared_town, who, (listing, [child("aki"), child("yuki")], Reading(5)))

    assert [len(rows) for rows in found.values()] == [count, 0]
