"""`POST /auth/device`: a machine brings a code and the key that it made, and is its organisation's from then on."""

from typing import Any, TypedDict, TypeGuard

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth import dpop, fleet
from auth.fault import Fault
from auth.fleet import Enrolled
from auth.strict import fits, shape
from models.statements import Within
from tsumugi.body import json_body
from tsumugi.desk import NO_STORE, Desk

DEVICE = "/auth/device"


class DeviceBody(TypedDict):
    """What `POST /auth/device` takes, all of it and nothing else."""

    code: str
    key: dict[str, Any]


SHAPE = shape(DeviceBody)


class Devices:
    """The counter for machines."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def enrol(self, request: Request) -> Response:
        """The device's id, which it signs its assertions as, the `kid` of its key, and its scope."""
        found = await self._enrolled(request)
        if isinstance(found, Fault):
            return self._desk.refused(DEVICE, found)
        self._desk.log.event("device_enrolled", route=DEVICE, status=200)
        answer = {"client_id": found.id, "key_id": found.key_id, "scope": found.scope}
        return JSONResponse(answer, headers=NO_STORE)

    async def _enrolled(self, request: Request) -> Enrolled | Fault:
        members, proof = await json_body(request), self._desk.proof(request, DEVICE)
        if isinstance(members, Fault):
            return members
        if not _is_device(members):
            return Fault.BODY_MALFORMED
        if isinstance(proof, Fault):
            return proof
        if proof is None:
            return Fault.DPOP_MISSING
        now = self._desk.now()

        async def work(db: AsyncSession) -> Enrolled | Fault:
            fault = await dpop.spent(Within(db), proof, now)
            return fault or await fleet.enrolled(db, members["code"], members["key"], proof.thumbprint, now)

        return await self._desk.store.transact(work, serialised=False)


def device_routes(desk: Desk) -> list[Route]:
    """The route, to be composed into the application."""
    return [Route(DEVICE, Devices(desk).enrol, methods=["POST"])]


def _is_device(members: dict[str, object]) -> TypeGuard[DeviceBody]:
    return fits(members, SHAPE)
