"""`scripts/federate`: city, two partners and router on this machine, and what to ask them, until Ctrl-C."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import httpx

from gateway.federation import City, Federation, make_key
from gateway.node import HERE
from gateway.servers import NotStarted, Server
from schema.graph import sdl
from tsumugi import card
from tsumugi.clock import real_now
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
HEADERS = "-H 'content-type: application/json' -H \"authorization: Bearer $TOKEN\""
SAYING = """
  whole graph   {router}
  city          {city}
  school board  {school}   (partner, Python)
  library       {library}   (partner, JavaScript)

The mother's token, for five minutes:
  TOKEN=$(TSUMUGI_DATA={data} {tsumugi} login --as mother --server {origin})
Three queries to paste:
"""


def main() -> None:
    """Start everything and wait."""
    said = argparse.ArgumentParser(prog="scripts/federate", description=__doc__)
    said.add_argument("--folder", type=Path, default=HERE.parent / ".federation", help="where data and logs are kept")
    said.add_argument("--port", type=int, default=4000, help="of the router")
    said.add_argument("--city-port", type=int, default=8000, help="of the city")
    given = said.parse_args()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    given.folder.mkdir(parents=True, exist_ok=True)
    servers = [_city(given.folder, given.city_port)]
    try:
        servers[0].wait("/readyz")
        origin = f"http://127.0.0.1:{given.city_port}"
        city = City(
            f"{origin}/graphql",
            f"http://localhost:{given.city_port}",
            sdl(),
            lambda query: _as_mother(given.folder, origin, query),
        )
        federation = Federation(given.folder, city, given.port).start()
        servers += federation.servers
        _say(federation, given.folder, origin)
        signal.pause()
    except KeyboardInterrupt:
        print("Stopping.")
    except (NotStarted, Halt) as why:
        sys.exit(str(why))
    finally:
        for server in reversed(servers):
            server.stop()


def _city(folder: Path, port: int) -> Server:
    command = [sys.executable, "-m", "tsumugi", "demo"]
    data = folder / "city"
    families = [] if data.exists() else ["--families", FAMILIES]
    environ = {
        "TSUMUGI_ENV": "demo",
        "TSUMUGI_DATA": str(data),
        "TSUMUGI_PORT": str(port),
        "TSUMUGI_ROUTER_KEYS": str(make_key(folder)),
    }
    plain = {name: "" for name in os.environ if name.startswith("TSUMUGI_")}  # blank: not given
    return Server.start("city", [*command, *families], port, plain | environ, folder)


def _as_mother(folder: Path, origin: str, query: str) -> Any:
    token = access_token(origin, card.load(folder / "city" / card.CARDS / "mother.json"), real_now())
    headers = {"authorization": f"Bearer {token}"}
    return httpx.post(f"{origin}/graphql", json={"query": query}, headers=headers).json()["data"]


def _say(federation: Federation, folder: Path, origin: str) -> None:
    school, library = (f"http://127.0.0.1:{each.port}/graphql" for each in federation.servers[:2])
    places = {"router": federation.url, "city": f"{origin}/graphql", "school": school, "library": library}
    print(SAYING.format(**places, origin=origin, data=folder / "city", tsumugi=Path(sys.executable).parent / "tsumugi"))
    for what, query in QUERIES.items():
        body = json.dumps({"query": " ".join(query.split())})
        print(f"  # {what}\n  curl -si {federation.url} {HEADERS} -d '{body}'\n")
    print("Ctrl-C ends all of it.", flush=True)


if __name__ == "__main__":
    main()
