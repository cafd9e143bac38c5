"""What every test may ask for."""

pytest_plugins = (
    "tests.databases",
    "tests.sizes",
    "tests.seeds",
    "tests.running",
    "tests.asking",
    "tests.registering",
    "tests.mailing",
    "tests.streaming",
    "tests.applying",
)
