"""SELECTs for both dialects: by key, below parents, pages, counts. Every one carries the door of what it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Label,
    Select,
    String,
    and_,
    any_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from auth.access import Caller
from resolvers.doorway import Doorway, Pack, Shape, doorway
from resolvers.source import Listing, Source

Binds = dict[str, Any]
Columns = Sequence[Column[Any] | Label[Any]]


@dataclass(frozen=True)
class Reading:
    """How far a page reaches: at most `limit` rows, from `mark` on, towards the start when `backwards`.

    `chosen`: of a root listing the values that the client chose, by the argument's name.
    """

    limit: int | None = None
    backwards: bool = False
    mark: tuple[Any, ...] | None = None
    chosen: tuple[tuple[str, Any], ...] = ()

    @cached_property
    def form(self) -> tuple[bool, bool, bool, tuple[str, ...]]:
        """What a statement's text depends on."""
        return self.limit is not None, self.backwards, self.mark is not None, self.names

    @property
    def names(self) -> tuple[str, ...]:
        """Of what a value was chosen."""
        return tuple(name for name, _ in self.chosen)

    @property
    def choice(self) -> Binds:
        """The chosen values by name."""
        return {f"chosen_{name}": value for name, value in self.chosen}

    @cached_property
    def binds(self) -> Mapping[str, Any]:
        """Its values by name."""
        marks = {f"mark{at}": value for at, value in enumerate(self.mark or ())}
        return {**marks, **self.choice, **({} if self.limit is None else {"limit": self.limit})}


EVERY_ROW = Reading()
QUOTE: ColumnElement[str] = literal_column("'\"'", String)


