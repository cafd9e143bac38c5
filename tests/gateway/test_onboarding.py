"""A partner's server is tried before it is in the graph: the examples pass, one that asks for no token does not."""

import pytest

from auth.jws import signing_key
from gateway.federation import CODES
from tsumugi.clock import real_now
from tsumugi.federation.probing import Partner, probed
from tsumugi.halt import Halt

pytestmark = pytest.mark.usefixtures("unmeasured")


def probe(graph, port, code):
    key = signing_key((graph.folder / "router.pem").read_bytes())
    return probed(Partner(f"http://127.0.0.1:{port}/graphql", code, graph.town.url), key, real_now)


def test_both_examples_answer_as_a_partner_must(graph):
    for server in graph.servers[:2]:
        found = probe(graph, server.port, CODES[server.name]).splitlines()

        assert [line[:4] for line in found] == ["ok  "] * 7, server.name


def test_a_partner_that_answers_anybody_in_any_order_is_found_out(graph):
    graph.chaos.how = "reversed"
    with pytest.raises(Halt) as told:
        probe(graph, graph.chaos.port, "102041")

    assert [line[:4] for line in str(told.value).splitlines()] == ["NOT "] * 7


def test_a_router_that_the_city_does_not_know_gets_no_token(graph):
    with pytest.raises(Halt, match="gives no token"):
        probe(graph, graph.chaos.port, "102042")
