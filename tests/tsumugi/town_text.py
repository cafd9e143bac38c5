"""A town written out as a town file, and the smallest of town files to break in one place."""

import json
from datetime import date
from enum import Enum

from tsumugi.town.rows import columns
from tsumugi.town.shape import FORMS, LOGINS


def toml(value):
    if isinstance(value, Enum):
        value = value.name
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)


def written(town):
    """Every row of a town, every value given."""
    names = {id_: name for name, id_ in (town.cards | town.clients).items()}
    lines = [f"code = {toml(town.code)}", f"as_of = {toml(town.as_of)}"]
    for shelf, rows in town.shelved():
        for row in rows:
            values = {
                column.key: getattr(row, column.key)
                for column in columns(shelf.model)
                if column.key in FORMS[shelf.name].keys
            }
            if shelf.name in LOGINS:
                values[LOGINS[shelf.name]] = names.get(row.id)
            lines += ["", f"[[{shelf.name}]]"]
            lines += [f"{key} = {toml(value)}" for key, value in values.items() if value is not None]
    return "\n".join(lines) + "\n"


def values(town):
    """What two towns must share to be the same."""
    rows = {
        shelf.name: [tuple(getattr(row, column.key) for column in columns(shelf.model)) for row in rows]
        for shelf, rows in town.shelved()
    }
    return town.code, town.as_of, rows, town.cards, town.clients
