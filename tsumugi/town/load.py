"""A town into the database: all of it in one transaction, or nothing."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from models.columns import table_of
from models.municipality import Municipality
from models.store import Store
from tsumugi.town.rows import Shelf, Town, columns

BATCH = 5_000  # rows a round trip: far below what a statement may take, far above what a round trip costs


class Occupied(Exception):
    """The database already holds a town; one database keeps one."""


async def load(town: Town, store: Store) -> None:
    """Write every row of a town into an empty, migrated database.

    Raises Occupied when a town is there already; a dangling reference in a town that no reader checked is a bug and
    raises what the database says. Either way nothing is written.
    """
    async with store.writing() as session:
        await write(town, await session.connection())


async def write(town: Town, connection: AsyncConnection) -> None:
    """Write every row of a town in the caller's own transaction, so that login material can go with it."""
    if (await connection.execute(select(table_of(Municipality)).limit(1))).first() is not None:
        raise Occupied("the database already holds a town")
    for shelf, rows in town.shelved():
        for batch in _values(shelf, rows):
            await connection.execute(insert(table_of(shelf.model)), batch)


def _values(shelf: Shelf, rows: list[Any]) -> Iterator[list[dict[str, Any]]]:
    names = [column.key for column in columns(shelf.model)]
    for start in range(0, len(rows), BATCH):
        yield [{name: getattr(row, name) for name in names} for row in rows[start : start + BATCH]]
