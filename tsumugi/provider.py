"""An identity provider as its client sees it: where browsers are sent, how a code becomes an identity token, its keys.

OpenID Connect's code flow with PKCE S256 and `private_key_jwt`. Everything is configuration; no address is taken from
an answer, and no answer is read beyond its cap.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from time import monotonic
from urllib.parse import urlencode

import httpx
import orjson
from joserfc import jws as jose

from auth import identity_token
from auth.detour import Secrets
from auth.fault import Fault
from auth.identity_token import Expected, Identity, Key
from auth.strict import json_object

TIMEOUT_S = 5.0
MAX_BYTES = 64 * 1024
KEYS_FOR_S = 3_600  # then they are read anew, so that a key that was taken back is not believed for long
KEYS_AGAIN_S = 30  # not sooner, whatever `kid` somebody makes up
ASSERTION_S = 60
JTI_BYTES = 16
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Terms:
    """What was agreed with a provider; docs/identity.md explains each."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    client_id: str
    redirect_uri: str
    scope: str
    acr_values: str
    acr: frozenset[str]
    algorithm: str
    key_algorithm: str
    key: Key


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)


@dataclass(slots=True)
class Provider:
    """One provider; `client` opens what asks it."""

    terms: Terms
    secrets: Secrets
    client: Callable[[], httpx.AsyncClient] = _client
    patience_s: float = TIMEOUT_S
    _keys: Mapping[str, Key] = field(default_factory=dict)
    _read_at: float = float("-inf")
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def address(self, state: str) -> str:
        """Where the browser is sent."""
        terms = self.terms
        asked = {
            "response_type": "code",
            "client_id": terms.client_id,
            "redirect_uri": terms.redirect_uri,
            "scope": terms.scope,
            "state": state,
            "nonce": self.secrets.nonce(state),
            "code_challenge": self.secrets.challenge(state),
            "code_challenge_method": "S256",
        }
        wanted = {"acr_values": terms.acr_values} if terms.acr_values else {}
        return f"{terms.authorization_endpoint}?{urlencode(asked | wanted)}"

    async def identity(self, code: str, state: str, since: datetime, now: datetime) -> Identity | Fault:
        """Whom a code stands for, that came back with a state which was given out at `since` and is spent."""
        text = await self._token(code, state, now)
        if isinstance(text, Fault):
            return text
        terms = self.terms
        expected = Expected(terms.issuer, terms.client_id, terms.algorithm, self.secrets.nonce(state), since)
        keys = await self._known(KEYS_FOR_S)
        found = identity_token.read(text, expected, keys, now)
        if found is Fault.IDENTITY_KEY_UNKNOWN:
            found = identity_token.read(text, expected, await self._known(KEYS_AGAIN_S), now)
        return found

    async def _known(self, for_s: float) -> Mapping[str, Key]:
        """The provider's keys, not older than that; none where they cannot be read, which lets nobody in."""
        async with self._reading:
            if monotonic() - self._read_at >= for_s:
                found = await self._asked("GET", self.terms.jwks_uri)
                self._keys = {} if isinstance(found, Fault) else identity_token.keys_of(found, self.terms.algorithm)
                self._read_at = monotonic()
            return self._keys

    async def _token(self, code: str, state: str, now: datetime) -> str | Fault:
        terms = self.terms
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": terms.redirect_uri,
            "code_verifier": self.secrets.verifier(state),
            "client_id": terms.client_id,
            "client_assertion_type": JWT_BEARER,
            "client_assertion": self._assertion(now),
        }
        found = await self._asked("POST", terms.token_endpoint, form)
        if isinstance(found, Fault):
            return found
        text = found.get("id_token")
        return text if isinstance(text, str) else Fault.PROVIDER_MALFORMED

    def _assertion(self, now: datetime) -> str:
        """Who asks (RFC 7523): good once and for a minute."""
        terms, at = self.terms, int(now.timestamp())
        claims = {
            "iss": terms.client_id,
            "sub": terms.client_id,
            "aud": terms.token_endpoint,
            "iat": at,
            "exp": at + ASSERTION_S,
            "jti": secrets.token_urlsafe(JTI_BYTES),
        }
        header = {"alg": terms.key_algorithm, "kid": terms.key.kid, "typ": "JWT"}
        registry = identity_token.REGISTRIES[terms.key_algorithm]
        return jose.serialize_compact(header, orjson.dumps(claims), terms.key, registry=registry)

    async def _asked(self, method: str, address: str, form: dict[str, str] | None = None) -> dict[str, object] | Fault:
        """The JSON object that comes back, in time and read no further than its cap."""
        try:
            async with asyncio.timeout(self.patience_s), self.client() as client:
                headers = {"accept": "application/json"}
                async with client.stream(method, address, data=form, headers=headers) as response:
                    return await _object(response)
        except (httpx.HTTPError, TimeoutError):
            return Fault.PROVIDER_UNAVAILABLE


async def _object(response: httpx.Response) -> dict[str, object] | Fault:
    if response.status_code != HTTPStatus.OK:
        is_no = HTTPStatus.BAD_REQUEST <= response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        return Fault.PROVIDER_REFUSED if is_no else Fault.PROVIDER_UNAVAILABLE
    answer = b""
    async for chunk in response.aiter_bytes():
        answer += chunk
        if len(answer) > MAX_BYTES:
            return Fault.PROVIDER_MALFORMED
    return json_object(answer) or Fault.PROVIDER_MALFORMED
