"""The run of a compiled operation: statement by statement, level by level, and what it found of whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql.execution.values import VariableValues

from auth.access import Caller
from engine.cells import Below, Level, Mask, One, Paged, Paging
from engine.loops import Loops
from engine.page import Shown, connection, sealing
from engine.shape import Unsure
from models.ask import Asked, Rows, rows_of, together
from models.prepared import processed
from resolvers.context import Context
from resolvers.cursor import Cursors, Window
from resolvers.doorway import OPEN, Doorway, doorway
from resolvers.source import Source
from resolvers.statements import Reading
from resolvers.texts import Texts
from schema.faces import NO_WINDOW

FEW = 20  # rows below one row, as inputs of a computed field, for want of a limit


@dataclass(slots=True)
class Run:
    """One run: who asks, with which variables, and what was found on the way."""

    context: Context
    cursors: Cursors
    texts: Texts
    given: VariableValues
    found: list[tuple["Found", list[int] | None]] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    _doors: dict[Source, Doorway] = field(default_factory=dict)

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return self.context.caller

    def door(self, source: Source) -> Doorway:
        """How the caller meets the door of a source."""
        if source not in self._doors:
            self._doors[source] = doorway(self.caller, source, self.context.today)
        return self._doors[source]

    def mask(self, level: Level, mask: Mask) -> tuple[frozenset[str], frozenset[str], bool]:
        """What a mask lets pass, as `Caller.sees`: subjects, those of supplied rows, and whether all of these."""
        subject = level.source.subject
        assert subject is not None, "rows of a node are about somebody"
        reach = self.caller.reach(mask.access, subject.noun, has_supplier=subject.supplier is not None)
        if not mask.is_edge:
            return reach.ids, reach.own_ids, reach.supplies
        below = self.caller.reach(mask.access, subject.noun, has_supplier=True)
        return reach.ids, below.own_ids, below.supplies


@dataclass(slots=True)
class Found:
    """Rows with what each view shows of them, and what was found below: by which keys, and the rows."""

    reader: "LevelReader"
    rows: Rows
    views: list[list[dict[str, Any]]]
    below: list[tuple[list[Any], "Found"]]


class LevelReader:
    """A level made ready to run."""

    def __init__(self, level: Level, loops: Loops) -> None:
        self.level = level
        self.about = level.about
        name = level.node.name
        self._views = [loops.view(level, view.cells, f"{name}_{at}") for at, view in enumerate(level.views)]
        self._kids = [_kid(level, kid, loops) for kid in level.kids]
        self.columns = tuple(level.columns)

    async def by_key(self, run: Run, keys: list[str]) -> Found:
        """The rows with these keys, each once, as far as the caller may know of them."""
        source = self.level.source
        door = run.door(source)
        assert source.subject is not None, "rows of a node are about somebody"
        if source.subject.column == source.key.key:  # the door can be asked before the database
            keys = door.admitted(keys)
            door = door.waived() if door.holds(keys) else door
        if not keys or door.is_shut:
            return await self.shown(run, [])
        is_one = len(keys) == 1
        prepared = run.texts.by_key(source, door.shape, self.columns, is_one=is_one)
        binds = {**door.binds(run.texts.pack), "keys": keys[0] if is_one else run.texts.pack(keys)}
        return await self.shown(run, await rows_of(Asked(prepared, prepared.values(binds), len(keys))))

    async def shown(self, run: Run, rows: Rows) -> Found:
        """What the views show of rows that came through the door."""
        if not rows:
            return Found(self, rows, [[] for _ in self._views], [])
        masks = [run.mask(self.level, mask) for mask in self.level.masks]
        me, today = run.caller.holder.id, run.context.today
        brought = await together([kid.bring(run, rows, masks) for kid in self._kids])
        kids = [each.by_key for each in brought]
        views = [view(rows, masks, kids, me, today) for view in self._views]
        return Found(self, rows, views, [(each.keys, each.found) for each in brought if each.found is not None])


@dataclass(slots=True)
class Brought:
    """What a kid brings: by key, for which key of each row of the parent, and the rows, if they are a level's."""

    by_key: dict[Any, Any]
    keys: list[Any]
    found: Found | None = None


