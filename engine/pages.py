"""The statements behind pages of one listing: rows and counts, of the whole table or below parents, each made once."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from engine.cells import Paging
from models.ask import Asked, Rows, rows_of, together
from models.prepared import Prepared
from resolvers.doorway import Doorway
from resolvers.statements import Columns, Reading
from resolvers.texts import Texts

NO_TOTALS: Mapping[str, int] = {}


class Pages:
    """Asks for what is selected of a connection: its rows, its count, or both side by side."""

    def __init__(self, paging: Paging, columns: Columns, texts: Texts) -> None:
        self._listing = paging.listing
        self._reads_rows = paging.reads_rows
        self._is_counted = paging.is_counted
        self._columns = columns
        self._texts = texts
        self._ready: dict[Hashable, Prepared] = {}
        source = paging.listing.source
        assert source.subject is not None, "rows of a node are about somebody"
        self._is_about_itself = source.subject.column == source.key.key
        self._is_about_parent = paging.listing.via is source.key.table.c[source.subject.column]

    async def top(self, door: Doorway, within: frozenset[str] | None, reading: Reading) -> tuple[Rows, int]:
        """Rows of the root listing behind this door, and how many there are in all."""
        if within is not None and self._is_about_itself and door.supplier_id is None:
            door, within = door.narrowed(within), None  # two lists of the same ids are one
        if door.is_shut or (door.ids == frozenset() and door.supplier_id is None):
            return (), 0
        listing, texts, shape, is_within = self._listing, self._texts, door.shape, within is not None
        binds = {**door.binds(texts.pack), **reading.binds, "within": texts.pack(sorted(within or ()))}
        works = []
        if self._reads_rows:
            prepared = self._prepared(
                ("rows", shape, reading.form, is_within),
                lambda: texts.top(listing, shape, reading, self._columns, is_within=is_within),
            )
            works.append(rows_of(Asked(prepared, prepared.values(binds), reading.limit or 0)))
        if self._is_counted:
            prepared = self._prepared(
                ("count", shape, is_within),
                lambda: texts.counted(listing, shape, is_below=False, is_one=False, is_within=is_within),
            )
            works.append(rows_of(Asked(prepared, prepared.values(binds))))
        brought = await together(works)
        return (brought[0] if self._reads_rows else ()), (brought[-1][0][0] if self._is_counted else 0)

    async def below(self, door: Doorway, parents: list[str], reading: Reading) -> tuple[Rows, Mapping[str, int]]:
        """Rows below each parent behind this door, led by the parent's key, and how many each has in all."""
        if self._is_about_parent:  # who is whom the rows are about
            parents = door.admitted(parents)
            door = door.waived() if door.holds(parents) else door
        if not parents or door.is_shut:
            return (), NO_TOTALS
        binds = {**door.binds(self._texts.pack), **reading.binds}
        works = [self._rows(door, parents, reading, binds)] if self._reads_rows else []
        works += [self._counts(door, parents, binds)] if self._is_counted else []
        brought = await together([rows_of(each) for each in works])
        totals = {row[0]: row[1] for row in brought[-1]} if self._is_counted else NO_TOTALS
        return (brought[0] if self._reads_rows else ()), totals

    def _rows(self, door: Doorway, parents: list[str], reading: Reading, binds: dict[str, Any]) -> Asked:
        texts, shape = self._texts, door.shape
        is_one = len(parents) == 1 or texts.is_sqlite  # a statement for each parent, where that costs no round trip
        prepared = self._prepared(
            ("rows", shape, reading.form, is_one),
            lambda: texts.below(self._listing, shape, reading, self._columns, is_one=is_one),
        )
        keys = parents if is_one else [texts.pack(parents)]
        values, *again = prepared.every(binds, "parents", keys)
        return Asked(prepared, values, len(parents) * (reading.limit or 0), again)

    def _counts(self, door: Doorway, parents: list[str], binds: dict[str, Any]) -> Asked:
        texts, shape, is_one = self._texts, door.shape, len(parents) == 1
        prepared = self._prepared(
            ("count", shape, is_one),
            lambda: texts.counted(self._listing, shape, is_below=True, is_one=is_one, is_within=False),
        )
        given = parents[0] if is_one else texts.pack(parents)
        return Asked(prepared, prepared.values({**binds, "parents": given}), len(parents))

    def _prepared(self, key: Hashable, make: Callable[[], Prepared]) -> Prepared:
        found = self._ready.get(key)
        if found is None:
            found = self._ready[key] = make()
        return found
