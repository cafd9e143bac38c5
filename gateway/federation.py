"""A federation on one machine: the city that is there, two partners with what they keep of its children, the router."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from joserfc.jwk import ECKey

from gateway.servers import Server, free_port
from schema.graph import sdl
from tsumugi.federation.node import install, node
from tsumugi.federation.publishing import publish
from tsumugi.private import write_private

WARDS = "{ viewer { wards(first: 100) { edges { node { id birthDate } } } } }"
SCHOOL_AGE = 6
CODES = {"school": "102024", "library": "102032"}  # of the municipalities whose they are
PICTUREBOOKS = ("ぐるぐるいとまき", "まゆのなか", "はたおりのうた")  # made up, like the town
CITIES = "cities.json"
HERE = Path(__file__).parent
Ask = Callable[[str], Any]


class City(NamedTuple):
    """A city's own server: its code, where it answers, who issues its tokens, and how its mother is asked."""

    code: str
    origin: str
    issuer: str
    as_mother: Ask

    @property
    def url(self) -> str:
        """Where its graph answers."""
        return f"{self.origin}/graphql"


class Federation:
    """Cities, school, library and router; `stop` ends what was started here, and not the cities.

    One city is a subgraph; several are one subgraph behind the dispatcher. The first one's families know the partners.
    """

    poll_ms = 10_000

    def __init__(self, folder: Path, cities: list[City], port: int | None = None) -> None:
        self.folder, self.cities, self.city = folder, cities, cities[0]
        self.port, self.dispatch_port = port or free_port(), free_port()
        self.servers: list[Server] = []
        self.others: list[dict[str, Any]] = []  # subgraphs that run already

    @property
    def url(self) -> str:
        """Where the whole graph answers."""
        return f"http://127.0.0.1:{self.port}/graphql"

    def start(self) -> "Federation":
        """Everything, ready; raises NotStarted or Halt, and then nothing runs."""
        install()
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._partners()
            self.publish()
            self._router()
        except BaseException:
            self.stop()
            raise
        return self

    def publish(self) -> None:
        """Compose what there is by now and let the router have the graph."""
        subgraphs = [self._municipal(), *map(self._partner, self.servers[:2]), *self.others]
        text = json.dumps({"subgraphs": subgraphs}, indent=1, ensure_ascii=False)
        (self.folder / "federation.json").write_text(text, encoding="utf-8")
        if len(self.cities) > 1 and all(each.name != "dispatcher" for each in self.servers):
            self._dispatcher()
        publish(self.folder)

    def stop(self) -> None:
        """End what runs, the router first."""
        for server in reversed(self.servers):
            server.stop()

    def _partners(self) -> None:
        found = self.city.as_mother(WARDS)["viewer"]["wards"]["edges"]
        children = [edge["node"] for edge in found]
        for name, command, kept in (
            ("school", [sys.executable, str(HERE / "partners" / "school.py")], _pupils(children)),
            ("library", node("partners/library.mjs"), _loans(children)),
        ):
            register, port = self.folder / f"{name}.json", free_port()
            register.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
            sdl = subprocess.run([*command, "--sdl"], check=True, capture_output=True, text=True)  # noqa: S603 - ours
            (self.folder / f"{name}.graphql").write_text(sdl.stdout, encoding="utf-8")
            said = {"port": port, "register": register, "city": self.city.issuer, "code": CODES[name]}
            whole = [*command, *(word for key, value in said.items() for word in (f"--{key}", str(value)))]
            self.servers.append(Server.start(name, whole, port, {}, self.folder))
        for server in self.servers:
            server.wait()

    def _municipal(self) -> dict[str, Any]:
        (self.folder / "municipal.graphql").write_text(sdl(), encoding="utf-8")
        found = {"name": "municipal", "schema": "municipal.graphql", "isCity": True, "exchange": self.city.origin}
        if len(self.cities) == 1:
            return found | {"url": self.city.url}
        cities = [{"code": each.code, "url": each.url, "issuer": each.issuer} for each in self.cities]
        return found | {"url": f"http://127.0.0.1:{self.dispatch_port}/graphql", "cities": cities}

    def _dispatcher(self) -> None:
        command = [sys.executable, "-m", "tsumugi", "federation", "dispatch", str(self.folder)]
        whole = [*command, "--port", str(self.dispatch_port)]
        self.servers.append(Server.start("dispatcher", whole, self.dispatch_port, {}, self.folder).wait())

    def _partner(self, server: Server) -> dict[str, Any]:
        name, url = server.name, f"http://127.0.0.1:{server.port}/graphql"
        return {"name": name, "url": url, "schema": f"{name}.graphql", "partner": CODES[name]}

    def _router(self) -> None:
        environ = {
            "FEDERATION_FOLDER": str(self.folder.resolve()),
            "FEDERATION_PORT": str(self.port),
            "FEDERATION_POLL_MS": str(self.poll_ms),
            "NODE_ENV": "production",
        }
        self.servers.append(Server.start("router", node("router.mjs"), self.port, environ, self.folder).wait())


def make_key(folder: Path) -> Path:
    """The router's own key, made on the first call; answers the file of its public half, for the city."""
    folder.mkdir(parents=True, exist_ok=True)
    private, public = folder / "router.pem", folder / "router-keys.json"
    if not public.exists():
        key = ECKey.generate_key("P-256")
        write_private(private, key.as_pem(private=True))
        public.write_text(json.dumps({"keys": [key.as_dict(private=False)]}), encoding="utf-8")
    return public


def write_cities(folder: Path, issuers: Mapping[str, str]) -> Path:
    """The file by which these cities take each other's word for residents who are linked."""
    listed = [{"code": code, "issuer": issuer} for code, issuer in issuers.items()]
    (folder / CITIES).write_text(json.dumps({"cities": listed}), encoding="utf-8")
    return folder / CITIES


def _pupils(children: list[dict[str, str]]) -> dict[str, Any]:
    """What the school board keeps: of those who go to school, in the year that the town's calendar shows."""
    year = 2026
    return {
        child["id"]: {"year": year, "present": 131 - place, "absent": 2 + place}
        for place, child in enumerate(children)
        if year - int(child["birthDate"][:4]) >= SCHOOL_AGE
    }


def _loans(children: list[dict[str, str]]) -> dict[str, Any]:
    """What the library keeps: the books that each of them has at home."""
    return {
        child["id"]: [{"title": title, "dueOn": "2026-12-06"} for title in PICTUREBOOKS[: place + 1]]
        for place, child in enumerate(children)
    }
