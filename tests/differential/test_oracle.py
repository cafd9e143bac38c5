"""Doors, orders and pages of the plans are what a second opinion in plain Python says, for everybody and every list."""

import sys

import pytest

from models.organisation import CallerKind
from schema.node import NODES
from tests.differential.askers import ASKERS
from tests.differential.listings import EDGES, places
from tests.differential.mutants import SHARED, plant
from tests.differential.paths import Paths
from tests.differential.places import LISTINGS
from tests.differential.test_paths import crowded_town  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("unmeasured")

ENOUGH = 30  # pages; no list is so long
REFUSED = {"mother for CHK", "staff_health for nonsense"}  # before anything is read
EVERYBODY = [
    asker for asker in ASKERS.values() if asker.holder.kind is not CallerKind.ANONYMOUS and asker.name not in REFUSED
]


async def strays(engine, asker):
    """The listings of which the first page is not what the oracle says."""
    for place in places(asker):
        shown = await place.page(engine, asker, first=100)
        ids = shown and [edge["node"]["id"] for edge in shown["edges"]]
        if ids != place.expected or (shown and shown["totalCount"] != len(ids)):
            yield f"{asker.name}: {place.text} {place.parent}: {shown}, not {place.expected}"


async def unlike(engine, asker, place):
    """The pages of a list, of every size and in both directions, that are not the slices they should be."""
    for size in range(1, len(place.expected) + 2):
        for step in (forwards, backwards):
            found = [page async for page in step(engine, asker, place, size)]
            if found != step.expected(place.expected, size):
                yield f"{asker.name}: {place.text} {place.parent}: {step.__name__} by {size}: {found}"


async def forwards(engine, asker, place, size):
    """Ids of each page, and whether rows precede and follow."""
    window = {"first": size}
    for _ in range(ENOUGH):
        page = await place.page(engine, asker, **window)
        yield told(page)
        if not page["pageInfo"]["hasNextPage"]:
            return
        window["after"] = page["pageInfo"]["endCursor"]


async def backwards(engine, asker, place, size):
    """The same from the end."""
    window = {"last": size}
    for _ in range(ENOUGH):
        page = await place.page(engine, asker, **window)
        yield told(page)
        if not page["pageInfo"]["hasPreviousPage"]:
            return
        window["before"] = page["pageInfo"]["startCursor"]


def told(page):
    cursors = [edge["cursor"] for edge in page["edges"]]
    info = page["pageInfo"]
    ends = cursors and [info["startCursor"], info["endCursor"]] == [cursors[0], cursors[-1]]
    return [edge["node"]["id"] for edge in page["edges"]], info["hasPreviousPage"], info["hasNextPage"], ends


def slices(ids, size):
    starts = range(0, len(ids), size)
    return [(ids[at : at + size], at > 0, at + size < len(ids), True) for at in starts]


def slices_from_the_end(ids, size):
    ends = range(len(ids), 0, -size)
    return [(ids[max(0, at - size) : at], at > size, at < len(ids), True) for at in ends]


forwards.expected, backwards.expected = slices, slices_from_the_end


async def test_pages_of_every_size_follow_one_another_in_both_directions(crowded_town, capsys):  # noqa: F811
    engine, found, rows = Paths(crowded_town).plan, [], 0
    for asker in EVERYBODY:
        for place in places(asker):
            if place.expected:
                rows += len(place.expected)
                found += [each async for each in unlike(engine, asker, place)]

    with capsys.disabled():
        sys.stdout.write(f"\n{rows} rows of {len(EVERYBODY)} callers in pages of every size\n")
    assert found == [], "\n".join(found[:20])
    assert rows > 500


async def test_everybody_is_shown_the_rows_that_there_are_for_them(crowded_town):  # noqa: F811
    engine = Paths(crowded_town).plan

    found = [stray for asker in EVERYBODY async for stray in strays(engine, asker)]

    assert found == [], "\n".join(found[:20])


@pytest.mark.parametrize("what", SHARED)
@pytest.mark.parametrize("crowded_town", ["sqlite"], indirect=True)
async def test_a_fault_that_both_paths_share_is_found(crowded_town, monkeypatch, what):  # noqa: F811
    plant(what, monkeypatch)

    assert await first_stray(Paths(crowded_town).plan) is not None


async def first_stray(engine):
    for asker in EVERYBODY:
        async for stray in strays(engine, asker):
            return stray
        for place in places(asker):
            async for stray in unlike(engine, asker, place) if place.expected else nothing():
                return stray
    return None


async def nothing():
    for _ in ():
        yield


def test_every_listing_is_asked_for():
    edges = {(owner, name) for owner, name in LISTINGS if owner in NODES}

    assert edges == set(EDGES)
