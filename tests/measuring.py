"""Coverage rests while a test repeats by the thousand what other tests have gone through once."""

import coverage
import pytest


@pytest.fixture
def unmeasured(monkeypatch):
    """Neither this test nor a process that it starts is measured: measuring doubles what it costs."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    monkeypatch.delenv("COVERAGE_PROCESS_START", raising=False)
    measuring = coverage.Coverage.current()
    if measuring is not None:
        measuring.stop()
    yield
    if measuring is not None:
        measuring.start()
