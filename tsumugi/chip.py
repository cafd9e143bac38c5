"""A card behind a PKCS #11 module, as `tsumugi login --module` uses it. The module runs in a process of its own."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from auth import webeid
from tsumugi.halt import Halt
from tsumugi.pin import PinState, is_pin

APP_VERSION = "tsumugi-pkcs11/1"
READER = "tsumugi.pkcs11"
LIBRARY = "PyKCS11"
UNFIT = {
    "NO_TOKEN": "There is no token for user authentication: is the card in the reader, and is this its module?",
    "MANY_TOKENS": "There are several tokens for user authentication: leave one card in the readers.",
    "NO_CERTIFICATE": "The token has not exactly one certificate of a person.",
    "KEY": "The token has no key that fits its certificate, or one of an unusual kind.",
    "PIN_WRONG": "The PIN is wrong. It was tried once; try again yourself when you are sure.",
    "PIN_LOCKED": "The PIN is locked: a municipal office can open it.",
    "PIN_NOT_TRIED": "The PIN was not tried: one more wrong one would lock the card.",
    "MODULE": "The module or the card reported a fault.",
}
STATES = {
    PinState.LAST: "One more wrong PIN locks the card, so it is not tried here: a municipal office can set a new one.",
    PinState.LOCKED: UNFIT["PIN_LOCKED"],
    PinState.UNSET: "The card has no PIN of its holder's yet.",
}


@dataclass(frozen=True)
class ChipCard:
    """`ask_pin` is called once, after the card was found fit, with what to say first; it answers the PIN."""

    module: Path
    ask_pin: Callable[[PinState], str]

    def sign_login(self, origin: str, nonce: str) -> dict[str, str]:
        """The answer to a challenge; raises Halt, and then no try was spent unless it says so."""
        if find_spec(LIBRARY) is None:
            raise Halt("`--module` needs PyKCS11: install tsumugi[card].")
        command = [sys.executable, "-m", READER, str(self.module)]
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        # Its own interpreter and module; what a module prints on the error stream may name the card.
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nothing, text=True) as reader:  # noqa: S603
            try:
                return self._answer(reader, origin, nonce)
            finally:
                reader.kill()

    def _answer(self, reader: "subprocess.Popen[str]", origin: str, nonce: str) -> dict[str, str]:
        assert reader.stdin is not None, "it was opened as a pipe"
        assert reader.stdout is not None, "likewise"
        found = _heard(reader.stdout)
        state = PinState[found["state"]]
        if not state.may_be_tried:
            raise Halt(STATES[state])
        pin = self.ask_pin(state)
        if not is_pin(pin):
            raise Halt(
                "The PIN has four digits, and was not tried; the password for signatures is never asked for here."
            )
        message = webeid.signed_bytes(found["algorithm"], origin, nonce)
        asked = json.dumps({"pin": pin, "message": base64.b64encode(message).decode()})
        try:
            reader.stdin.write(asked + "\n")
            reader.stdin.flush()
        except OSError:
            raise Halt(UNFIT["MODULE"]) from None
        return {
            "unverifiedCertificate": found["certificate"],
            "algorithm": found["algorithm"],
            "signature": _heard(reader.stdout)["signature"],
            "format": webeid.FORMAT,
            "appVersion": APP_VERSION,
        }


def _heard(lines: IO[str]) -> dict[str, str]:
    """The next line; raises Halt when it says that something will not do, or when there is none."""
    line = lines.readline()
    if not line:
        raise Halt(UNFIT["MODULE"])
    said: dict[str, str] = json.loads(line)
    if "unfit" in said:
        raise Halt(UNFIT[said["unfit"]])
    return said
