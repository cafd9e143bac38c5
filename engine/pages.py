"""The statements behind pages of one listing: rows and counts, of the whole table or below parents, each made once."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from engine.cells import Paging
from models.ask import Asked, Rows
from models.prepared import Prepared
from resolvers.doorway import Doorway, Shape
from resolvers.statements import Columns, Reading
from resolvers.texts import Texts

NO_TOTALS: Mapping[str, int] = {}


class Pages:
    """Asks for what is selected of a connection: its rows, its count, or both side by side."""

    def __init__(self, paging: Paging, columns: Columns, texts: Texts) -> None:
        self._listing = paging.listing
        self.reads_rows = paging.reads_rows
        self.is_counted = paging.is_counted
        self.is_by_parent = texts.is_sqlite and paging.reads_rows  # rows come as groups, parent by parent
        self._columns = columns
        self._texts = texts
        self._ready: dict[Hashable, Prepared] = {}
        self._around: tuple[Doorway, Reading, Prepared, tuple[Any, ...], tuple[Any, ...]] | None = None
        source = paging.listing.source
        assert source.subject is not None, "rows of a node are about somebody"
        self._is_about_itself = source.subject.column == source.key.key
        self._is_about_parent = paging.listing.via is source.key.table.c[source.subject.column]

    def top(self, door: Doorway, within: frozenset[str] | None, reading: Reading) -> list[Asked]:
        """What asks for rows of the root listing behind this door, and for how many there are; nothing for none."""
        if within is not None and self._is_about_itself and door.supplier_id is None:
            door, within = door.narrowed(within), None  # two lists of the same ids are one
        if door.is_shut or (door.ids == frozenset() and door.supplier_id is None):
            return []
        listing, texts, shape, is_within = self._listing, self._texts, door.shape, within is not None
        binds = {**door.binds(texts.pack), **reading.binds, "within": texts.pack(sorted(within or ()))}
        batch = []
        if self.reads_rows:
            prepared = self._prepared(
                ("rows", shape, reading.form, is_within),
                lambda: texts.top(listing, shape, reading, self._columns, is_within=is_within),
            )
            batch.append(Asked(prepared, prepared.values(binds), reading.limit or 0))
        if self.is_counted:
            prepared = self._prepared(
                ("count", shape, is_within, reading.names),
                lambda: texts.counted(
                    listing, shape, is_below=False, is_one=False, is_within=is_within, names=reading.names
                ),
            )
            batch.append(Asked(prepared, prepared.values(binds)))
        return batch

    def below(self, door: Doorway, parents: list[str], reading: Reading) -> tuple[list[str], list[Asked]]:
        """Parents below whom there may be rows behind this door, and what asks for the rows and for how many."""
        if self._is_about_parent:  # who is whom the rows are about
            parents, door = door.met(parents)
        if not parents or door.is_shut:
            return [], []
        batch = []
        if self.reads_rows:
            batch.append((self._each if self._texts.is_sqlite else self._all)(door, parents, reading))
        if self.is_counted:
            batch.append(self._counts(door, parents))
        return parents, batch

    def grouped(self, parents: list[str], wanted: list[str], brought: Sequence[Any]) -> Sequence[Rows]:
        """The rows of each parent, out of what came: parent by parent, or led by its key."""
        if not (self.reads_rows and brought):
            return [()] * len(parents)
        rows = brought[0]
        if self.is_by_parent or len(wanted) == 1:
            groups = rows if self.is_by_parent else [rows]
            by_parent = dict(zip(wanted, groups, strict=True))
            return [by_parent.get(parent, ()) for parent in parents]
        found: dict[str, list[Any]] = {parent: [] for parent in parents}
        for row in rows:
            found[row[0]].append(row[1:])
        return [*found.values()]

    def totals(self, brought: Sequence[Rows]) -> Mapping[str, int]:
        """How many rows there are by parent, out of what came."""
        return {row[0]: row[1] for row in brought[-1]} if self.is_counted and brought else NO_TOTALS

    def _each(self, door: Doorway, parents: list[str], reading: Reading) -> Asked:
        """Asks for the rows of one parent after the other, where that costs no round trip."""
        around = self._around
        if around is None or around[0] is not door or around[1] is not reading:
            prepared = self._text(door.shape, reading, is_one=True)
            binds = {**door.binds(self._texts.pack), **reading.binds}
            around = self._around = door, reading, prepared, *prepared.around(binds, "parents")
        _, _, prepared, head, tail = around
        return Asked(prepared, (), len(parents) * (reading.limit or 0), [(*head, each, *tail) for each in parents])

    def _all(self, door: Doorway, parents: list[str], reading: Reading) -> Asked:
        """Asks for the rows of all parents at once."""
        pack, is_one = self._texts.pack, len(parents) == 1
        prepared = self._text(door.shape, reading, is_one=is_one)
        binds = {**door.binds(pack), **reading.binds, "parents": parents[0] if is_one else pack(parents)}
        return Asked(prepared, prepared.values(binds), len(parents) * (reading.limit or 0))

    def _text(self, shape: Shape, reading: Reading, *, is_one: bool) -> Prepared:
        return self._prepared(
            ("rows", shape, reading.form, is_one),
            lambda: self._texts.below(self._listing, shape, reading, self._columns, is_one=is_one, is_led=not is_one),
        )

    def _counts(self, door: Doorway, parents: list[str]) -> Asked:
        texts, shape, is_one = self._texts, door.shape, len(parents) == 1
        prepared = self._prepared(
            ("count", shape, is_one),
            lambda: texts.counted(self._listing, shape, is_below=True, is_one=is_one, is_within=False),
        )
        given = parents[0] if is_one else texts.pack(parents)
        return Asked(prepared, prepared.values({**door.binds(texts.pack), "parents": given}), len(parents))

    def _prepared(self, key: Hashable, make: Callable[[], Prepared]) -> Prepared:
        found = self._ready.get(key)
        if found is None:
            found = self._ready[key] = make()
        return found
