"""The hand-written server's endpoints: who asks, what for, the page, the access log, one line of the server's log."""

from dataclasses import dataclass
from time import perf_counter

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth.caller import Holder
from auth.purpose import PurposeInvalid, Stated, stated
from bench.rest.book import Book, Shown
from bench.rest.callers import Callers
from bench.rest.database import Postgresql, Reading, Sqlite, database
from bench.rest.family_page import family_page
from bench.rest.staff_pages import Look, batch, staff_list
from models.organisation import CallerKind
from resolvers.context import today
from tsumugi.app import GRAPH
from tsumugi.clock import DomainClock
from tsumugi.keyring import Keyring
from tsumugi.log import Log
from tsumugi.settings import Settings

PERSONAL = {"cache-control": "private, no-store", "content-type": "application/json", "vary": "Authorization"}
OPENS_CHECKUPS_AND_DOSES = "CHK"


@dataclass(frozen=True)
class Pages:
    """Three endpoints over one database."""

    base: Sqlite | Postgresql
    callers: Callers
    book: Book | None
    clock: DomainClock
    log: Log

    async def family(self, request: Request) -> Response:
        """The family page of the guardian who asks."""
        started = perf_counter()
        holder = self.callers.behind(request.headers.get("authorization", ""))
        if holder is None or holder.kind is not CallerKind.RESIDENT:
            return _refused()
        body = await self.base.read(family_page(self.base, holder.id, today(self.clock())))
        return self._answer(holder, body, started)

    async def children(self, request: Request) -> Response:
        """A page of the health office's list."""
        looks: list[Look] = []
        return await self._to_staff(request, staff_list(self.base, looks), looks)

    async def batch(self, request: Request) -> Response:
        """Children by their ids."""
        looks: list[Look] = []
        ids = orjson.loads(await request.body())["ids"]
        return await self._to_staff(request, batch(self.base, ids, today(self.clock()), looks), looks)

    async def _to_staff(self, request: Request, reading: Reading, looks: list[Look]) -> Response:
        """The page, once it is on record who saw what."""
        started = perf_counter()
        holder = self.callers.behind(request.headers.get("authorization", ""))
        if holder is None or holder.kind is not CallerKind.STAFF_HEALTH or self.book is None:
            return _refused()
        purpose = _purpose(request, holder)
        if purpose is None:
            return _refused()
        body = await self.base.read(reading)
        await self.book.kept(Shown(holder, purpose, self.clock(), looks))
        return self._answer(holder, body, started)

    def _answer(self, holder: Holder, body: bytes, started: float) -> Response:
        took_ms = round((perf_counter() - started) * 1000, 1)
        self.log.event("rest", status=200, kind=holder.kind.value, duration_ms=took_ms)
        return Response(body, headers=PERSONAL)


def _purpose(request: Request, holder: Holder) -> Stated | None:
    try:
        found = stated(request.headers.get("tsumugi-purpose"), holder.kind)
    except PurposeInvalid:
        return None
    return found if found is not None and found.purpose.code == OPENS_CHECKUPS_AND_DOSES else None


def _refused() -> Response:
    return Response(status_code=403, headers=PERSONAL)


def make_app(settings: Settings, log: Log) -> Starlette:
    """The server over the product's database, with the product's secrets."""
    keyring = Keyring.load(settings.secrets, demo=settings.is_demo)
    base = database(settings)
    book = Book(base.connection, keyring.audit[0]) if isinstance(base, Sqlite) else None
    callers = Callers(keyring.tokens(settings.origin[0], settings.origin[0] + GRAPH))
    pages = Pages(base, callers, book, DomainClock(settings.data), log)
    return Starlette(
        routes=[
            Route("/family", pages.family),
            Route("/children", pages.children),
            Route("/children/batch", pages.batch, methods=["POST"]),
        ]
    )
