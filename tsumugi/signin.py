"""Signing in over HTTP: challenges, logins, renewals, logout, public keys. Outside GraphQL, so with limits of its own.

Whatever is wrong, the caller gets one and the same 401; the log gets the fault's code and nothing else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypedDict, TypeGuard

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth import assertion, challenge, credential, device, dpop, jws, session
from auth.challenge import Spent
from auth.credential import Authenticated
from auth.dpop import Proof
from auth.fault import Fault
from auth.login import CardReader
from auth.session import Begun, Ending, Proven
from auth.strict import fits, shape
from models.statements import Run, Within
from tsumugi.body import form_body, json_body
from tsumugi.desk import NO_STORE, Desk, shown, taken

CHALLENGE, LOGIN, TOKEN, LOGOUT = "/auth/challenge", "/auth/login", "/auth/token", "/auth/logout"
JWKS, METADATA = "/.well-known/jwks.json", "/.well-known/oauth-authorization-server"
CLIENT_CREDENTIALS, REFRESH_TOKEN = "client_credentials", "refresh_token"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PUBLIC = {"cache-control": "public, max-age=300", "x-content-type-options": "nosniff"}
CHALLENGE_S = int(challenge.LIFETIME.total_seconds())


class LoginBody(TypedDict):
    """What `POST /auth/login` takes, all of it and nothing else."""

    nonce: str
    token: dict[str, Any]


LOGIN_SHAPE = shape(LoginBody)


class Answered(NamedTuple):
    """A challenge that was answered well: by which credential, and the key that asked for it."""

    card: Authenticated
    key_thumbprint: str | None


class SignIn:
    """The counter behind the routes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reader = CardReader(desk.peppers, desk.origins, desk.responder)
        self._audiences = {desk.tokens.issuer, *desk.origins, *(origin + TOKEN for origin in desk.origins)}

    async def challenge(self, request: Request) -> Response:
        """A nonce to be signed, for the key whose proof comes with the request; 503 while too many are outstanding."""
        proof = self._desk.proof(request, CHALLENGE)
        nonce = proof if isinstance(proof, Fault) else await self._challenged(proof)
        if nonce is Fault.CHALLENGES_EXHAUSTED:
            return self._desk.busy(CHALLENGE, nonce, CHALLENGE_S)
        if isinstance(nonce, Fault):
            return self._desk.refused(CHALLENGE, nonce)
        return JSONResponse({"nonce": nonce, "expires_in": CHALLENGE_S}, headers=NO_STORE)

    async def login(self, request: Request) -> Response:
        """A resident's card answers a challenge: `{"nonce": ..., "token": {a Web eID token}}`."""
        return self._desk.answer(LOGIN, await self._card_holder(request))

    async def token(self, request: Request) -> Response:
        """A staff member's or an organisation's key signs an assertion (RFC 7523), or a session is renewed."""
        form, proof = await form_body(request), self._desk.proof(request, TOKEN)
        if isinstance(form, Fault):
            return self._desk.refused(TOKEN, form)
        if isinstance(proof, Fault):
            return self._desk.refused(TOKEN, proof)
        grants = {CLIENT_CREDENTIALS: self._client, REFRESH_TOKEN: self._renewed}
        grant = grants.get(form.get("grant_type", ""))
        return self._desk.answer(TOKEN, Fault.GRANT_UNSUPPORTED if grant is None else await grant(form, proof))

    async def logout(self, request: Request) -> Response:
        """Ends the session of `token`, an access or a refresh token (RFC 7009): 200 whether there was one or not."""
        form = await form_body(request)
        if isinstance(form, Fault):
            return self._desk.refused(LOGOUT, form)
        await self._end(form.get("token", ""))
        self._desk.log.event("signed_out", route=LOGOUT, status=200)
        return Response(headers=NO_STORE)

    async def jwks(self, _request: Request) -> Response:
        """The keys with which anybody can verify our tokens."""
        self._desk.look()
        return JSONResponse(self._desk.tokens.jwks(), headers=PUBLIC)

    async def metadata(self, _request: Request) -> Response:
        """What an OAuth client needs to know (RFC 8414)."""
        issuer = self._desk.tokens.issuer
        description = {
            "issuer": issuer,
            "token_endpoint": issuer + TOKEN,
            "revocation_endpoint": issuer + LOGOUT,
            "jwks_uri": issuer + JWKS,
            "response_types_supported": [],
            "grant_types_supported": [CLIENT_CREDENTIALS, REFRESH_TOKEN],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": [jws.ALGORITHM],
            "dpop_signing_alg_values_supported": [jws.ALGORITHM],
        }
        return JSONResponse(description, headers=PUBLIC)

    async def _challenged(self, proof: Proof | None) -> str | Fault:
        now = self._desk.now()

        async def work(run: Run) -> str | Fault:
            key, fault = await shown(run, proof, now)
            return fault or await challenge.given(run, now, self._desk.most_challenges, key)

        # Lost with the machine, it is asked for again; and asking ten thousand times makes no disk wait.
        return await self._desk.store.write(work, is_lasting=proof is not None)

    async def _card_holder(self, request: Request) -> Begun | Fault:
        members, proof = await json_body(request), self._desk.proof(request, LOGIN)
        if isinstance(members, Fault):
            return members
        if not _is_login(members):
            return Fault.BODY_MALFORMED
        if isinstance(proof, Fault):
            return proof
        desk, now, nonce = self._desk, self._desk.now(), members["nonce"]
        trust = await desk.trust()

        async def answered(spent: Spent | Fault) -> Answered | Fault:
            """Of an answer whose challenge was not taken nothing is looked at."""
            if isinstance(spent, Fault):
                return spent
            card = await self._reader.authenticate(trust, members["token"], nonce, now)
            return card if isinstance(card, Fault) else Answered(card, spent.key_thumbprint)

        async def work(run: Run) -> Begun | Fault:
            return await _begun(run, await answered(await taken(run, nonce, proof, now)), now)

        if desk.responder is None:
            return await desk.store.write(work)
        found = await answered(await desk.spend(nonce, proof))  # no transaction waits for somebody else's server
        return await desk.store.write(lambda run: _begun(run, found, now))

    async def _client(self, form: Mapping[str, str], proof: Proof | None) -> Begun | Fault:
        if form.get("client_assertion_type") != JWT_BEARER:
            return Fault.GRANT_UNSUPPORTED
        now = self._desk.now()

        async def work(db: AsyncSession) -> Begun | Fault:
            key, fault = await shown(Within(db), proof, now)
            holder = fault or await assertion.recognised(db, form.get("client_assertion", ""), self._audiences, now)
            if isinstance(holder, Fault):
                return holder
            if form.get("client_id", holder.client_id) != holder.client_id:
                return Fault.ASSERTION_SUBJECT
            fault = await device.fault(db, holder.device, key, now)
            return fault or await session.begun(Within(db), Proven(holder, key), now)

        return await self._desk.store.transact(work, serialised=False)

    async def _renewed(self, form: Mapping[str, str], proof: Proof | None) -> Begun | Fault:
        if proof is None:
            return Fault.DPOP_MISSING
        desk, now = self._desk, self._desk.now()
        trust = await desk.trust()

        def is_listed(lookup_key: str) -> bool:
            return trust.lists_key(desk.peppers, lookup_key)

        async def work(db: AsyncSession) -> Begun | Fault:
            fault = await dpop.spent(Within(db), proof, now)
            return fault or await session.renewed(db, form.get(REFRESH_TOKEN, ""), proof.thumbprint, is_listed, now)

        return await desk.store.transact(work, serialised=False)

    async def _end(self, token: str) -> None:
        now = self._desk.now()
        bearer = self._desk.tokens.bearer(token, now)

        async def work(db: AsyncSession) -> None:
            id = await session.of_refresh_token(db, token) if isinstance(bearer, Fault) else bearer.session_id
            if id is not None:
                await session.ended(db, Ending.LOGOUT, now, id=id)

        await self._desk.store.transact(work, serialised=False)


async def _begun(run: Run, answered: Answered | Fault, now: datetime) -> Begun | Fault:
    if isinstance(answered, Fault):
        return answered
    holder = await credential.recognised(run, answered.card, now)
    if isinstance(holder, Fault):
        return holder
    return await session.begun(run, Proven(holder, answered.key_thumbprint, answered.card.lookup_key), now)


def signin_routes(desk: Desk) -> list[Route]:
    """The routes, to be composed into the application."""
    counter = SignIn(desk)
    return [
        Route(CHALLENGE, counter.challenge, methods=["POST"]),
        Route(LOGIN, counter.login, methods=["POST"]),
        Route(TOKEN, counter.token, methods=["POST"]),
        Route(LOGOUT, counter.logout, methods=["POST"]),
        Route(JWKS, counter.jwks),
        Route(METADATA, counter.metadata),
    ]


def _is_login(members: dict[str, object]) -> TypeGuard[LoginBody]:
    return fits(members, LOGIN_SHAPE)
