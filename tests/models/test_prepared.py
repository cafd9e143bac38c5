"""Statements as the drivers take them: the same rows as through SQLAlchemy, made ready once."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Date, String, bindparam, select

from auth.register import STATEMENTS
from models.access_log import AccessEntry
from models.child import Child
from models.columns import Instant, table_of
from models.organisation import CallerKind
from models.prepared import prepare, processed
from tests.hanamori import HOLDERS, TODAY

child, entry = table_of(Child), table_of(AccessEntry)
BORN = select(child.c.name, child.c.birth_date, child.c.sex).where(
    child.c.birth_date >= bindparam("day", type_=Date), child.c.id != bindparam("id", type_=String)
)


async def through_the_driver(store, statement, binds):
    prepared = prepare(statement, store.engine.dialect)
    async with store.engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        if store.is_sqlite:
            rows = await (await raw.execute(prepared.text, prepared.values(binds))).fetchall()
        else:
            rows = await raw.fetch(prepared.text, *prepared.values(binds))
    return [tuple(row) for row in processed(rows, [process for _, process in prepared.columns])]


async def test_rows_are_the_same_as_through_sqlalchemy(shared_town):
    binds = {"day": date(2016, 1, 1), "id": "nobody"}
    async with shared_town.owner.engine.connect() as connection:
        wanted = [tuple(row) for row in await connection.execute(BORN, binds)]
    found = await through_the_driver(shared_town.owner, BORN, binds)

    assert sorted(found) == sorted(wanted) != []


async def test_what_a_caller_holds_is_read_the_same(shared_town):
    binds = {"me": HOLDERS["mother"].id, "today": TODAY}
    statement = STATEMENTS[CallerKind.RESIDENT]
    async with shared_town.engine.connect() as connection:
        wanted = [tuple(row) for row in await connection.execute(statement, binds)]
    found = await through_the_driver(shared_town, statement, binds)

    assert sorted(found) == sorted(wanted) != []


def test_a_value_that_is_given_in_many_places_is_made_once(store):
    made = []

    class Counted(Instant):
        cache_ok = True

        def process_bind_param(self, value, dialect):
            made.append(value)
            return super().process_bind_param(value, dialect)

    at = bindparam("at", type_=Counted())
    prepared = prepare(select(entry.c.id).where(entry.c.at < at, entry.c.at != at), store.engine.dialect)
    moment = datetime(2026, 11, 23, tzinfo=UTC)

    assert len(set(prepared.values({"at": moment}))) == 1
    assert made == [moment]


def test_every_is_the_values_with_one_of_them_another(store):
    prepared = prepare(BORN, store.engine.dialect)
    binds = {"day": date(2016, 1, 1)}

    head, tail = prepared.around(binds, "id")
    assert [(*head, id, *tail) for id in "abc"] == [prepared.values({**binds, "id": id}) for id in "abc"]


def test_a_list_of_values_is_refused(store):
    with pytest.raises(TypeError, match="binds no list"):
        prepare(select(child.c.id).where(child.c.id.in_(["a", "b"])), store.engine.dialect)


def test_a_value_that_is_missing_is_missed(store):
    with pytest.raises(KeyError):
        prepare(BORN, store.engine.dialect).values({"day": date(2016, 1, 1)})