class OneReader:
    """Follows an edge to one row."""

    def __init__(self, level: Level, kid: One, loops: Loops) -> None:
        self._keys = loops.keys(level, kid.at, kid.mask, "keys")
        self._target = LevelReader(kid.level, loops)

    async def bring(self, run: Run, rows: Rows, masks: Sequence[Any]) -> Brought:
        """The rows by key."""
        keys = self._keys(rows, masks, run.caller.holder.id)
        found = await self._target.by_key(run, _wanted(keys))
        return Brought({row[0]: shown for row, shown in zip(found.rows, found.views[0], strict=True)}, keys, found)


class BelowReader:
    """Reads the rows below as inputs of a computed field: they are behind the permission of that field."""

    def __init__(self, level: Level, kid: Below, loops: Loops) -> None:
        self._keys = loops.keys(level, kid.at, kid.mask, "keys")
        self._listing = kid.listing

    async def bring(self, run: Run, rows: Rows, masks: Sequence[Any]) -> Brought:
        """Lists of records by parent."""
        keys = self._keys(rows, masks, run.caller.holder.id)
        parents, source = _wanted(keys), self._listing.source
        if not parents:
            return Brought({}, keys)
        is_one = len(parents) == 1
        prepared = run.texts.below(self._listing, OPEN, Reading(), source.columns, is_one=is_one)
        values = prepared.values({"parents": parents[0] if is_one else run.texts.pack(parents)})
        found = await rows_of(Asked(prepared, values, FEW * len(parents)))
        by_key: dict[Any, list[Any]] = {}
        for row in processed(found, [process for _, process in prepared.columns]):
            by_key.setdefault(row[0], []).append(source.record(*row[1:]))
        return Brought(by_key, keys)


