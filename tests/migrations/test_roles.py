"""What the application's role may do after `tsumugi migrate`, whatever it had before."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import migrations
from migrations import roles
from models import relation
from models.tables import METADATA
from tests.databases import APPLICATION, as_application

RIGHTS = f"""SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type)
  FROM information_schema.role_table_grants WHERE table_schema = 'public' AND grantee = '{APPLICATION}'
  GROUP BY table_name"""


def ran(url, statement):
    return migrations.on(url, lambda connection: connection.execute(text(statement)).all())


@pytest.fixture
def url(postgresql, postgresql_template):
    """A migrated database of its own."""
    name = f"roles_{uuid4().hex}"
    yield postgresql.create(name, postgresql_template)
    postgresql.drop(name)


def test_rows_are_read_and_written_and_entries_are_only_added(url):
    found = dict(tuple(row) for row in ran(url, RIGHTS))
    expected = dict.fromkeys(METADATA.tables, "DELETE INSERT SELECT UPDATE")
    expected |= dict.fromkeys(roles.APPEND_ONLY, "INSERT SELECT") | {roles.STEPS: "SELECT"}

    assert found == expected


def test_what_the_role_had_before_it_loses(url):
    given = f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {APPLICATION}"
    migrations.on(url, lambda connection: connection.exec_driver_sql(given))
    migrations.admit(url, as_application(url))

    with pytest.raises(DBAPIError, match="permission denied"):
        ran(as_application(url), "DELETE FROM guardianship")


def test_an_owner_who_is_the_application_too_is_given_nothing(url):
    before = ran(url, RIGHTS)
    migrations.admit(url, url)

    assert ran(url, RIGHTS) == before


def test_tables_that_only_grow_are_tables():
    assert set(roles.APPEND_ONLY) <= METADATA.tables.keys()
    assert roles.RELATIONS == relation.SCHEMA
