"""A small transaction that is tried again when another one got in its way."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from models.store import Store

# PostgreSQL: serialization_failure, deadlock_detected, unique_violation (of two first uses at once, one comes second)
IN_THE_WAY = frozenset({"40001", "40P01", "23505"})
TRIES = 5

Outcome = TypeVar("Outcome")


async def settled(store: Store, work: Callable[[AsyncSession], Awaitable[Outcome]]) -> Outcome:
    """What `work` answers, from the one try of it that was committed; it does nothing but read and write the session.

    On PostgreSQL each statement sees what is committed (READ COMMITTED): logins take, mark and count single rows, and
    at SERIALIZABLE every two of them would be in each other's way.
    """
    for _ in range(TRIES - 1):
        try:
            return await _once(store, work)
        except DBAPIError as why:
            if getattr(why.orig, "sqlstate", None) not in IN_THE_WAY:
                raise
    return await _once(store, work)


async def _once(store: Store, work: Callable[[AsyncSession], Awaitable[Outcome]]) -> Outcome:
    async with store.writing() as session:
        if not store.is_sqlite:
            await session.connection(execution_options={"isolation_level": "READ COMMITTED"})
        return await work(session)
