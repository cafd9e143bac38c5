"""The other side of the counter: how a card or a key logs in to a server. Needs nothing but the standard library."""

import json
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from tsumugi.card import SoftKey
from tsumugi.devices import DEVICE
from tsumugi.halt import Halt
from tsumugi.signin import CHALLENGE, CLIENT_CREDENTIALS, JWT_BEARER, LOGIN, TOKEN

TIMEOUT_S = 10
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Signer(Protocol):
    """What answers a challenge: a software card, or a chip behind a module."""

    def sign_login(self, origin: str, nonce: str) -> dict[str, str]:
        """A Web eID token for that server and that nonce."""


def access_token(server: str, bearer: Signer | SoftKey, now: datetime) -> str:
    """Log in to `http(s)://host:port`; raises Halt when nobody answers there or the answer is no."""
    origin = origin_of(server)
    if isinstance(bearer, SoftKey):
        form = {
            "grant_type": CLIENT_CREDENTIALS,
            "client_assertion_type": JWT_BEARER,
            "client_assertion": bearer.sign_assertion(origin + TOKEN, now),
        }
        proof = {"dpop": bearer.sign_proof(origin + TOKEN, now)} if bearer.is_device else {}
        return _asked(origin, TOKEN, urlencode(form), FORM, "access_token", **proof)
    nonce = challenge(origin)
    answer = {"nonce": nonce, "token": bearer.sign_login(origin, nonce)}
    return _asked(origin, LOGIN, json.dumps(answer), JSON, "access_token")


def challenge(origin: str) -> str:
    """A nonce to be signed; raises Halt when nobody answers there."""
    return _asked(origin, CHALLENGE, "", JSON, "nonce")


def enrol_device(server: str, key: SoftKey, code: str, now: datetime) -> str:
    """The id of the device that this key belongs to from now on; raises Halt when the code is not a good one."""
    origin = origin_of(server)
    body = json.dumps({"code": code, "key": key.bare_jwk()})
    return _asked(origin, DEVICE, body, JSON, "client_id", dpop=key.sign_proof(origin + DEVICE, now))


def origin_of(server: str) -> str:
    """Scheme, host and port: what a card signs. Raises Halt when it is no address of a server."""
    try:
        parts = urlsplit(server)
        is_server = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_server = False
    if not is_server:
        raise Halt("The server must look like http://localhost:8000.")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def _asked(origin: str, path: str, body: str, media: str, member: str, **headers: str) -> str:
    scheme, _, host = origin.partition("://")
    connection = (HTTPSConnection if scheme == "https" else HTTPConnection)(host, timeout=TIMEOUT_S)
    try:
        connection.request("POST", path, body, {"content-type": media, **headers})
        response = connection.getresponse()
        answer = json.loads(response.read()) if response.status == HTTPStatus.OK else None
    except (OSError, HTTPException, ValueError):
        raise Halt(f"No server of Tsumugi answers at {origin}.") from None
    finally:
        connection.close()
    if response.status != HTTPStatus.OK:
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Halt(f"The server at {origin} cannot answer at the moment (status {response.status}).")
        raise Halt(f"The server at {origin} does not let this card or key in (status {response.status}).")
    if not isinstance(answer, dict) or not isinstance(answer.get(member), str):
        raise Halt(f"No server of Tsumugi answers at {origin}.")
    return str(answer[member])
