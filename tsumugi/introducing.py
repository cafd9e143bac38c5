"""`/auth/city/CODE`, `/auth/link`, `/auth/linked`: a login at one city counts at another, once they are linked.

A resident who has just shown the card at both, with one key, links the two here. From then on the router brings letters
of the other city and gets a token of ours for each. Whoever is not linked gets the one 401 of every login.
"""

import hashlib
from collections.abc import Callable
from typing import NamedTuple, TypedDict, TypeGuard

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth import assertion, city_letter, credential, dpop, session
from auth.caller import Acr
from auth.city_letter import CITY, LINK, LINKED, ROUTERS, Bound, Introduced
from auth.dpop import Proof
from auth.fault import Fault
from auth.router import HEADER, Routers
from auth.seal import Seal
from auth.sector import of_city
from auth.session import Begun, Proven
from auth.strict import fits, shape
from auth.token import Bearer
from models.organisation import CallerKind
from models.statements import Within
from resolvers import enrolment
from resolvers.context import today
from rules.link_consent import LINKING
from tsumugi.bearers import Bearers
from tsumugi.body import json_body
from tsumugi.cities import Cities
from tsumugi.desk import NO_STORE, Desk

# A login that came from another city is none to introduce somebody with: each link is one resident's own step.
INTRODUCES = frozenset({Acr.CARD_PIN, Acr.APP})
WRITER = "city"  # of every letter of every city
NOTHING_SENT = hashlib.sha256(b"").hexdigest()


class LinkBody(TypedDict):
    """What `POST /auth/link` takes: a letter of the other city, and the version of the text that was agreed to."""

    letter: str
    consent: str


class LinkedBody(TypedDict):
    """What `POST /auth/linked` takes."""

    letter: str


LINK_SHAPE, LINKED_SHAPE = shape(LinkBody), shape(LinkedBody)


class Gate(NamedTuple):
    """What the counter believes: routers by their letters, bearers of our tokens, other cities; what seals for them."""

    routers: Routers
    bearers: Bearers
    cities: Cities
    seal: Callable[[str], Seal]


