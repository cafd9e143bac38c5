"""The command line in this process: answers on standard output, one sentence on the error stream, the exit code."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from models.organisation import CallerKind
from schema.graph import sdl
from tests.running import PATIENCE_S, Tsumugi
from tsumugi.cli import main

ROOT = Path(__file__).parents[2]
TODAY = "{ today { date holiday } }"


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """`run(*arguments, **settings)`: exit code, output, error stream; in an empty data folder if none is named."""
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path / "data"))

    def command(*arguments, **settings):
        for name, value in settings.items():
            monkeypatch.setenv(name, str(value))
        status = main([str(each) for each in arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


@pytest.fixture
def at_demo(run, demo):
    """The same, beside the running demo."""
    chosen = {"TSUMUGI_DATA": demo.data, "TSUMUGI_PORT": demo.port}
    return lambda *arguments: run(*arguments, **chosen)


@contextmanager
def answering(status, content, **headers):
    """The address of a server that answers everything alike, and the requests that it got."""
    asked = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def test_a_bad_setting_is_one_sentence_and_exit_1(run):
    sentence = "TSUMUGI_PROT is not a setting of Tsumugi; docs/settings.md lists them all.\n"
    assert run("migrate", TSUMUGI_PROT=8000) == (1, "", sentence)


@pytest.mark.parametrize(
    "arguments", [(), ("fly",), ("schema",), ("demo", "clock"), ("query", "--as", "mother"), ("login",)]
)
def test_a_command_line_that_makes_no_sense_is_2(run, capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: tsumugi")


def test_migrate_brings_an_empty_folder_up_to_date_once(run):
    first, again = run("migrate"), run("migrate")
    assert (first[0], again[0]) == (0, 0)
    assert first[1].startswith("The database is at step ")
    assert again[1].startswith("The database was at step ")


def test_migrate_goes_by_its_own_address(run, empty_database_url):
    assert run("migrate", TSUMUGI_MIGRATION_URL=empty_database_url)[0] == 0
    assert "already" in run("migrate", TSUMUGI_DATABASE_URL=empty_database_url)[1]


@pytest.mark.parametrize("url", ["postgresql://nobody:secret@127.0.0.1:1/none", "sqlite:////proc/none.db"])
def test_a_database_that_cannot_be_migrated_is_one_sentence(run, url):
    status, out, err = run("migrate", TSUMUGI_MIGRATION_URL=url)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("The database ")
    assert "secret" not in err


@pytest.mark.parametrize(
    "arguments", [("migrate",), ("demo",), ("seed", ROOT / "docs" / "examples" / "hanamachi.toml")]
)
def test_a_data_folder_that_is_a_file_is_one_sentence(run, tmp_path, arguments):
    (tmp_path / "file").touch()
    status, out, err = run(*arguments, TSUMUGI_DATA=tmp_path / "file")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "Traceback" not in err
    assert "command_failed" not in err


@pytest.mark.parametrize("arguments", [("demo",), ("demo", "clock", "set", "now"), ("seed", "town.toml")])
def test_a_demo_never_runs_in_production(run, arguments):
    ended = run(*arguments, TSUMUGI_ENV="production")
    assert ended == (1, "", "TSUMUGI_ENV says production: a demo never runs there.\n")


@pytest.mark.parametrize("moment", ["tomorrow", "2026-11-23T09:00"])
def test_a_clock_is_set_to_a_moment_with_its_offset(run, moment):
    status, _, err = run("demo", "clock", "set", moment)
    assert (status, err) == (
        1,
        "The moment must be `now` or look like 2026-11-23T09:00+09:00, with its offset from UTC.\n",
    )


def test_a_clock_is_set_where_a_demo_is(run, tmp_path):
    (tmp_path / "data").mkdir()
    status, _, err = run("demo", "clock", "set", "now")
    assert (status, err.count("\n")) == (1, 1)
    assert err.startswith("There is no demo in ")


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (("--municipality", "102017"), "No such town can be made"),
        (("--families", "0"), "No such town can be made"),
        (("--at", "later"), "The moment must be"),
    ],
)
def test_a_town_that_cannot_be_is_one_sentence(run, wish, told):
    status, out, err = run("demo", *wish)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(told)


def test_a_town_stands_alone_in_its_folder(at_demo, run, demo):
    ended = run("demo", "--families", 30, TSUMUGI_DATA=demo.data)
    assert ended == (1, "", f"There is a town in {demo.data} already: choose another TSUMUGI_DATA for a new one.\n")


def test_schema_print_prints_the_committed_graph(run):
    assert run("schema", "print") == (0, (ROOT / "schema" / "tsumugi.graphql").read_text(encoding="utf-8"), "")


@pytest.mark.parametrize("kind", ["staff_health", "STAFF-HEALTH"])
def test_schema_print_can_be_cut_to_a_kind(run, kind):
    assert run("schema", "print", "--as", kind) == (0, sdl(CallerKind.STAFF_HEALTH), "")


def test_a_kind_is_one_that_there_is(run):
    status, _, err = run("schema", "print", "--as", "wizard")
    assert (status, err.count("\n")) == (1, 1)
    assert err.startswith("KIND must be one of anonymous, ")


@pytest.mark.parametrize("page", ["permissions", "town"])
def test_docs_prints_the_committed_page(run, page):
    assert run("docs", page) == (0, (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"), "")


def test_anybody_can_ask_without_a_card(at_demo):
    status, out, _ = at_demo("query", "--as", "anonymous", TODAY)
    assert (status, json.loads(out)) == (0, {"data": {"today": {"date": "2026-11-23", "holiday": "勤労感謝の日"}}})
    assert "勤労感謝の日" in out


@pytest.mark.parametrize("name", ["mother", "nurse"])
def test_a_card_and_a_key_both_log_in(at_demo, name):
    status, out, err = at_demo("login", "--as", name)
    assert (status, len(out.split(".")), out.count("\n"), err) == (0, 3, 1, "")


def test_a_graphql_response_with_errors_is_an_answer(at_demo):
    status, out, err = at_demo("query", "--as", "anonymous", "{ nothing }")
    assert (status, err) == (0, "")
    assert json.loads(out)["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--as", "../secrets", TODAY), "NAME has small letters, digits and hyphens."),
        (("--as", "nobody", TODAY), "There is no card called nobody in "),
        (("--as", "mother", "no-such-file.graphql"), "There is no query in 'no-such-file.graphql'"),
        (("--as", "mother", TODAY, "--variables", "[1]"), "The variables must be one JSON object."),
        (("--as", "mother", TODAY, "--variables", "{"), "The variables must be one JSON object."),
        (("--as", "mother", TODAY, "--server", "ftp://city.example"), "The server must look like "),
        (("--as", "mother", TODAY, "--server", "http://127.0.0.1:1"), "No server "),
        (("--as", "anonymous", TODAY, "--server", "http://127.0.0.1:1"), "No server answers at http://127.0.0.1:1"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_sentence(at_demo, arguments, told):
    status, out, err = at_demo("query", *arguments)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(told)


@pytest.mark.parametrize(
    ("status", "content", "media"),
    [
        (200, b"<html>", "text/html"),
        (502, b"", "application/json"),
        (200, b"[]", "application/graphql-response+json"),
        (200, b"{}", "application/graphql-response+json"),
        (200, b'{"data": null}', "application/json"),
        (200, b"\xff", "application/graphql-response+json"),
    ],
)
def test_what_is_no_graphql_response_is_one_sentence(run, status, content, media):
    with answering(status, content, content_type=media) as (url, _):
        ended = run("query", "--as", "anonymous", TODAY, "--server", url)
    assert (ended[0], ended[1], ended[2].count("\n")) == (1, "", 1)


def test_a_question_follows_no_redirect(run):
    with answering(200, b"{}") as (elsewhere, asked_there), answering(307, b"", location=elsewhere) as (url, asked):
        ended = run("query", "--as", "anonymous", TODAY, "--server", url)
    assert (ended[0], asked, asked_there) == (1, ["/graphql"], [])


def test_a_card_that_cannot_be_read_is_one_sentence(run, tmp_path):
    (tmp_path / "data" / "cards" / "mother.json").mkdir(parents=True)
    status, out, err = run("login", "--as", "mother")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert err.endswith("mother.json is missing or cannot be read.\n")


def test_a_fault_of_ours_is_its_types_and_places(run, tmp_path):
    (tmp_path / "data" / "clock").mkdir(parents=True)
    status, out, err = run("demo", "clock", "set", "now")
    told = json.loads(err)
    assert (status, out) == (1, "")
    assert (told["event"], told["exception"]) == ("command_failed", "IsADirectoryError")
    assert str(tmp_path) not in err


def test_a_reader_that_stops_reading_is_no_traceback(tmp_path):
    town = Tsumugi(tmp_path / "town").unmeasured()
    command = [sys.executable, "-m", "tsumugi", "docs", "permissions"]
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(command, env=town.environ, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, b"")


def accepted(silent):
    silent.settimeout(PATIENCE_S)
    return silent.accept()[0]


def test_a_command_can_be_interrupted(tmp_path):
    town = Tsumugi(tmp_path / "town").unmeasured()
    command = [sys.executable, "-m", "tsumugi", "query", "--as", "anonymous", TODAY]
    with (
        socket.create_server(("127.0.0.1", town.port)) as silent,
        subprocess.Popen(command, env=town.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as asking,
        accepted(silent),
    ):
        asking.send_signal(signal.SIGINT)
        printed = asking.communicate(timeout=20)
    assert (asking.returncode, printed) == (130, (b"", b""))
