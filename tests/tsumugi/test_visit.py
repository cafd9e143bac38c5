"""A client logs in to a real server, and says in one sentence why it could not."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.running import free_port
from tests.tsumugi.counter import NOW
from tsumugi import card
from tsumugi.card import SoftKey
from tsumugi.clock import real_now
from tsumugi.halt import Halt
from tsumugi.visit import access_token, origin_of


@contextmanager
def answering(status, body):
    """A server that says the same to everybody."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("name", ["mother", "nurse", "clinic"])
def test_whoever_holds_a_card_or_key_of_the_town_gets_in(demo, name):
    held = card.load(demo.data / "cards" / f"{name}.json")

    assert access_token(demo.url, held, real_now()).count(".") == 2


def test_a_stranger_is_told_no(demo):
    with pytest.raises(Halt, match=r"does not let this card or key in \(status 401\)\.$"):
        access_token(demo.url, SoftKey.make("nobody"), real_now())


def test_where_nobody_listens_is_one_sentence():
    with pytest.raises(Halt, match=r"^No server of Tsumugi answers at http://127\.0\.0\.1:\d+\.$"):
        access_token(f"http://127.0.0.1:{free_port()}", SoftKey.make("nobody"), NOW)


def test_a_server_that_fails_does_not_blame_the_card():
    with answering(503, b"") as url, pytest.raises(Halt, match=r"cannot answer at the moment \(status 503\)\.$"):
        access_token(url, SoftKey.make("nobody"), NOW)


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[]", b"{}", b'{"access_token": 1}'])
def test_what_is_no_server_of_ours_is_one_sentence(body):
    with answering(200, body) as url, pytest.raises(Halt, match=r"^No server of Tsumugi answers at "):
        access_token(url, SoftKey.make("nobody"), NOW)


ORIGINS = {
    "http://localhost:8000": "http://localhost:8000",
    "http://LOCALHOST:8000/": "http://localhost:8000",
    "https://city.example.jp/graphql?a#b": "https://city.example.jp",
    "http://user:word@localhost:8000": "http://localhost:8000",
    "http://[::1]:8000": "http://[::1]:8000",
}


@pytest.mark.parametrize(("server", "origin"), ORIGINS.items())
def test_the_origin_is_scheme_host_and_port(server, origin):
    assert origin_of(server) == origin


@pytest.mark.parametrize(
    "server", ["", "localhost:8000", "ftp://localhost", "http://", "http://a:b", "http://a:0", "http://["]
)
def test_what_is_no_address_is_refused(server):
    with pytest.raises(Halt, match="must look like"):
        origin_of(server)
