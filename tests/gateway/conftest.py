"""The whole federation, once for all tests of this folder: a city of the demo, two partners, a router."""

import shutil
import subprocess
import time

import pytest

from gateway.federation import City, Federation, make_key
from tests.gateway.chaos import Chaos
from tests.running import CLIENT, PATIENCE_S, ROOT, Tsumugi
from tsumugi.federation.node import NODE, install


def city(code, town):
    return City(code, town.url, f"http://localhost:{town.port}", lambda query: town.ask("mother", query))


def until(is_so):
    for _ in range(100):
        if is_so():
            return
        time.sleep(0.1)
    raise AssertionError("never came to be")


def passes(script):
    """Tests in JavaScript, of which one that does not end is ended and named."""
    install()
    limits = ["--test-timeout=30000", "--test-force-exit"]
    command = [str(NODE), "--test", *limits, str(ROOT / "tests" / "gateway" / script)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=2 * PATIENCE_S, check=False)
    assert done.returncode == 0, done.stdout


class Graph(Federation):
    """The federation as tests ask it."""

    poll_ms = 500

    def __init__(self, folder, town):
        super().__init__(folder, [city("102016", town)])
        self.town, self.chaos = town, Chaos()
        self.others = [self.chaos.subgraph(folder)]

    def stop(self):
        super().stop()
        self.chaos.close()

    def post(self, query, name=None, purpose=None, further="", **variables):
        """The router's response."""
        named = {"authorization": f"Bearer {self.town.token(name)}"} if name else {}
        stated = {"tsumugi-purpose": purpose} if purpose else {}
        more = {"tsumugi-further-tokens": further} if further else {}
        body = {"query": query, "variables": variables}
        return CLIENT.post(self.url, json=body, headers=named | stated | more)


@pytest.fixture(scope="session")
def graph(demo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("federation")
    keys = {"TSUMUGI_ROUTER_KEYS": str(make_key(folder))}
    town = Tsumugi(shutil.copytree(demo.data, folder / "city"), **keys).start("demo")
    federation = None
    try:
        federation = Graph(folder, town).start()
        yield federation
    finally:
        if federation is not None:
            federation.stop()
        town.stop()
