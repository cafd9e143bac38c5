"""What computed fields are computed from, beside the row itself: rows below, whole tables, arguments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.cells import Below, Given, Level, Whole
from engine.loops import Loops
from engine.run import Run
from models.ask import Asked, Rows, rows_of
from models.prepared import Prepared, processed
from resolvers.doorway import OPEN, Shape
from resolvers.statements import Reading
from resolvers.texts import Texts

FEW = 20  # rows below one row, for want of a limit


@dataclass(slots=True)
class Brought:
    """What a kid brings: by key, for which key of each row of the parent, and the rows, if they are a level's.

    A whole table and arguments are the same for every row.
    """

    by_key: Any
    keys: list[Any] = field(default_factory=list)
    found: Any = None


class BelowReader:
    """Reads the rows below: behind the permission of the field, or a door of their own."""

    is_watched = False

    def __init__(self, level: Level, kid: Below, loops: Loops, texts: Texts) -> None:
        self._keys = loops.keys(level, kid.at, kid.mask, "keys")
        self.listing = kid.listing
        self._source = kid.listing.source
        self._texts = texts
        self._ready: dict[tuple[Shape, bool], Prepared] = {}
        self._processes = [process for _, process in self._prepared(OPEN, is_one=False).columns]

    def _prepared(self, shape: Shape, *, is_one: bool) -> Prepared:
        found = self._ready.get((shape, is_one))
        if found is None:
            found = self._texts.below(self.listing, shape, Reading(), self._source.columns, is_one=is_one)
            self._ready[shape, is_one] = found
        return found

    async def bring(self, run: Run, groups: Sequence[Rows], abouts: list[str], masks: Sequence[Any]) -> Brought:
        """Lists of records by parent."""
        keys = self._keys(groups, abouts, masks, run.me)
        parents = wanted(keys)
        door = run.known.door(self._source)
        if not parents or door.is_shut:
            return Brought({}, keys)
        is_one, pack = len(parents) == 1, self._texts.pack
        prepared = self._prepared(door.shape, is_one=is_one)
        binds = {**door.binds(pack), "parents": parents[0] if is_one else pack(parents)}
        found = await rows_of(Asked(prepared, prepared.values(binds), FEW * len(parents)), run.now)
        by_key: dict[Any, list[Any]] = {}
        for row in processed(found, self._processes):
            by_key.setdefault(row[0], []).append(self._source.record(*row[1:]))
        return Brought(by_key, keys)


class WholeReader:
    """Reads a public table."""

    is_watched = False

    def __init__(self, kid: Whole, texts: Texts) -> None:
        self.catalogue = kid.catalogue
        self.prepared = texts.constant(kid.catalogue.statement)
        self._processes = [process for _, process in self.prepared.columns]

    async def bring(self, run: Run, groups: Sequence[Rows], _abouts: list[str], _masks: Sequence[Any]) -> Brought:
        """All rows, as records; none where there is nothing to compute from them."""
        if not any(groups):
            return Brought([])
        found = await rows_of(Asked(self.prepared, self.prepared.values({}), FEW), run.now)
        return Brought([self.catalogue.record(*row) for row in processed(found, self._processes)])


class GivenReader:
    """Coerces the arguments, once a run."""

    is_watched = False

    def __init__(self, kid: Given) -> None:
        self._arguments = kid.arguments

    async def bring(self, run: Run, _groups: Sequence[Rows], _abouts: list[str], _masks: Sequence[Any]) -> Brought:
        """The arguments by name. Raises GraphQLError for bad ones."""
        return Brought(self._arguments.of(run.given))


def wanted(keys: list[Any]) -> list[Any]:
    """Each key once."""
    found = list(dict.fromkeys(keys))
    return [key for key in found if key is not None] if None in found else found
