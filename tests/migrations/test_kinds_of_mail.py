"""Steps that let the outbox hold one more kind of mail; what waits there stays, and its check and index too."""

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

import migrations

STEPS = {"0037": "CREDENTIAL", "0038": "MAILBOX_REMOVED"}
WRITTEN = "SELECT id, kind, due_at, attempts FROM outbox ORDER BY id"


def put(url, id, kind):
    row = "(id, kind, created_at, due_at, attempts)"
    at = "'2026-11-23T00:00:00+00:00'"
    added = text(f"INSERT INTO outbox {row} VALUES ('{id}', '{kind}', {at}, {at}, 0)")
    migrations.on(url, lambda connection: connection.execute(added))


def read(url):
    return migrations.on(url, lambda connection: [tuple(row) for row in connection.execute(text(WRITTEN))])


@pytest.fixture(params=STEPS)
def step(request):
    return request.param


@pytest.fixture
def kind(step):
    return STEPS[step]


@pytest.fixture
def earlier(step):
    return f"{int(step) - 1:04}"


@pytest.fixture
def before(empty_database_url, earlier):
    """A notice that waits since before the step."""
    migrations.upgrade(empty_database_url, earlier)
    put(empty_database_url, "n1", "NOTICE")
    return empty_database_url


def test_the_new_kind_is_taken_and_no_other(before, step, kind):
    with pytest.raises(IntegrityError):
        put(before, "n2", kind)
    waiting = read(before)
    migrations.upgrade(before, step)
    put(before, "n2", kind)

    assert [row[:2] for row in read(before)] == [("n1", "NOTICE"), ("n2", kind)]
    assert read(before)[:1] == waiting
    with pytest.raises(IntegrityError):
        put(before, "n3", "OTHER")


def test_the_way_back_keeps_every_other_kind_and_what_waits_is_still_found_by_its_index(before, step, kind, earlier):
    waiting = read(before)
    migrations.upgrade(before, step)
    put(before, "n2", kind)
    up = migrations.on(before, lambda connection: inspect(connection).get_indexes("outbox"))
    migrations.downgrade(before, earlier)
    down = migrations.on(before, lambda connection: inspect(connection).get_indexes("outbox"))

    assert read(before) == waiting
    assert {each["name"] for each in up} == {each["name"] for each in down} >= {"outbox_that_waits"}
    with pytest.raises(IntegrityError):
        put(before, "n2", kind)
