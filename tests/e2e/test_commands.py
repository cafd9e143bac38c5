"""The command line as somebody types it: what it prints, and the one sentence when it cannot."""

import json
import resource
import socket

import pytest

from tests.running import ROOT, Tsumugi
from tsumugi.cli import main
from tsumugi.settings import read_settings

EXAMPLE = ROOT / "docs" / "examples" / "hanamachi.toml"


def test_login_prints_an_access_token_and_nothing_else(demo):
    printed = demo.run("login", "--as", "mother").stdout

    assert printed.count("\n") == 1
    assert len(printed.strip().split(".")) == 3


def test_query_takes_a_file_variables_and_a_purpose(demo, tmp_path):
    file = tmp_path / "children.graphql"
    file.write_text("query ($n: Int) { children(first: $n) { edges { node { id } } } }")

    asked = demo.run("query", "--as", "nurse", file, "--variables", '{"n": 3}', "--purpose", "CHK:2026-1")

    assert len(json.loads(asked.stdout)["data"]["children"]["edges"]) == 3


def test_a_town_written_by_hand_is_seeded_and_served(tmp_path):
    town = Tsumugi(tmp_path / "hanamachi")
    assert town.run("seed", EXAMPLE).returncode == 0
    town.start("demo")
    father = town.ask(
        "father", "{ viewer { wards { edges { node { name vaccinations { edges { node { vaccine lot } } } } } } } }"
    )
    town.stop()

    dose = {"vaccine": "RV1", "lot": None}
    child = {"name": "若草 蕾", "vaccinations": {"edges": [{"node": dose}]}}
    assert father["viewer"]["wards"]["edges"] == [{"node": child}]


@pytest.mark.parametrize(
    "fault",
    [
        ('vaccine = "RV1"', 'vaccine = "RV9"', "vaccination.vaccine: "),
        ('sex = "FEMALE"', 'sexes = "FEMALE"', "resident.sexes: "),
        ('child_id = "102016-C0', 'child_id = "102016-C9', "guardianship.child_id: "),
        ("birth_date = 2026-05-10", "birth_date = 2027-05-10", "child.birth_date: "),
    ],
)
def test_a_town_file_with_a_fault_is_told_by_its_place_and_loads_nothing(fault, tmp_path, monkeypatch, capsys):
    line, instead, told = fault
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path / "town"))
    file = tmp_path / "broken.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    file.write_text(text.replace(line, instead, 1), encoding="utf-8")
    at = text[: text.index(line)].count("\n") + 1

    assert main(["seed", str(file)]) == 1
    assert f"broken.toml:{at}: {told}" in capsys.readouterr().err
    assert not (tmp_path / "town" / "tsumugi.db").exists()


def test_a_port_in_use_is_one_sentence_and_exit_1(tmp_path):
    town = Tsumugi(tmp_path / "town").unmeasured()
    with socket.create_server(("127.0.0.1", town.port)):
        ended = town.run("demo")

    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert f"Port {town.port} is in use" in ended.stderr


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"TSUMUGI_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database cannot be reached"),
        ({"TSUMUGI_DATABASE_URL": "sqlite:///{folder}/none.db"}, "There is no database at"),
        ({"TSUMUGI_DATABASE_URL": "sqlite:///{folder}/empty.db"}, "run `tsumugi migrate`"),
        ({}, "TSUMUGI_ORIGIN is missing"),
    ],
    ids=["unreachable", "missing", "old schema", "no origin"],
)
def test_a_server_that_cannot_serve_says_why_and_exits_1(settings, told, tmp_path):
    (tmp_path / "empty.db").touch()
    origin = {"TSUMUGI_ORIGIN": "https://kosodate.example.jp"} if settings else {}
    chosen = {name: value.format(folder=tmp_path) for name, value in settings.items()}

    ended = Tsumugi(tmp_path / "town", **origin, **chosen).unmeasured().run("serve")

    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert told in ended.stderr


def test_demo_secrets_are_refused_in_production(demo):
    production = Tsumugi(demo.data, TSUMUGI_ENV="production", TSUMUGI_ORIGIN="https://kosodate.example.jp")

    ended = production.unmeasured().run("serve")

    assert ended.returncode != 0
    assert "are of a demo" in ended.stderr


def test_the_domain_clock_moves_on_the_running_demo(town):
    town.start("demo")

    before = town.ask(None, "{ today { date holiday } }")
    moved = town.run("demo", "clock", "set", "2027-01-01T09:00+09:00")
    after = town.ask(None, "{ today { date holiday } }")

    assert moved.returncode == 0
    assert before["today"] == {"date": "2026-11-23", "holiday": "勤労感謝の日"}
    assert after["today"] == {"date": "2027-01-01", "holiday": "元日"}


def test_a_second_start_takes_under_5_s_of_work_and_a_stop_is_in_good_order(town):
    town.unmeasured()
    work_s = []
    for _ in range(2):  # the lesser counts: what others do on the machine makes the same work dearer, never cheaper
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        town.start("demo")
        ended = town.stop()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        work_s.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert ended == 0

    assert min(work_s) < 5


def test_settings_of_a_demo_stand_on_loopback(demo):
    assert read_settings(demo.environ | {"TSUMUGI_ENV": "demo"}).host == "127.0.0.1"


def test_a_case_that_no_header_can_carry_is_one_sentence(demo):
    told = demo.run("query", "--as", "nurse", "{ today { date } }", "--purpose", "CHK:事案", "--server", demo.url)

    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("A purpose is CODE:CASE;")
