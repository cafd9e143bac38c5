"""A login with a card behind a PKCS #11 module: SoftHSM2 holds the two tokens of a card as OpenSC shows them."""

import json
import os
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from auth import webeid
from auth.profile import Purpose
from tests.running import PATIENCE_S
from tests.tsumugi.counter import BEARER, HERE
from tsumugi import card
from tsumugi.chip import ChipCard
from tsumugi.clock import real_now
from tsumugi.halt import Halt
from tsumugi.pin import PinState
from tsumugi.pki.office import KeyKind, Office

pytestmark = pytest.mark.system
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
LOGIN, SIGNATURE = "JPKI (User Authentication PIN)", "JPKI (Digital Signature PIN)"
PHONE = "User Authentication (phone)"
PINS = {LOGIN: "1234", PHONE: "1234", SIGNATURE: "ABC123"}
NONCE = "q0ZrY4m1l3cE2k5vY0u7x8B9hJtGfDsAaQwErTyUiO0="


class SoftHsm:
    """Tokens in a folder; the signature's token comes first, so that nobody gets away with the first slot."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "tokens").mkdir()
        (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
        self.environ = {"SOFTHSM2_CONF": str(folder / "softhsm2.conf"), "PATH": os.environ["PATH"]}
        self.module = next(path for path in MODULES if os.path.exists(path))  # noqa: PTH110 - a path to hand over

    def run(self, *command):
        subprocess.run([str(each) for each in command], env=self.environ, check=True, capture_output=True)

    def token(self, label, pair, *others):
        """A token with that key and certificate, and certificates of others."""
        pin = PINS[label]
        self.run("softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "12345678")
        key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / "key").write_bytes(key)
        importing = ("softhsm2-util", "--import", self.folder / "key", "--token", label, "--label", "key", "--id", "01")
        self.run(*importing, "--pin", pin)
        for number, each in enumerate((pair.certificate, *others), 1):
            (self.folder / "certificate").write_bytes(each.public_bytes(Encoding.DER))
            writing = ("--write-object", self.folder / "certificate", "--type", "cert", "--id", f"{number:02}")
            self.run("pkcs11-tool", "--module", self.module, "--token-label", label, "--login", "--pin", pin, *writing)


@pytest.fixture
def hsm(tmp_path, monkeypatch):
    (tmp_path / "hsm").mkdir()
    made = SoftHsm(tmp_path / "hsm")
    monkeypatch.setenv("SOFTHSM2_CONF", made.environ["SOFTHSM2_CONF"])
    return made


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    return Office.open(folder / "authority", folder / "anchors", real_now())


def insert(hsm, office, held):
    """Both tokens of a card, the authority's certificate on the first of them as on a real one."""
    hsm.token(SIGNATURE, held.signature)
    hsm.token(LOGIN, held.authentication, office.authorities[Purpose.USER_AUTHENTICATION].certificate)


class Typing:
    """Types a PIN, and remembers what was said before it was asked for."""

    def __init__(self, pin):
        self.pin, self.told = pin, []

    def __call__(self, state):
        self.told.append(state)
        return self.pin


def signed(hsm, pin):
    typing = Typing(pin)
    return ChipCard(hsm.module, typing).sign_login(HERE, NONCE), typing.told


def test_somebody_logs_in_through_a_module_and_asks(demo, hsm):
    mother = card.load(demo.data / "cards" / "mother.json")
    anchors = demo.data / "anchors" / "user-authentication" / "authority.pem"
    hsm.token(SIGNATURE, mother.signature)
    hsm.token(LOGIN, mother.authentication, x509.load_pem_x509_certificate(anchors.read_bytes()))
    command = [sys.executable, "-m", "tsumugi", "login", "--module", hsm.module, "--pin-fd", "0"]
    environ = demo.environ | hsm.environ
    ended = subprocess.run(
        command, env=environ, input="1234\n", capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    asked = demo.post({"query": "{ viewer { wards { totalCount } } }"}, authorization=f"Bearer {ended.stdout.strip()}")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(asked.text) == {"data": {"viewer": {"wards": {"totalCount": 3}}}}


@pytest.mark.parametrize("kind", KeyKind)
def test_every_kind_of_chip_signs_what_the_server_checks(hsm, office, kind):
    held = office.issue(BEARER, real_now(), kind)
    insert(hsm, office, held)
    answer, told = signed(hsm, "1234")
    parsed = webeid.parsed(answer)

    assert told == [PinState.FREE]
    assert parsed.certificate == held.authentication.certificate.public_bytes(Encoding.DER)
    assert webeid.signature_fault(parsed, held.authentication.certificate, [HERE], NONCE) is None


def test_a_wrong_pin_is_tried_once_and_told_the_next_time(hsm, office):
    insert(hsm, office, office.issue(BEARER, real_now(), KeyKind.P256))
    with pytest.raises(Halt, match="The PIN is wrong"):
        signed(hsm, "4321")

    assert signed(hsm, "1234")[1] == [PinState.TRIED]
    assert signed(hsm, "1234")[1] == [PinState.FREE]


@pytest.mark.parametrize("typed", ["ABC123", "", "12345", "１２３４"])
def test_what_is_no_pin_costs_no_try(hsm, office, typed):
    insert(hsm, office, office.issue(BEARER, real_now(), KeyKind.P256))
    with pytest.raises(Halt, match="was not tried"):
        signed(hsm, typed)

    assert signed(hsm, "1234")[1] == [PinState.FREE]


def test_a_reader_without_or_with_two_tokens_for_logins_asks_for_no_pin(hsm, office):
    held = office.issue(BEARER, real_now(), KeyKind.P256)
    hsm.token(SIGNATURE, held.signature)
    typing = Typing("1234")
    with pytest.raises(Halt, match="There is no token for user authentication"):
        ChipCard(hsm.module, typing).sign_login(HERE, NONCE)
    for label in (LOGIN, PHONE):
        hsm.token(label, held.authentication)
    with pytest.raises(Halt, match="There are several tokens"):
        ChipCard(hsm.module, typing).sign_login(HERE, NONCE)

    assert typing.told == []


def test_a_token_without_its_certificate_or_key_says_so(hsm, office):
    first, second = (office.issue(BEARER, real_now(), KeyKind.P256) for _ in range(2))
    hsm.token(LOGIN, first.authentication, second.authentication.certificate)

    with pytest.raises(Halt, match="not exactly one certificate"):
        signed(hsm, "1234")


def test_what_is_no_module_is_one_sentence(tmp_path):
    (tmp_path / "module.so").write_bytes(b"no module")

    with pytest.raises(Halt, match="The module or the card reported a fault"):
        ChipCard(tmp_path / "module.so", Typing("1234")).sign_login(HERE, NONCE)
