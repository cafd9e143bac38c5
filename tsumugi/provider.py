"""An identity provider as its client sees it: where browsers are sent, how a code becomes an identity token, its keys.

OpenID Connect's code flow with PKCE S256 and `private_key_jwt`. Everything is configuration; no address is taken from
an answer, and no answer is read beyond its cap.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

import httpx
import orjson
from joserfc import jws as jose

from auth import identity_token
from auth.detour import Secrets
from auth.fault import Fault
from auth.identity_token import Expected, Identity, Key
from tsumugi.published import KEYS_AGAIN_S, TIMEOUT_S, PublishedKeys, a_client, asked

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


@dataclass(slots=True)
class Provider:
    """One provider; `client` opens what asks it."""

    terms: Terms
    secrets: Secrets
    client: Callable[[], httpx.AsyncClient] = a_client
    patience_s: float = TIMEOUT_S
    published: PublishedKeys = field(init=False)

    def __post_init__(self) -> None:
        """Its keys are read when the first token is."""
        self.published = PublishedKeys(self.terms.jwks_uri, self.terms.algorithm, self.client)

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
        found = identity_token.read(text, expected, await self.published.known(), now)
        if found is Fault.IDENTITY_KEY_UNKNOWN:
            found = identity_token.read(text, expected, await self.published.known(KEYS_AGAIN_S), now)
        return found

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
        found = await asked(self.client, terms.token_endpoint, form, self.patience_s)
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
