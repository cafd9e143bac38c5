"""Steps 0005 and 0035 write the access log anew: what was written, rights, checks and the wall stay as they were."""

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

import migrations
from auth.chain import BEFORE_THE_FIRST, chained, hash_of
from migrations import roles
from models.access_log import AccessEntry
from models.columns import table_of
from tests.auth.exported import draft
from tests.databases import APPLICATION, as_application

ENTRIES = table_of(AccessEntry)
WRITTEN = list(chained(0, BEFORE_THE_FIRST, [draft(number) for number in range(50)]))
OF_THE_ROLE = f"""SELECT privilege_type FROM information_schema.role_table_grants
  WHERE table_name = 'accessentry' AND grantee = '{APPLICATION}' ORDER BY 1"""
WALLED = """SELECT count(*) FROM pg_policies JOIN pg_class ON relname = tablename AND relrowsecurity
  WHERE tablename = 'accessentry'"""


def read(connection):
    return connection.execute(ENTRIES.select().order_by(ENTRIES.c.seq)).all()


@pytest.fixture
def before(empty_database_url):
    """A log that was written before the step, in no order."""
    migrations.upgrade(empty_database_url, "0004")
    migrations.admit(empty_database_url, as_application(empty_database_url))
    migrations.on(empty_database_url, lambda connection: connection.execute(ENTRIES.insert(), WRITTEN[::-1]))
    return empty_database_url


def test_every_entry_is_kept_as_it_was_hashed(before):
    migrations.upgrade(before)
    found = migrations.on(before, read)

    assert [each._mapping for each in found] == WRITTEN
    assert all(hash_of(each._mapping) == each.hash for each in found)


def test_the_way_back_keeps_them_too(before):
    migrations.upgrade(before)
    migrations.downgrade(before, "0004")

    assert [each._mapping for each in migrations.on(before, read)] == WRITTEN


def test_rows_are_kept_by_number_and_ids_stay_unique(before):
    migrations.upgrade(before)
    found = migrations.on(
        before,
        lambda connection: (
            inspect(connection).get_pk_constraint("accessentry")["constrained_columns"],
            [each["column_names"] for each in inspect(connection).get_unique_constraints("accessentry")],
        ),
    )

    assert found == (["seq"], [["id"]])


KIND = "UPDATE accessentry SET actor_kind = 'NOBODY' WHERE seq = 1"


@pytest.mark.parametrize("step", ["0034", "head"])
def test_nobody_looks_who_is_no_caller(before, step):
    migrations.upgrade(before)
    if step != "head":
        migrations.downgrade(before, step)

    with pytest.raises(IntegrityError):
        migrations.on(before, lambda connection: connection.execute(text(KIND)))
    assert [each._mapping for each in migrations.on(before, read)] == WRITTEN


def test_on_postgresql_the_role_still_only_adds_and_the_wall_stands(postgresql):
    url = postgresql.create("log_by_number")
    migrations.upgrade(url, "0004")
    migrations.admit(url, as_application(url))
    migrations.upgrade(url)
    rights = migrations.on(url, lambda connection: list(connection.scalars(text(OF_THE_ROLE))))
    walled = migrations.on(url, lambda connection: connection.scalar(text(WALLED)))
    postgresql.drop("log_by_number")

    assert (rights, walled) == (["INSERT", "SELECT"], 1)
    assert "accessentry" in roles.APPEND_ONLY
