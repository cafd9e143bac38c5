"""A town into the database: all of it in one transaction, or nothing."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from models.columns import table_of
from models.ledger import PointLot, PointPosting
from models.municipality import Municipality
from models.point import PointEntry
from models.store import Store
from resolvers.booking import booked
from tsumugi.town.rows import Town, columns

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
        if shelf.model is not PointEntry:
            await _written(connection, shelf.model, rows)
    ledger = list(booked(town.point_accounts, town.point_entries))
    for model in (PointLot, PointPosting, PointEntry):  # an entry closes what is about it
        await _written(connection, model, [row for row in ledger if isinstance(row, model)])


async def _written(connection: AsyncConnection, model: type[SQLModel], rows: list[Any]) -> None:
    for batch in _values(model, rows):
        await connection.execute(insert(table_of(model)), batch)


def _values(model: type[SQLModel], rows: list[Any]) -> Iterator[list[dict[str, Any]]]:
    names = [column.key for column in columns(model)]
    for start in range(0, len(rows), BATCH):
        yield [{name: getattr(row, name) for name in names} for row in rows[start : start + BATCH]]
