"""The cities behind the dispatcher, out of the federation's own file."""

import json
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from models.ids import is_municipality_code
from tsumugi.halt import Halt
from tsumugi.log import Log

FILE = "federation.json"
READ_AGAIN_S = 1.0
TIMEOUT_MS = 2_000
SUBSCRIPTIONS = 200  # open at once: two sockets each, of the 1,024 files that a process has where nobody set it


class City(NamedTuple):
    """The municipality, where its graph answers, who issues its tokens, how long it may take, how many may listen."""

    code: str
    url: str
    issuer: str
    timeout_ms: int = TIMEOUT_MS
    subscriptions: int = SUBSCRIPTIONS


class Roster(NamedTuple):
    """Where the router finds the dispatcher, and the cities, at least one."""

    url: str
    cities: tuple[City, ...]


def read_roster(folder: Path) -> Roster:
    """The one subgraph that has cities; raises Halt when there is none or a line of it makes no sense."""
    try:
        subgraphs = json.loads((folder / FILE).read_text(encoding="utf-8"))["subgraphs"]
        [found] = [each for each in subgraphs if "cities" in each]
        cities = tuple(_city(each) for each in found["cities"])
        roster = Roster(str(found["url"]), cities)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        cities = ()
    if not cities:
        raise Halt(f"The file {folder / FILE} must have one subgraph with cities, each with code, url and issuer.")
    return roster


def _city(given: dict[str, Any]) -> City:
    limits = int(given.get("timeoutMs", TIMEOUT_MS)), int(given.get("subscriptions", SUBSCRIPTIONS))
    city = City(str(given["code"]), str(given["url"]), str(given["issuer"]), *limits)
    if not is_municipality_code(city.code):
        raise ValueError("a municipality has a code of six digits")
    if min(limits) < 1:
        raise ValueError("a limit of nothing lets nobody through")
    return city


class Rosters:
    """The roster as the file has it by now; one that makes no sense leaves the one before, and a line in the log."""

    def __init__(self, folder: Path, log: Log) -> None:
        self._folder, self._log, self._read, self._at = folder, log, read_roster(folder), monotonic()
        self._is_refused = False

    def __call__(self) -> Roster:
        """Read again once a second."""
        if monotonic() - self._at >= READ_AGAIN_S:
            self._at = monotonic()
            was_refused = self._is_refused
            try:
                self._read, self._is_refused = read_roster(self._folder), False
            except Halt:
                self._is_refused = True
            if self._is_refused is not was_refused:
                self._log.event("cities_refused" if self._is_refused else "cities_taken")
        return self._read
