"""Signing in over HTTP: challenges, logins, client assertions, public keys. Outside GraphQL, so with limits of its own.

Whatever is wrong, the caller gets one and the same 401; the log gets the fault's code and nothing else.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypedDict, TypeGuard
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth import assertion, challenge, credential, jws
from auth.caller import Holder
from auth.credential import Pepper
from auth.fault import Fault
from auth.login import CardReader
from auth.strict import fits, json_object, shape
from auth.token import LIFETIME_S, Tokens
from auth.trust import Trust
from engine.errors import ErrorCode, message
from models.store import Store
from tsumugi.clock import Clock
from tsumugi.log import Log

MAX_BODY_BYTES = 16 * 1024
MAX_FORM_FIELDS = 10
CHALLENGE, LOGIN, TOKEN = "/auth/challenge", "/auth/login", "/auth/token"
JWKS, METADATA = "/.well-known/jwks.json", "/.well-known/oauth-authorization-server"
CLIENT_CREDENTIALS = "client_credentials"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
PUBLIC = {"cache-control": "public, max-age=300", "x-content-type-options": "nosniff"}
CHALLENGE_S = str(int(challenge.LIFETIME.total_seconds()))


@dataclass(frozen=True)
class Desk:
    """What signing in needs; `now` is the real clock."""

    store: Store
    trust: Callable[[], Awaitable[Trust]]
    tokens: Tokens
    pepper: Pepper
    origins: tuple[str, ...]
    now: Clock
    log: Log
    most_challenges: int = challenge.MOST_OUTSTANDING


class LoginBody(TypedDict):
    """What `POST /auth/login` takes, all of it and nothing else."""

    nonce: str
    token: dict[str, Any]


LOGIN_SHAPE = shape(LoginBody)


class SignIn:
    """The counter behind the routes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reader = CardReader(desk.pepper, desk.origins)
        self._audiences = {desk.tokens.issuer, *desk.origins, *(origin + TOKEN for origin in desk.origins)}
        self._refusal = _error(ErrorCode.UNAUTHENTICATED)

    async def challenge(self, _request: Request) -> Response:
        """A nonce to be signed; 503 while too many are outstanding."""
        desk, now = self._desk, self._desk.now()
        nonce = await desk.store.transact(
            lambda session: challenge.given(session, now, desk.most_challenges), serialised=False
        )
        if isinstance(nonce, Fault):
            desk.log.event("signin_refused", route=CHALLENGE, status=503, code=nonce.value)
            return Response(
                _error(ErrorCode.UNAVAILABLE), 503, NO_STORE | {"retry-after": CHALLENGE_S}, "application/json"
            )
        return JSONResponse({"nonce": nonce, "expires_in": int(CHALLENGE_S)}, headers=NO_STORE)

    async def login(self, request: Request) -> Response:
        """A resident's card answers a challenge: `{"nonce": ..., "token": {a Web eID token}}`."""
        return self._answer(LOGIN, await self._card_holder(request))

    async def token(self, request: Request) -> Response:
        """A staff member's or an organisation's key signs an assertion (RFC 7523)."""
        return self._answer(TOKEN, await self._client(request))

    async def jwks(self, _request: Request) -> Response:
        """The keys with which anybody can verify our tokens."""
        return JSONResponse(self._desk.tokens.jwks(), headers=PUBLIC)

    async def metadata(self, _request: Request) -> Response:
        """What an OAuth client needs to know (RFC 8414)."""
        issuer = self._desk.tokens.issuer
        description = {
            "issuer": issuer,
            "token_endpoint": issuer + TOKEN,
            "jwks_uri": issuer + JWKS,
            "response_types_supported": [],
            "grant_types_supported": [CLIENT_CREDENTIALS],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": [jws.ALGORITHM],
        }
        return JSONResponse(description, headers=PUBLIC)

    async def _card_holder(self, request: Request) -> Holder | Fault:
        body = await _body(request, "application/json")
        members = body if isinstance(body, Fault) else json_object(body)
        if isinstance(members, Fault):
            return members
        if members is None or not _is_login(members):
            return Fault.BODY_MALFORMED
        desk, now = self._desk, self._desk.now()
        nonce = await desk.store.transact(
            lambda session: challenge.spent(session, members["nonce"], now), serialised=False
        )
        if isinstance(nonce, Fault):
            return nonce
        proof = self._reader.authenticate(await desk.trust(), members["token"], nonce, now)
        if isinstance(proof, Fault):
            return proof
        return await desk.store.transact(lambda session: credential.recognised(session, proof, now), serialised=False)

    async def _client(self, request: Request) -> Holder | Fault:
        body = await _body(request, "application/x-www-form-urlencoded")
        form = body if isinstance(body, Fault) else _form(body)
        if isinstance(form, Fault):
            return form
        if form.get("grant_type") != CLIENT_CREDENTIALS or form.get("client_assertion_type") != JWT_BEARER:
            return Fault.GRANT_UNSUPPORTED
        text, now = form.get("client_assertion", ""), self._desk.now()
        holder = await self._desk.store.transact(
            lambda session: assertion.recognised(session, text, self._audiences, now), serialised=False
        )
        if isinstance(holder, Fault) or form.get("client_id", holder.id) == holder.id:
            return holder
        return Fault.ASSERTION_SUBJECT

    def _answer(self, route: str, holder: Holder | Fault) -> Response:
        if isinstance(holder, Fault):
            self._desk.log.event("signin_refused", route=route, status=401, code=holder.value)
            return Response(self._refusal, 401, NO_STORE | {"www-authenticate": "Bearer"}, "application/json")
        self._desk.log.event("signed_in", route=route, status=200, kind=holder.kind.value)
        token = self._desk.tokens.issue(holder, self._desk.now())
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_S}
        return JSONResponse(answer, headers=NO_STORE)


def signin_routes(desk: Desk) -> list[Route]:
    """The routes, to be composed into the application."""
    counter = SignIn(desk)
    return [
        Route(CHALLENGE, counter.challenge, methods=["POST"]),
        Route(LOGIN, counter.login, methods=["POST"]),
        Route(TOKEN, counter.token, methods=["POST"]),
        Route(JWKS, counter.jwks),
        Route(METADATA, counter.metadata),
    ]


async def _body(request: Request, media: str) -> bytes | Fault:
    """The body, read no further than its cap."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != media:
        return Fault.BODY_MALFORMED
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                return Fault.BODY_TOO_LARGE
    except ClientDisconnect:
        return Fault.BODY_MALFORMED
    return body


def _form(body: bytes) -> dict[str, str] | Fault:
    """The fields of a form, each at most once."""
    try:
        pairs = parse_qsl(body.decode("ascii"), strict_parsing=True, max_num_fields=MAX_FORM_FIELDS)
    except ValueError:
        return Fault.BODY_MALFORMED
    form = dict(pairs)
    return form if len(form) == len(pairs) else Fault.BODY_MALFORMED


def _is_login(members: dict[str, object]) -> TypeGuard[LoginBody]:
    return fits(members, LOGIN_SHAPE)


def _error(code: ErrorCode) -> bytes:
    return json.dumps({"error": {"code": code.value, "message": message(code, "en")}}).encode()
