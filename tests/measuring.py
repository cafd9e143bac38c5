"""Coverage rests while a test repeats what others go through: by the thousand, or on the second database."""

import os
from contextlib import contextmanager, nullcontext

import coverage
import pytest

# What goes by the database, or by who comes first, is tried here; elsewhere SQLite and PostgreSQL run the same lines.
ON_BOTH = ("tests/auth/", "tests/engine/", "tests/migrations/", "tests/models/")


@contextmanager
def resting():
    """Measuring doubles what anything costs."""
    measuring = coverage.Coverage.current()
    if measuring is not None:
        measuring.stop()
    try:
        yield
    finally:
        if measuring is not None:
            measuring.start()


@pytest.fixture
def unmeasured(monkeypatch):
    """Neither this test nor a process that it starts is measured."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    monkeypatch.delenv("COVERAGE_PROCESS_START", raising=False)
    with resting():
        yield


def is_repeated(item):
    """Whether the same test is measured on SQLite, and would find nothing new here."""
    given = item.callspec.params.values() if hasattr(item, "callspec") else ()
    is_again = any(isinstance(each, str) and each == "postgresql" for each in given)
    return is_again and not item.nodeid.startswith(ON_BOTH)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    with resting() if is_repeated(item) else nullcontext():
        return (yield)


# Modules are imported alike in each process of a run, so the first measures it; from here on, as the first plugin.
LATER = coverage.Coverage.current() if os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0" else None
if LATER is not None:
    LATER.stop()


def pytest_collection_finish():
    if LATER is not None:
        LATER.start()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish():
    """A worker that is slow to end is killed ten seconds after this: what it has measured is kept before."""
    measuring = coverage.Coverage.current()
    if measuring is not None and "PYTEST_XDIST_WORKER" in os.environ:
        measuring.stop()
        measuring.save()
