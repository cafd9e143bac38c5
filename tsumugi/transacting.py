"""One transaction of a command: on the database of the settings, with one sentence when it is not there."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from models.store import Store
from models.wall import NOTHING, Opening
from tsumugi.halt import Halt
from tsumugi.place import refuse_unopenable, sqlite_file
from tsumugi.settings import Settings

Found = TypeVar("Found")


def transacted(
    settings: Settings,
    work: Callable[[AsyncSession], Awaitable[Found]],
    *,
    serialised: bool = False,
    opening: Opening = NOTHING,
) -> Found:
    """What the work answers; raises Halt when there is no database to do it in.

    `serialised`: the work relies on what it finds, so nobody else may write the same meanwhile. `opening`: what it
    reaches behind the wall.
    """
    file = sqlite_file(settings.database_url)
    if file is not None:
        if not file.is_file():
            raise Halt(f"There is no database at {file}: check TSUMUGI_DATABASE_URL.")
        refuse_unopenable(file)
    try:
        return asyncio.run(_done(settings, lambda store: store.transact(work, serialised=serialised, opening=opening)))
    except (SQLAlchemyError, OSError):
        raise Halt("The database cannot be used: check TSUMUGI_DATABASE_URL, and `tsumugi migrate`.") from None


async def _done(settings: Settings, act: Callable[[Store], Awaitable[Found]]) -> Found:
    store = Store(settings.database_url, pooled=False)
    try:
        return await act(store)
    finally:
        await store.close()
