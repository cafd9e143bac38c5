"""A moment goes into the database and comes out as the same moment, in UTC, on both databases."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from models.checkup import Checkup
from models.columns import table_of
from models.credential import Challenge, Credential, EnrolledBy
from models.organisation import Organisation
from models.vaccination import Vaccination
from tests.hanamori import office, resident

MOMENTS = {
    "UTC": datetime(2026, 11, 23, 0, 0, tzinfo=UTC),
    "Tokyo": datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=9))),
    "the west": datetime(2026, 11, 22, 16, 0, tzinfo=timezone(timedelta(hours=-8))),
    "long ago": datetime(901, 1, 1, tzinfo=UTC),
}
challenge = table_of(Challenge)


async def kept(store, moment):
    async with store.owner.engine.begin() as connection:
        await connection.execute(insert(challenge), {"nonce_hash": "n", "expires_at": moment})
        return await connection.scalar(select(challenge.c.expires_at))


async def test_a_moment_without_a_zone_is_refused(store):
    with pytest.raises(StatementError, match="an instant has a time zone"):
        await kept(store, datetime(2026, 11, 23))  # noqa: DTZ001 - that is the point


async def test_a_moment_that_must_be_given_is_never_missing(store):
    with pytest.raises(DBAPIError):
        await kept(store, None)


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
async def test_a_moment_comes_back_in_utc(store, moment):
    found = await kept(store, moment)

    assert found == moment
    assert found.tzinfo is UTC


async def test_a_moment_is_kept_in_whole_seconds(store):
    assert await kept(store, MOMENTS["UTC"].replace(microsecond=999_999)) == MOMENTS["UTC"]


async def test_moments_sort_by_time_whatever_their_zone(store):
    async with store.owner.engine.begin() as connection:
        for name, moment in MOMENTS.items():
            await connection.execute(insert(challenge), {"nonce_hash": name, "expires_at": moment})
        found = list(await connection.scalars(select(challenge.c.nonce_hash).order_by(challenge.c.expires_at)))

    assert found == ["long ago", "UTC", "the west", "Tokyo"]


async def test_a_moment_that_may_be_missing_stays_missing(own_town):
    row = {"id": "c", "lookup_key": "k", "scheme": "s", "pepper_version": 1, "created_at": MOMENTS["UTC"]}
    row |= {"enrolled_by": EnrolledBy.CODE}
    credential = table_of(Credential)
    async with own_town.owner.engine.begin() as connection:
        await connection.execute(insert(credential), row | {"resident_id": resident("mother")})
        found = await connection.scalar(select(credential.c.closed_at))

    assert found is None


async def test_a_word_that_the_enum_has_not_is_refused_by_the_database(own_town):
    async with own_town.owner.engine.begin() as connection:
        change = text("UPDATE organisation SET kind = 'KING' WHERE id = :id")
        with pytest.raises(DBAPIError):
            await connection.execute(change, {"id": office("clinic")})


async def test_a_word_is_kept_by_its_name(shared_town):
    async with shared_town.reading() as connection:
        found = await connection.scalar(text("SELECT kind FROM organisation WHERE id = :id"), {"id": office("clinic")})
        word = await connection.scalar(
            select(table_of(Organisation).c.kind).where(table_of(Organisation).c.id == office("clinic"))
        )

    assert (found, word.value) == ("CLINIC", "clinic")


@pytest.mark.parametrize(("model", "order"), [(Checkup, "checked_on"), (Vaccination, "given_on")])
def test_on_sqlite_records_are_listed_from_an_index_that_holds_them_whole(sqlite_template, model, order):
    name = table_of(model).name
    asked = (
        f"EXPLAIN QUERY PLAN SELECT * FROM {name} WHERE child_id = ? AND NOT is_replaced ORDER BY {order} DESC, id DESC"
    )
    with closing(sqlite3.connect(sqlite_template)) as database:
        found = [row[3] for row in database.execute(asked, ("",))]

    assert found == [f"SEARCH {name} USING COVERING INDEX {name}_by_child_whole (child_id=?)"]
