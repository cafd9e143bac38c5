"""A plan in words: its levels with their SQL and the functions that were generated, for `tsumugi plan show`."""

from collections.abc import Iterator

from auth.access import Standing, reach_parts, verdict
from engine.code import text_of
from engine.inputs import BelowReader, WholeReader
from engine.plan import Kid, LevelReader, OneReader, PagedReader, PageReader
from engine.roots import Free, Keyed, Listed, Object, Space
from models.organisation import CallerKind
from resolvers.cursor import PAGE_DEFAULT
from resolvers.doorway import OPEN, Shape
from resolvers.source import Source
from resolvers.statements import Reading
from resolvers.texts import Texts

FIRST = Reading(PAGE_DEFAULT + 1)


def shown(plan: Object, standing: Standing, texts: Texts) -> str:
    """The plan for callers of this standing, statements in the form that several keys or parents need."""
    return "\n".join(_Showing(standing, texts).object(plan, 0)) + "\n"


class _Showing:
    def __init__(self, standing: Standing, texts: Texts) -> None:
        self._standing = standing
        self._texts = texts

    def object(self, roots: Object, deep: int) -> Iterator[str]:
        """The roots of one class."""
        for key, root in roots.made:
            if isinstance(root, str):
                yield _line(deep, f"{key}: {root!r}")
            elif isinstance(root, Space):
                yield _line(deep, f"{key}:")
                yield from self.object(root.inside, deep + 1)
            elif isinstance(root, Free):
                yield _line(deep, f"{key}: free code")
            elif isinstance(root, Listed):
                yield _line(deep, f"{key}: a list of {root.pages.rows.level.node.name}")
                yield from self._page(root.pages, deep + 1, is_below=False)
            elif isinstance(root, Keyed):
                yield from self._keyed(key, root, deep)

    def _keyed(self, key: str, root: Keyed, deep: int) -> Iterator[str]:
        for level in root.targets.all():
            reader = root.reader(level.node)
            yield _line(deep, f"{key}: {level.node.name} by key")
            yield from self._by_key(reader, deep + 1)

    def _by_key(self, reader: LevelReader, deep: int) -> Iterator[str]:
        source = reader.level.source
        prepared = self._texts.by_key(source, self._shape(source), reader.columns, is_one=False)
        yield from _block(deep, prepared.text)
        yield from self._level(reader, deep)

    def _page(self, reader: PageReader, deep: int, *, is_below: bool) -> Iterator[str]:
        listing, columns = reader.paging.listing, reader.rows.columns
        shape, is_within = self._shape(listing.source), listing.within is not None
        if reader.paging.reads_rows and is_below:
            is_one = self._texts.is_sqlite  # one statement a parent
            text = self._texts.below(listing, shape, FIRST, columns, is_one=is_one, is_led=not is_one).text
            yield from _block(deep, text)
        elif reader.paging.reads_rows:
            yield from _block(deep, self._texts.top(listing, shape, FIRST, columns, is_within=is_within).text)
        if reader.paging.is_counted:
            counted = self._texts.counted(
                listing, shape, is_below=is_below, is_one=False, is_within=is_within and not is_below
            )
            yield from _block(deep, counted.text)
        yield from self._level(reader.rows, deep)

    def _level(self, reader: LevelReader, deep: int) -> Iterator[str]:
        for view in reader.views:
            yield from _block(deep, text_of(view))
        for kid in reader.kids:
            yield from self._kid(kid, deep)

    def _kid(self, kid: Kid, deep: int) -> Iterator[str]:
        if isinstance(kid, OneReader):
            yield _line(deep, f"{kid.target.level.node.name} by key")
            yield from self._by_key(kid.target, deep + 1)
        elif isinstance(kid, PagedReader):
            yield _line(deep, f"a page of {kid.rows.level.node.name} below each")
            yield from self._page(kid, deep + 1, is_below=True)
        elif isinstance(kid, BelowReader):
            yield from self._inputs(kid, deep)
        elif isinstance(kid, WholeReader):
            yield _line(deep, f"the whole table {kid.catalogue.name} as an input")
            yield from _block(deep + 1, kid.prepared.text)

    def _inputs(self, kid: BelowReader, deep: int) -> Iterator[str]:
        listing = kid.listing
        yield _line(deep, f"rows of {listing.name} as inputs")
        text = self._texts.below(listing, OPEN, Reading(), listing.source.columns, is_one=False).text
        yield from _block(deep + 1, text)

    def _shape(self, source: Source) -> Shape:
        """The shape that the door has for callers of this standing who hold something."""
        kind = self._standing.kind
        veiled_for = None if source.veil is None else kind
        if source.door is None or source.subject is None:
            return Shape(veiled_for=veiled_for)
        decided = verdict(source.door, source.subject.noun, self._standing)
        if decided.is_closed or decided is decided.OPEN:
            return Shape(veiled_for=veiled_for, is_shut=decided.is_closed)
        has_supplier = source.subject.supplier is not None
        parts = reach_parts(source.door, source.subject.noun, self._standing, has_supplier=has_supplier)
        by_supplier = parts.supplies or bool(parts.own)
        return Shape(
            by_ids=True,
            by_supplier=by_supplier,
            by_own_ids=by_supplier and not parts.supplies,
            veiled_for=veiled_for,
            is_few=self._standing.kind is CallerKind.RESIDENT,  # who holds what a family has
        )


def _line(deep: int, text: str) -> str:
    return "  " * deep + text


def _block(deep: int, text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.strip():
            yield _line(deep + 1, "| " + line.rstrip())
