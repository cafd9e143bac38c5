"""`/healthz` and `/readyz`: whether the process lives, and whether it can answer. They say nothing else."""

import asyncio
from time import monotonic

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.store import Store, Unreachable

HEADERS = {"cache-control": "no-store"}
REMEMBERED_S = 1.0  # anybody may ask, so the database is asked once a second at most
PATIENCE_S = 3.0  # less than what an orchestrator waits


class Readiness:
    """Ready: the database answers, keeps what it acknowledges, and has the tables that this program was written for."""

    def __init__(self, store: Store, step: str) -> None:
        self._store = store
        self._step = step
        self._asked = float("-inf")
        self._is_ready = False
        self._one = asyncio.Lock()

    async def is_ready(self) -> bool:
        """The answer of the last second."""
        async with self._one:
            if monotonic() - self._asked > REMEMBERED_S:
                self._is_ready = await self._ask()
                self._asked = monotonic()
            return self._is_ready

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._store.check()
                async with self._store.reading() as connection:
                    found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        except (Unreachable, SQLAlchemyError, OSError, TimeoutError):
            return False
        return bool(found == self._step)


def health_routes(readiness: Readiness) -> list[Route]:
    """Both routes; 200 or 503."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "alive"}, headers=HEADERS)

    async def readyz(_request: Request) -> Response:
        if await readiness.is_ready():
            return JSONResponse({"status": "ready"}, headers=HEADERS)
        return JSONResponse({"status": "unavailable"}, 503, headers=HEADERS)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
