"""`tsumugi federation`: partners and cities in one graph, from the SDL that a partner hands in to the dispatcher."""

import os
import sys
from pathlib import Path

import uvicorn
from joserfc.jwk import ECKey

from auth.jws import signing_key
from tsumugi.clock import real_now
from tsumugi.dispatch.app import dispatcher_app
from tsumugi.dispatch.roster import Rosters
from tsumugi.federation import probing, publishing
from tsumugi.halt import Halt
from tsumugi.log import Log, route_libraries
from tsumugi.private import read_private
from tsumugi.server import LAST_REQUESTS_S, listen


def check(folder: Path, name: str, sdl: Path) -> str:
    """Whether a subgraph of that name could have this SDL."""
    return publishing.check(folder, name, sdl)


def publish(folder: Path) -> str:
    """Compose and let the router have it."""
    return publishing.publish(folder)


def rollback(folder: Path) -> str:
    """Let the router have the graph before."""
    return publishing.rollback(folder)


def probe(folder: Path, url: str, code: str) -> str:
    """Ask a partner's server as the router does, and as nobody should."""
    [city] = [each for each in publishing.read(folder)["subgraphs"] if each.get("isCity")]
    origin = city.get("exchange") or city["url"].removesuffix("/graphql")
    return probing.probed(probing.Partner(url, code, origin), _key(folder), real_now)


def dispatch(folder: Path, port: int) -> None:
    """Answer the router on this machine until told to stop."""
    log = Log(sys.stderr, real_now, worker=os.getpid())
    route_libraries(log)
    app = dispatcher_app(Rosters(folder, log), _key(folder), real_now, log)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=LAST_REQUESTS_S,  # a subscription would go on for the five minutes of its token
    )
    with listen("127.0.0.1", port, "--port") as listening:
        uvicorn.Server(config).run([listening])


def _key(folder: Path) -> ECKey:
    """The router's own."""
    file = folder / "router.pem"
    try:
        return signing_key(read_private(file))
    except ValueError:
        raise Halt(f"The file {file} is not a private key of P-256 in PEM.") from None
