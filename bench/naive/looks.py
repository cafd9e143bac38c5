"""What an answer shows of each child, counted in the finished answer, for the access log."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.rest.staff_pages import Look

BELOW = {"checkups": "Checkup", "vaccinations": "Vaccination"}


def looks(data: dict[str, Any]) -> list[Look]:
    """One look a child, for each child of a staff list or among entities."""
    listed = [edge["node"] for edge in (data.get("children") or {"edges": []})["edges"]]
    return [_look(each) for each in (*listed, *(data.get("_entities") or ())) if each is not None]


def _look(child: dict[str, Any]) -> Look:
    times = Counter(_cells(child))
    fields = " ".join(f"{name}:{count}" for name, count in sorted(times.items()))
    return Look(child["id"], fields, times.total())


def _cells(child: dict[str, Any]) -> Iterator[str]:
    for name, value in child.items():
        if name in BELOW:
            yield from (f"{BELOW[name]}.{below}" for edge in value["edges"] for below in _shown(edge["node"]))
    yield from (f"Child.{name}" for name in _shown(child) if name not in BELOW)


def _shown(node: dict[str, Any]) -> Iterator[str]:
    return (name for name, value in node.items() if value is not None and name != "__typename")
