"""A partner that does not answer is left alone, costs nobody its time limit any more, and is found again."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.gateway.conftest import passes
from tests.gateway.test_chaos import NODE, UNAVAILABLE, asked

pytestmark = pytest.mark.usefixtures("unmeasured")
FAILURES, REST_S = 5, 0.7  # of gateway/plugins/breakers.mjs, and of the chaos partner


def test_the_breaker_opens_half_opens_and_closes_as_it_says():
    passes("breakers.mjs")


def at_once(graph, how, number):
    """How many of these questions reached the partner, and those answers."""
    graph.chaos.seen.clear()
    with ThreadPoolExecutor(number) as threads:
        answers = list(threads.map(lambda _: asked(graph, how), range(number)))
    return len(graph.chaos.seen), answers


def test_a_partner_that_hangs_is_left_alone_and_found_again_when_it_answers(graph):
    asked(graph, "well")
    assert at_once(graph, "hangs", FAILURES)[0] == FAILURES

    graph.chaos.seen.clear()
    _, errors, took_s = asked(graph, "hangs")
    assert [(error["path"], error["extensions"]["code"]) for error in errors] == [(NODE, UNAVAILABLE)]
    assert (graph.chaos.seen, took_s < 0.5) == ([], True)  # at once, and not after its 500 ms

    time.sleep(REST_S)
    assert at_once(graph, "hangs", 3)[0] == 1

    time.sleep(REST_S)
    assert asked(graph, "well")[1] == []
    assert [errors for _, errors, _ in at_once(graph, "well", 3)[1]] == [[], [], []]
