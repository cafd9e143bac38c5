"""What a city may say: of its own records, no deeper than questions go, in numbers that JSON knows."""

import re
import unicodedata
from collections.abc import Collection
from math import isfinite
from typing import Any

CODE = re.compile(r"\W*([0-9]{6})\W")  # what an id begins with, as the most careless of partners would read it
MOST_DEEP = 100  # lists and objects: a question may be far less deep
MOST_LOST = 1_000  # beyond which nothing that the city says is worth reading

Path = tuple[str | int, ...]


class Unfit(Exception):
    """An answer of which nothing is passed on."""


class Vetting:
    """One city's answer; `ids`: the names under which its objects tell their ids.

    The router takes an id as a key for partners, which believe that the caller has passed the door of the city in the
    id. So a city speaks of its own ids alone. Where it lawfully knows another's (`ownChildId`), that is no object's id.
    """

    def __init__(self, city: str, ids: Collection[str]) -> None:
        self._city, self._ids = city, ids
        self.lost: list[Path] = []

    def kept(self, value: Any, path: Path) -> Any:
        """The value, with null and a path in `lost` for each object of another city's; raises Unfit."""
        if len(path) > MOST_DEEP or len(self.lost) > MOST_LOST or (isinstance(value, float) and not isfinite(value)):
            raise Unfit
        if isinstance(value, list):
            return [self.kept(each, (*path, at)) for at, each in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if not all(self._is_own(value.get(name)) for name in self._ids):
            self.lost.append(path)
            return None
        return {name: self.kept(each, (*path, name)) for name, each in value.items()}

    def _is_own(self, id: Any) -> bool:
        """Whether it names no other municipality; some ids are the tables' and name none."""
        code = CODE.match(unicodedata.normalize("NFKC", id)) if isinstance(id, str) else None
        return code[1] == self._city if code else id is None or isinstance(id, str)