class Selects:
    """Builds statements whose text depends on shapes alone: no caller, no values.

    `is_one`: for one key or parent, whose plan is simpler. `columns` may be fewer than the source has.
    """

    def __init__(self, dialect: str) -> None:
        self.is_sqlite = dialect == "sqlite"
        self.pack: Pack = _as_json if self.is_sqlite else list

    def by_key(self, source: Source, shape: Shape, columns: Columns, *, is_one: bool = False) -> Select[Any]:
        """The rows with these `keys`."""
        keys = self._among(source.key, "keys", is_one=is_one)
        return select(*columns).where(keys, *self._door(source, shape, is_found=True))

    def below(
        self,
        listing: Listing,
        shape: Shape,
        reading: Reading,
        columns: Columns,
        *,
        is_one: bool = False,
        is_led: bool = True,
    ) -> Select[Any]:
        """The rows below each of the `parents`, at most `limit` rows a parent.

        Each row is led by its parent's key, unless it is not wanted (`is_led`) of rows of one parent.
        """
        via = _via(listing)
        where = [*self._rows_of(listing, shape, is_found=True), *_beyond(listing, reading)]
        if reading.limit is None or is_one:
            lead = [via.label("parent")] if is_led else []
            rows = select(*lead, *columns).select_from(_rows(listing))
            rows = rows.where(self._among(via, "parents", is_one=is_one), *where)
            rows = rows.order_by(*([] if is_one else [via]), *_ordered(listing, reading))
            return rows if reading.limit is None else rows.limit(bindparam("limit", type_=Integer))
        build = self._lateral_sqlite if self.is_sqlite else self._lateral_postgresql
        return build(listing, where, reading, columns)

    def top(
        self, listing: Listing, shape: Shape, reading: Reading, columns: Columns, *, is_within: bool = False
    ) -> Select[Any]:
        """The rows of a root listing."""
        where = [*self._rows_of(listing, shape, is_found=False), *self._within(listing, is_within=is_within)]
        where += _chosen(listing, reading.names)
        statement = select(*columns).where(*where, *_beyond(listing, reading)).order_by(*_ordered(listing, reading))
        return statement.limit(bindparam("limit", type_=Integer))

    def counted(
        self,
        listing: Listing,
        shape: Shape,
        *,
        is_below: bool,
        is_one: bool = False,
        is_within: bool = False,
        names: tuple[str, ...] = (),
    ) -> Select[Any]:
        """How many rows there are: (parent, count) below parents, or one (count) of a root listing."""
        door = self._rows_of(listing, shape, is_found=is_below)
        if not is_below:
            rows = select(func.count()).select_from(listing.source.key.table)
            return rows.where(*door, *self._within(listing, is_within=is_within), *_chosen(listing, names))
        via = _via(listing)
        counts = select(via.label("parent"), func.count().label("rows")).select_from(_rows(listing))
        return counts.where(self._among(via, "parents", is_one=is_one), *door).group_by(via)

    def _among(self, column: Column[Any], name: str, *, is_one: bool = False) -> ColumnElement[bool]:
        if is_one:
            return column == bindparam(name, type_=String)
        if self.is_sqlite:
            values = func.json_each(bindparam(name, type_=String)).table_valued("value")
            return column.in_(select(values.c.value))
        return column == any_(bindparam(name, type_=ARRAY(String)))

    def _within(self, listing: Listing, *, is_within: bool) -> list[ColumnElement[bool]]:
        return [self._among(listing.source.key, "within")] if is_within else []

    def _rows_of(self, listing: Listing, shape: Shape, *, is_found: bool) -> list[ColumnElement[bool]]:
        """The rows that a listing is about, as far as the door is open."""
        only = [] if listing.only is None else [listing.only]
        return [*self._door(listing.source, shape, is_found=is_found), *only]

    def _door(self, source: Source, shape: Shape, *, is_found: bool) -> list[ColumnElement[bool]]:
        """What a row must fulfil. `is_found`: rows are found by something else, a key or a parent."""
        where: list[ColumnElement[bool]] = [false()] if shape.is_shut else []
        among = self._one_of_few if is_found and shape.is_few and self.is_sqlite else self._among
        if source.subject is not None and (shape.by_ids or shape.by_supplier):
            columns = source.key.table.c
            about = columns[source.subject.column]
            ways = [among(about, "door")]
            if shape.by_supplier:
                assert source.subject.supplier is not None, "nobody supplies these rows"
                own = columns[source.subject.supplier] == bindparam("supplier", type_=String)
                ways.append(and_(own, among(about, "own")) if shape.by_own_ids else own)
            where.append(or_(*ways))
        if source.veil is not None and shape.veiled_for is not None:
            where.append(source.veil(shape.veiled_for, bindparam("today", type_=Date)))
        return where

    def _one_of_few(self, column: Column[Any], name: str) -> ColumnElement[bool]:
        """Whether the JSON of a few ids holds this one: to make a table of them takes SQLite as long as 50 rows."""
        return func.instr(bindparam(name, type_=String), QUOTE.concat(column).concat(QUOTE)) > literal_column("0")

    def _lateral_sqlite(self, listing: Listing, where: list[Any], reading: Reading, columns: Columns) -> Select[Any]:
        """The first rows of each parent through the index; a window function would read every row of every parent."""
        source = listing.source
        table = source.key.table
        parents = func.json_each(bindparam("parents", type_=String)).table_valued("key", "value").alias("parents")
        few = (
            select(source.key)
            .select_from(_rows(listing))
            .where(_via(listing) == parents.c.value, *where)
            .order_by(*_ordered(listing, reading))
        )
        few = few.limit(bindparam("limit", type_=Integer)).correlate(parents)
        found = table.alias("found")
        order = [found.c[column.key] for column in listing.order]
        flip = listing.descending is not reading.backwards
        return (
            select(parents.c.value.label("parent"), *[found.c[column.key] for column in columns])
            .select_from(parents.join(found, found.c[source.key.key].in_(few)))
            .order_by(parents.c.key, *[column.desc() if flip else column.asc() for column in order])
        )

    def _lateral_postgresql(
        self, listing: Listing, where: list[Any], reading: Reading, columns: Columns
    ) -> Select[Any]:
        given = bindparam("parents", type_=ARRAY(String))
        parents = func.unnest(given).table_valued("value", with_ordinality="place").render_derived(name="parents")
        wanted = {column.key: column for column in (*columns, *listing.order)}
        few = select(*wanted.values()).select_from(_rows(listing)).where(_via(listing) == parents.c.value, *where)
        few = few.order_by(*_ordered(listing, reading)).limit(bindparam("limit", type_=Integer))
        found = few.lateral("found")
        flip = listing.descending is not reading.backwards
        order = [found.c[column.key] for column in listing.order]
        return (
            select(parents.c.value.label("parent"), *[found.c[column.key] for column in columns])
            .select_from(parents.join(found, true()))
            .order_by(parents.c.place, *[column.desc() if flip else column.asc() for column in order])
        )


