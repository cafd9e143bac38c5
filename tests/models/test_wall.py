"""The wall as PostgreSQL keeps it: on every table with a subject, for one transaction, and nobody takes it down."""

import pytest
from sqlalchemy import insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from models import relation, tables, wall
from models.child import Child
from models.columns import table_of
from models.growth import Growth
from models.ids import Letter
from models.relation import relation_of
from models.subject import Noun
from models.wall import Opening
from tests.databases import OWNER
from tests.hanamori import NOW, TODAY, child, id_of, resident

CHILDREN = select(table_of(Child).c.name)
AKI = Opening({Noun.CHILD: frozenset({child("aki")})})
TOWN = Opening({Noun.CHILD: None})
POLICIES = """SELECT tablename FROM pg_policies JOIN pg_class ON relname = tablename AND relrowsecurity
  WHERE schemaname = 'public'"""


async def names(connection):
    return sorted(await connection.scalars(CHILDREN))


def measured(name):
    row = {"id": id_of(Letter.GROWTH, "new"), "child_id": child(name), "measured_on": TODAY, "weight_g": 9_000}
    return row | {"recorded_by_id": resident("mother"), "recorded_at": NOW}


async def test_every_table_with_a_subject_is_behind_the_wall(walled_town):
    async with walled_town.reading() as connection:
        walled = set(await connection.scalars(text(POLICIES)))

    assert len(tables.subjects()) > 10
    assert tables.subjects().keys() <= walled


async def test_relations_show_the_columns_that_they_are_made_of_and_no_others(walled_town):
    def views(connection):
        found = inspect(connection)
        return {
            name: {column["name"] for column in found.get_columns(name, relation.SCHEMA)}
            for name in found.get_view_names(relation.SCHEMA)
        }

    async with walled_town.reading() as connection:
        found = await connection.run_sync(views)
    names = {"party": {"id", "name"}}  # of those who shared something, or have it
    assert found == names | {table_of(model).name: set(columns) for model, columns in relation.COLUMNS.items()}


def test_relations_hold_no_content():
    shown = {column for columns in relation.COLUMNS.values() for column in columns}

    assert not shown & {"name", "name_kana", "address", "phone", "allergies", "evidence", "eligibility", "due_on"}


async def test_what_is_opened_is_reached_and_what_is_opened_next_replaces_it(walled_town):
    async with walled_town.reading() as connection:
        found = []
        for opening in (AKI, TOWN, wall.NOTHING):
            await wall.open_to(connection, opening)
            found.append(len(await names(connection)))

    assert found == [1, 6, 0]


@pytest.mark.parametrize("ends", ["commit", "rollback"])
async def test_the_end_of_a_transaction_takes_everything_back(walled_town, ends):
    found = []
    async with walled_town.engine.connect() as connection:
        await wall.open_to(connection, TOWN)
        found.append(len(await names(connection)))
        await getattr(connection, ends)()
        found.append(len(await names(connection)))

    assert found == [6, 0]


async def test_nothing_leaks_to_the_next_who_gets_the_connection(walled_town):
    backends, found = [], []
    for opening in (TOWN, None):
        async with walled_town.reading() as connection:
            if opening is not None:
                await wall.open_to(connection, opening)
            backends.append(await connection.scalar(text("SELECT pg_backend_pid()")))
            found.append(len(await names(connection)))

    assert backends[0] == backends[1]
    assert found == [6, 0]


async def test_a_deed_writes_only_about_whom_it_reaches(walled_own_town):
    table = table_of(Growth)
    async with walled_own_town.writing(opening=AKI) as session:
        await (await session.connection()).execute(insert(table), measured("aki"))
    foreign = measured("yuki") | {"id": id_of(Letter.GROWTH, "other")}
    async with walled_own_town.writing(opening=AKI) as session:
        connection = await session.connection()
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(insert(table), foreign)


async def test_a_deed_that_reaches_nothing_changes_nothing(walled_own_town):
    async def rename(session):
        connection = await session.connection()
        return (await connection.execute(update(table_of(Child)).values(name="x"))).rowcount

    assert await walled_own_town.transact(rename) == 0
    assert await walled_own_town.transact(rename, opening=AKI) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE child DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE child NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY reached ON child",
        "CREATE POLICY mine ON child USING (true)",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        f"SET ROLE {OWNER}",
        f"SET SESSION AUTHORIZATION {OWNER}",
        f"GRANT {OWNER} TO CURRENT_USER",
        "TRUNCATE growth",
        "CREATE TABLE copy AS SELECT * FROM family",
        "UPDATE relations.child SET family_id = NULL",
        "DELETE FROM relations.seat",
        "UPDATE guardianship SET valid_to = NULL",
        "DELETE FROM guardianship",
        "UPDATE protectionmeasure SET valid_to = valid_from",
        "DELETE FROM protectionmeasure",
        "UPDATE lifeevent SET evidence = 'x'",
        "DELETE FROM lifeevent",
        "UPDATE accessentry SET cells = 0",
        "DELETE FROM accessentry",
        "DELETE FROM audithead",
        "UPDATE withholding SET until = NULL",
        "UPDATE pointentry SET points = 0",
        "DELETE FROM pointposting",
        "UPDATE pointlot SET expires_on = '2099-01-01'",
        "TRUNCATE pointhold",
        "ALTER TABLE pointposting DISABLE TRIGGER ALL",
        "UPDATE alembic_version SET version_num = 'x'",
    ],
)
async def test_the_applications_role_cannot_take_the_wall_down(walled_town, statement):
    async with walled_town.engine.connect() as connection:
        await wall.open_to(connection, TOWN)
        with pytest.raises(DBAPIError):
            await connection.execute(text(statement))


async def test_whoever_switches_row_security_off_is_refused_every_row(walled_town):
    async with walled_town.engine.connect() as connection:
        await wall.open_to(connection, TOWN)
        await connection.execute(text("SET row_security = off"))
        with pytest.raises(DBAPIError, match="row-level security"):
            await names(connection)


async def test_a_table_without_a_wall_is_read_as_it_is(ask):
    from_relations = select(relation_of(Child).c.id)
    async with ask.store.reading() as connection:
        found = list(await connection.scalars(from_relations))

    assert len(found) == 6


async def test_the_register_shows_the_names_of_those_who_shared_or_have_something_and_no_others(walled_town):
    async with walled_town.reading() as connection:
        found = set(await connection.scalars(select(relation.PARTIES.c.name)))

    assert found == {"mother", "grandmother", "sheltered", "counterparty"}
