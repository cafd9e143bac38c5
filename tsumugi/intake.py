"""What a request brings: a GraphQL request out of its URL or body, within limits that are checked before parsing."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from engine.errors import ErrorCode
from engine.limits import json_of
from models.organisation import CallerKind
from tsumugi.accept import HEADERS_KEPT

# The largest query of our own pages has 3 KB.
MAX_BODY_BYTES = 32_768
# Machines send a day's records at once.
MAX_MACHINE_BODY_BYTES = 1_048_576
MACHINES = frozenset(
    {
        CallerKind.CLINIC,
        CallerKind.SCHOOL,
        CallerKind.TAXI_OPERATOR,
        CallerKind.SHOP,
        CallerKind.PARTNER_MUNICIPALITY,
    }
)
JSON = "application/json"
OBJECT = (dict, type(None))
READ = frozenset(
    {
        b"accept",
        b"accept-language",
        b"authorization",
        b"content-encoding",
        b"content-length",
        b"content-type",
        b"if-none-match",
        b"tsumugi-purpose",
        b"tsumugi-router",
    }
)


class Refusal(NamedTuple):
    """Why a request is not even looked at: status and code, and a sentence of ours about it."""

    status: int
    code: ErrorCode
    detail: str = ""


class Order(NamedTuple):
    """One GraphQL request as it was sent."""

    text: str
    operation_name: str | None
    variables: dict[str, Any]


def body_limit(kind: CallerKind) -> int:
    """How many bytes this kind of caller may send."""
    return MAX_MACHINE_BODY_BYTES if kind in MACHINES else MAX_BODY_BYTES


class Incoming:
    """A request as it comes in: its method, the headers that we read, and its body piece by piece.

    `header`: a header's value, or None; several lines of one name read as one with commas, so that a second one never
    hides.
    """

    __slots__ = ("_query", "_receive", "header", "method")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self._query: bytes = scope["query_string"]
        self._receive = receive
        headers: dict[bytes, str] = {}
        for name, value in scope["headers"]:
            if name in READ:
                text = value.decode("latin-1")
                headers[name] = f"{headers[name]}, {text}" if name in headers else text
        self.header = headers.get

    async def body(self, limit: int) -> bytes | None:
        """The body, None when it is too large: by its announced length if it has one, else by what has come so far.

        Raises ClientDisconnect.
        """
        announced = self.header(b"content-length", "0")
        if not announced.isdigit() or int(announced) > limit:
            return None
        raw, has_more = b"", True
        while has_more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            raw += message.get("body", b"")
            if len(raw) > limit:
                return None
            has_more = message.get("more_body", False)
        return raw

    def parameters(self) -> QueryParams | None:
        """What the URL says, None when it is too much."""
        return QueryParams(self._query) if len(self._query) <= MAX_BODY_BYTES else None


async def from_body(incoming: Incoming, limit: int, digest: str | None = None) -> Order | Refusal:
    """The order in a POST's JSON body; at most `limit` bytes are read, with that SHA-256 if one was promised."""
    if not _is_json(incoming.header(b"content-type"), incoming.header(b"content-encoding")):
        return Refusal(415, ErrorCode.UNSUPPORTED_MEDIA_TYPE)
    raw = await incoming.body(limit)
    if raw is None:
        return Refusal(400, ErrorCode.BODY_TOO_LARGE, f"At most {limit:,} bytes.")
    if digest is not None and hashlib.sha256(raw).hexdigest() != digest:
        return Refusal(401, ErrorCode.UNAUTHENTICATED)
    members = json_of(raw)
    if not isinstance(members, dict):
        return _bad("The body must be one JSON object.")
    return _order(members)


def from_url(incoming: Incoming) -> Order | Refusal:
    """The order in a GET's URL; `variables` and `extensions` are JSON texts."""
    given = incoming.parameters()
    if given is None:
        return Refusal(400, ErrorCode.BODY_TOO_LARGE, f"At most {MAX_BODY_BYTES:,} bytes.")
    if len(given) < len(given.multi_items()):
        return _bad("A parameter is given twice.")
    members: dict[str, Any] = {name: given[name] for name in ("query", "operationName") if name in given}
    for name in ("variables", "extensions"):
        if given.get(name):
            members[name] = json_of(given[name].encode())
            if not isinstance(members[name], dict):
                return _bad(f"`{name}` must be one JSON object.")
    return _order(members)


@lru_cache(maxsize=HEADERS_KEPT)
def _is_json(content_type: str | None, encoding: str | None) -> bool:
    name, *parameters = (piece.strip().lower() for piece in (content_type or "").split(";"))
    charsets = {pair.partition("=")[2].strip('"') for pair in parameters if pair.startswith("charset=")}
    return name == JSON and not charsets - {"utf-8", "utf8"} and (encoding or "identity") == "identity"


def _order(members: Mapping[str, Any]) -> Order | Refusal:
    text, name, variables = members.get("query"), members.get("operationName"), members.get("variables")
    if not isinstance(text, str):
        return _bad("`query` must be a text.")
    if name is not None and not isinstance(name, str):
        return _bad("`operationName` must be a text.")
    if not isinstance(variables, OBJECT):
        return _bad("`variables` must be an object.")
    if not isinstance(members.get("extensions"), OBJECT):
        return _bad("`extensions` must be an object.")
    return Order(text, name or None, variables or {})


def _bad(detail: str) -> Refusal:
    return Refusal(400, ErrorCode.BAD_USER_INPUT, detail)
