"""`tsumugi ledger`: the proof, a day's settlement with its hash, and the circulation, which comes to 0."""

import asyncio
import hashlib
import json

import orjson
import pytest

from auth.chain import AuditKey, PublicKeys
from models.ids import Letter
from resolvers.ledger_ends import CUT, signed_anew
from resolvers.point_jobs import EVERY_ACCOUNT
from tests.asking import fill
from tests.databases import Door, as_application
from tests.hanamori import AUDIT_PEM, NOW, id_of, office, rows
from tests.resolvers.test_ledger_check import edited
from tsumugi.cli import main
from tsumugi.keyring import FIRST_AUDIT, Keyring
from tsumugi.private import write_private

LAST = f"account_id = '{id_of(Letter.ACCOUNT, 'natsu')}'"
SIGNED_BY_NOBODY = {  # what was signed is not what is there, and nobody can sign it
    "DELETE FROM ledgerhead": "its ends were never signed",
    "UPDATE ledgerhead SET accounts = 1": "its ends are signed by none of the keys",
    f"DELETE FROM pointend WHERE {LAST}": "its ends are not those that were signed",
    f"UPDATE pointend SET number = 1 WHERE {LAST}": "its ends are not those that were signed",
}


async def _filled(url):
    store = Door(url)
    town = list(rows())
    next(row for row in town if getattr(row, "id", None) == office("shop")).name = "=花屋"
    await fill(store, town)
    await store.close()


async def _cut(url, *statements):
    """Behind the ledger's back: by default the last entry with all that belongs to it."""
    store = Door(url)
    last = f"{LAST} AND number = (SELECT max(number) FROM pointentry WHERE {LAST})"
    for statement in statements or (
        f"DELETE FROM pointposting WHERE entry_id = (SELECT id FROM pointentry WHERE {last})",
        f"DELETE FROM pointentry WHERE {last}",
    ):
        await edited(store, statement)
    await store.close()


async def _signed_anew(url):
    """What the worker does each hour."""
    store = Door(url)
    key = AuditKey(AUDIT_PEM)

    async def work(session):
        return await signed_anew(await session.connection(), key, PublicKeys.of([key]), NOW)

    try:
        return await store.transact(work, opening=EVERY_ACCOUNT)
    finally:
        await store.close()


@pytest.fixture
def town(database_url, tmp_path, monkeypatch):
    """The folder of a town with points, whose ends are signed."""
    asyncio.run(_filled(database_url))
    Keyring.create(tmp_path / "secrets")
    write_private(tmp_path / "secrets" / FIRST_AUDIT, AUDIT_PEM)
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))
    url = as_application(database_url).replace("+aiosqlite", "").replace("+asyncpg", "")
    monkeypatch.setenv("TSUMUGI_DATABASE_URL", url)
    assert main(["ledger", "sign"]) == 0
    return tmp_path


def test_the_ledger_is_proved_settled_and_counted(town, capsys):
    for arguments in (["verify"], ["circulation"], ["settle", "2026-06-03", "--into", str(town)]):
        assert main(["ledger", *arguments]) == 0
    told = capsys.readouterr().out.removeprefix("The ends of the ledger are signed.\n")
    written = (town / "settlement-2026-06-03.csv").read_bytes()

    assert told.startswith("2 accounts, 6 entries, 6 postings: the sum is 0. The ends were signed at 20")
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


def test_an_end_that_was_cut_off_is_named_and_never_signed_over(town, database_url, capsys):
    asyncio.run(_cut(database_url))
    found = [main(["ledger", act]) for act in ("verify", "sign")]
    told = capsys.readouterr().err
    worker = asyncio.run(_signed_anew(database_url))

    assert found == [1, 1]
    cut = (
        f"Fault in account {id_of(Letter.ACCOUNT, 'natsu')}: entry 3 was signed and is missing: the end was cut off.\n"
    )
    assert told == cut + f"Nothing is signed: {CUT}. `tsumugi ledger verify` names it.\n"
    assert worker == CUT


