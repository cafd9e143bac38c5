"""What others publish over HTTP: JSON, in time and no longer than its cap; their keys, kept for a while."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic

import httpx

from auth import identity_token
from auth.fault import Fault
from auth.identity_token import Key
from auth.strict import json_object
from tsumugi import bounded

TIMEOUT_S = 5.0
MAX_BYTES = 64 * 1024
KEYS_FOR_S = 3_600  # then they are read anew, so that a key that was taken back is not believed for long
KEYS_AGAIN_S = 30  # not sooner, whatever `kid` somebody makes up
Client = Callable[[], httpx.AsyncClient]


def a_client() -> httpx.AsyncClient:
    """What asks others: it goes where it was sent and nowhere else."""
    return httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)


@dataclass(slots=True)
class PublishedKeys:
    """The JWKS at an address, for one algorithm."""

    address: str
    algorithm: str
    client: Client = a_client
    for_s: float = KEYS_FOR_S
    _keys: Mapping[str, Key] = field(default_factory=dict)
    _read_at: float = float("-inf")
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def known(self, for_s: float | None = None) -> Mapping[str, Key]:
        """The keys by `kid`, not older than that; none where they cannot be read, which lets nobody in."""
        async with self._reading:
            if monotonic() - self._read_at >= (self.for_s if for_s is None else for_s):
                found = await asked(self.client, self.address)
                self._keys = {} if isinstance(found, Fault) else identity_token.keys_of(found, self.algorithm)
                self._read_at = monotonic()
            return self._keys


async def asked(
    client: Client, address: str, form: dict[str, str] | None = None, patience_s: float = TIMEOUT_S
) -> dict[str, object] | Fault:
    """The JSON object that comes back to a form, or to a GET without one."""
    method = "GET" if form is None else "POST"
    try:
        async with asyncio.timeout(patience_s), client() as opened:
            headers = {"accept": "application/json", **bounded.PLAIN}
            async with opened.stream(method, address, data=form, headers=headers) as response:
                return await _object(response)
    except (httpx.HTTPError, TimeoutError):
        return Fault.PROVIDER_UNAVAILABLE


async def _object(response: httpx.Response) -> dict[str, object] | Fault:
    if response.status_code != HTTPStatus.OK:
        is_no = HTTPStatus.BAD_REQUEST <= response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        return Fault.PROVIDER_REFUSED if is_no else Fault.PROVIDER_UNAVAILABLE
    answer = await bounded.body(response, MAX_BYTES)
    return json_object(answer or b"") or Fault.PROVIDER_MALFORMED
