"""Before anything is timed: every server gives the same answer, and leaves the same entries in the access log."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import orjson

from auth.chain import PublicKeys
from auth.proof import Broken, proven
from bench.client import ask
from bench.operations import Operation
from bench.servers import Server
from bench.site import Site
from tsumugi.clock import real_now
from tsumugi.commands import auditing
from tsumugi.place import sqlite_file

# All of an entry but what is drawn, counted or hashed; in which order an answer's entries stand is nobody's promise.
SAID = """
    SELECT actor_id, actor_kind, office_id, office, purpose_code, case_reference, noun, subject_id, fields, cells,
        is_denied
    FROM accessentry WHERE seq > ? ORDER BY subject_id, fields
"""
Entries = list[tuple[Any, ...]]


class Unequal(Exception):
    """Two servers that must say the same do not."""


def refuse_unequal(site: Site) -> dict[str, int]:
    """Ask every server everything once; answers the bytes of each operation's answer. Raises Unequal."""
    tokens, sizes = site.tokens(), dict[str, int]()
    expected: dict[Operation, tuple[object, Entries]] = {}
    for operation, server in site.asked():
        seq = _last(site)
        body = ask(server.port, site.request(server, operation, tokens))
        answer, entries = orjson.loads(body), _since(site, seq)
        wanted, noted = expected.setdefault(operation, (answer, entries))
        sizes.setdefault(operation.name, len(body))
        _compare(f"{operation.name}: {server.name}", wanted, answer)
        _compare(f"{operation.name}: access log of {server.name}", noted, entries)
    return sizes


def refuse_other(site: Site, operation: Operation, servers: tuple[Server, ...]) -> None:
    """The same for one operation that leaves no entries. Raises Unequal."""
    tokens = site.tokens()
    answers = [orjson.loads(ask(each.port, site.request(each, operation, tokens))) for each in servers]
    for server, answer in zip(servers, answers, strict=True):
        _compare(f"{operation.name}: {site.title}, {server.name}", answers[0], answer)


def refuse_broken(site: Site) -> str:
    """The chain that all servers wrote in turn holds, to the last entry. Raises Unequal."""
    lines: list[str] = []
    auditing.export(site.settings, real_now(), lines.append)
    found = proven((line.encode() for line in lines), PublicKeys.read(orjson.loads(auditing.keys(site.settings))))
    if isinstance(found, Broken):
        raise Unequal(f"the access log is broken at entry {found.seq}: {found.why}")
    return f"{found.entries:,} entries of the access log, written by all servers in turn: the chain holds."


def _compare(what: str, wanted: object, found: object) -> None:
    different = next(_differences(wanted, found, "$"), None)
    if different is not None:
        raise Unequal(f"{what}: {different}")


def _differences(wanted: object, found: object, path: str) -> Iterator[str]:
    if isinstance(wanted, dict) and isinstance(found, dict) and wanted.keys() == found.keys():
        for name in wanted:
            yield from _differences(wanted[name], found[name], f"{path}.{name}")
    elif isinstance(wanted, list | tuple) and isinstance(found, list | tuple) and len(wanted) == len(found):
        for number, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _differences(one, other, f"{path}[{number}]")
    elif wanted != found:
        yield f"{path} should be {str(wanted)[:200]} and is {str(found)[:200]}"


def _last(site: Site) -> int:
    return int(_rows(site, "SELECT seq FROM audittail", ())[0][0])


def _since(site: Site, seq: int) -> Entries:
    return _rows(site, SAID, (seq,))


def _rows(site: Site, text: str, given: tuple[Any, ...]) -> Entries:
    file = sqlite_file(site.settings.database_url)
    with closing(sqlite3.connect(str(file))) as database:
        return database.execute(text, given).fetchall()
