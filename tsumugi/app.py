"""The application: store, secrets, trust and engine put together behind their routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

import migrations
from auth.profile import Purpose
from auth.ride_capability import Capabilities
from auth.router import Routers
from auth.signature import SignatureReader
from engine.answer import Engine
from models.store import Store
from tsumugi import accept
from tsumugi.anchors import AnchorFolder
from tsumugi.bearers import Bearers
from tsumugi.budget import Budget
from tsumugi.cities import read_cities
from tsumugi.clock import Clock, DomainClock, real_now
from tsumugi.desk import Desk
from tsumugi.devices import device_routes
from tsumugi.endpoint import ROUTE, Endpoint
from tsumugi.enrolling import enrolling_routes
from tsumugi.federated_login import FederatedLogin, Way, residents, staff_way
from tsumugi.halt import Halt
from tsumugi.health import Readiness, health_routes
from tsumugi.introducing import Gate, Introducing, introducing_routes
from tsumugi.keyring import MAIL_STOP, Keyring, read_router_keys
from tsumugi.keys import KeyFolder
from tsumugi.log import Log
from tsumugi.mail.confirming import Confirming, confirming_routes
from tsumugi.mail.stopping import Stopping, stopping_routes
from tsumugi.partnering import Partnering, partnering_routes
from tsumugi.providers import APP, read_provider, read_staff
from tsumugi.responder import read_responder
from tsumugi.settings import Settings
from tsumugi.settling import settle
from tsumugi.signin import signin_routes
from tsumugi.signing import Signatures
from tsumugi.stream.hub import Hub
from tsumugi.stream.sent import SentEvents
from tsumugi.stream.socket import Streams
from tsumugi.stream.telling import Telling

EVENTS = accept.EVENTS.encode()
GRAPH = "/graphql"  # the audience of a token is the origin with this path


class Graph(NamedTuple):
    """What answers at the graph's address: one answer, or events to those who accept them before everything else."""

    endpoint: Endpoint
    events: SentEvents

    def app(self, scope: Scope) -> ASGIApp:
        """The one that is meant."""
        for name, value in scope["headers"]:
            if name == b"accept":
                is_meant = EVENTS in value and accept.wants_events(value.decode("latin-1"))
                return self.events if is_meant else self.endpoint
        return self.endpoint


class Application(Starlette):
    """The graph answers before anything else is tried: nothing that a router or a middleware does is done for it."""

    def __init__(self, graph: Graph, routes: list[BaseRoute], lifespan: Lifespan[Any]) -> None:
        super().__init__(routes=[Route(ROUTE, graph.endpoint), *routes], lifespan=lifespan)
        self._graph = graph

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See Starlette."""
        if scope["type"] == "http" and scope["path"] == ROUTE:
            await self._graph.app(scope)(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def make_app(settings: Settings, log: Log) -> Starlette:
    """One worker's application; raises Halt when secrets or anchors are missing or belong to another world."""
    if not settings.origin:
        raise Halt("TSUMUGI_ORIGIN is missing: say what cards sign, for example https://kosodate.example.jp.")
    store = Store(settings.database_url)
    keyring = Keyring.load(settings.secrets, demo=settings.is_demo)
    issuer = settings.origin[0]
    tokens = keyring.tokens(issuer, issuer + GRAPH)
    keys = KeyFolder(settings.secrets, keyring, tokens, log, demo=settings.is_demo)
    anchors = AnchorFolder(settings.anchors, store, log, demo=settings.is_demo)
    today: Clock = DomainClock(settings.data) if settings.is_demo else real_now
    reader = SignatureReader(keys.peppers, settings.origin)
    signing = Signatures(reader, anchors, real_now, log, Capabilities(tokens))
    engine = Engine(store, keyring.cursor, keyring.audit[0], settings.plans, signing)
    bearers, budget = Bearers(tokens, store, real_now, keys.look), Budget(settings.budget)
    routers = Routers(read_router_keys(settings.router_keys))
    endpoint = Endpoint(
        engine,
        bearers,
        today,
        log,
        has_page=settings.is_demo,
        budget=budget,
        routers=routers,
        audiences=frozenset(origin + GRAPH for origin in settings.origin),
    )
    hub = Hub(store, log)
    streams = Streams(Telling(engine, hub, today), bearers, settings.origin, today, log)
    responder = read_responder(settings.anchors, Purpose.USER_AUTHENTICATION)
    desk = Desk(
        store,
        anchors.trust,
        tokens,
        keys.peppers,
        settings.origin,
        real_now,
        log,
        responder=responder,
        look=keys.look,
        domain=today,
    )

    ways = [FederatedLogin(desk, bearers, way) for way in _ways(settings, desk, keyring)]
    readiness = Readiness(store, migrations.head())

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        try:
            await _begin(anchors, readiness, log)
            log.event("started", large_pages=settle())
            yield
        finally:
            await hub.close()
            await store.close()
        log.event("stopped")

    health = health_routes(readiness)
    mail = [
        *stopping_routes(Stopping(store, keyring.seal(MAIL_STOP), real_now, log)),
        *confirming_routes(Confirming(store, today, log)),
    ]
    federated = [route for way in ways for route in way.routes()]
    told = WebSocketRoute(ROUTE, streams)
    partnering = partnering_routes(Partnering(desk, routers, bearers, keyring.seal))
    gate = Gate(routers, bearers, read_cities(settings.cities, issuer), keyring.seal)
    between = [*partnering, *introducing_routes(Introducing(desk, gate))]
    signing_in = [*signin_routes(desk), *enrolling_routes(desk), *device_routes(desk), *federated, *between]
    app = Application(Graph(endpoint, SentEvents(streams)), [told, *signing_in, *mail, *health], lifespan)
    app.router.redirect_slashes = False  # a token goes to the address that was named, and to no other
    return app


async def _begin(anchors: AnchorFolder, readiness: Readiness, log: Log) -> None:
    """Take the revocation lists; whatever else fails than a database that is away, fails the start.

    Where a worker died while the database was away, the next one waits for it as the others do: not ready, and until
    the lists could be taken nobody logs in.
    """
    try:
        await anchors.refresh()
    except Exception as why:  # noqa: BLE001 - where the database is there, it comes again
        if await readiness.is_ready():
            await anchors.refresh()  # it is there again, or was all the time
        else:
            log.failure("begun_without_database", why)


def _ways(settings: Settings, desk: Desk, keyring: Keyring) -> list[Way]:
    """The ways in by the providers that there are terms with."""
    app, staff = read_provider(settings.providers, APP, keyring), read_staff(settings.providers, keyring)
    return [
        *([] if app is None else [residents(desk, app)]),
        *([] if staff is None else [staff_way(*staff)]),
    ]
