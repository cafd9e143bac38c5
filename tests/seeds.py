"""Two seeds for every test that draws at random: one fixed, so that a failure stays found; one fresh, to find the next.

A test draws by asking for `seed`, or by being a hypothesis test: both then run under each seed. The fresh one is
printed; TSUMUGI_TEST_SEED=<it> repeats the run. A hypothesis state machine is run by a plain test that asks for
`seed`: `run_state_machine_as_test(hypothesis.seed(seed)(Rides))`.
"""

import os
import secrets

import hypothesis
import pytest

from tests.sizes import COLUMN, TABLE

FIXED = 20261123
FRESH = int(os.environ.setdefault("TSUMUGI_TEST_SEED", str(secrets.randbelow(10**9))))  # workers inherit it
SEEDS = {"fixed": FIXED, "fresh": FRESH}

hypothesis.settings.register_profile(
    "tsumugi",
    max_examples=TABLE["generated examples"][COLUMN],
    deadline=None,  # a shared machine may stand still for a moment
    database=None,  # a run depends on its two seeds only
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)
hypothesis.settings.load_profile("tsumugi")


@pytest.fixture(params=SEEDS)
def seed(request):
    """A whole number, the fixed or the fresh one."""
    value = SEEDS[request.param]
    if hypothesis.is_hypothesis_test(request.function):
        sown(request.function, value)
    return value


def sown(test, seed):
    """The hypothesis test, which from now on draws from this seed."""
    return hypothesis.seed(seed)(test)


def pytest_generate_tests(metafunc):
    if hypothesis.is_hypothesis_test(metafunc.function) and "seed" not in metafunc.fixturenames:
        metafunc.fixturenames.append("seed")
        metafunc.parametrize("seed", list(SEEDS), indirect=True)


def pytest_report_header():
    return f"seeds: fixed {FIXED}, fresh {FRESH} (TSUMUGI_TEST_SEED={FRESH} repeats it)"


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(pytest_report_header())
