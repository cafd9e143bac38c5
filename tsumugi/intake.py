"""What a request brings: a GraphQL request out of its URL or body, within limits that are checked before parsing."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request

from engine.errors import ErrorCode
from engine.limits import json_is_shallow
from models.organisation import CallerKind

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


async def from_body(request: Request, limit: int) -> Order | Refusal:
    """The order in a POST's JSON body; at most `limit` bytes are read."""
    refused = _wrong_type(request.headers)
    if refused is not None:
        return refused
    raw = await _read(request, limit)
    if raw is None:
        return Refusal(400, ErrorCode.BODY_TOO_LARGE, f"At most {limit:,} bytes.")
    members = _json(raw)
    if not isinstance(members, dict):
        return _bad("The body must be one JSON object.")
    return _order(members)


def from_url(request: Request) -> Order | Refusal:
    """The order in a GET's URL; `variables` and `extensions` are JSON texts."""
    if len(request.scope["query_string"]) > MAX_BODY_BYTES:
        return Refusal(400, ErrorCode.BODY_TOO_LARGE, f"At most {MAX_BODY_BYTES:,} bytes.")
    given = request.query_params
    if len(given) < len(given.multi_items()):
        return _bad("A parameter is given twice.")
    members: dict[str, Any] = {name: given[name] for name in ("query", "operationName") if name in given}
    for name in ("variables", "extensions"):
        if given.get(name):
            members[name] = _json(given[name].encode())
            if not isinstance(members[name], dict):
                return _bad(f"`{name}` must be one JSON object.")
    return _order(members)


def _wrong_type(headers: Headers) -> Refusal | None:
    name, *parameters = (piece.strip().lower() for piece in headers.get("content-type", "").split(";"))
    charsets = {pair.partition("=")[2].strip('"') for pair in parameters if pair.startswith("charset=")}
    if name != JSON or charsets - {"utf-8", "utf8"} or headers.get("content-encoding", "identity") != "identity":
        return Refusal(415, ErrorCode.UNSUPPORTED_MEDIA_TYPE)
    return None


async def _read(request: Request, limit: int) -> bytes | None:
    """The body, None when it is too large: by its announced length if it has one, else by what has come so far."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > limit:
        return None
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > limit:
            return None
    return bytes(raw)


def _json(raw: bytes) -> object:
    """What a JSON text says; None when it says nothing, or nests too deeply."""
    try:
        return orjson.loads(raw) if json_is_shallow(raw) else None
    except orjson.JSONDecodeError:
        return None


def _order(members: Mapping[str, Any]) -> Order | Refusal:
    text, name, variables = members.get("query"), members.get("operationName"), members.get("variables")
    if not isinstance(text, str):
        return _bad("`query` must be a text.")
    if name is not None and not isinstance(name, str):
        return _bad("`operationName` must be a text.")
    if not isinstance(variables, dict | None):
        return _bad("`variables` must be an object.")
    if not isinstance(members.get("extensions"), dict | None):
        return _bad("`extensions` must be an object.")
    return Order(text, name or None, variables or {})


def _bad(detail: str) -> Refusal:
    return Refusal(400, ErrorCode.BAD_USER_INPUT, detail)