class Introducing:
    """The counter behind the routes."""

    def __init__(self, desk: Desk, gate: Gate) -> None:
        self._desk, self._gate = desk, gate

    async def introduce(self, request: Request) -> Response:
        """A letter to another city about whoever is logged in here, for the client's own key or for the router."""
        letter = await self._letter(request)
        if isinstance(letter, Fault):
            return self._desk.refused(CITY, letter)
        return JSONResponse({"letter": letter, "expires_in": city_letter.LIFETIME_S}, headers=NO_STORE)

    async def consent(self, _request: Request) -> Response:
        """What is agreed to by a link."""
        return JSONResponse({"version": LINKING.version, "ja": LINKING.ja, "en": LINKING.en}, headers=NO_STORE)

    async def link(self, request: Request) -> Response:
        """The other city's login stands for whoever is logged in here."""
        fault = await self._link_fault(request)
        if fault is not None:
            return self._desk.refused(LINK, fault)
        self._desk.log.event("credential_enrolled", route=LINK)
        return Response(status_code=204, headers=NO_STORE)

    async def linked(self, request: Request) -> Response:
        """The router brings another city's letter: a token of whoever is linked."""
        return self._desk.answer(LINKED, await self._begun(request))

    async def _letter(self, request: Request) -> str | Fault:
        code = request.path_params["code"]
        city = self._gate.cities.issuers.get(code)
        if city is None:
            return Fault.CITY_UNKNOWN
        bearer = await self._bearer(request)
        if isinstance(bearer, Fault):
            return bearer
        if bearer.holder.kind is not CallerKind.RESIDENT or bearer.holder.acr not in INTRODUCES:
            return Fault.BINDING_NOT_PERMITTED
        is_routers = HEADER in request.headers
        key = self._carried(request, CITY + code, "") if is_routers else await self._own_key(request, bearer)
        if isinstance(key, Fault):
            return key
        seal, now = self._gate.seal(of_city(code)), self._desk.now()
        return city_letter.written(self._desk.tokens, seal, Bound(city, key), bearer.holder.id, now)

    async def _own_key(self, request: Request, bearer: Bearer) -> str | Fault:
        """The key of a client that showed the card just now; a letter for it is good for a link."""
        proof, now = self._proof(request, CITY + request.path_params["code"]), self._desk.now()
        if isinstance(proof, Fault):
            return proof
        if bearer.holder.acr is not Acr.CARD_PIN:
            return Fault.BINDING_NOT_PERMITTED

        async def work(db: AsyncSession) -> str | Fault:
            fault = await dpop.spent(Within(db), proof, now)
            proved = fault or await enrolment.by_session(db, bearer.session_id, proof.thumbprint, now)
            return proved if isinstance(proved, Fault) else proof.thumbprint

        return await self._desk.store.transact(work, serialised=False)

    async def _link_fault(self, request: Request) -> Fault | None:
        members, proof, bearer = await json_body(request), self._proof(request, LINK), await self._bearer(request)
        for each in (members, proof, bearer):
            if isinstance(each, Fault):
                return each
        assert isinstance(members, dict)
        assert isinstance(proof, Proof)
        assert isinstance(bearer, Bearer)
        if not _is_link(members):
            return Fault.BODY_MALFORMED
        if members["consent"] != LINKING.version:
            return Fault.LINK_CONSENT
        if bearer.holder.acr is not Acr.CARD_PIN:
            return Fault.BINDING_NOT_PERMITTED
        introduced = await self._introduced(members["letter"], proof.thumbprint)
        if isinstance(introduced, Fault):
            return introduced
        return await self._kept_fault(introduced, proof, bearer)

    async def _kept_fault(self, introduced: Introduced, proof: Proof, bearer: Bearer) -> Fault | None:
        now, told_at = self._desk.now(), self._desk.domain()
        card = city_letter.authenticated(self._desk.peppers, introduced)

        async def work(db: AsyncSession) -> Fault | None:
            fault = await dpop.spent(Within(db), proof, now) or await self._replay(db, introduced)
            proved = fault or await enrolment.by_session(db, bearer.session_id, proof.thumbprint, now)
            if isinstance(proved, Fault):
                return proved
            found = await enrolment.enrolled(db, card, proved, enrolment.NOTHING, now, told_at=told_at)
            return found if isinstance(found, Fault) else None

        return await self._desk.store.transact(work, serialised=False)

    async def _begun(self, request: Request) -> Begun | Fault:
        members = await json_body(request)
        if isinstance(members, Fault):
            return members
        if not _is_linked(members):
            return Fault.BODY_MALFORMED
        key = self._carried(request, LINKED, members["letter"])
        introduced = key if isinstance(key, Fault) else await self._introduced(members["letter"], key)
        if isinstance(introduced, Fault):
            return introduced
        now, card = self._desk.now(), city_letter.authenticated(self._desk.peppers, introduced)

        async def work(db: AsyncSession) -> Begun | Fault:
            run = Within(db)
            found = await credential.standing(run, [each.key for each in card.keys], card.scheme)
            if isinstance(found, Fault):
                return found  # a stranger's letter is written down nowhere
            if await credential.is_protected(run, found.resident_id, today(now)):
                return Fault.LINK_SUSPENDED
            holder = await self._replay(db, introduced) or await credential.recognised(run, card, now)
            if isinstance(holder, Fault):
                return holder
            # Without a key: it is not renewed, and vouches for no other card.
            return await session.begun(run, Proven(holder, None, card.lookup_key), now)

        return await self._desk.store.transact(work, serialised=False)

    async def _introduced(self, letter: str, key: str) -> Introduced | Fault:
        """Of whom a letter speaks that may come by this key."""
        found = await self._gate.cities.introduced(letter, self._desk.tokens.issuer, self._desk.now())
        return Fault.DPOP_OTHER_KEY if isinstance(found, Introduced) and found.key != key else found

    async def _replay(self, db: AsyncSession, introduced: Introduced) -> Fault | None:
        """The letter is spent, by every pepper in force; what is written down tells no city from another."""
        now, spent = self._desk.now(), city_letter.spent(self._desk.peppers, introduced)
        first = [await assertion.is_first_use(db, WRITER, each.key, introduced.exp, now) for each in spent]
        return None if all(first) else Fault.ASSERTION_REPLAYED

    async def _bearer(self, request: Request) -> Bearer | Fault:
        return await self._gate.bearers.bearer(request.headers.get("authorization", ""))

    def _carried(self, request: Request, route: str, sent: str) -> str | Fault:
        """The key of what a router carries, if its letter for this address says that it sends this."""
        addresses = {origin + route for origin in self._desk.origins}
        body = self._gate.routers.body_of(request.headers.get(HEADER, ""), addresses, self._desk.now())
        if isinstance(body, Fault):
            return body
        return ROUTERS if body == hashlib.sha256(sent.encode()).hexdigest() else Fault.ASSERTION_CLAIMS

    def _proof(self, request: Request, route: str) -> Proof | Fault:
        return self._desk.proof(request, route) or Fault.DPOP_MISSING


def introducing_routes(introducing: Introducing) -> list[Route]:
    """The routes, to be composed into the application."""
    return [
        Route(CITY + "{code}", introducing.introduce, methods=["POST"]),
        Route(LINK, introducing.consent, methods=["GET"]),
        Route(LINK, introducing.link, methods=["POST"]),
        Route(LINKED, introducing.linked, methods=["POST"]),
    ]


def _is_link(members: dict[str, object]) -> TypeGuard[LinkBody]:
    return fits(members, LINK_SHAPE)


def _is_linked(members: dict[str, object]) -> TypeGuard[LinkedBody]:
    return fits(members, LINKED_SHAPE)
