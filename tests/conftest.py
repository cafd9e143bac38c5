"""What every test may ask for."""

import signal

pytest_plugins = (
    "tests.measuring",
    "tests.databases",
    "tests.sizes",
    "tests.seeds",
    "tests.running",
    "tests.asking",
    "tests.registering",
    "tests.mailing",
    "tests.streaming",
    "tests.applying",
    "tests.tapping",
    "tests.syncing",
)


def pytest_configure():
    """A shell that runs the tests in the background ignores SIGINT for all below it; who handles it hands down none."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
