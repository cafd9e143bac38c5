"""`tsumugi audit`: what is exported can be checked with the public keys alone, and what was changed is found."""

import asyncio
import json

import pytest
from sqlalchemy import delete, update

from auth.chain import AuditKey
from engine.answer import Engine
from engine.question import Question
from models.access_log import AccessEntry
from models.columns import table_of
from models.store import Store
from tests.asking import CURSOR_KEY, fill
from tests.databases import Door, as_application
from tests.hanamori import AUDIT_KEY, AUDIT_PEM, HOLDERS, NOW
from tsumugi import cli
from tsumugi.commands import auditing
from tsumugi.keyring import FIRST_AUDIT, Keyring
from tsumugi.private import write_private

ENTRIES = table_of(AccessEntry)
NAMES = "{ children { edges { node { name } } } }"


@pytest.fixture
def town(database_url, tmp_path, monkeypatch):
    """A folder with secrets, and a log of looks at the town of Hanamori that they sign."""
    Keyring.create(tmp_path / "secrets")
    write_private(tmp_path / "secrets" / FIRST_AUDIT, AUDIT_PEM)
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))
    monkeypatch.setenv(
        "TSUMUGI_DATABASE_URL", as_application(database_url).replace("+aiosqlite", "").replace("+asyncpg", "")
    )
    asyncio.run(_looked(database_url))
    return tmp_path


async def _looked(url):
    store = Door(url)
    await fill(store)
    engine = Engine(store, CURSOR_KEY, AUDIT_KEY)
    words = {"variables": {}, "operation_name": None, "language": "ja", "only_queries": False, "now": NOW}
    for number in range(3):
        await engine.answer(Question(NAMES, holder=HOLDERS["staff_health"], purpose=f"CHK:{number}", **words))
    await store.close()


def run(capsys, *arguments):
    """Exit code, output and error of a command."""
    code = cli.main(arguments)
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture
def exported(town, capsys):
    """The files that an auditor is given."""
    for name in ("export", "keys"):
        code, out, err = run(capsys, "audit", name)
        assert (code, err) == (0, "")
        (town / name).write_text(out, encoding="utf-8")
    return town


def verify(folder, capsys):
    return run(capsys, "audit", "verify", str(folder / "export"), "--keys", str(folder / "keys"))


def test_an_export_verifies_without_settings_and_database(exported, capsys, monkeypatch):
    monkeypatch.setenv("TSUMUGI_DATA", "/nowhere")
    monkeypatch.setenv("TSUMUGI_DATABASE_URL", "nonsense")
    code, out, err = verify(exported, capsys)

    key_id = json.loads((exported / "keys").read_text())["keys"][0]["kid"]
    assert (code, err) == (0, "")
    assert out.startswith("19 entries, chain intact up to ")
    assert out.endswith(f"signed by {key_id}.\n")


def test_an_export_larger_than_one_part_is_whole(town, capsys, monkeypatch):
    monkeypatch.setattr(auditing, "ROWS_AT_ONCE", 4)
    for name in ("export", "keys"):
        (town / name).write_text(run(capsys, "audit", name)[1], encoding="utf-8")

    assert verify(town, capsys)[0] == 0


CHANGES = {
    "changed": (update(ENTRIES).where(ENTRIES.c.seq == 8).values(office="nobody"), "Broken at line 10, entry 8: its"),
    "deleted": (delete(ENTRIES).where(ENTRIES.c.seq == 8), "Broken at line 10, entry 8: entry 8 is missing"),
    "cut off": (delete(ENTRIES).where(ENTRIES.c.seq > 12), "Broken at line 15, entry 12: entries are missing"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_in_the_database_is_named(town, database_url, capsys, what):
    statement, told = CHANGES[what]
    asyncio.run(_executed(database_url, statement))
    for name in ("export", "keys"):
        (town / name).write_text(run(capsys, "audit", name)[1], encoding="utf-8")
    code, out, err = verify(town, capsys)

    assert (code, out) == (1, "")
    assert err.startswith(told)


async def _executed(url, statement):
    store = Store(url, pooled=False)
    async with store.writing() as session:
        await session.exec(statement)
    await store.close()


def test_keys_of_another_server_prove_nothing(exported, capsys):
    other = AuditKey(AuditKey.generate())
    (exported / "keys").write_text(json.dumps({"keys": [other.public_jwk]}), encoding="utf-8")

    assert verify(exported, capsys)[2].startswith("Broken at line 2, entry 1: the head is not signed by one of")


@pytest.mark.parametrize("content", [None, "no json", "{}"])
def test_a_file_without_keys_is_named(exported, capsys, content):
    if content is None:
        (exported / "keys").unlink()
    else:
        (exported / "keys").write_text(content, encoding="utf-8")

    assert verify(exported, capsys) == (1, "", f"There are no public keys in {exported / 'keys'}.\n")


def test_an_export_that_is_not_there_is_named(exported, capsys):
    (exported / "export").unlink()

    assert verify(exported, capsys) == (1, "", f"The file {exported / 'export'} cannot be read.\n")


def test_a_key_that_is_kept_verifies_what_it_signed_before_the_next_one(exported, capsys):
    secrets = exported / "secrets"
    (secrets / "audit-2.pem").write_bytes(AuditKey.generate())
    (secrets / "audit-2.pem").chmod(0o600)
    for name in ("export", "keys"):
        (exported / name).write_text(run(capsys, "audit", name)[1], encoding="utf-8")

    assert len(json.loads((exported / "keys").read_text())["keys"]) == 2
    assert verify(exported, capsys)[0] == 0


NOWHERE = {
    "no file": ("sqlite:///{}/none.db", "There is no database at "),
    "no server": ("postgresql://nobody@127.0.0.1:1/none", "The database cannot be read: check TSUMUGI_DATABASE_URL."),
}


@pytest.mark.parametrize("what", NOWHERE)
def test_a_database_that_is_not_there_is_no_export(town, capsys, monkeypatch, what):
    url, told = NOWHERE[what]
    monkeypatch.setenv("TSUMUGI_DATABASE_URL", url.format(town))
    code, out, err = run(capsys, "audit", "export")

    assert (code, out) == (1, "")
    assert err.startswith(told)


def test_without_the_key_there_is_no_export(town, capsys):
    (town / "secrets" / FIRST_AUDIT).unlink()

    assert run(capsys, "audit", "export")[2].startswith(f"The file {town / 'secrets' / FIRST_AUDIT} is missing")
