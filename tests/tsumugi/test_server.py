"""The server process: its port, its workers, its last requests, and what it refuses to start with."""

import shutil
import signal
import socket
import time
from uuid import uuid4

import pytest

import migrations
from tests.databases import both_roles
from tests.running import free_port
from tsumugi import server
from tsumugi.halt import Halt
from tsumugi.settings import read_settings

PATIENCE_S = 20


def exchanged(port, *parts, then=None):
    """What comes back on one connection for what is sent in parts; `then` happens before the last part."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection:
        for part in parts[:-1]:
            connection.sendall(part)
        if then is not None:
            then()
        connection.sendall(parts[-1])
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
        return received


def posted(body):
    head = f"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return (head + "connection: close\r\n\r\n").encode(), body


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_belongs_to_one_server(host):
    port = free_port()
    with server.listen(host, port), pytest.raises(Halt, match=f"^Port {port} is in use: set TSUMUGI_PORT to "):
        server.listen(host, port)


def test_an_address_of_another_machine_is_one_sentence():
    with pytest.raises(Halt, match=r"^Cannot listen on 192\.0\.2\.1, port 8000: check TSUMUGI_HOST\.$"):
        server.listen("192.0.2.1", 8000)


def test_a_database_of_an_older_step_is_refused(tmp_path, sqlite_template):
    shutil.copyfile(sqlite_template, tmp_path / "tsumugi.db")
    settings = read_settings({"TSUMUGI_DATA": str(tmp_path)})
    migrations.downgrade(settings.migration_url, "base")
    with pytest.raises(Halt, match=r"^The database is at step none, this program needs .+: run `tsumugi migrate`"):
        server.refuse_unfit(settings)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "tsumugi.db").write_bytes(b"x" * 8_192)
    with pytest.raises(Halt, match=r"tsumugi\.db cannot be opened: "):
        server.refuse_unfit(read_settings({"TSUMUGI_DATA": str(tmp_path)}))


def test_a_database_that_could_lose_what_it_acknowledged_is_refused(tmp_path, postgresql, postgresql_template):
    name = f"careless_{uuid4().hex}"
    url = postgresql.create(name, postgresql_template)
    postgresql.sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    settings = read_settings({"TSUMUGI_DATA": str(tmp_path), **both_roles(url)})
    with pytest.raises(Halt, match=r"^The database does not write durably: "):
        server.refuse_unfit(settings)
    postgresql.drop(name)


def test_a_server_without_secrets_is_refused(tmp_path, database_url):
    settings = read_settings({"TSUMUGI_DATA": str(tmp_path), **both_roles(database_url)})
    with pytest.raises(Halt, match="is missing or cannot be read"):
        server.refuse_unfit(settings)


def test_a_head_without_end_is_cut_off(demo):
    head = b"GET /healthz HTTP/1.1\r\nhost: x\r\n"
    with pytest.raises((ConnectionError, AssertionError)):
        assert exchanged(demo.port, head, *[b"a" * 65_536] * 8)


def test_a_long_address_and_many_headers_are_no_endless_head(demo):
    head = b"GET /healthz?" + b"a" * 30_000 + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
    assert exchanged(demo.port, head, b"x-a: b\r\n" * 1_000, b"\r\n").startswith(b"HTTP/1.1 200 ")


def test_many_requests_on_one_connection_are_no_endless_head(demo):
    head, body = posted(b'{"query": "{ __typename }"}')
    kept = head.replace(b"connection: close\r\n", b"")
    answers = exchanged(demo.port, *[kept + body] * 1_000, head + body)
    assert answers.count(b'{"data":{"__typename":"Query"}}') == 1_001


def test_the_server_names_no_product(demo):
    head, body = posted(b'{"query": "{ __typename }"}')
    assert b"\r\nserver:" not in exchanged(demo.port, head, body).lower()


def test_what_was_begun_is_finished_before_the_end(town):
    town.start("demo")
    head, body = posted(b'{"query": "{ __typename }"}')

    def ending():
        time.sleep(0.2)
        town.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)

    answer = exchanged(town.port, head + body[:5], body[5:], then=ending)

    assert answer.endswith(b'{"data":{"__typename":"Query"}}')
    assert town.process.wait(PATIENCE_S) == 0


def test_workers_on_postgresql_answer_together_and_follow_one_clock(two_workers):
    town = two_workers
    wards = town.ask("mother", "{ viewer { wards { totalCount } } }")["viewer"]["wards"]["totalCount"]
    moved = town.run("demo", "clock", "set", "2027-01-01T09:00+09:00").returncode
    days = town.ask_each(None, "{ today { date } }")
    ended = town.stop()

    assert (wards, moved, days, ended) == (3, 0, [{"today": {"date": "2027-01-01"}}] * 2, 0)
    assert len([line for line in town.lines() if line["event"] == "stopped"]) == 2
