"""A real server process with a real town, asked over HTTP as clients ask it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.databases import both_roles
from tsumugi import card
from tsumugi.clock import real_now
from tsumugi.visit import access_token

ROOT = Path(__file__).parents[1]
FEWEST_FAMILIES = "16"
PATIENCE_S = 120
STORM_S = 180  # for whoever is told again and again that the server is too busy
# A client of its own for each question reads all certificate authorities: 30 ms. No connection is kept, since servers
# are stopped and killed here.
CLIENT = httpx.Client(limits=httpx.Limits(max_keepalive_connections=0), trust_env=False, timeout=PATIENCE_S)
FRESH_S = 240  # of the five minutes that a token lives; a slow machine may take longer over all tests of one town

BUSY = re.compile('"code":"(UNAVAILABLE|DEADLINE_EXCEEDED)"')


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


async def answered(client, body, headers=None):
    """Of many at once: whoever is told that the server is too busy asks again, with the same key."""
    answer = None
    until = time.monotonic() + STORM_S
    while answer is None or (BUSY.search(answer.text) and time.monotonic() < until):
        answer = await client.post("/graphql", json=body, headers=headers)
    assert answer.status_code == httpx.codes.OK, answer.text
    assert "errors" not in answer.json(), answer.text
    return answer


class Tsumugi:
    """The command line and the server of one data folder."""

    def __init__(self, data, **settings):
        self.data, self.port = Path(data), free_port()
        self.log = self.data.parent / f"{self.data.name}.log"
        plain = {name: value for name, value in os.environ.items() if not name.startswith("TSUMUGI_")}
        chosen = {"TSUMUGI_DATA": str(self.data), "TSUMUGI_PORT": str(self.port), **settings}
        self.environ = plain | chosen | {"PYTHONPATH": str(ROOT)}
        self.workers_wanted = int(settings.get("TSUMUGI_WORKERS", 1))
        self.process = None
        self.started_at = 0  # in the log, which goes on over several starts
        self.tokens = {}

    def unmeasured(self):
        """Itself, whose processes start in half the time."""
        self.environ = {name: value for name, value in self.environ.items() if not name.startswith("COVERAGE_")}
        return self

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments):
        command = [sys.executable, "-m", "tsumugi", *map(str, arguments)]
        return subprocess.run(
            command, env=self.environ, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )

    def start(self, *arguments):
        """Serve; back as soon as the server is ready and every worker has begun."""
        with self.log.open("a") as log:
            self.started_at = log.tell()
            command = [sys.executable, "-m", "tsumugi", *map(str, arguments)]
            self.process = subprocess.Popen(command, env=self.environ, stdout=log, stderr=log, start_new_session=True)
        started = time.monotonic()
        while len(self.workers()) < self.workers_wanted or not self.is_ready():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() - started < PATIENCE_S, self.log.read_text()
            time.sleep(0.1)
        return self

    def is_ready(self):
        try:
            return CLIENT.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def lines(self, since=0):
        """What the server has logged from that byte on."""
        text = self.log.read_bytes()[since:].decode()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{") and line.endswith("}")]

    def workers(self):
        """The process ids of its workers since the last start."""
        return {line["worker"] for line in self.lines(self.started_at) if line["event"] == "started"}

    def kill(self):
        """SIGKILL for the server and all of its workers."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def end(self):
        """Leave no process behind, whatever the test did."""
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def token(self, name):
        token, given_at = self.tokens.get(name, ("", -FRESH_S))
        if time.monotonic() - given_at >= FRESH_S:
            held = card.load(self.data / "cards" / f"{name}.json")
            token = access_token(self.url, held, real_now())
            self.tokens[name] = token, time.monotonic()
        return token

    def post(self, body, name=None, purpose=None, **headers):
        """The HTTP response to one GraphQL request."""
        named = {"authorization": f"Bearer {self.token(name)}"} if name else {}
        stated = {"tsumugi-purpose": purpose} if purpose else {}
        everything = {"content-type": "application/json", **named, **stated, **headers}
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        return CLIENT.post(f"{self.url}/graphql", content=content, headers=everything)

    def ask(self, name, query, purpose=None, **variables):
        """The GraphQL response, which must have data and no errors."""
        answer = self.post({"query": query, "variables": variables}, name, purpose).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def ask_each(self, name, query, purpose=None, **variables):
        """What each worker says, all the others standing still."""
        if name:
            self.token(name)  # whoever gives it out
        return [self._ask_alone(worker, name, query, purpose, variables) for worker in sorted(self.workers())]

    def _ask_alone(self, worker, *question):
        name, query, purpose, variables = question
        others = self.workers() - {worker}
        for other in others:
            os.kill(other, signal.SIGSTOP)
        try:
            return self.ask(name, query, purpose, **variables)
        finally:
            for other in others:
                os.kill(other, signal.SIGCONT)


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """A demo town on SQLite, shared by tests that only read."""
    server = Tsumugi(tmp_path_factory.mktemp("demo") / "town").unmeasured()
    yield server.start("demo", "--families", FEWEST_FAMILIES)
    server.stop()


@pytest.fixture
def town(demo, tmp_path):
    """The same town, not running, in a folder of the test's own."""
    copied = Tsumugi(shutil.copytree(demo.data, tmp_path / "town"))
    yield copied
    copied.end()


@pytest.fixture(scope="session")
def postgresql_demo(postgresql, tmp_path_factory, worker_id):
    """A demo town on PostgreSQL, not running: its folder, and the name of its database, from which others are made."""
    name = f"demo_{worker_id}"
    server = Tsumugi(tmp_path_factory.mktemp("demo") / "town", **both_roles(postgresql.create(name))).unmeasured()
    server.start("demo", "--families", FEWEST_FAMILIES).stop()
    return server.data, name


@pytest.fixture
def postgresql_town_copy(postgresql, postgresql_demo, tmp_path):
    """The same town for one test alone: its folder, and the address of its database."""
    data, template = postgresql_demo
    name = f"town_{uuid4().hex}"
    yield shutil.copytree(data, tmp_path / "town"), postgresql.create(name, template)
    postgresql.drop(name)


@pytest.fixture
def two_workers(postgresql_town_copy):
    """That town, served by two workers over one PostgreSQL."""
    data, url = postgresql_town_copy
    served = Tsumugi(data, TSUMUGI_WORKERS="2", **both_roles(url))
    served.database_url = url
    yield served.start("demo")
    served.end()
