"""`GET /family`: the family page of a guardian, by seven statements."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import orjson

from auth.age import is_of_age
from bench.rest.database import Database, Reading, Rows
from bench.rest.rights import Edge, Right, rights
from bench.rest.statements import Ask
from rules.age import age_months

AFTER_MOVING_OUT = timedelta(days=90)
LATEST_CHECKUPS, FIRST_DOSES = 6, 20


def family_page(database: Database, me: str, today: date) -> Reading:
    """The questions of the page, in order; answers its JSON."""
    day = database.day(today)
    home = yield Ask.ME, (me, day)
    kept_away = frozenset(row[0] for row in (yield Ask.KEPT_AWAY, (me, day)))
    edges = [Edge(*row[:5]) for row in (yield Ask.EDGES, (me, day)) if is_open(row[5], row[6], today)]
    family_id = home[0][0] if home else None
    if family_id is None or family_id in kept_away:
        return orjson.dumps(_answer(None))
    found = rights(me, edges, kept_away)
    ids = [edge.child_id for edge in edges if edge.child_id in found and edge.family_id == family_id]
    ids = list(dict.fromkeys(ids))
    yield Ask.OPEN, (family_id, ",".join(ids))
    family = (yield Ask.FAMILY, (family_id,))[0]
    children = yield Ask.FAMILY_CHILDREN, (family_id, database.ids(ids))
    checkups = _grouped((yield Ask.CHECKUPS, (database.ids(ids),)))
    doses = _grouped((yield Ask.DOSES, (database.ids(ids),)))
    edges_shown = [{"node": _child(row, checkups[row[0]], doses[row[0]], found[row[0]], today)} for row in children]
    shown = dict(zip(("id", "postalCode", "address", "phone"), family, strict=True))
    return orjson.dumps(_answer({**shown, "children": {"edges": edges_shown}}))


def _answer(family: dict[str, Any] | None) -> dict[str, Any]:
    return {"data": {"viewer": {"family": family}}}


def is_open(born: str | date, moved_out: str | date | None, today: date) -> bool:
    """Whether rights of guardians stand: under age, and not long gone."""
    if is_of_age(as_day(born), today):
        return False
    return moved_out is None or today < as_day(moved_out) + AFTER_MOVING_OUT


def as_day(value: str | date) -> date:
    """A day as either driver gives it."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _grouped(rows: Rows) -> defaultdict[str, Rows]:
    found: defaultdict[str, Rows] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


def _child(row: tuple[Any, ...], checkups: Rows, doses: Rows, right: Right, today: date) -> dict[str, Any]:
    is_whole = right is Right.WHOLE
    id, name, kana, born, sex, allergies = row
    return {
        "id": id,
        "name": name,
        "nameKana": kana,
        "birthDate": born,
        "sex": sex,
        "ageMonths": age_months(today, as_day(born)),
        "allergies": allergies,
        "checkups": {"edges": [{"node": _checkup(each, is_whole)} for each in checkups[-LATEST_CHECKUPS:]]},
        "vaccinations": {"edges": [{"node": _dose(each, is_whole)} for each in doses[:FIRST_DOSES]]},
    }


def _checkup(row: tuple[Any, ...], is_whole: bool) -> dict[str, Any]:  # noqa: FBT001 - on the way of every row
    _, id, kind, checked_on, weight_g, height_mm, head_mm, judgement, findings, development, venue = row
    return {
        "id": id,
        "kind": kind,
        "checkedOn": checked_on,
        "weightG": weight_g,
        "heightMm": height_mm,
        "headMm": head_mm,
        "judgement": judgement,
        "findings": findings,
        "development": development,
        "venue": venue if is_whole else None,
    }


def _dose(row: tuple[Any, ...], is_whole: bool) -> dict[str, Any]:  # noqa: FBT001 - on the way of every row
    _, vaccine, given_on, lot, clinic, doctor, municipality_code = row
    return {
        "vaccine": vaccine,
        "givenOn": given_on,
        "lot": lot if is_whole else None,
        "clinic": clinic if is_whole else None,
        "doctor": doctor if is_whole else None,
        "municipalityCode": municipality_code if is_whole else None,
    }
