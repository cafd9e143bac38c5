"""How much of each promise is tried: tests/sizes.toml is the one table, TSUMUGI_TEST_SIZE names its column."""

import os
import tomllib
from pathlib import Path

import hypothesis
import pytest

TABLE = tomllib.loads(Path(__file__).with_name("sizes.toml").read_text(encoding="utf-8"))
COLUMNS = ("test", "sample", "full")
COLUMN = os.environ.get("TSUMUGI_TEST_SIZE", "test")
if COLUMN not in COLUMNS:
    raise pytest.UsageError(f"TSUMUGI_TEST_SIZE is one of {', '.join(COLUMNS)}, not {COLUMN}")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    """Whoever waits for ever is ended and named, with the stack of every thread; `--timeout` says otherwise."""
    if config.option.timeout is None:
        config.option.timeout = TABLE["seconds until a test that does not end is ended"][COLUMN]


@pytest.fixture(scope="session")
def size():
    """`size("fuzzed documents")`: the count for this run."""
    return lambda promise: TABLE[promise][COLUMN]


def pytest_report_header():
    return f"sizes: column {COLUMN} of tests/sizes.toml"


def pytest_collection_modifyitems(config, items):
    """Deselects, never skips: `test` what it has no time for, `sample` what no column changes."""
    wanted = {"test": _short, "sample": _counted, "full": lambda _: True}[COLUMN]
    left_out = [item for item in items if not wanted(item)]
    items[:] = [item for item in items if wanted(item)]
    config.hook.pytest_deselected(items=left_out)


def _short(item):
    return item.get_closest_marker("full") is None and not _needs_packages(item)


def _needs_packages(item):
    """Whether it needs what scripts/setup-system installs: it runs in scripts/prove, and fails without that."""
    return item.get_closest_marker("system") is not None


def _counted(item):
    """Whether the run under `test`, which goes before, tried less of it: a count of the table, or what it left out."""
    if _needs_packages(item):
        return False
    return "size" in item.fixturenames or hypothesis.is_hypothesis_test(item.function) or not _short(item)
