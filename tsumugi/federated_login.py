"""`/auth/app`, `/auth/staff`: a login by way of a provider, begun and ended by the same key in the same client.

The provider sends the browser back to the city's own page, which posts code and state here with a proof of possession.
Somebody else's code and state are worth nothing in this client, and ours nothing in another's (login CSRF).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple, TypedDict, TypeGuard

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth import app, credential, detour, dpop, session, staff
from auth.caller import Acr, Holder
from auth.credential import Authenticated
from auth.detour import Back, Start
from auth.dpop import Proof
from auth.fault import Fault
from auth.identity_token import Identity
from auth.session import Begun, Proven
from auth.staff import StaffTerms
from auth.strict import fits, is_plain, shape
from models.statements import Within
from resolvers import enrolment
from tsumugi.bearers import Bearers
from tsumugi.body import json_body
from tsumugi.desk import NO_STORE, Desk
from tsumugi.provider import Provider
from tsumugi.providers import APP, STAFF

APP_START, APP_LOGIN = "/auth/app", "/auth/app/login"
STAFF_START, STAFF_LOGIN = "/auth/staff", "/auth/staff/login"
CODE_CHARACTERS = 2_048
DETOUR_S = int(detour.LIFETIME.total_seconds())


class ReturnBody(TypedDict):
    """What the page posts that the browser came back to, all of it and nothing else."""

    code: str
    state: str


SHAPE = shape(ReturnBody)


class Returned(NamedTuple):
    """Who came back: whom the provider names, with which key in the client, and in which session to bind it."""

    identity: Identity
    key_thumbprint: str
    session_id: str | None
    now: datetime


Recognise = Callable[[AsyncSession, Returned], Awaitable[Proven | Fault]]


class Way(NamedTuple):
    """One way in: its provider, its two addresses, whether a session may bind by it, and who is recognised."""

    name: str
    provider: Provider
    start: str
    login: str
    recognise: Recognise
    binds: bool = False


class FederatedLogin:
    """The counter for those who come by one provider."""

    def __init__(self, desk: Desk, bearers: Bearers, way: Way, most: int = detour.MOST_OUTSTANDING) -> None:
        self._desk, self._bearers, self._way, self._most = desk, bearers, way, most

    async def start(self, request: Request) -> Response:
        """Where to send the browser; with `Authorization`, to bind what it proves to whoever is logged in."""
        state = await self._state(request)
        if state is Fault.DETOURS_EXHAUSTED:
            return self._desk.busy(self._way.start, state, DETOUR_S)
        if isinstance(state, Fault):
            return self._desk.refused(self._way.start, state)
        answer = {"location": self._way.provider.address(state), "expires_in": DETOUR_S}
        return JSONResponse(answer, headers=NO_STORE)

    async def login(self, request: Request) -> Response:
        """The browser is back: `{"code": ..., "state": ...}`."""
        return self._desk.answer(self._way.login, await self._begun(request))

    def routes(self) -> list[Route]:
        """Its two routes, to be composed into the application."""
        way = self._way
        return [Route(way.start, self.start, methods=["POST"]), Route(way.login, self.login, methods=["POST"])]

    async def _state(self, request: Request) -> str | Fault:
        proof = self._proof(request, self._way.start)
        if isinstance(proof, Fault):
            return proof
        session_id = await self._session_id(request)
        if isinstance(session_id, Fault):
            return session_id
        now, start = self._desk.now(), Start(self._way.name, proof.thumbprint, session_id)

        async def work(db: AsyncSession) -> str | Fault:
            fault = await dpop.spent(Within(db), proof, now)
            if fault is None and session_id is not None:
                proved = await enrolment.by_session(db, session_id, proof.thumbprint, now)
                fault = proved if isinstance(proved, Fault) else None
            return fault or await detour.begun(db, start, now, self._most)

        return await self._desk.store.transact(work, serialised=False)

    async def _session_id(self, request: Request) -> str | Fault | None:
        """The session in which something is to be bound, or None for a plain login."""
        given = request.headers.get("authorization")
        if given is None:
            return None
        bearer = await self._bearers.bearer(given)
        if isinstance(bearer, Fault):
            return bearer
        is_card = self._way.binds and bearer.holder.acr is Acr.CARD_PIN
        return bearer.session_id if is_card else Fault.BINDING_NOT_PERMITTED

    async def _begun(self, request: Request) -> Begun | Fault:
        members, proof = await json_body(request), self._proof(request, self._way.login)
        if isinstance(members, Fault):
            return members
        if not _is_return(members):
            return Fault.BODY_MALFORMED
        if isinstance(proof, Fault):
            return proof
        now = self._desk.now()
        back = await self._spent(members["state"], proof, now)
        if isinstance(back, Fault):
            return back
        identity = await self._way.provider.identity(members["code"], members["state"], back.started_at, now)
        if isinstance(identity, Fault):
            return identity
        returned = Returned(identity, proof.thumbprint, back.session_id, now)

        async def work(db: AsyncSession) -> Begun | Fault:
            proven = await self._way.recognise(db, returned)
            return proven if isinstance(proven, Fault) else await session.begun(Within(db), proven, now)

        return await self._desk.store.transact(work, serialised=False)

    async def _spent(self, state: str, proof: Proof, now: datetime) -> Back | Fault:
        """Taken before the provider is asked anything, so that nobody makes us ask it twice."""

        async def work(db: AsyncSession) -> Back | Fault:
            back = await detour.spent(db, state, Start(self._way.name, proof.thumbprint), now)
            return await dpop.spent(Within(db), proof, now) or back

        return await self._desk.store.transact(work, serialised=False)

    def _proof(self, request: Request, route: str) -> Proof | Fault:
        return self._desk.proof(request, route) or Fault.DPOP_MISSING


def residents(desk: Desk, provider: Provider) -> Way:
    """Residents with the Digital Agency's app; a session that showed the card may bind it."""

    async def recognise(db: AsyncSession, returned: Returned) -> Proven | Fault:
        acr = returned.identity.claims.get("acr")
        if not isinstance(acr, str) or acr not in provider.terms.acr:
            return Fault.IDENTITY_ACR
        proof = app.authenticated(desk.peppers, provider.terms.issuer, returned.identity.subject)
        if returned.session_id is None:
            holder = await credential.recognised(Within(db), proof, returned.now)
        else:
            holder = await _bound(db, proof, returned, returned.session_id, told_at=desk.domain())
        return holder if isinstance(holder, Fault) else Proven(holder, returned.key_thumbprint, proof.lookup_key)

    return Way(APP, provider, APP_START, APP_LOGIN, recognise, binds=True)


def staff_way(provider: Provider, terms: StaffTerms) -> Way:
    """Staff with their account at the municipality's provider; their groups must say what our register says."""

    async def recognise(db: AsyncSession, returned: Returned) -> Proven | Fault:
        holder = await staff.recognised(db, returned.identity, terms)
        return holder if isinstance(holder, Fault) else Proven(holder, returned.key_thumbprint)

    return Way(STAFF, provider, STAFF_START, STAFF_LOGIN, recognise)


async def _bound(
    db: AsyncSession, proof: Authenticated, returned: Returned, session_id: str, *, told_at: datetime
) -> Holder | Fault:
    """The holder of the session, whose the credential is from now on."""
    proved = await enrolment.by_session(db, session_id, returned.key_thumbprint, returned.now)
    if isinstance(proved, Fault):
        return proved
    return await enrolment.enrolled(db, proof, proved, enrolment.NOTHING, returned.now, told_at=told_at)


def _is_return(members: dict[str, object]) -> TypeGuard[ReturnBody]:
    code = members.get("code")
    return fits(members, SHAPE) and is_plain(str(code)) and 0 < len(str(code)) <= CODE_CHARACTERS
