"""Statements made ready for the driver, each made once: by what it reads, the shape of its door and of its page."""

from collections.abc import Callable, Hashable
from typing import Any

from sqlalchemy.engine import Dialect

from models.prepared import Prepared, Statement, prepare
from resolvers.doorway import Shape
from resolvers.source import Listing, Source
from resolvers.statements import Columns, Reading, Selects

KEPT = 4_000  # at 2 to 4 KiB; the pages of one application have some hundred


class Texts:
    """The prepared statements of one process on one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._selects = Selects(dialect.name)
        self.pack = self._selects.pack
        self.is_sqlite = self._selects.is_sqlite
        self._kept: dict[Hashable, tuple[Prepared, Any]] = {}

    def by_key(self, source: Source, shape: Shape, columns: Columns, *, is_one: bool) -> Prepared:
        """Rows by key."""
        return self._made(
            ("by_key", source, shape, _names(columns), is_one),
            lambda: self._selects.by_key(source, shape, columns, is_one=is_one),
        )

    def below(
        self,
        listing: Listing,
        shape: Shape,
        reading: Reading,
        columns: Columns,
        *,
        is_one: bool,
        is_led: bool = True,
    ) -> Prepared:
        """Rows below parents; a row is led by its parent's key, which may be left out (`is_led`) of one parent's."""
        return self._made(
            ("below", listing, shape, reading.form, _names(columns), is_one, is_led),
            lambda: self._selects.below(listing, shape, reading, columns, is_one=is_one, is_led=is_led),
        )

    def top(self, listing: Listing, shape: Shape, reading: Reading, columns: Columns, *, is_within: bool) -> Prepared:
        """Rows of a root listing."""
        return self._made(
            ("top", listing, shape, reading.form, _names(columns), is_within),
            lambda: self._selects.top(listing, shape, reading, columns, is_within=is_within),
        )

    def counted(
        self,
        listing: Listing,
        shape: Shape,
        *,
        is_below: bool,
        is_one: bool,
        is_within: bool,
        names: tuple[str, ...] = (),
    ) -> Prepared:
        """Counts, of a root listing or below parents."""
        forms = {"is_below": is_below, "is_one": is_one, "is_within": is_within}
        return self._made(
            ("counted", listing, shape, *forms.values(), names),
            lambda: self._selects.counted(listing, shape, **forms, names=names),
        )

    def constant(self, statement: Statement) -> Prepared:
        """A statement that a module holds."""
        return self._made(("constant", id(statement)), lambda: statement, statement)

    def _made(self, key: Hashable, make: Callable[[], Statement], keep: Any = None) -> Prepared:
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            found = self._kept[key] = prepare(make(), self.dialect), keep  # an id stands for what is kept with it
        return found[0]


def _names(columns: Columns) -> tuple[str, ...]:
    return tuple(str(column.key) for column in columns)
