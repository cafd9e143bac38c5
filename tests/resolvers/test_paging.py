"""Pages of a list equal slices of the whole list in plain Python, in both directions, on both databases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from models.columns import table_of
from models.ids import Letter
from models.vaccination import Vaccination, Vaccine
from resolvers.cursor import Cursors
from schema.node import NODES
from tests.asking import CURSOR_KEY
from tests.hanamori import DOSES, RIDES, child, dose, id_of, resident

LISTING = NODES["Child"].fields["vaccinations"].listing

PAGE = """query ($i: ID!, $first: Int, $after: String, $last: Int, $before: String) { node(id: $i) { ... on Child {
  vaccinations(first: $first, after: $after, last: $last, before: $before) { totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } } } } }"""
ROOT = """query ($first: Int, $after: String, $last: Int, $before: String) {
  rides(first: $first, after: $after, last: $last, before: $before) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } } }"""
DAYS = sorted((day, dose(about, number)) for number, (about, _, day, _) in enumerate(DOSES) if about == "aki")
IDS = [key for _, key in DAYS]
RIDE_IDS = [key for _, key in sorted((minute, id_of(Letter.RIDE, str(n))) for n, (minute, _) in enumerate(RIDES))]
PLACES = st.none() | st.integers(0, len(IDS) - 1)


async def page(ask, **window):
    told = await ask("mother", PAGE, i=child("aki"), **window)
    return told.data["node"]["vaccinations"]


def ids(found):
    return [edge["node"]["id"] for edge in found["edges"]]


def cursor(place):
    day, key = DAYS[place]
    record = LISTING.source.record(**dict.fromkeys(LISTING.source.record._fields) | {"id": key, "given_on": day})
    return Cursors(CURSOR_KEY, resident("mother")).seal(LISTING, child("aki"), record)


async def test_a_row_has_the_cursor_of_its_place(ask):
    assert [edge["cursor"] for edge in (await page(ask))["edges"]] == [cursor(place) for place in range(len(IDS))]


@given(st.none() | st.integers(0, 8), PLACES)
async def test_forwards_a_page_is_the_next_slice(ask, first, place):
    after = {} if place is None else {"after": cursor(place)}
    found = await page(ask, **({} if first is None else {"first": first}), **after)
    rest = IDS if place is None else IDS[place + 1 :]
    size = 20 if first is None else first

    assert ids(found) == rest[:size]
    assert found["pageInfo"]["hasNextPage"] == (len(rest) > size)
    assert found["pageInfo"]["hasPreviousPage"] == (place is not None)


@given(st.none() | st.integers(0, 8), PLACES)
async def test_backwards_a_page_is_the_slice_before(ask, last, place):
    if last is None and place is None:
        return  # that is the page from the start
    before = {} if place is None else {"before": cursor(place)}
    found = await page(ask, **({} if last is None else {"last": last}), **before)
    rest = IDS if place is None else IDS[:place]
    size = 20 if last is None else last

    assert ids(found) == rest[max(0, len(rest) - size) :]
    assert found["pageInfo"]["hasPreviousPage"] == (len(rest) > size)
    assert found["pageInfo"]["hasNextPage"] == (place is not None)


@given(st.integers(1, 5), st.booleans())
async def test_page_after_page_brings_every_row_once_across_ties(ask, size, backwards):
    where, on = ("last", "before") if backwards else ("first", "after")
    end, more = ("startCursor", "hasPreviousPage") if backwards else ("endCursor", "hasNextPage")
    found, window = [], {where: size}
    while True:
        here = (await ask("staff_taxi", ROOT, purpose="CLM:1", **window)).data["rides"]
        found = ids(here) + found if backwards else found + ids(here)
        if not here["pageInfo"][more]:
            break
        window[on] = here["pageInfo"][end]

    assert found == RIDE_IDS


async def test_a_page_is_framed_by_the_cursors_of_its_first_and_last_row(ask):
    found = await page(ask, first=3)

    assert found["pageInfo"]["startCursor"] == found["edges"][0]["cursor"]
    assert found["pageInfo"]["endCursor"] == found["edges"][-1]["cursor"]


async def test_an_empty_page_has_no_cursors(ask):
    found = await page(ask, first=0)

    assert (found["edges"], found["pageInfo"]["startCursor"], found["pageInfo"]["endCursor"]) == ([], None, None)


@pytest.mark.parametrize("window", [{"first": 2}, {"last": 1}, {"first": 0}, {}])
async def test_the_count_is_of_all_rows_whatever_the_page(ask, window):
    assert (await page(ask, **window))["totalCount"] == len(IDS)


async def test_a_row_that_comes_or_goes_shifts_no_page(act):
    first = await page(act, first=3)
    early = {"id": id_of(Letter.VACCINATION, "early"), "child_id": child("aki"), "vaccine": Vaccine.HEPB}
    table = table_of(Vaccination)
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(insert(table), early | {"given_on": DAYS[0][0]})
        await connection.execute(delete(table).where(table.c.id == IDS[2]))
    second = await page(act, first=3, after=first["pageInfo"]["endCursor"])

    assert ids(second) == IDS[3:6]
