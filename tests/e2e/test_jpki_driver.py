"""A login through OpenSC's own driver for the card, over PC/SC, with a card in software behind a virtual reader."""

import fcntl
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from cryptography import x509

from tests.jpki_card import LOGIN_PIN, SIGNATURE_PIN, JpkiCard, inserted
from tests.running import PATIENCE_S
from tests.tsumugi.counter import HERE
from tsumugi import card
from tsumugi.chip import ChipCard
from tsumugi.halt import Halt
from tsumugi.pin import PinState

pytestmark = pytest.mark.system
MODULE = Path("/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so")
PORTS = (0x8C7B, 0x8C7C)  # of the virtual reader's two slots; while one has nobody, every look at it takes seconds
SETTINGS = 'app default { card_drivers = jpki; ignored_readers = "Virtual PCD 00 01"; }\n'
NONCE = "q0ZrY4m1l3cE2k5vY0u7x8B9hJtGfDsAaQwErTyUiO0="


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """The machine has one service for readers, so that one test at a time may have it."""
    (tmp_path / "opensc.conf").write_text(SETTINGS)
    monkeypatch.setenv("OPENSC_CONF", str(tmp_path / "opensc.conf"))
    with (Path(tempfile.gettempdir()) / "tsumugi-reader.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        service = subprocess.Popen(["pcscd", "--foreground"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield service
        service.terminate()
        service.wait()


@pytest.fixture
def chip(demo, reader):
    """The mother's card, in the first slot."""
    held = card.load(demo.data / "cards" / "mother.json")
    folders = ("user-authentication", "digital-signature")
    pems = [(demo.data / "anchors" / folder / "authority.pem").read_bytes() for folder in folders]
    made, other = (JpkiCard(held, [x509.load_pem_x509_certificate(pem) for pem in pems]) for _ in range(2))
    lines = [put(each, port, reader) for each, port in zip((made, other), PORTS, strict=True)]
    yield made
    for line in lines:
        line.close()


def put(chip, port, reader):
    until = time.monotonic() + PATIENCE_S
    while True:
        assert reader.poll() is None, "pcscd ended: does another one run, or has scripts/setup-system not?"
        try:
            return inserted(chip, port)
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.1)


def tried(chip):
    """The secrets that were sent to the card."""
    return [command[5:] for command in chip.commands if command[:2] == b"\0\x20" and len(command) > 5]


def test_somebody_logs_in_through_opensc_as_with_a_card(demo, chip):
    command = [sys.executable, "-m", "tsumugi", "login", "--module", str(MODULE), "--pin-fd", "0"]
    environ = demo.environ | {"OPENSC_CONF": os.environ["OPENSC_CONF"]}
    ended = subprocess.run(
        command, env=environ, input="1234\n", capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    asked = demo.post({"query": "{ viewer { wards { totalCount } } }"}, authorization=f"Bearer {ended.stdout.strip()}")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert asked.json() == {"data": {"viewer": {"wards": {"totalCount": 3}}}}
    assert tried(chip) == [b"1234"]


def test_the_last_try_of_a_card_is_never_spent(chip):
    told = []

    def type_pin(state):
        told.append(state)
        return "4321"

    sentences = []
    for _ in range(3):
        with pytest.raises(Halt) as halt:
            ChipCard(MODULE, type_pin).sign_login(HERE, NONCE)
        sentences.append(str(halt.value).partition(".")[0])

    assert told == [PinState.FREE, PinState.TRIED]  # before the third nobody was asked
    assert sentences[:2] == ["The PIN is wrong"] * 2
    assert sentences[2].startswith("One more wrong PIN locks the card")
    assert (tried(chip), chip.tries) == ([b"4321"] * 2, {LOGIN_PIN: 1, SIGNATURE_PIN: 5})


def test_the_password_for_signatures_never_reaches_the_card(chip):
    with pytest.raises(Halt, match="was not tried"):
        ChipCard(MODULE, lambda _: "ABC123").sign_login(HERE, NONCE)

    assert (tried(chip), chip.tries) == ([], {LOGIN_PIN: 3, SIGNATURE_PIN: 5})
