"""A software card or key comes back from its file as it was, and a file that is none is refused."""

import json
from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import ECKey

from auth import webeid
from tests.tsumugi.counter import BEARER, HERE, NOW
from tsumugi import card as cards_file
from tsumugi.card import SoftCard, SoftKey
from tsumugi.halt import Halt
from tsumugi.pki.office import KeyKind
from tsumugi.private import write_private


@pytest.mark.parametrize("kind", KeyKind)
def test_a_card_from_its_file_signs_like_the_card(cards, kind, tmp_path):
    cards[kind].save(tmp_path / "mother.json")
    loaded = cards_file.load(tmp_path / "mother.json")
    answer = loaded.sign_login(HERE, "nonce")
    signed = webeid.parsed(answer)

    assert isinstance(loaded, SoftCard)
    assert webeid.signature_fault(signed, cards[kind].authentication.certificate, [HERE], "nonce") is None
    assert len(b64decode(answer["signature"])) == {KeyKind.RSA: 256, KeyKind.P256: 64, KeyKind.P384: 96}[kind]


def test_an_adults_card_keeps_both_certificates(office, tmp_path):
    whole = office.issue(BEARER, NOW, KeyKind.P256)
    whole.save(tmp_path / "card.json")
    loaded = cards_file.load(tmp_path / "card.json")

    assert loaded.signature.certificate == whole.signature.certificate
    assert (tmp_path / "card.json").stat().st_mode & 0o777 == 0o600


def test_a_key_from_its_file_signs_like_the_key(tmp_path):
    key = SoftKey.make("somebody")
    key.save(tmp_path / "nurse.json")
    loaded = cards_file.load(tmp_path / "nurse.json")

    assert (loaded.client_id, loaded.key.kid) == ("somebody", key.key.kid)
    assert "d" not in loaded.public_jwk()


KEY = ECKey.generate_key("P-256")
NO_CARDS = {
    "nothing": "",
    "a list": "[]",
    "a number": "1",
    "an empty object": "{}",
    "a key without a key": json.dumps({"client_id": "a"}),
    "a key that is none": json.dumps({"client_id": "a", "key": "b"}),
    "a key that cannot sign": json.dumps({"client_id": "a", "key": KEY.as_pem(private=False).decode()}),
    "a card that is none": json.dumps({"authentication": {"key": "a", "certificate": "b"}, "signature": None}),
    "a card with a text for a pair": json.dumps({"authentication": "a", "signature": None}),
}


@pytest.mark.parametrize("content", NO_CARDS.values(), ids=NO_CARDS)
def test_a_file_that_holds_neither_is_refused(tmp_path, content):
    write_private(tmp_path / "card.json", content.encode())

    with pytest.raises(Halt, match=r"card\.json is not a software card or key\.$"):
        cards_file.load(tmp_path / "card.json")


def ed25519():
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_card_with_a_key_of_another_kind_is_refused(tmp_path, card):
    card.save(tmp_path / "card.json")
    content = json.loads((tmp_path / "card.json").read_bytes())
    content["authentication"]["key"] = ed25519().decode()
    write_private(tmp_path / "card.json", json.dumps(content).encode())

    with pytest.raises(Halt, match="is not a software card"):
        cards_file.load(tmp_path / "card.json")
