"""The steps lead up and down on both databases, and end where the models stand."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

import migrations
from models.columns import is_kept_by
from models.tables import METADATA


def tables(url):
    return set(migrations.on(url, lambda connection: inspect(connection).get_table_names())) - {"alembic_version"}


def test_up_reaches_the_head_and_makes_every_table(empty_database_url):
    assert migrations.current(empty_database_url) is None

    migrations.upgrade(empty_database_url)

    assert migrations.current(empty_database_url) == migrations.head()
    assert tables(empty_database_url) == set(METADATA.tables)


def test_every_step_can_be_taken_back_and_again(empty_database_url):
    migrations.upgrade(empty_database_url)

    steps = ScriptDirectory.from_config(migrations.config()).walk_revisions()
    for revision in [step.down_revision for step in steps if step.down_revision]:
        migrations.downgrade(empty_database_url, revision)
        assert migrations.current(empty_database_url) == revision
    migrations.downgrade(empty_database_url, "base")

    assert tables(empty_database_url) == set()
    migrations.upgrade(empty_database_url)
    assert tables(empty_database_url) == set(METADATA.tables)


def test_models_and_migrated_tables_do_not_differ(database_url):
    def differences(connection):
        def is_here(item, _name, _kind, is_found, _other):
            return is_found or is_kept_by(connection.dialect.name, item)

        options = {"compare_type": True, "include_object": is_here}
        return compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)

    assert migrations.on(database_url, differences) == []


def test_a_second_upgrade_changes_nothing(database_url):
    migrations.upgrade(database_url)

    assert migrations.current(database_url) == migrations.head()


def test_servers_that_start_together_upgrade_once(empty_database_url):
    with ThreadPoolExecutor(max_workers=4) as servers:
        list(servers.map(migrations.upgrade, [empty_database_url] * 4))

    assert tables(empty_database_url) == set(METADATA.tables)


async def test_a_server_may_upgrade_from_inside_its_event_loop(empty_database_url):
    await asyncio.to_thread(tables, empty_database_url)
    migrations.upgrade(empty_database_url)

    assert migrations.current(empty_database_url) == migrations.head()


def test_a_failing_step_leaves_nothing_behind(empty_database_url):
    def stumble(connection):
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER PRIMARY KEY)")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        migrations.on(empty_database_url, stumble)

    assert tables(empty_database_url) == set()


def test_a_step_that_breaks_a_reference_is_rolled_back(tmp_path):
    url = f"sqlite:///{tmp_path / 'tsumugi.db'}"

    def orphan(connection):
        connection.exec_driver_sql("CREATE TABLE a (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE b (a_id INTEGER REFERENCES a (id))")
        connection.exec_driver_sql("INSERT INTO b VALUES (1)")

    with pytest.raises(migrations.BrokenReference):
        migrations.on(url, orphan)

    assert tables(url) == set()
