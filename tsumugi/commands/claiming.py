"""`tsumugi rides claims`: the files of a month that was closed, as whoever may read them, each checked by its hash."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from tsumugi.commands.asking import Ask, query
from tsumugi.halt import Halt
from tsumugi.settings import Settings

CLAIMS = """query ($month: Date, $after: String) { claims(month: $month, first: 100, after: $after) {
  pageInfo { hasNextPage endCursor } edges { node { id } } } }"""
CLAIM = "query ($id: ID!) { node(id: $id) { ... on Claim { id month operator subsidyYen content sha256 } } }"


class Wish(NamedTuple):
    """Whose card or key asks, for which month (2026-10), why, and where the files go."""

    name: str
    month: str
    purpose: str | None
    folder: Path


def fetch(settings: Settings, wish: Wish, server: str) -> str:
    """A line for each file that was written, with its SHA-256 beside it."""
    try:
        month = date.fromisoformat(f"{wish.month}-01").isoformat()
    except ValueError:
        raise Halt("The month is written 2026-10.") from None
    found, after, is_more = [], None, True
    while is_more:
        page = _asked(settings, wish, server, (CLAIMS, {"month": month, "after": after}))["claims"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        after, is_more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    if not found:
        raise Halt(f"{wish.name} sees no claim of {wish.month}.")
    claims = [_asked(settings, wish, server, (CLAIM, {"id": id}))["node"] for id in found]
    return "\n".join(_written(wish.folder, each) for each in claims)


def _asked(settings: Settings, wish: Wish, server: str, asked: tuple[str, dict[str, Any]]) -> Any:
    document, variables = asked
    answer = json.loads(query(settings, Ask(wish.name, document, json.dumps(variables), wish.purpose), server))
    if "errors" in answer:
        raise Halt("The server answered with errors.")
    return answer["data"]


def _written(folder: Path, claim: dict[str, Any]) -> str:
    content = claim["content"].encode()
    digest = hashlib.sha256(content).hexdigest()
    if digest != claim["sha256"]:
        raise Halt(f"The claim {claim['id']} is not what its hash says.")
    file = folder / f"claim-{claim['month'][:7]}-{claim['id']}.csv"
    try:
        file.write_bytes(content)
        file.with_suffix(".csv.sha256").write_text(f"{digest}  {file.name}\n", encoding="utf-8")
    except OSError:
        raise Halt(f"The folder {folder} cannot be written to.") from None
    return f"{file}: {claim['operator']}, {claim['subsidyYen']} yen, SHA-256 {digest}."
