"""`/auth/partner/CODE`: the router exchanges a caller's token for one that this partner may see."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth import partner_token
from auth.fault import Fault
from auth.partner_token import Errand
from auth.router import HEADER, Routers
from auth.seal import Seal
from auth.sector import of_partner
from models.ids import is_municipality_code
from tsumugi.bearers import Bearers
from tsumugi.desk import NO_STORE, Desk

PARTNER = "/auth/partner/"


class Partnering:
    """The counter behind the route; `seal` seals for a sector."""

    def __init__(self, desk: Desk, routers: Routers, bearers: Bearers, seal: Callable[[str], Seal]) -> None:
        self._desk, self._routers, self._bearers, self._seal = desk, routers, bearers, seal

    async def exchange(self, request: Request) -> Response:
        """A letter of the router for this address, about the body for the partner; `Authorization` is the caller's."""
        token = await self._token(request)
        if isinstance(token, Fault):
            return self._desk.refused(PARTNER, token)
        return JSONResponse({"token": token, "expires_in": partner_token.LIFETIME_S}, headers=NO_STORE)

    async def _token(self, request: Request) -> str | Fault:
        code, now = request.path_params["code"], self._desk.now()
        if not is_municipality_code(code):
            return Fault.CLIENT_UNKNOWN
        addresses = {origin + PARTNER + code for origin in self._desk.origins}
        body = self._routers.body_of(request.headers.get(HEADER, ""), addresses, now)
        if isinstance(body, Fault):
            return body
        holder = await self._bearers.holder(request.headers.get("authorization"))
        if isinstance(holder, Fault):
            return holder
        seal = self._seal(of_partner(code))
        return partner_token.issued(self._desk.tokens, seal, Errand(code, body), holder, now)


def partnering_routes(partnering: Partnering) -> list[Route]:
    """The one route."""
    return [Route(PARTNER + "{code}", partnering.exchange, methods=["POST"])]
