"""How much of each promise is tried: tests/sizes.toml is the one table, TSUMUGI_TEST_SIZE names its column."""

import os
import tomllib
from pathlib import Path

import pytest

TABLE = tomllib.loads(Path(__file__).with_name("sizes.toml").read_text(encoding="utf-8"))
COLUMNS = ("test", "sample", "full")
COLUMN = os.environ.get("TSUMUGI_TEST_SIZE", "test")
if COLUMN not in COLUMNS:
    raise pytest.UsageError(f"TSUMUGI_TEST_SIZE is one of {', '.join(COLUMNS)}, not {COLUMN}")


@pytest.fixture(scope="session")
def size():
    """`size("fuzzed documents")`: the count for this run."""
    return lambda promise: TABLE[promise][COLUMN]


def pytest_report_header():
    return f"sizes: column {COLUMN} of tests/sizes.toml"


def pytest_collection_modifyitems(config, items):
    """What a reduced run leaves out is deselected, never skipped."""
    if COLUMN == "test":
        left_out = [item for item in items if item.get_closest_marker("full")]
        items[:] = [item for item in items if not item.get_closest_marker("full")]
        config.hook.pytest_deselected(items=left_out)
