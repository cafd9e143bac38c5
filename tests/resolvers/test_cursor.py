"""A cursor opens for the caller and the list that it was made for; nothing else opens."""

import base64
from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.cursor import PAGE_LIMIT, BadInput, Cursors, Window
from resolvers.statements import Reading
from schema.node import NODES, ROOTS
from tests.asking import CURSOR_KEY
from tests.hanamori import child

DOSES = NODES["Child"].fields["vaccinations"].listing
CHECKUPS = NODES["Child"].fields["checkups"].listing
ENTRIES = ROOTS["Query"]["pointEntries"].listing
MINE = Cursors(CURSOR_KEY, "me")
RECORD = DOSES.source.record(**dict.fromkeys(DOSES.source.record._fields) | {"id": "x", "given_on": date(2026, 1, 2)})
SEALED = MINE.seal(DOSES, "kid", RECORD)
PAGE = "query ($a: String) { viewer { wards { edges { node { vaccinations(after: $a) { edges { cursor } } } } } } }"


@pytest.mark.parametrize(
    ("cursors", "listing", "parent"),
    [
        (Cursors(CURSOR_KEY, "you"), DOSES, "kid"),
        (Cursors(CURSOR_KEY, ""), DOSES, "kid"),
        (Cursors(b"x" * 64, "me"), DOSES, "kid"),
        (MINE, CHECKUPS, "kid"),
        (MINE, DOSES, "other kid"),
        (MINE, DOSES, None),
    ],
)
def test_a_cursor_of_somebody_else_or_of_another_list_is_refused(cursors, listing, parent):
    with pytest.raises(BadInput, match="No such cursor"):
        cursors.opened(listing, parent, SEALED)


@pytest.mark.parametrize("length", range(0, len(SEALED), 4))
def test_a_truncated_cursor_is_refused(length):
    with pytest.raises(BadInput):
        MINE.opened(DOSES, "kid", SEALED[:length])


@pytest.mark.parametrize("at", range(len(base64.urlsafe_b64decode(SEALED))))
def test_a_cursor_with_one_wrong_bit_is_refused(at):
    wrong = bytearray(base64.urlsafe_b64decode(SEALED))
    wrong[at] ^= 1

    with pytest.raises(BadInput):
        MINE.opened(DOSES, "kid", base64.urlsafe_b64encode(wrong).decode())


@given(st.binary(max_size=80))
def test_random_bytes_are_refused(drawn):
    with pytest.raises(BadInput):
        MINE.opened(DOSES, "kid", base64.urlsafe_b64encode(drawn).decode())


@given(st.text(max_size=80))
def test_random_text_is_refused(drawn):
    with pytest.raises(BadInput):
        MINE.opened(DOSES, "kid", drawn)


@pytest.mark.parametrize(
    "window",
    [
        Window(1, None, 1, None),
        Window(1, None, None, SEALED),
        Window(None, SEALED, 1, None),
        Window(None, SEALED, None, SEALED),
        Window(-1, None, None, None),
        Window(PAGE_LIMIT + 1, None, None, None),
        Window(None, None, -1, None),
        Window(None, None, PAGE_LIMIT + 1, None),
        Window(None, "no", None, None),
        Window(None, None, None, "no"),
    ],
)
def test_a_page_that_goes_both_ways_or_too_far_is_refused(window):
    with pytest.raises(BadInput):
        MINE.reading(DOSES, "kid", window)


@pytest.mark.parametrize("cursor", ["", "x", "é", SEALED, SEALED + SEALED])
async def test_a_forged_cursor_is_the_clients_mistake(ask, cursor):
    told = await ask("mother", PAGE, a=cursor)

    assert set(told.codes) == {"BAD_USER_INPUT"}
    assert told.failures == ()


async def test_a_cursor_of_the_father_is_none_of_the_mothers(ask):
    every = "{ viewer { wards { edges { node { id vaccinations { edges { cursor } } } } } } }"
    [edge] = (await ask("father", every)).data["viewer"]["wards"]["edges"]
    cursor = edge["node"]["vaccinations"]["edges"][0]["cursor"]

    assert edge["node"]["id"] == child("aki")
    assert (await ask("father", PAGE, a=cursor)).codes == []
    assert set((await ask("mother", PAGE, a=cursor)).codes) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("window", "reading"),
    [
        (Window(None, None, None, None), Reading(21)),
        (Window(0, None, None, None), Reading(1)),
        (Window(100, None, None, None), Reading(101)),
        (Window(5, SEALED, None, None), Reading(6, backwards=False, mark=(date(2026, 1, 2), "x"))),
        (Window(None, None, 5, SEALED), Reading(6, backwards=True, mark=(date(2026, 1, 2), "x"))),
        (Window(None, None, None, SEALED), Reading(21, backwards=True, mark=(date(2026, 1, 2), "x"))),
    ],
)
def test_a_page_reads_one_row_more_than_was_asked_for(window, reading):
    assert MINE.reading(DOSES, "kid", window) == reading


def test_equal_places_have_equal_cursors_and_others_have_others():
    assert MINE.seal(DOSES, "kid", RECORD) == SEALED
    assert MINE.seal(DOSES, "kid", RECORD._replace(id="y")) != SEALED


def test_a_cursor_shows_nothing_of_the_row():
    assert b"2026" not in base64.urlsafe_b64decode(SEALED)


@given(st.datetimes(timezones=st.just(UTC)), st.text(max_size=34))
def test_a_place_in_time_comes_back_whole(moment, key):
    moment = moment.replace(microsecond=0)
    record = ENTRIES.source.record(**dict.fromkeys(ENTRIES.source.record._fields) | {"posted_at": moment, "id": key})

    assert MINE.opened(ENTRIES, None, MINE.seal(ENTRIES, None, record)) == (moment, key)
