"""What a plan runs: readers of levels and of what hangs below them, statement by statement, each prepared once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.cells import Below, Given, Level, One, Paged, Paging, Stored, Whole
from engine.cells import Kid as AnyKid
from engine.inputs import BelowReader, Brought, GivenReader, WholeReader, wanted
from engine.loops import Cells, Keys, Loops, Told, View
from engine.page import Shown, connection, sealing
from engine.pages import Pages
from engine.run import Run
from engine.shape import Unsure
from models.ask import Ask, Asked, Rows, at_once, later, together
from models.prepared import Prepared
from resolvers.cursor import BadInput, Chosen, Cursors, Window
from resolvers.doorway import Doorway, Shape
from resolvers.statements import Reading
from resolvers.texts import Texts
from schema.faces import NO_WINDOW, chosen_of


@dataclass(slots=True)
class Found:
    """Groups of rows with what each view shows of them, and what was found below: by the key of each row, and the rows.

    `parents`: below whom each group hangs; None where rows were found by their key or are those of a root listing.
    `views`: of each group what is shown, see Loops.view; `counts`: see there, too.
    """

    reader: "LevelReader"
    groups: Sequence[Rows]
    parents: list[str] | None
    views: list[list[Any]]
    counts: Cells
    below: Sequence[tuple[list[Any], "Found"]] = ()


class LevelReader:
    """A level made ready to run. `plain`: the keys of edges and node, if a page of its rows shows nothing else."""

    def __init__(self, level: Level, loops: Loops, texts: Texts, plain: tuple[str, str] | None = None) -> None:
        level.settle()
        self.level = level
        self.about = level.about
        name = level.node.name
        told = None if plain is None else loops.told(level, level.views[0].cells, f"{name}_0", plain)
        self.views: list[Told | View] = [told] if told else []
        for at, view in enumerate(() if told else level.views):
            self.views.append(loops.view(level, view.cells, f"{name}_{at}", plain))
        self.kids = [_kid(level, kid, loops, texts) for kid in level.kids]
        self.is_watched: bool = level.is_log or any(kid.is_watched for kid in self.kids)
        self.columns = tuple(level.columns)
        self._masks = tuple(level.masks)
        self._loops = loops
        self._seeing: dict[tuple[int, int | None], Keys] = {}
        self._texts = texts
        self._ready: dict[tuple[Shape, bool], Prepared] = {}
        self._source = source = level.source
        assert source.subject is not None, "rows of a node are about somebody"
        self._is_subject = source.subject.column == source.key.key  # the door can be asked before the database

    async def by_key(self, run: Run, keys: list[str]) -> Found:
        """The rows with these keys, each once, as far as the caller may know of them."""
        door = run.known.door(self._source)
        if self._is_subject:
            keys, door = door.met(keys)
        if not keys or door.is_shut:
            return self.nothing()
        is_one, shape, pack = len(keys) == 1, door.shape, self._texts.pack
        prepared = self._ready.get((shape, is_one))
        if prepared is None:
            prepared = self._texts.by_key(self._source, shape, self.columns, is_one=is_one)
            self._ready[shape, is_one] = prepared
        binds = {**door.binds(pack), "keys": keys[0] if is_one else pack(keys)}
        asked = Asked(prepared, prepared.values(binds), len(keys))
        rows = run.now(asked)
        if rows is None:
            rows = (await Ask(asked))[0]
        return await self.shown(run, [rows]) if rows else self.nothing()

    async def shown(self, run: Run, groups: Sequence[Rows], parents: list[str] | None = None) -> Found:
        """What the views show of rows that came through the door."""
        abouts = parents or [""]
        masks = run.known.passing(self._masks) if self._masks else ()
        kids, below = NOTHING, NOTHING
        if self.kids:
            if run.now is later:
                brought = await together([kid.bring(run, groups, abouts, masks) for kid in self.kids])
            else:
                brought = [await kid.bring(run, groups, abouts, masks) for kid in self.kids]
            kids = [each.by_key for each in brought]
            below = [(each.keys, each.found) for each in brought if each.found is not None]
        counts: Cells = {}
        views: list[list[Any]] = [view(groups, abouts, masks, kids, run.me, run.today, counts) for view in self.views]
        return Found(self, groups, parents, views, counts, below)

    def nothing(self) -> Found:
        """No rows."""
        return Found(self, [()], None, [[[]] for _ in self.views], {})

    def seen(self, run: Run, found: Found, cell: Stored) -> list[Any]:
        """The column of a cell in all rows, None where a row does not show it."""
        see = self._seeing.get((cell.at, cell.mask))
        if see is None:
            see = self._seeing[cell.at, cell.mask] = self._loops.keys(self.level, cell.at, cell.mask, "seen")
        return see(found.groups, found.parents or [""], run.known.passing(self._masks), run.me)


class OneReader:
    """Follows an edge to one row."""

    def __init__(self, level: Level, kid: One, loops: Loops, texts: Texts) -> None:
        self._keys = loops.keys(level, kid.at, kid.mask, "keys")
        self.target = LevelReader(kid.level, loops, texts)
        self.is_watched = self.target.is_watched

    async def bring(self, run: Run, groups: Sequence[Rows], abouts: list[str], masks: Sequence[Any]) -> Brought:
        """The rows by key."""
        keys = self._keys(groups, abouts, masks, run.me)
        found = await self.target.by_key(run, wanted(keys))
        [rows], [shown] = found.groups, found.views[0]
        return Brought({row[0]: view for row, view in zip(rows, shown, strict=True)}, keys, found)


class PageReader:
    """Reads a page of a listing."""

    def __init__(self, paging: Paging, loops: Loops, texts: Texts) -> None:
        self.paging = paging
        plain = paging.plain
        self._edges = None if plain is None else plain[0]
        self.rows = LevelReader(paging.level, loops, texts, plain)
        self._source = paging.listing.source
        self._pages = Pages(paging, self.rows.columns, texts)
        self._made = connection(paging.cells)
        self._seal = sealing(paging, loops.dialect)
        self._reading = _constant(paging)

    async def top(self, run: Run, *, is_shut: bool) -> tuple[Any, Found]:
        """The connection of a root listing; without any row where it is closed to the caller."""
        listing = self.paging.listing
        reading = self._reading
        if reading is None:
            reading = run.cursors.reading(listing, None, *_asked(self.paging, self.paging.arguments.of(run.given)))
        within = None if listing.within is None or is_shut else listing.within(run.caller)
        door = SHUT if is_shut else run.known.door(listing.source)
        batch = self._pages.top(door, within, reading)
        brought = at_once(batch, run.now) or (await Ask(*batch) if batch else [])
        rows = brought[0] if brought and self._pages.reads_rows else ()
        [page] = _cut([rows], reading)
        found = await self.rows.shown(run, [page]) if page else self.rows.nothing()
        views = [view[0] for view in found.views]
        if self._edges is not None:
            return (views[0] if page else {self._edges: []}), found
        total = brought[-1][0][0] if brought and self._pages.is_counted else 0
        has_more = len(rows) > len(page)
        return self._made(Shown(page, views, has_more, reading, total, self._seal(run.cursors, None))), found


class PagedReader(PageReader):
    """Reads the page below each row."""

    def __init__(self, level: Level, kid: Paged, loops: Loops, texts: Texts) -> None:
        super().__init__(kid.page, loops, texts)
        self._keys = loops.keys(level, kid.at, kid.mask, "keys")
        self.is_watched = self.rows.is_watched

    async def bring(self, run: Run, groups: Sequence[Rows], abouts: list[str], masks: Sequence[Any]) -> Brought:
        """Connections by parent."""
        keys = self._keys(groups, abouts, masks, run.me)
        parents = wanted(keys)
        if not parents:
            return Brought({}, keys, self.rows.nothing())
        reading = self._reading or self._read(run, parents)
        asked, batch = self._pages.below(run.known.door(self._source), parents, reading)
        brought = at_once(batch, run.now) or (await Ask(*batch) if batch else [])
        is_in_order = asked is parents and self._pages.is_by_parent
        rows = brought[0] if is_in_order else self._pages.grouped(parents, asked, brought)
        found = await self.rows.shown(run, _cut(rows, reading), parents)
        if self._edges is not None:
            return Brought(dict(zip(parents, found.views[0], strict=True)), keys, found)
        totals, made = self._pages.totals(brought), {}
        for at, (parent, read, page) in enumerate(zip(parents, rows, found.groups, strict=True)):
            views, has_more, total = [view[at] for view in found.views], len(read) > len(page), totals.get(parent, 0)
            made[parent] = self._made(Shown(page, views, has_more, reading, total, self._seal(run.cursors, parent)))
        return Brought(made, keys, found)

    def _read(self, run: Run, parents: list[str]) -> Reading:
        window, _ = _asked(self.paging, self.paging.arguments.of(run.given))
        if len(parents) > 1 and (window.after, window.before) != (None, None):
            raise Unsure("cursor")  # it belongs to one of the parents and is refused below the others
        return run.cursors.reading(self.paging.listing, parents[0], window)


Kid = OneReader | BelowReader | WholeReader | GivenReader | PagedReader


def _kid(level: Level, kid: AnyKid, loops: Loops, texts: Texts) -> Kid:
    if isinstance(kid, One):
        return OneReader(level, kid, loops, texts)
    if isinstance(kid, Whole):
        return WholeReader(kid, texts)
    if isinstance(kid, Given):
        return GivenReader(kid)
    return BelowReader(level, kid, loops, texts) if isinstance(kid, Below) else PagedReader(level, kid, loops, texts)


def _asked(paging: Paging, given: dict[str, Any]) -> tuple[Window, Chosen]:
    """Which page, and the values of which the rows are."""
    window = Window(**{**NO_WINDOW, **{name: given[name] for name in given if name in NO_WINDOW}})
    return window, chosen_of(paging.listing, given)


def _constant(paging: Paging) -> Reading | None:
    """How far a page reaches whoever asks; None where variables or a cursor decide, or where it is refused."""
    window, chosen = _asked(paging, paging.arguments.constant or {"after": ""})
    if (window.after, window.before) != (None, None):
        return None
    try:
        return NO_CURSORS.reading(paging.listing, None, window, chosen)
    except BadInput:
        return None


def _cut(groups: Sequence[Rows], reading: Reading) -> Sequence[Rows]:
    """What is shown of groups that were read with one row more than a page holds."""
    size = (reading.limit or 1) - 1
    if max(map(len, groups)) > size:
        groups = [rows[:size] for rows in groups]
    return [rows[::-1] for rows in groups] if reading.backwards else groups


NOTHING: Sequence[Any] = ()
NO_CURSORS = Cursors(b"", "")  # for windows that have none
SHUT = Doorway(is_shut=True)
