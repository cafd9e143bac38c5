"""A site: one town with the servers that stand over it, and its callers' tokens."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bench.mercurius import mercurius
from bench.operations import OPERATIONS, Operation
from bench.servers import Server, free_port, naive, rest, tsumugi
from bench.towns.offices import NURSE
from bench.towns.town import GUARDIAN, Town, environ_of, set_clock
from tsumugi import card
from tsumugi.card import CARDS
from tsumugi.clock import real_now
from tsumugi.settings import Settings, read_settings
from tsumugi.visit import access_token


class Place(NamedTuple):
    """Where a town stands: its data folder, and settings beyond that."""

    data: Path
    more: Mapping[str, str]


@dataclass(frozen=True)
class Site:
    """A town that is served. The first server is the product."""

    title: str
    town: Town
    settings: Settings
    servers: tuple[Server, ...]

    def tokens(self) -> dict[str, str]:
        """Fresh tokens out of real logins; they live for five minutes."""
        origin, folder = f"http://127.0.0.1:{self.servers[0].port}", self.settings.data / CARDS
        names = (GUARDIAN, NURSE)
        return {name: access_token(origin, card.load(folder / f"{name}.json"), real_now()) for name in names}

    def request(self, server: Server, operation: Operation, tokens: Mapping[str, str]) -> bytes:
        """What that server is sent."""
        spell = operation.to_rest if server.name.startswith("REST") else operation.to_graph
        return spell(self.town, tokens[operation.caller])

    def asked(self) -> Iterator[tuple[Operation, Server]]:
        """Every operation with every server."""
        return ((operation, server) for operation in OPERATIONS for server in self.servers)


@contextmanager
def opened(title: str, place: Place, families: int, *peers: str) -> Iterator[Site]:
    """Make the town if need be, start the product and those peers over it, and stop them in the end."""
    port = free_port()
    environ = environ_of(place.data, port, **place.more)
    settings = read_settings(environ)
    town = Town.made(settings, families)
    set_clock(settings)
    log = place.data / "tsumugi.log"
    servers = [tsumugi(environ, port, log)]
    starts = {
        "rest": lambda: rest(environ, place.data / "rest.log"),
        "mercurius": lambda: mercurius(settings, town, place.data / "mercurius.log"),
        "naive": lambda: naive(environ, place.data / "naive.log"),
    }
    try:
        servers += [starts[peer]() for peer in peers]
        for server in servers:
            server.wait()
        yield Site(title, town, settings, tuple(servers))
    finally:
        for server in servers:
            server.stop()
