"""Bodies of what is sent to sign in: small, strict, JSON or a form; a fault for everything else."""

import asyncio
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from auth.fault import Fault
from auth.strict import json_object

MAX_BODY_BYTES = 16 * 1024
MAX_FORM_FIELDS = 10
ARRIVAL_S = 10.0  # as long as the graph waits for a question
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


async def json_body(request: Request) -> dict[str, object] | Fault:
    """The members of a JSON object."""
    body = await _body(request, JSON)
    if isinstance(body, Fault):
        return body
    return json_object(body) or Fault.BODY_MALFORMED


async def form_body(request: Request) -> dict[str, str] | Fault:
    """The fields of a form, each at most once."""
    body = await _body(request, FORM)
    if isinstance(body, Fault):
        return body
    try:
        pairs = parse_qsl(body.decode("ascii"), strict_parsing=True, max_num_fields=MAX_FORM_FIELDS)
    except ValueError:
        return Fault.BODY_MALFORMED
    form = dict(pairs)
    return form if len(form) == len(pairs) else Fault.BODY_MALFORMED


async def _body(request: Request, media: str) -> bytes | Fault:
    """The body, read no further than its cap."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != media:
        return Fault.BODY_MALFORMED
    try:
        async with asyncio.timeout(ARRIVAL_S):
            return await _arrived(request)
    except ClientDisconnect:
        return Fault.BODY_MALFORMED
    except TimeoutError:
        return Fault.BODY_LATE


async def _arrived(request: Request) -> bytes | Fault:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return Fault.BODY_TOO_LARGE
    return body