class Statements:
    """The statements of one caller on one dialect, each with the values to bind.

    Without a day, what was ever withheld stays so.
    """

    def __init__(self, dialect: str, caller: Caller, today: date = date.min) -> None:
        self._selects = Selects(dialect)
        self.caller = caller
        self._today = today

    def by_key(self, source: Source, keys: list[str]) -> tuple[Select[Any], Binds]:
        """The rows with these keys that the caller may know of."""
        door = self._door(source)
        binds = self._binds(door, keys=keys)
        return self._selects.by_key(source, door.shape, source.columns), binds

    def below(self, listing: Listing, parents: list[str], reading: Reading) -> tuple[Select[Any], Binds]:
        """The rows below each parent that the caller may know of, each led by its parent's key."""
        door = self._door(listing.source)
        statement = self._selects.below(listing, door.shape, reading, listing.source.columns)
        return statement, {**self._binds(door, parents=parents), **reading.binds}

    def top(self, listing: Listing, reading: Reading) -> tuple[Select[Any], Binds]:
        """The rows of a root listing that the caller may know of."""
        door, within = self._door(listing.source), self._within(listing)
        statement = self._selects.top(listing, door.shape, reading, listing.source.columns, is_within=bool(within))
        return statement, {**self._binds(door, **within), **reading.binds}

    def counted(
        self, listing: Listing, parents: list[str] | None, reading: Reading = EVERY_ROW
    ) -> tuple[Select[Any], Binds]:
        """How many rows the caller may know of: (parent, count) below parents, or one (count)."""
        door, within = self._door(listing.source), self._within(listing)
        if parents is None:
            statement = self._selects.counted(
                listing, door.shape, is_below=False, is_within=bool(within), names=reading.names
            )
            return statement, self._binds(door, **within) | reading.choice
        return self._selects.counted(listing, door.shape, is_below=True), self._binds(door, parents=parents)

    def _door(self, source: Source) -> Doorway:
        return doorway(self.caller, source, self._today)

    def _within(self, listing: Listing) -> dict[str, list[str]]:
        return {} if listing.within is None else {"within": sorted(listing.within(self.caller))}

    def _binds(self, door: Doorway, **ids: list[str]) -> Binds:
        pack = self._selects.pack
        return {**door.binds(pack), **{name: pack(each) for name, each in ids.items()}}


def _as_json(ids: Sequence[str]) -> str:
    return '["' + '","'.join(ids) + '"]' if ids else "[]"


def _via(listing: Listing) -> Column[Any]:
    if listing.via is None:
        raise TypeError(f"{listing.name} has no parent")
    return listing.via


def _rows(listing: Listing) -> FromClause:
    """What the rows below parents are read from: their table, joined with the table of links if there is one."""
    table = listing.source.key.table
    return table if listing.link is None else table.join(_via(listing).table, listing.link)


def _ordered(listing: Listing, reading: Reading) -> list[ColumnElement[Any]]:
    flip = listing.descending is not reading.backwards
    return [column.desc() if flip else column.asc() for column in listing.order]


def _chosen(listing: Listing, names: tuple[str, ...]) -> list[ColumnElement[bool]]:
    columns = {name: listing.where[name] for name in names}
    return [column == bindparam(f"chosen_{name}", type_=column.type) for name, column in columns.items()]


def _beyond(listing: Listing, reading: Reading) -> list[ColumnElement[bool]]:
    if reading.mark is None:
        return []
    marks = tuple_(*[bindparam(f"mark{i}", type_=column.type) for i, column in enumerate(listing.order)])
    keys = tuple_(*listing.order)
    return [keys < marks if listing.descending is not reading.backwards else keys > marks]
