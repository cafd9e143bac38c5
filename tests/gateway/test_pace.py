"""A partner that hangs slows down nobody who asks for something else."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import pytest

from tests.running import PATIENCE_S

pytestmark = pytest.mark.usefixtures("unmeasured")
OWN = "{ viewer { wards { edges { node { name birthDate } } } } }"
CLUBS = "{ viewer { wards { edges { node { name club { name } } } } } }"
OTHERS, PAUSE_S = 4, 0.1  # clients who ask for the partner's fields meanwhile, and how long each thinks
ROUND = 25


def client(graph):
    headers = {"authorization": f"Bearer {graph.town.token('mother')}"}
    return httpx.Client(headers=headers, timeout=PATIENCE_S, trust_env=False)


def keep_asking(graph, is_over):
    with client(graph) as asking:
        while not is_over.wait(PAUSE_S):
            asking.post(graph.url, json={"query": CLUBS})


def own_data(graph, number):
    """How long each of so many questions takes that the partner has nothing to do with."""
    with client(graph) as asking:
        for _ in range(number):
            started = time.perf_counter()
            assert asking.post(graph.url, json={"query": OWN}).json()["data"]["viewer"]
            yield time.perf_counter() - started


def beside(graph, how):
    """The same while others ask for the partner's fields."""
    graph.chaos.how, is_over = how, Event()
    with ThreadPoolExecutor(OTHERS) as threads:
        asking = [threads.submit(keep_asking, graph, is_over) for _ in range(OTHERS)]
        try:
            took = list(own_data(graph, ROUND))
        finally:
            is_over.set()
    assert [each.result() for each in asking] == [None] * OTHERS  # each asked until the end
    return took


def p99(seconds):
    return sorted(seconds)[int(len(seconds) * 0.99)]


def test_our_p99_beside_a_partner_that_hangs_is_as_beside_one_that_is_well(graph, size, capsys):
    took = {"well": [], "hangs": []}
    for _ in range(size("questions beside a partner that hangs") // ROUND):
        for how, found in took.items():  # in turn: what else the machine does meets both
            found.extend(beside(graph, how))
    ratio = p99(took["hangs"]) / p99(took["well"])
    with capsys.disabled():
        told = ", ".join(f"{how} {1000 * p99(found):.0f} ms" for how, found in took.items())
        sys.stdout.write(f"\np99 of {len(took['well'])} each beside a partner: {told}, ratio {ratio:.2f}\n")

    assert ratio <= size("percent of our p99 beside a partner that hangs") / 100
