"""Peppers and signing keys change by command while the server answers; an old one goes when nothing depends on it."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select, update

from models.credential import Credential
from tests.databases import as_application
from tests.tsumugi.counter import HERE, NOW, Counter
from tsumugi.cli import main
from tsumugi.clock import real_now
from tsumugi.keyring import FIRST_SIGNING, SETTLES, Keyring
from tsumugi.keys import KeyFolder
from tsumugi.signin import JWKS


@pytest.fixture
def secrets(tmp_path, monkeypatch, store):
    """A folder of secrets for the commands, which go to the database of the test."""
    url = as_application(store.url).replace("+aiosqlite", "").replace("+asyncpg", "")
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))
    monkeypatch.setenv("TSUMUGI_DATABASE_URL", url)
    Keyring.create(tmp_path / "secrets")
    return tmp_path / "secrets"


@pytest.fixture
async def serving(store, office, cards, secrets):
    """A counter that watches the folder, with its residents enrolled."""
    keyring = Keyring.load(secrets, demo=True)
    counter = Counter(store, office, keyring)
    keys = KeyFolder(secrets, keyring, counter.desk.tokens, counter.log, demo=True)
    counter.with_desk(peppers=keys.peppers, look=keys.look)
    await counter.admit(*cards.values())
    yield counter
    await counter.http.aclose()


async def command(capsys, *arguments):
    status = await asyncio.to_thread(main, ["keys", *arguments])
    return status, "".join(capsys.readouterr())


def age(path, by):
    """Make a file older."""
    moment = (real_now() - by).timestamp()
    os.utime(path, (moment, moment))


async def versions(counter):
    async with counter.desk.store.reading() as connection:
        return sorted((await connection.execute(select(Credential.pepper_version))).scalars())


async def test_a_new_pepper_takes_over_login_by_login_and_the_old_one_goes_last(serving, cards, capsys):
    made = await command(capsys, "rotate", "pepper")
    some, *others = cards.values()
    first = (await serving.login(some)).status_code
    between, early = await versions(serving), await command(capsys, "retire", "pepper", "1")
    rest = {(await serving.login(card)).status_code for card in (*others, some)}
    gone = await command(capsys, "retire", "pepper", "1")
    after = {(await serving.login(card)).status_code for card in cards.values()}

    assert made[1].startswith("pepper-2.key is made")
    assert (first, between, rest, after) == (200, [1] * len(others) + [2], {200}, {200})
    assert (early[0], early[1].split(";")[0]) == (1, f"{len(others)} credentials still depend on pepper 1")
    assert gone == (0, "pepper-1.key.retired is read by no server any more.\n")


async def test_a_closed_card_keeps_its_pepper_so_that_it_is_known_for_good(serving, cards, capsys):
    async with serving.desk.store.writing() as db:
        await db.exec(update(Credential).values(closed_at=real_now()))
    await command(capsys, "rotate", "pepper")

    assert (await command(capsys, "retire", "pepper", "1"))[0] == 1


async def test_a_new_signing_key_is_published_at_once_and_signs_later(serving, secrets, cards, capsys):
    card = next(iter(cards.values()))
    before = serving.desk.tokens.keys[0].kid
    made = await command(capsys, "rotate", "signing")
    published = [key["kid"] for key in (await serving.http.get(JWKS)).json()["keys"]]
    early = await command(capsys, "retire", "signing", FIRST_SIGNING)
    old = (await serving.login(card)).json()["access_token"]
    age(secrets / "signing-2.pem", SETTLES)
    new = await serving.login(card)

    assert made == (0, "signing-2.pem is made: it is published within a second and signs in 10 minutes.\n")
    assert (published[0], len(published)) == (before, 2)
    assert early[1].startswith(f"{FIRST_SIGNING} signs")
    assert serving.desk.tokens.keys[0].kid == published[1]
    assert serving.holder(new) == serving.desk.tokens.read(old, NOW)


async def test_a_signing_key_goes_once_nothing_of_its_can_come(serving, secrets, capsys):
    await command(capsys, "rotate", "signing")
    age(secrets / "signing-2.pem", SETTLES + timedelta(days=10, hours=23))
    early = await command(capsys, "retire", "signing", FIRST_SIGNING)
    age(secrets / "signing-2.pem", SETTLES + timedelta(days=11))
    gone = await command(capsys, "retire", "signing", FIRST_SIGNING)
    published = (await serving.http.get(JWKS)).json()["keys"]

    assert early[1].startswith(f"What {FIRST_SIGNING} signed for tablets may come until ")
    assert gone == (0, f"{FIRST_SIGNING}.retired is read by no server any more.\n")
    assert len(published) == 1


async def test_a_key_that_has_not_signed_yet_may_go_at_once(secrets, capsys):
    await command(capsys, "rotate", "signing")

    assert (await command(capsys, "retire", "signing", "signing-2.pem"))[0] == 0
    assert (await command(capsys, "rotate", "signing"))[1].startswith("signing-3.pem is made")


REFUSED = {
    "the newest pepper": (("retire", "pepper", "1"), "Pepper 1 is the newest"),
    "no such pepper": (("retire", "pepper", "7"), "There is no pepper 7"),
    "no such key": (("retire", "signing", "signing-7.pem"), "There is no signing key signing-7.pem"),
}


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_put_away_is_told_in_one_sentence(secrets, capsys, arguments, sentence):
    status, told = await command(capsys, *arguments)

    assert (status, told[: len(sentence)], told.count("\n")) == (1, sentence, 1)


async def test_a_key_without_a_number_has_no_next(secrets, capsys):
    (secrets / FIRST_SIGNING).rename(secrets / "signing-old.pem")

    assert (await command(capsys, "rotate", "signing"))[1].startswith("signing-old.pem has no number")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:////nowhere/there.sqlite", "There is no database at /nowhere/there.sqlite"),
        ("postgresql://127.0.0.1:9/none", "The database cannot be used"),
    ],
)
def test_without_a_database_nobody_knows_what_depends_on_a_pepper(tmp_path, capsys, monkeypatch, url, sentence):
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))
    monkeypatch.setenv("TSUMUGI_DATABASE_URL", url)
    Keyring.create(tmp_path / "secrets")
    main(["keys", "rotate", "pepper"])
    capsys.readouterr()

    assert main(["keys", "retire", "pepper", "1"]) == 1
    assert capsys.readouterr().err.startswith(sentence)


async def test_a_folder_that_does_not_hold_is_logged_and_the_server_goes_on(serving, secrets, cards):
    (secrets / "pepper-2.key").write_bytes(b"short")
    statuses = [(await serving.login(card)).status_code for card in cards.values()]

    assert set(statuses) == {200}
    assert serving.written.getvalue().count("keys_refused") == 1


async def test_a_file_that_goes_while_the_folder_is_read_is_no_file(serving, secrets, cards):
    (secrets / "pepper-2.key").symlink_to(Path("nowhere"))

    assert (await serving.login(next(iter(cards.values())))).status_code == 200
    assert HERE == serving.desk.tokens.issuer
