"""`tsumugi ledger`: the proof, a day's settlement with its hash, and the circulation, which comes to 0."""

import asyncio
import hashlib
import json
import sqlite3
from contextlib import closing

import pytest

from models.ids import Letter
from tests.asking import fill
from tests.databases import Door, as_application
from tests.hanamori import id_of, office, rows
from tsumugi.cli import main


async def _filled(url):
    store = Door(url)
    town = list(rows())
    next(row for row in town if getattr(row, "id", None) == office("shop")).name = "=花屋"
    await fill(store, town)
    await store.close()


@pytest.fixture
def town(database_url, tmp_path, monkeypatch):
    """The folder of a town with points."""
    asyncio.run(_filled(database_url))
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))
    url = as_application(database_url).replace("+aiosqlite", "").replace("+asyncpg", "")
    monkeypatch.setenv("TSUMUGI_DATABASE_URL", url)
    return tmp_path


def test_the_ledger_is_proved_settled_and_counted(town, capsys):
    for arguments in (["verify"], ["circulation"], ["settle", "2026-06-03", "--into", str(town)]):
        assert main(["ledger", *arguments]) == 0
    told = capsys.readouterr().out
    written = (town / "settlement-2026-06-03.csv").read_bytes()

    assert told.startswith("2 accounts, 6 entries, 6 postings: the sum is 0.\n")
    assert json.loads(told[told.index("{") : told.rindex("}") + 1]) == {
        "points": {
            "issuer": 0,
            "grant": 0,
            "opening": -1600,
            "reserved": 0,
            "points": 1360,
            "merchant": 240,
            "expired": 0,
        },
        "held_points": 0,
        "sum": 0,
    }
    assert written.decode().splitlines()[1] == f"2026-06-03,102016,{office('shop')},'=花屋,240,0,240"
    assert (town / "settlement-2026-06-03.csv.sha256").read_text().split()[0] == hashlib.sha256(written).hexdigest()


def test_one_row_that_was_edited_is_named(tmp_path, sqlite_template, monkeypatch, capsys):
    file = tmp_path / "tsumugi.db"
    file.write_bytes(sqlite_template.read_bytes())
    asyncio.run(_filled(f"sqlite+aiosqlite:///{file}"))
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("DROP TRIGGER pointentry_is_kept_from_update")
        database.execute("UPDATE pointentry SET facility = 'x' WHERE id = ?", (id_of(Letter.ENTRY, "natsu 1"),))
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))

    assert main(["ledger", "verify"]) == 1
    said = f"Fault in account {id_of(Letter.ACCOUNT, 'natsu')}: entry 2 has another hash"
    assert capsys.readouterr().err.startswith(said)


def test_what_cannot_be_read_or_written_is_one_sentence(tmp_path, sqlite_template, monkeypatch, capsys):
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))
    assert main(["ledger", "verify"]) == 1
    (tmp_path / "tsumugi.db").write_bytes(sqlite_template.read_bytes())
    assert main(["ledger", "settle", "2026-06-03", "--into", str(tmp_path / "nowhere")]) == 1
    (tmp_path / "tsumugi.db").write_bytes(b"no database" * 1_000)
    assert main(["ledger", "circulation"]) == 1

    assert len(capsys.readouterr().err.splitlines()) == 3
