"""`GET /children` and `POST /children/batch`: a hundred children for the health office, and what the log holds."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import orjson

from bench.rest.database import Database, Reading, Rows
from bench.rest.family_page import FIRST_DOSES, LATEST_CHECKUPS, as_day
from bench.rest.statements import Ask
from rules.age import age_months

PAGE = 100


class Look(NamedTuple):
    """What was shown of one child: `Type.field:times` in order, and how many values."""

    child_id: str
    fields: str
    cells: int


def staff_list(database: Database, looks: list[Look]) -> Reading:
    """The eldest hundred with their latest six checkups."""
    children = yield Ask.FIRST_CHILDREN, (PAGE + 1,)
    shown = children[:PAGE]
    checkups = _grouped((yield Ask.SHORT_CHECKUPS, (database.ids([row[0] for row in shown]),)))
    edges = []
    for id, name in shown:
        latest = checkups[id][-LATEST_CHECKUPS:]
        edges.append({"node": {"id": id, "name": name, "checkups": {"edges": [_checkup(row) for row in latest]}}})
        looks.append(_listed(id, latest))
    info = {"hasNextPage": len(children) > PAGE}
    return orjson.dumps({"data": {"children": {"edges": edges, "pageInfo": info}}})


def batch(database: Database, ids: list[str], today: date, looks: list[Look]) -> Reading:
    """Those children in their order, with the last checkup and all doses; what is unknown is null."""
    wanted = database.ids(ids)
    children = {row[0]: row for row in (yield Ask.CHILDREN, (wanted,))}
    checkups = _grouped((yield Ask.SHORT_CHECKUPS, (wanted,)))
    doses = _grouped((yield Ask.SHORT_DOSES, (wanted,)))
    entities: list[dict[str, Any] | None] = []
    for id in ids:
        row = children.get(id)
        if row is None:
            entities.append(None)
            continue
        last, given = checkups[id][-1:], doses[id][:FIRST_DOSES]
        entities.append(_entity(row, last, given, today))
        looks.append(_fetched(id, len(last), len(given)))
    return orjson.dumps({"data": {"_entities": entities}})


def _grouped(rows: Iterable[tuple[Any, ...]]) -> defaultdict[str, Rows]:
    found: defaultdict[str, Rows] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _checkup(row: tuple[Any, ...]) -> dict[str, Any]:
    _, kind, checked_on, weight_g, height_mm = row
    return {"node": {"kind": kind, "checkedOn": checked_on, "weightG": weight_g, "heightMm": height_mm}}


def _entity(row: tuple[Any, ...], checkups: Rows, doses: Rows, today: date) -> dict[str, Any]:
    id, name, born, sex = row
    last = [{"node": {"kind": each[1], "checkedOn": each[2]}} for each in checkups]
    given = [{"node": {"vaccine": each[1], "givenOn": each[2]}} for each in doses]
    return {
        "__typename": "Child",
        "id": id,
        "name": name,
        "birthDate": born,
        "sex": sex,
        "ageMonths": age_months(today, as_day(born)),
        "checkups": {"edges": last},
        "vaccinations": {"edges": given},
    }


def _listed(child_id: str, checkups: Rows) -> Look:
    """Days and kinds are never missing; measurements may be."""
    rows = len(checkups)
    weights, heights = (sum(row[at] is not None for row in checkups) for at in (3, 4))
    times = {"checkedOn": rows, "heightMm": heights, "kind": rows, "weightG": weights}
    seen = [f"Checkup.{name}:{count}" for name, count in times.items() if count]
    return Look(child_id, " ".join([*seen, "Child.id:1 Child.name:1"]), sum(times.values()) + 2)


def _fetched(child_id: str, checkups: int, doses: int) -> Look:
    seen = [f"Checkup.checkedOn:{checkups} Checkup.kind:{checkups}"] if checkups else []
    seen.append("Child.ageMonths:1 Child.birthDate:1 Child.id:1 Child.name:1 Child.sex:1")
    if doses:
        seen.append(f"Vaccination.givenOn:{doses} Vaccination.vaccine:{doses}")
    return Look(child_id, " ".join(seen), 2 * checkups + 5 + 2 * doses)
