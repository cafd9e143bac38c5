"""SELECTs for both dialects: by key, below parents, pages, counts. Every one carries the door of what it reads."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    any_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)

from auth.access import Caller, Verdict
from models.organisation import CallerKind
from resolvers.source import Listing, Source

Binds = dict[str, Any]


class Reading(NamedTuple):
    """How far a page reaches: at most `limit` rows, from `mark` on, towards the start when `backwards`."""

    limit: int | None = None
    backwards: bool = False
    mark: tuple[Any, ...] | None = None


class Statements:
    """Builds the statements of one caller on one dialect; what is bound with them is collected in `binds`.

    Without a day, what was ever withheld stays so.
    """

    def __init__(self, dialect: str, caller: Caller, today: date = date.min) -> None:
        self.is_sqlite = dialect == "sqlite"
        self.caller = caller
        self._today = today

    def pack(self, ids: Any) -> Any:
        """Ids as the one value that `_among` binds."""
        return "[" + ",".join(f'"{each}"' for each in ids) + "]" if self.is_sqlite else list(ids)

    def by_key(self, source: Source, keys: list[str]) -> tuple[Select[Any], Binds]:
        """The rows with these keys that the caller may know of."""
        door, binds = self._door(source)
        return select(*source.columns).where(self._among(source.key, "keys"), *door), binds | {"keys": self.pack(keys)}

    def below(self, listing: Listing, parents: list[str], reading: Reading) -> tuple[Select[Any], Binds]:
        """The rows below each parent, each row led by its parent's key; at most `limit` rows a parent."""
        source, via = listing.source, _via(listing)
        door, binds = self._door(source)
        where = [*door, *_beyond(listing, reading)]
        binds |= _marks(reading) | {"parents": self.pack(parents)}
        if reading.limit is None:
            lead = select(via.label("parent"), *source.columns).select_from(_rows(listing))
            lead = lead.where(self._among(via, "parents"), *where)
            return lead.order_by(via, *_ordered(listing, reading)), binds
        build = self._lateral_sqlite if self.is_sqlite else self._lateral_postgresql
        return build(listing, where, reading), binds | {"limit": reading.limit}

    def top(self, listing: Listing, reading: Reading) -> tuple[Select[Any], Binds]:
        """The rows of a root listing."""
        door, binds = self._door(listing.source)
        where = [*door, *self._within(listing, binds), *_beyond(listing, reading)]
        statement = select(*listing.source.columns).where(*where).order_by(*_ordered(listing, reading))
        return statement.limit(bindparam("limit", type_=Integer)), binds | _marks(reading) | {"limit": reading.limit}

    def counted(self, listing: Listing, parents: list[str] | None) -> tuple[Select[Any], Binds]:
        """How many rows the caller may know of: (parent, count) below parents, or one (None, count)."""
        door, binds = self._door(listing.source)
        if parents is None:
            return select(func.count()).select_from(listing.source.key.table).where(
                *door, *self._within(listing, binds)
            ), binds
        via = _via(listing)
        counts = select(via, func.count()).select_from(_rows(listing)).where(self._among(via, "parents"), *door)
        return counts.group_by(via), binds | {"parents": self.pack(parents)}

    def _among(self, column: Column[Any], name: str) -> ColumnElement[bool]:
        if self.is_sqlite:
            values = func.json_each(bindparam(name, type_=String)).table_valued("value")
            return column.in_(select(values.c.value))
        return column == any_(bindparam(name, type_=ARRAY(String)))

    def _within(self, listing: Listing, binds: Binds) -> list[ColumnElement[bool]]:
        if listing.within is None:
            return []
        binds["within"] = self.pack(sorted(listing.within(self.caller)))
        return [self._among(listing.source.key, "within")]

    def _door(self, source: Source) -> tuple[list[ColumnElement[bool]], Binds]:
        """What a row must fulfil for this caller to know of it."""
        where, binds = self._policy(source)
        if source.veil is not None and self.caller.holder.kind is CallerKind.RESIDENT:
            where.append(source.veil(self._today))
        return where, binds

    def _policy(self, source: Source) -> tuple[list[ColumnElement[bool]], Binds]:
        """The predicate of the door's policy: the same decision as `Caller.sees`, for the database to take."""
        if source.door is None or source.subject is None:
            return [], {}
        subject = source.subject
        verdict = self.caller.verdict(source.door, subject.noun)
        if verdict is Verdict.OPEN:
            return [], {}
        if verdict.is_closed:
            return [false()], {}
        reach = self.caller.reach(source.door, subject.noun, has_supplier=subject.supplier is not None)
        columns = source.key.table.c
        about = columns[subject.column]
        binds: Binds = {"door": self.pack(sorted(reach.ids))}
        ways = [self._among(about, "door")]
        if subject.supplier is not None and (reach.supplies or reach.own_ids):
            own = columns[subject.supplier] == bindparam("supplier", type_=String)
            binds["supplier"] = self.caller.holder.id
            if not reach.supplies:
                binds["own"] = self.pack(sorted(reach.own_ids))
                own = and_(own, self._among(about, "own"))
            ways.append(own)
        return [or_(*ways)], binds

    def _lateral_sqlite(self, listing: Listing, where: list[Any], reading: Reading) -> Select[Any]:
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
            select(parents.c.value.label("parent"), *[found.c[column.key] for column in source.columns])
            .select_from(parents.join(found, found.c[source.key.key].in_(few)))
            .order_by(parents.c.key, *[column.desc() if flip else column.asc() for column in order])
        )

    def _lateral_postgresql(self, listing: Listing, where: list[Any], reading: Reading) -> Select[Any]:
        source = listing.source
        given = bindparam("parents", type_=ARRAY(String))
        parents = func.unnest(given).table_valued("value", with_ordinality="place").render_derived(name="parents")
        wanted = {column.key: column for column in (*source.columns, *listing.order)}
        few = select(*wanted.values()).select_from(_rows(listing)).where(_via(listing) == parents.c.value, *where)
        few = few.order_by(*_ordered(listing, reading)).limit(bindparam("limit", type_=Integer))
        found = few.lateral("found")
        flip = listing.descending is not reading.backwards
        order = [found.c[column.key] for column in listing.order]
        return (
            select(parents.c.value.label("parent"), *[found.c[column.key] for column in source.columns])
            .select_from(parents.join(found, true()))
            .order_by(parents.c.place, *[column.desc() if flip else column.asc() for column in order])
        )


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


def _beyond(listing: Listing, reading: Reading) -> list[ColumnElement[bool]]:
    if reading.mark is None:
        return []
    marks = tuple_(*[bindparam(f"mark{i}", type_=column.type) for i, column in enumerate(listing.order)])
    keys = tuple_(*listing.order)
    return [keys < marks if listing.descending is not reading.backwards else keys > marks]


def _marks(reading: Reading) -> Binds:
    return {f"mark{i}": value for i, value in enumerate(reading.mark or ())}
