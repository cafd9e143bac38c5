"""`tsumugi login` and `tsumugi query`: what a client does, with a card or key out of the data folder."""

import json
import os
import re
from getpass import getpass
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from tsumugi import card
from tsumugi.card import CARDS
from tsumugi.chip import ChipCard
from tsumugi.clock import real_now
from tsumugi.halt import Halt
from tsumugi.pin import PinState
from tsumugi.settings import Settings
from tsumugi.visit import access_token, origin_of

ANONYMOUS = "anonymous"
GRAPHQL_JSON = "application/graphql-response+json"
PATIENCE_S = 30
PIN_CHARACTERS = 64  # that are read; four are wanted
MAX_ANSWER_BYTES = 64 * 1024 * 1024
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class Heard(NamedTuple):
    """What a server answered."""

    status: int
    media: str
    text: str


class Ask(NamedTuple):
    """One query as the command line gives it; `query` is a text or the name of a file."""

    name: str
    query: str
    variables: str | None = None
    purpose: str | None = None


class _NoRedirect(HTTPRedirectHandler):
    """A token goes to the server that was named and to no other."""

    def redirect_request(self, *_: Any) -> None:
        """Never."""


_OPENER = build_opener(ProxyHandler({}), _NoRedirect())  # no proxy of the environment gets to see a token either


def server_url(settings: Settings, given: str | None) -> str:
    """The server's origin, by default the one that these settings would start."""
    return origin_of(given or f"http://127.0.0.1:{settings.port}")


def login(settings: Settings, name: str, server: str) -> str:
    """An access token for the holder of that card or key."""
    return access_token(server, card.load(card_file(settings, name)), real_now())


def login_with_module(module: Path, pin_fd: int | None, server: str) -> str:
    """An access token for whoever's card lies in the reader of a PKCS #11 module; raises Halt when it says no."""
    if not module.is_file():
        raise Halt(f"There is no module {module}.")
    return access_token(server, ChipCard(module, lambda state: _pin(state, pin_fd)), real_now())


def _pin(state: PinState, pin_fd: int | None) -> str:
    """From the terminal without echo, or from a file that is open already: never an argument or the environment."""
    if pin_fd is None:
        before = "A wrong PIN was given before. " if state is PinState.TRIED else ""
        return getpass(f"{before}PIN of the user authentication, four digits: ")
    try:
        with os.fdopen(pin_fd, encoding="ascii") as file:
            return file.readline(PIN_CHARACTERS).rstrip("\r\n")
    except (OSError, ValueError):
        raise Halt(f"No PIN can be read from file descriptor {pin_fd}.") from None


def query(settings: Settings, ask: Ask, server: str) -> str:
    """The answer as JSON text, Japanese readable; raises Halt when what comes back is no GraphQL response."""
    body: dict[str, Any] = {"query": _document(ask.query)}
    if ask.variables is not None:
        body["variables"] = _variables(ask.variables)
    headers = {"content-type": "application/json", "accept": GRAPHQL_JSON}
    if ask.name != ANONYMOUS:
        headers["authorization"] = f"Bearer {login(settings, ask.name, server)}"
    if ask.purpose is not None:
        if not (ask.purpose.isascii() and ask.purpose.isprintable()):
            raise Halt("A purpose is CODE:CASE; a case has Latin letters, digits and . / _ - only.")
        headers["tsumugi-purpose"] = ask.purpose
    heard = _send(Request(f"{server}/graphql", json.dumps(body).encode(), headers))  # noqa: S310 - http or https, see server_url
    answer = _read(heard)
    if not heard.media.startswith(GRAPHQL_JSON) or not {"data", "errors"} & answer.keys():
        raise Halt(f"The server answered {heard.status}, and not with a GraphQL response.")
    return json.dumps(answer, ensure_ascii=False, indent=2)


def card_path(settings: Settings, name: str) -> Path:
    """Where the card or key with that name is or would be; raises Halt for what is no name."""
    if not NAME.fullmatch(name):
        raise Halt("NAME has small letters, digits and hyphens.")
    return settings.data / CARDS / f"{name}.json"


def card_file(settings: Settings, name: str) -> Path:
    """The file of the card or key with that name; raises Halt when there is none."""
    path = card_path(settings, name)
    if not path.exists():
        held = ", ".join(sorted(found.stem for found in path.parent.glob("*.json"))) or "none"
        raise Halt(f"There is no card called {name} in {path.parent}; there are: {held}.")
    return path


def _document(given: str) -> str:
    """The text itself, or what stands in the file of that name: a document has a brace, a file name has none."""
    if "{" in given:
        return given
    try:
        return Path(given).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, ValueError):
        raise Halt(f"There is no query in {given!r}: give a text with braces, or the name of a file.") from None


def _variables(given: str) -> dict[str, Any]:
    try:
        found = json.loads(given)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Halt("The variables must be one JSON object.")
    return found


def _send(request: Request) -> Heard:
    try:
        with _OPENER.open(request, timeout=PATIENCE_S) as response:
            return Heard(
                response.status, response.headers.get("content-type", ""), response.read(MAX_ANSWER_BYTES).decode()
            )
    except HTTPError as refused:
        with refused:
            return Heard(refused.code, refused.headers.get("content-type", ""), refused.read(MAX_ANSWER_BYTES).decode())
    except (OSError, HTTPException, UnicodeDecodeError):
        raise Halt(
            f"No server answers at {request.type}://{request.host}: start one, or name it with --server."
        ) from None


def _read(heard: Heard) -> dict[str, Any]:
    try:
        found = json.loads(heard.text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Halt(f"The server answered {heard.status}, and not with JSON.")
    return found
