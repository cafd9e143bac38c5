"""How a partner's server answers: whom it refuses, in which order, what it says of a child that it does not know."""

import hashlib
import json
import secrets
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx
from joserfc.jwk import ECKey

from auth.router import HEADER, written
from models.ids import RANDOM_BYTES, Letter, mint
from tsumugi.clock import Clock
from tsumugi.halt import Halt

TIMEOUT_S = 5.0
SDL = {"query": "{ _service { sdl } }"}
ENTITIES = """query ($representations: [_Any!]!) {
  _entities(representations: $representations) { __typename ... on Child { id } } }"""


class Partner(NamedTuple):
    """Whom the probe asks, and which city makes its tokens."""

    url: str
    code: str
    city: str  # its origin


class Finding(NamedTuple):
    """One thing that was tried."""

    what: str
    is_well: bool


class Probe:
    """Asks as the router does, with the router's key; and as nobody should."""

    def __init__(self, partner: Partner, key: ECKey, now: Clock, client: httpx.Client) -> None:
        self._partner, self._key, self._now, self._client = partner, key, now, client

    def findings(self) -> list[Finding]:
        """Everything that was tried; raises Halt when the partner or the city does not answer."""
        children = [mint(self._partner.code, Letter.CHILD, secrets.token_bytes(RANDOM_BYTES)) for _ in range(3)]
        body = _bytes(SDL)
        token = self._token(body)
        answer = self._post(body, token)
        ordered, turned = self._batch(children), self._batch(children[::-1])
        return [
            Finding("prints its SDL for the router", _is_text(answer, "data", "_service", "sdl")),
            Finding("refuses a token that it has seen", self._is_refused(body, token)),
            Finding("refuses a request without a token", self._is_refused(body, None)),
            Finding("refuses a token for another body", self._is_refused(body, self._token(b"{}"))),
            Finding("refuses what is no token", self._is_refused(body, "x.y.z")),
            Finding(
                "answers each of a batch, also children that it does not know", ordered == _kept(ordered, children)
            ),
            Finding("answers in the order of the question", turned == _kept(turned, children[::-1])),
        ]

    def _batch(self, ids: list[str]) -> Any:
        variables = {"representations": [{"__typename": "Child", "id": each} for each in ids]}
        body = _bytes({"query": ENTITIES, "variables": variables})
        answer = self._json(self._post(body, self._token(body)))
        return None if "errors" in answer else (answer.get("data") or {}).get("_entities")

    def _token(self, body: bytes) -> str:
        """A token of the city's for this body."""
        address = f"{self._partner.city}/auth/partner/{self._partner.code}"
        letter = written(self._key, address, hashlib.sha256(body).hexdigest(), self._now())
        response = self._asked(lambda: self._client.post(address, headers={HEADER: letter}))
        token = self._json(response).get("token")
        if not isinstance(token, str):
            raise Halt(f"The city at {self._partner.city} gives no token: does it know the router's key, and the code?")
        return token

    def _is_refused(self, body: bytes, token: str | None) -> bool:
        return not self._json(self._post(body, token)).get("data")

    def _post(self, body: bytes, token: str | None) -> httpx.Response:
        headers = {"content-type": "application/json"} | ({} if token is None else {"authorization": f"Bearer {token}"})
        return self._asked(lambda: self._client.post(self._partner.url, content=body, headers=headers))

    def _asked(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        try:
            return ask()
        except httpx.HTTPError:
            raise Halt("There is no answer from the partner or the city.") from None

    def _json(self, response: httpx.Response) -> dict[str, Any]:
        try:
            members = response.json()
        except ValueError:
            return {}
        return members if isinstance(members, dict) else {}


def _kept(entities: Any, ids: list[str]) -> Any:
    """What a right answer looks like: one for each, null or of that id; None when it is none."""
    if not isinstance(entities, list) or len(entities) != len(ids):
        return [None]
    return [
        each if each in (None, {"__typename": "Child", "id": id}) else id
        for each, id in zip(entities, ids, strict=True)
    ]


def _bytes(members: dict[str, Any]) -> bytes:
    return json.dumps(members).encode()


def _is_text(response: httpx.Response, *path: str) -> bool:
    """Whether at that path of a JSON body there stands a text."""
    try:
        value = response.json()
        for each in path:
            value = value[each]
    except (ValueError, KeyError, TypeError):
        return False
    return isinstance(value, str)


def probed(partner: Partner, key: ECKey, now: Clock) -> str:
    """A line for each thing that was tried; raises Halt with the same lines when one is not well."""
    with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
        findings = Probe(partner, key, now, client).findings()
    lines = "\n".join(f"{'ok  ' if each.is_well else 'NOT '} {each.what}" for each in findings)
    if not all(each.is_well for each in findings):
        raise Halt(lines)
    return lines
