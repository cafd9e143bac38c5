"""Sectors: each sees a person under a `sub` of its own, so that no two of them can lay their lists side by side.

The city's core, each partner municipality, each linked city, each taxi operator, each shop, and the points of all.
"""

from models.ids import is_municipality_code, parsed
from models.organisation import CallerKind

CORE, POINTS = "core", "points"
WORDS = {CallerKind.TAXI_OPERATOR: "taxi", CallerKind.SHOP: "shop"}


def of_partner(municipality_code: str) -> str:
    """The sector of a partner municipality, by its code. Raises ValueError for what is none."""
    if not is_municipality_code(municipality_code):
        raise ValueError("a partner municipality has a code of six digits")
    return f"partner {municipality_code}"


def of_city(municipality_code: str) -> str:
    """The sector of a city in which residents of ours are linked: its partners know them by another `sub`."""
    return f"city {municipality_code}"


def of_organisation(kind: CallerKind, id: str) -> str:
    """The sector of a taxi operator or a shop, by its id. Raises ValueError for another kind, or for what is no id."""
    if kind not in WORDS or parsed(id) is None:
        raise ValueError("only taxi operators and shops have sectors by their ids")
    return f"{WORDS[kind]} {id}"
