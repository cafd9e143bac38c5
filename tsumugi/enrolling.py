"""Enrolling over HTTP: a card answers a challenge, and a code, a session or a signature says whose it is.

Whatever is wrong, the caller gets the one 401 of signing in; the log gets the fault's code and nothing else.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypedDict, TypeGuard

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth import session
from auth.credential import Authenticated
from auth.dpop import Proof
from auth.fault import Fault
from auth.login import CardReader
from auth.session import Begun, Proven
from auth.signature import Presented, SignatureReader
from auth.strict import base64_bytes, fits, json_object, shape
from models.application import Signer
from models.statements import Within
from models.wall import NOTHING
from resolvers import enrolment
from resolvers.enrolment import Proved
from tsumugi.body import json_body
from tsumugi.desk import Desk

ENROL = "/auth/enrol"
FORMAT = "tsumugi-enrolment:1"


class EnrolBody(TypedDict):
    """What `POST /auth/enrol` takes beside the proof. `replaces`: `nothing`, `everything`, or a credential's id."""

    nonce: str
    token: dict[str, Any]
    replaces: str


class SignedBody(TypedDict):
    """A document and its signature by the card's signature certificate."""

    document: str
    certificate: str
    algorithm: str
    signature: str


class DocumentBody(TypedDict):
    """The document: for which server, challenge and login certificate (SHA-256 of its DER) the signature is."""

    format: str
    origin: str
    nonce: str
    certificate: str


BODY, SIGNED, DOCUMENT = shape(EnrolBody), shape(SignedBody), shape(DocumentBody)


class Asked(NamedTuple):
    """A request as it was read: exactly one of `code`, `signed` and `authorization` is the proof."""

    nonce: str
    token: dict[str, Any]
    replaces: str
    code: str | None
    signed: SignedBody | None
    authorization: str | None
    key: Proof | None


class Enrolling:
    """The counter at which cards are bound."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._reader = CardReader(desk.peppers, desk.origins, desk.responder)
        self._signatures = SignatureReader(desk.peppers, desk.origins)

    async def enrol(self, request: Request) -> Response:
        """A card is bound to the person whom the proof names; the answer is that of a login with it."""
        key = self._desk.proof(request, ENROL)
        asked = key if isinstance(key, Fault) else _asked(await json_body(request), request, key)
        begun = asked if isinstance(asked, Fault) else await self._begun(asked)
        if isinstance(begun, Begun):
            self._desk.log.event("credential_enrolled", route=ENROL)
        return self._desk.answer(ENROL, begun)

    async def _begun(self, asked: Asked) -> Begun | Fault:
        desk, now = self._desk, self._desk.now()
        spent = await desk.spend(asked.nonce, asked.key)
        if isinstance(spent, Fault):
            return spent
        trust = await desk.trust()
        card = await self._reader.authenticate(trust, asked.token, asked.nonce, now)
        signed = _presented(asked)
        signer = self._signatures.examined(trust, signed, now) if isinstance(signed, Presented) else signed
        if isinstance(card, Fault):
            return card
        if isinstance(signer, Fault):
            return signer

        async def work(db: AsyncSession) -> Begun | Fault:
            proved = await self._proved(db, asked, None if signer is None else signer.signer, now)
            if isinstance(proved, Fault):
                return proved
            return await _bound(db, card, proved, asked, now, told_at=desk.domain())

        opening = NOTHING if signer is None else enrolment.REGISTER
        return await desk.store.transact(work, serialised=False, opening=opening)

    async def _proved(self, db: AsyncSession, asked: Asked, signer: Signer | None, now: datetime) -> Proved | Fault:
        if asked.code is not None:
            return await enrolment.by_code(db, asked.code, now)
        if signer is not None:
            return await enrolment.by_signature(db, signer, now)
        scheme, _, token = (asked.authorization or "").partition(" ")
        bearer = self._desk.tokens.bearer(token.strip(), now)
        if scheme.lower() != "bearer" or isinstance(bearer, Fault):
            return Fault.ENROLMENT_SESSION
        thumbprint = None if asked.key is None else asked.key.thumbprint
        return await enrolment.by_session(db, bearer.session_id, thumbprint, now)


async def _bound(
    db: AsyncSession, card: Authenticated, proved: Proved, asked: Asked, now: datetime, *, told_at: datetime
) -> Begun | Fault:
    holder = await enrolment.enrolled(db, card, proved, asked.replaces, now, told_at=told_at)
    if isinstance(holder, Fault):
        return holder
    thumbprint = None if asked.key is None else asked.key.thumbprint
    return await session.begun(Within(db), Proven(holder, thumbprint, card.lookup_key), now)


def enrolling_routes(desk: Desk) -> list[Route]:
    """The route, to be composed into the application."""
    return [Route(ENROL, Enrolling(desk).enrol, methods=["POST"])]


def _asked(members: dict[str, object] | Fault, request: Request, key: Proof | None) -> Asked | Fault:
    if isinstance(members, Fault):
        return members
    code, signed = members.pop("code", None), members.pop("signed", None)
    authorization = request.headers.get("authorization")
    if not _is_body(members) or not isinstance(code, str | None) or not (signed is None or _is_signed(signed)):
        return Fault.BODY_MALFORMED
    if sum(each is not None for each in (code, signed, authorization)) != 1:
        return Fault.ENROLMENT_PROOF
    return Asked(members["nonce"], members["token"], members["replaces"], code, signed, authorization, key)


def _presented(asked: Asked) -> Presented | Fault | None:
    """The signed document as it is examined, if it speaks of this challenge and of the card that answers it."""
    if asked.signed is None:
        return None
    members = json_object(asked.signed["document"].encode())
    card = base64_bytes(str(asked.token.get("unverifiedCertificate")))
    if members is None or card is None or not _is_document(members):
        return Fault.ENROLMENT_DOCUMENT
    said = (members["format"], members["nonce"], members["certificate"])
    if said != (FORMAT, asked.nonce, hashlib.sha256(card).hexdigest()):
        return Fault.ENROLMENT_DOCUMENT
    answer = {name: asked.signed[name] for name in ("certificate", "algorithm", "signature")}
    return Presented(asked.signed["document"], members["origin"], asked.nonce, answer)


def _is_body(members: Mapping[str, object]) -> TypeGuard[EnrolBody]:
    return fits(members, BODY)


def _is_signed(members: object) -> TypeGuard[SignedBody]:
    return isinstance(members, dict) and fits(members, SIGNED)


def _is_document(members: Mapping[str, object]) -> TypeGuard[DocumentBody]:
    return fits(members, DOCUMENT)
