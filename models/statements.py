"""Statements of one transaction, written once for both who run them: a work of the journal, or a session of SQLAlchemy.

Who logs in waits for the first (Store.write), which goes to the driver itself; what is done within a larger transaction
goes through the second.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy.engine import Dialect
from sqlmodel.ext.asyncio.session import AsyncSession

from models.ask import Asked, Do
from models.prepared import Prepared, Statement, prepare, processed


class Run(Protocol):
    """Runs the statements of a transaction."""

    async def __call__(self, statement: Statement, **values: Any) -> Sequence[Sequence[Any]]:
        """The rows that it brings with these values: of its parameters, or of the columns of an insertion."""


class Stepwise:
    """In a work of the journal (models/journal.py). Statements are constants of modules: each is made ready once."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._kept: dict[Statement, Prepared] = {}

    async def __call__(self, statement: Statement, **values: Any) -> Sequence[Sequence[Any]]:
        """See Run."""
        prepared = self._kept.get(statement)
        if prepared is None:
            prepared = self._kept[statement] = prepare(statement, self._dialect, values)
        (rows,) = await Do(Asked(prepared, prepared.values(values)))
        return processed(rows, [process for _, process in prepared.columns])


class Within:
    """In the transaction of a session, after what is pending there."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def __call__(self, statement: Statement, **values: Any) -> Sequence[Sequence[Any]]:
        """See Run."""
        await self._session.flush()
        found = await (await self._session.connection()).execute(statement, values)
        return found.all() if found.returns_rows else []
