"""A town file on its way to a town: entries whose values are right one by one, before anybody compared them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tsumugi.town.faults import Faults
from tsumugi.town.lines import Lines, line_at
from tsumugi.town.shape import FORMS, HEAD, LOGINS, Key
from tsumugi.town.values import Wrong, check


class Entry(NamedTuple):
    """One `[[table]]` of the file: its position among its like, and those values that are right."""

    table: str
    position: int
    values: dict[str, Any]


class Draft:
    """All entries of a file, and its faults so far."""

    def __init__(self, path: Path, lines: Lines) -> None:
        self.lines = lines
        self.faults = Faults(path)
        self.head: dict[str, Any] = {}
        self.entries: dict[str, list[Entry]] = {name: [] for name in FORMS}
        self.by_key: dict[str, dict[str, Entry]] = {name: {} for name in FORMS}

    def fault(self, entry: Entry, key: str, message: str) -> None:
        """Note a fault at a key of an entry; at the entry's first line, when the key is not there."""
        self.faults.add(line_at(self.lines, (entry.table, entry.position, key)), f"{entry.table}.{key}", message)

    def having(self, table: str, *keys: str) -> Iterator[tuple[Any, ...]]:
        """Each entry of a table that has all these values right, with the values."""
        for entry in self.entries[table]:
            if all(key in entry.values for key in keys):
                yield entry, *(entry.values[key] for key in keys)

    def fill(self, document: dict[str, Any]) -> None:
        """Check every value on its own."""
        for name in HEAD.keys() - document.keys():
            self.faults.add(1, name, "is missing at the top of the file")
        for name, value in document.items():
            if name in HEAD:
                self._keep(HEAD[name], value, self.head, name)
            elif name not in FORMS:
                self.faults.add(
                    line_at(self.lines, (name,)), name, f"unknown; the file has {', '.join((*HEAD, *FORMS))}"
                )
            elif isinstance(value, list) and all(isinstance(each, dict) for each in value):
                for position, values in enumerate(value):
                    self._enter(name, position, values)
            else:
                self.faults.add(line_at(self.lines, (name,)), name, f"must be written as [[{name}]]")

    def _enter(self, table: str, position: int, values: dict[str, Any]) -> None:
        keys = FORMS[table].keys
        entry = Entry(table, position, {})
        self.entries[table].append(entry)
        for name in values.keys() - keys.keys():
            self.fault(entry, name, f"unknown key; [[{table}]] has {', '.join(keys)}")
        for name, key in keys.items():
            if name in values:
                self._keep(key, values[name], entry.values, f"{table}.{name}", (table, position, name))
            elif key.is_required:
                self.fault(entry, name, "is missing")
        for name in ("id", "code"):
            if name in entry.values:
                self.by_key[table].setdefault(entry.values[name], entry)

    def _keep(self, key: Key, raw: object, into: dict[str, Any], *where: Any) -> None:
        name, *place = where
        value = check(key, raw)
        if isinstance(value, Wrong):
            self.faults.add(line_at(self.lines, place[0] if place else (name,)), name, value.message)
        else:
            into[key.name] = value

    def logins(self) -> Iterator[tuple[Entry, str, str, str]]:
        """Each entry that logs in, with its key, the name and the id."""
        for table, key in LOGINS.items():
            for entry, name, id_ in self.having(table, key, "id"):
                yield entry, key, name, id_
