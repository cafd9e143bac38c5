"""`scripts/federate`: city, two partners and router on this machine, and what to ask them, until Ctrl-C."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import httpx

from gateway.federation import CITIES, HERE, WARDS, City, Federation, make_key, write_cities
from gateway.servers import NotStarted, Server
from tsumugi import card
from tsumugi.clock import real_now
from tsumugi.demo.town import CODE
from tsumugi.halt import Halt
from tsumugi.visit import access_token

FAMILIES = "50"
QUERIES = {
    "what the city, the school and the library know of the mother's children, in three requests": """
{ viewer { wards { edges { node { name birthDate
    attendance { schoolYear daysPresent daysAbsent }
    picturebooks { title dueOn } } } } } }""",
    "the city alone": """
{ viewer { wards { edges { node { name schedule { series { nameJa status } } } } } } }""",
    "public, the same for everybody": """
{ today { date holiday } vaccines { series { nameJa } } }""",
}


def main() -> None:
    """Start everything and wait."""
    said = argparse.ArgumentParser(prog="scripts/federate", description=__doc__)
    said.add_argument("--folder", type=Path, default=HERE.parent / ".federation", help="where data and logs are kept")
    said.add_argument("--port", type=int, default=4000, help="of the router")
    said.add_argument("--city-port", type=int, default=8000, help="of the first city; others follow")
    said.add_argument("--cities", default=CODE, metavar="CODE,...", help="municipality codes, the first one's the home")
    given = said.parse_args()
    _on_ending(signal.default_int_handler)
    folder = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    servers: list[Server] = []
    try:
        codes = given.cities.split(",")
        issuers = {code: f"http://localhost:{given.city_port + place}" for place, code in enumerate(codes)}
        write_cities(folder, issuers)
        servers += [_start(folder, code, given.city_port + place) for place, code in enumerate(codes)]
        cities = [_city(folder, code, server.wait("/readyz")) for code, server in zip(codes, servers, strict=True)]
        federation = Federation(folder, cities, given.port).start()
        servers += federation.servers
        _say(federation)
        signal.pause()
    except KeyboardInterrupt:
        print("Stopping.")
    except (NotStarted, Halt) as why:
        sys.exit(str(why))
    finally:
        _on_ending(signal.SIG_IGN)  # whoever is impatient leaves no server behind
        for server in reversed(servers):
            server.stop()


def _on_ending(act: Any) -> None:
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, act)


def _start(folder: Path, code: str, port: int) -> Server:
    data = folder / code
    new = [] if data.exists() else ["--families", FAMILIES, "--municipality", code]
    environ = {
        "TSUMUGI_ENV": "demo",
        "TSUMUGI_DATA": str(data),
        "TSUMUGI_PORT": str(port),
        "TSUMUGI_ROUTER_KEYS": str(make_key(folder)),
        "TSUMUGI_CITIES": str(folder / CITIES),
    }
    plain = {name: "" for name in os.environ if name.startswith("TSUMUGI_")}  # blank: not given
    return Server.start(code, [sys.executable, "-m", "tsumugi", "demo", *new], port, plain | environ, folder)


def _city(folder: Path, code: str, server: Server) -> City:
    origin = f"http://127.0.0.1:{server.port}"

    def as_mother(query: str) -> Any:
        token = access_token(origin, card.load(folder / code / card.CARDS / "mother.json"), real_now())
        headers = {"authorization": f"Bearer {token}"}
        return httpx.post(f"{origin}/graphql", json={"query": query}, headers=headers).json()["data"]

    return City(code, origin, f"http://localhost:{server.port}", as_mother)


def _say(federation: Federation) -> None:
    print(f"\n  whole graph   {federation.url}")
    for city in federation.cities:
        print(f"  city {city.code}   {city.url}")
    for server in federation.servers[:-1]:
        print(f"  {server.name:12}  http://127.0.0.1:{server.port}/graphql")
    print("\nTokens of the mother, for five minutes, and queries to paste:\n")
    for city in federation.cities:
        data, tsumugi = federation.folder / city.code, Path(sys.executable).parent / "tsumugi"
        print(f"  T{city.code}=$(TSUMUGI_DATA={data} {tsumugi} login --as mother --server {city.origin})")
    further = ", ".join(f"$T{city.code}" for city in federation.cities[1:])
    headers = f"-H 'content-type: application/json' -H \"authorization: Bearer $T{federation.city.code}\""
    if further:
        headers += f' -H "tsumugi-further-tokens: {further}"'
    for what, query in _queries(federation).items():
        body = json.dumps({"query": " ".join(query.split())})
        print(f"\n  # {what}\n  curl -si {federation.url} {headers} -d '{body}'")
    print("\nCtrl-C ends all of it.", flush=True)


def _queries(federation: Federation) -> dict[str, str]:
    """Three, or with several cities a fourth over all of them."""
    if len(federation.cities) == 1:
        return QUERIES
    found = [city.as_mother(WARDS)["viewer"]["wards"]["edges"][0]["node"]["id"] for city in federation.cities]
    ids = json.dumps(found)
    query = f"{{ nodes(ids: {ids}) {{ ... on Child {{ id name attendance {{ daysPresent }} }} }} }}"
    return QUERIES | {"a child of each city, and what the school knows of them": query}


if __name__ == "__main__":
    main()