@pytest.mark.parametrize("statement", SIGNED_BY_NOBODY)
def test_ends_that_nobody_signed_prove_nothing(town, database_url, statement, capsys):
    asyncio.run(_cut(database_url, statement))
    worker = asyncio.run(_signed_anew(database_url))

    assert main(["ledger", "verify"]) == 1
    assert capsys.readouterr().err == f"Fault in the ledger: {SIGNED_BY_NOBODY[statement]}.\n"
    assert worker == SIGNED_BY_NOBODY[statement]


def test_what_is_added_is_signed_anew(town, database_url, capsys):
    asyncio.run(_cut(database_url, f"UPDATE pointentry SET facility = 'x' WHERE {LAST} AND number = 1"))
    assert main(["ledger", "verify"]) == 1
    assert "entry 1 has another hash" in capsys.readouterr().err
    asyncio.run(_cut(database_url, f"UPDATE pointentry SET facility = NULL WHERE {LAST} AND number = 1"))

    assert asyncio.run(_signed_anew(database_url)) is None
    assert main(["ledger", "verify"]) == 0


@pytest.fixture
def exported(town, capsys):
    """The lines of an export, and how they are checked."""
    capsys.readouterr()
    for command in ("ledger export", "audit keys"):
        assert main(command.split()) == 0
        (town / command).write_text(capsys.readouterr().out, encoding="utf-8")
    lines = (town / "ledger export").read_bytes().splitlines(keepends=True)

    def verified(changed):
        (town / "changed").write_bytes(b"".join(changed))
        code = main(["ledger", "verify", str(town / "changed"), "--keys", str(town / "audit keys")])
        told = capsys.readouterr()
        return code, told.out + told.err

    return lines, verified


def test_an_export_is_proved_with_public_keys_alone_and_each_harm_is_named(exported, monkeypatch):
    lines, verified = exported
    monkeypatch.delenv("TSUMUGI_DATABASE_URL")
    monkeypatch.delenv("TSUMUGI_DATA")
    number = next(at for at, line in enumerate(lines) if id_of(Letter.ACCOUNT, "natsu").encode() in line)
    account = orjson.loads(lines[number])["account"]
    gone = account[1].pop()
    account[2] = [each for each in account[2] if each["entry_id"] != gone["id"]]
    cut = lines.copy()
    cut[number] = orjson.dumps({"account": account}) + b"\n"
    named = f"Fault in account {account[0]}: entry 3"
    harms = {
        "whole": (lines, 0, "2 accounts, 6 entries, 6 postings: the sum is 0."),
        "an end cut off": (cut, 1, f"{named} was signed and is missing: the end was cut off."),
        "an account left out": ([lines[1 - number], lines[2]], 1, f"{named} was signed and is missing"),
        "changed": ([each.replace(b'"points":-', b'"points":-1', 1) for each in lines], 1, "has another hash"),
        "cut off": (lines[:2], 1, "Broken at line 3, which is missing: the export was cut off."),
        "the end of another": ([*lines[:2], lines[2].replace(b'"hash":"', b'"hash":"0', 1)], 1, "is not signed by one"),
        "in another order": ([lines[1], lines[0], lines[2]], 1, "was signed for other lines"),
        "no JSON": ([lines[0], b"{"], 1, "Broken at line 2, which is not as it was exported."),
    }

    for name, (changed, code, said) in harms.items():
        found = verified(changed)
        assert (found[0], said in found[1]) == (code, True), (name, found)


def test_what_cannot_be_read_or_written_is_one_sentence(tmp_path, sqlite_template, monkeypatch, capsys):
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))
    Keyring.create(tmp_path / "secrets")
    assert main(["ledger", "verify"]) == 1
    (tmp_path / "tsumugi.db").write_bytes(sqlite_template.read_bytes())
    assert main(["ledger", "settle", "2026-06-03", "--into", str(tmp_path / "nowhere")]) == 1
    (tmp_path / "tsumugi.db").write_bytes(b"no database" * 1_000)
    assert main(["ledger", "circulation"]) == 1

    assert len(capsys.readouterr().err.splitlines()) == 3
