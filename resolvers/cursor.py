"""Cursors: sealed positions, bound to the caller and to the listing. Nobody can read, forge or pass one on."""

import base64
import binascii
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from graphql import GraphQLError
from sqlalchemy import Column

from resolvers.source import Listing
from resolvers.statements import Reading

EVEN = 32  # a position is as long as a multiple of this
PAGE_DEFAULT = 20
Chosen = tuple[tuple[str, Any], ...]  # values that the client chose, by the argument's name
PAGE_LIMIT = 100  # one page stays within what a phone shows and one statement brings


class BadInput(GraphQLError):
    """The client's mistake, told as such."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "BAD_USER_INPUT"})


class Window(NamedTuple):
    """What `first`, `after`, `last`, `before` ask for."""

    first: int | None
    after: str | None
    last: int | None
    before: str | None


class Cursors:
    """Seals and opens the cursors of one caller. AES-SIV is deterministic: equal positions give equal bytes."""

    def __init__(self, key: bytes, caller_id: str) -> None:
        self._key = key
        self._caller = caller_id.encode()

    def of_nobody(self) -> "Cursors":
        """Those of a public list, which are the same for everybody."""
        return Cursors(self._key, "")

    @cached_property
    def _cipher(self) -> AESSIV:
        """Made when a cursor is; most pages are whole and show none."""
        return AESSIV(self._key)

    def seal(self, listing: Listing, parent: str | None, record: Any) -> str:
        """The cursor of a record in its listing, below its parent if there is one."""
        return self.sealed(listing, parent, [getattr(record, column.key) for column in listing.order])

    def sealed(self, listing: Listing, parent: str | None, position: Iterable[Any]) -> str:
        """The same for a record's position: the values of the keys of the order."""
        plain = orjson.dumps([*map(_plain, position)])
        plain = plain.ljust(-len(plain) % EVEN + len(plain))  # how long a number is tells how many rows there are
        return base64.urlsafe_b64encode(self._cipher.encrypt(plain, self._bound(listing, parent))).decode()

    def opened(self, listing: Listing, parent: str | None, cursor: str) -> tuple[Any, ...]:
        """The position behind a cursor of ours, of this caller, this listing and this parent. Raises BadInput."""
        try:
            position = self._cipher.decrypt(base64.urlsafe_b64decode(cursor), self._bound(listing, parent))
        except (InvalidTag, ValueError, binascii.Error):
            raise BadInput("No such cursor.") from None
        return tuple(map(_typed, listing.order, orjson.loads(position)))

    def reading(self, listing: Listing, parent: str | None, window: Window, chosen: Chosen = ()) -> Reading:
        """The reach of a page, one row more than was asked for. Raises BadInput."""
        forwards = window.first is not None or window.after is not None
        backwards = window.last is not None or window.before is not None
        if forwards and backwards:
            raise BadInput("Either first and after, or last and before.")
        size = window.last if backwards else window.first
        mark = window.before if backwards else window.after
        if size is not None and not 0 <= size <= PAGE_LIMIT:
            raise BadInput(f"A page has 0 to {PAGE_LIMIT} rows.")
        limit = (PAGE_DEFAULT if size is None else size) + 1
        return Reading(limit, backwards, None if mark is None else self.opened(listing, parent, mark), chosen)

    def _bound(self, listing: Listing, parent: str | None) -> list[bytes]:
        return [self._caller, listing.name.encode(), (parent or "").encode()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(column: Column[Any], value: Any) -> Any:
    kind = column.type.python_type
    return kind.fromisoformat(value) if kind in {date, datetime} else value
