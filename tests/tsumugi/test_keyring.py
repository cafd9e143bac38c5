"""Secrets are made once, for a demo only, and a folder of them is taken as a whole or refused in one sentence."""

import json
import os
import shutil

import pytest
from joserfc.jwk import ECKey

from auth.caller import Acr, Holder
from models.organisation import CallerKind
from tests.tsumugi.counter import HERE, NOW
from tsumugi.halt import Halt
from tsumugi.keyring import DEMO, FIRST_AUDIT, FIRST_SIGNING, Keyring, read_router_keys
from tsumugi.private import write_private


@pytest.fixture
def folder(tmp_path):
    Keyring.create(tmp_path / "data" / "secrets")
    return tmp_path / "data" / "secrets"


def test_secrets_are_made_once_and_for_their_owner_only(folder):
    assert Keyring.create(folder).pepper == Keyring.load(folder, demo=True).pepper
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert (folder.stat().st_mode & 0o777, [path.name for path in folder.parent.iterdir()]) == (0o700, ["secrets"])


def test_two_towns_share_no_secret(folder, tmp_path):
    mine, other = Keyring.load(folder, demo=True), Keyring.create(tmp_path / "other")

    assert {mine.pepper.secret, mine.sector, mine.cursor}.isdisjoint({other.pepper.secret, other.sector, other.cursor})
    assert mine.signing[0].kid != other.signing[0].kid


def test_demo_secrets_are_refused_in_production_and_real_ones_in_the_demo(folder):
    with pytest.raises(Halt, match="are of a demo"):
        Keyring.load(folder, demo=False)
    (folder / DEMO).unlink()

    assert len(Keyring.load(folder, demo=False).cursor) == 64
    with pytest.raises(Halt, match="are not of a demo"):
        Keyring.load(folder, demo=True)


@pytest.mark.parametrize("name", [FIRST_SIGNING, FIRST_AUDIT, "pepper-1.key", "sector.key", "cursor.key"])
def test_a_missing_secret_is_named(folder, name):
    (folder / name).unlink()

    with pytest.raises(Halt, match=f"/{name} is missing or cannot be read"):
        Keyring.load(folder, demo=True)


SPOILED = {
    "short": ("cursor.key", b"short", r"must hold 64 random bytes, not 5\.$"),
    "no audit key": (FIRST_AUDIT, b"no key", "is not a private key of Ed25519"),
    "no key": (FIRST_SIGNING, b"no key", "is not a private key of P-256"),
    "another curve": (FIRST_SIGNING, ECKey.generate_key("P-384").as_pem(), "is not a private key of P-256"),
    "a public key": (
        FIRST_SIGNING,
        ECKey.generate_key("P-256").as_pem(private=False),
        "is not a private key of P-256",
    ),
}


@pytest.mark.parametrize(("name", "content", "sentence"), SPOILED.values(), ids=SPOILED)
def test_a_secret_that_is_none_is_named(folder, name, content, sentence):
    write_private(folder / name, content)

    with pytest.raises(Halt, match=sentence):
        Keyring.load(folder, demo=True)


def test_a_second_signing_key_signs_once_it_is_settled_while_the_first_still_verifies(folder, tmp_path):
    holder = Holder("somebody", CallerKind.RESIDENT, Acr.CARD_PIN)
    before = Keyring.load(folder, demo=True).tokens(HERE, HERE)
    shutil.copy(Keyring.create(tmp_path / "other") and tmp_path / "other" / FIRST_SIGNING, folder / "signing-2.pem")
    waiting = Keyring.load(folder, demo=True)
    os.utime(folder / "signing-2.pem", (0, 0))
    after = Keyring.load(folder, demo=True).tokens(HERE, HERE)

    assert (waiting.signing[0].kid, waiting.settles_at is None) == (before.keys[0].kid, False)
    assert after.read(before.issue(holder, NOW), NOW) == holder
    assert len(after.jwks()["keys"]) == 2
    assert after.keys[1].kid == before.keys[0].kid


def test_a_routers_keys_are_a_jwks_of_p_256_or_are_named(tmp_path):
    key, file = ECKey.generate_key("P-256"), tmp_path / "router-keys.json"
    file.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))

    assert [each.thumbprint() for each in read_router_keys(file)] == [key.thumbprint()]
    assert read_router_keys(None) == ()
    for text in ("", "[]", "{}", '{"keys": 1}', '{"keys": [1]}', '{"keys": [{"kty": "EC"}]}'):
        file.write_text(text)
        with pytest.raises(Halt, match="not a JWKS with keys of P-256"):
            read_router_keys(file)