class PageReader:
    """Reads pages of a listing: one of the whole table, or one below each parent."""

    def __init__(self, paging: Paging, loops: Loops) -> None:
        self.paging = paging
        self.rows = LevelReader(paging.level, loops)
        self._made = connection(paging.cells)
        self._seal = sealing(paging, loops.dialect)

    async def top(self, run: Run, *, is_shut: bool) -> tuple[Any, Found]:
        """The connection of a root listing; without any row where it is closed to the caller."""
        listing = self.paging.listing
        reading = run.cursors.reading(listing, None, self._window(run))
        door, within = run.door(listing.source), None
        if listing.within is not None and not is_shut:
            within = listing.within(run.caller)
            assert listing.source.subject is not None, "rows of a node are about somebody"
            if listing.source.subject.column == listing.source.key.key and door.supplier_id is None:
                door, within = door.narrowed(within), None  # two lists of the same ids are one
        is_empty = is_shut or door.is_shut or (door.ids == frozenset() and door.supplier_id is None)
        rows, total = ([], 0) if is_empty else await self._top(run, (door, within), reading)
        page, has_more = _cut(rows, reading)
        found = await self.rows.shown(run, page)
        return self._made(Shown(page, found.views, has_more, reading, total, self._seal(run.cursors, None))), found

    async def _top(self, run: Run, met: tuple[Doorway, Any], reading: Reading) -> tuple[Rows, Any]:
        (door, within), listing, texts = met, self.paging.listing, run.texts
        binds = {**door.binds(texts.pack), **reading.binds}
        if within is not None:
            binds["within"] = texts.pack(sorted(within))
        shape, is_within, works = door.shape, within is not None, []
        if self.paging.reads_rows:
            prepared = texts.top(listing, shape, reading, self.rows.columns, is_within=is_within)
            works.append(rows_of(Asked(prepared, prepared.values(binds), reading.limit or 0)))
        if self.paging.is_counted:
            prepared = texts.counted(listing, shape, is_below=False, is_one=False, is_within=is_within)
            works.append(rows_of(Asked(prepared, prepared.values(binds))))
        brought = await together(works)
        return (brought[0] if self.paging.reads_rows else []), (brought[-1][0][0] if self.paging.is_counted else None)

    async def below(self, run: Run, parents: list[str]) -> tuple[dict[str, Any], Found]:
        """A connection for each parent."""
        if not parents:
            return {}, await self.rows.shown(run, [])
        window = self._window(run)
        if len(parents) > 1 and (window.after, window.before) != (None, None):
            raise Unsure("cursor")  # it belongs to one of the parents and is refused below the others
        reading = run.cursors.reading(self.paging.listing, parents[0], window)
        rows, totals = await self._below(run, parents, reading)
        by_parent: dict[str, list[Any]] = {parent: [] for parent in parents}
        for row in rows:
            by_parent[row[0]].append(row)
        pages = [(parent, *_cut(by_parent[parent], reading)) for parent in parents]
        found = await self.rows.shown(run, [row for _, page, _ in pages for row in page])
        made, start = {}, 0
        for parent, page, has_more in pages:
            views = [view[start : start + len(page)] for view in found.views]
            total = totals.get(parent, 0) if totals is not None else None
            seal = self._seal(run.cursors, parent)
            made[parent] = self._made(Shown(page, views, has_more, reading, total, seal))
            start += len(page)
        return made, found

    async def _below(self, run: Run, parents: list[str], reading: Reading) -> tuple[Rows, dict[str, int] | None]:
        listing, texts = self.paging.listing, run.texts
        door, subject = run.door(listing.source), listing.source.subject
        assert subject is not None, "rows of a node are about somebody"
        if listing.via is listing.source.key.table.c[subject.column]:  # the parent is whom the rows are about
            parents = door.admitted(parents)
            door = door.waived() if door.holds(parents) else door
        if not parents or door.is_shut:
            return [], {} if self.paging.is_counted else None
        is_one = len(parents) == 1
        binds = {**door.binds(texts.pack), **reading.binds, "parents": parents[0] if is_one else texts.pack(parents)}
        works = []
        if self.paging.reads_rows:
            prepared = texts.below(listing, door.shape, reading, self.rows.columns, is_one=is_one)
            works.append(rows_of(Asked(prepared, prepared.values(binds), len(parents) * (reading.limit or 0))))
        if self.paging.is_counted:
            prepared = texts.counted(listing, door.shape, is_below=True, is_one=is_one, is_within=False)
            works.append(rows_of(Asked(prepared, prepared.values(binds), len(parents))))
        brought = await together(works)
        totals = {row[0]: row[1] for row in brought[-1]} if self.paging.is_counted else None
        return (brought[0] if self.paging.reads_rows else []), totals

    def _window(self, run: Run) -> Window:
        return Window(**{**NO_WINDOW, **self.paging.arguments(run.given)})


class PagedReader:
    """Reads the page below each row."""

    def __init__(self, level: Level, kid: Paged, loops: Loops) -> None:
        self._keys = loops.keys(level, kid.at, kid.mask, "keys")
        self._pages = PageReader(kid.page, loops)

    async def bring(self, run: Run, rows: Rows, masks: Sequence[Any]) -> Brought:
        """Connections by parent."""
        keys = self._keys(rows, masks, run.caller.holder.id)
        pages, found = await self._pages.below(run, _wanted(keys))
        return Brought(pages, keys, found)


Kid = OneReader | BelowReader | PagedReader


def _kid(level: Level, kid: One | Below | Paged, loops: Loops) -> Kid:
    if isinstance(kid, One):
        return OneReader(level, kid, loops)
    return BelowReader(level, kid, loops) if isinstance(kid, Below) else PagedReader(level, kid, loops)


def _wanted(keys: list[Any]) -> list[Any]:
    """Each key once."""
    return [key for key in dict.fromkeys(keys) if key is not None]


def _cut(rows: Sequence[Any], reading: Reading) -> tuple[list[Any], bool]:
    """The rows of a page out of one more than it holds, and whether there are more."""
    size = (reading.limit or 1) - 1
    return list(rows[:size][:: -1 if reading.backwards else 1]), len(rows) > size
