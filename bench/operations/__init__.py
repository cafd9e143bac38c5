"""The three operations: who asks what, of a server of the graph and of hand-written REST."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bench.towns.offices import NURSE
from bench.towns.town import GUARDIAN, Town

HERE = Path(__file__).parent
PURPOSE = "CHK:2026-0142"


@dataclass(frozen=True)
class Operation:
    """One question. `endpoint` is REST's method and path for the same answer."""

    name: str
    title: str
    caller: str
    endpoint: tuple[str, str]
    purpose: str | None = None

    @property
    def document(self) -> str:
        """The text that a client of the graph sends."""
        return (HERE / f"{self.name}.graphql").read_text(encoding="utf-8")

    def variables(self, town: Town) -> dict[str, Any]:
        """What goes with it."""
        if self is not ENTITIES:
            return {}
        return {"representations": [{"__typename": "Child", "id": id} for id in town.child_ids]}

    def to_graph(self, town: Town, token: str) -> bytes:
        """The HTTP request to a server of the graph."""
        body = orjson.dumps({"query": self.document, "variables": self.variables(town)})
        return self._request(("POST", "/graphql"), token, body)

    def to_rest(self, town: Town, token: str) -> bytes:
        """The HTTP request to hand-written REST."""
        return self._request(self.endpoint, token, orjson.dumps({"ids": town.child_ids}) if self is ENTITIES else b"")

    def _request(self, endpoint: tuple[str, str], token: str, body: bytes) -> bytes:
        method, path = endpoint
        lines = [f"{method} {path} HTTP/1.1", "host: localhost", f"authorization: Bearer {token}"]
        if self.purpose:
            lines.append(f"tsumugi-purpose: {self.purpose}")
        if body:
            lines += ["content-type: application/json", f"content-length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


FAMILY_PAGE = Operation("family_page", "(a) family page", GUARDIAN, ("GET", "/family"))
STAFF_LIST = Operation("staff_list", "(b) staff list", NURSE, ("GET", "/children"), PURPOSE)
ENTITIES = Operation("entities", "(c) `_entities`", NURSE, ("POST", "/children/batch"), PURPOSE)
OPERATIONS = (FAMILY_PAGE, STAFF_LIST, ENTITIES)
