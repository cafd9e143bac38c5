"""The floors: what the engine was ordered to reach (issue "The engine: an operation is compiled once", Shown by)."""

from collections.abc import Mapping
from typing import NamedTuple

from bench.rounds import Figures, Key

PRODUCT, REST, MERCURIUS, PLAIN = "Tsumugi", "REST by hand", "Mercurius + JIT", "plain strawberry"
MAIN, SMALL, LARGE, POSTGRESQL = "SQLite", "SQLite, few families", "SQLite, many families", "PostgreSQL"


class Floor(NamedTuple):
    """`operation` of the product on `site` must reach this share of the pace of `against` (site, server), by CPU."""

    operation: str
    site: str
    against: tuple[str, str]
    least: float


FLOORS = (
    Floor("family_page", MAIN, (MAIN, REST), 0.8),
    Floor("family_page", MAIN, (MAIN, MERCURIUS), 1.05),
    Floor("family_page", MAIN, (MAIN, PLAIN), 40),
    Floor("staff_list", MAIN, (MAIN, REST), 0.85),
    Floor("staff_list", MAIN, (MAIN, MERCURIUS), 1.8),
    Floor("staff_list", MAIN, (MAIN, PLAIN), 40),
    Floor("entities", MAIN, (MAIN, REST), 1.0),
    Floor("entities", MAIN, (MAIN, MERCURIUS), 1.3),
    Floor("entities", MAIN, (MAIN, PLAIN), 40),
    Floor("family_page", LARGE, (SMALL, PRODUCT), 1 / 1.25),  # at most 1.25 times the cost
    Floor("family_page", POSTGRESQL, (POSTGRESQL, REST), 0.7),
)


COLD_MS = 15  # of CPU, to compile an operation
DOCUMENTS_MIB = 60  # for a thousand documents with their plans
LOGIN_MS, TOKEN_MS = 1.0, 0.2  # of CPU, to check a card's answer and an access token (issue "Identity in full")


class Verdict(NamedTuple):
    """A floor and what was measured."""

    floor: Floor
    ratio: float

    @property
    def is_reached(self) -> bool:
        """Whether it holds."""
        return self.ratio >= self.floor.least


def verdicts(figures: Mapping[Key, Figures]) -> list[Verdict]:
    """Every floor with its ratio: the other's CPU for each answer by ours."""
    found = []
    for floor in FLOORS:
        ours = figures[Key(floor.site, floor.operation, PRODUCT)]
        theirs = figures[Key(floor.against[0], floor.operation, floor.against[1])]
        found.append(Verdict(floor, theirs.cpu_ms / ours.cpu_ms))
    return found
