"""On what records rest: read, and carried over to the record that takes another's place."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.ids import Letter
from models.record import Provenance, RecordSource
from resolvers.deed import Task


def content_of(values: Mapping[str, Any]) -> str:
    """What was said, by the name of its field, as JSON text: the same for the same."""
    return orjson.dumps({name: _plain(value) for name, value in sorted(values.items())}).decode()


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, Enum) else value


async def sources_of(session: AsyncSession, record_id: str) -> list[RecordSource]:
    """What a record rests on, in the order in which it came."""
    rows = select(RecordSource).join(Provenance, col(Provenance.source_id) == col(RecordSource.id))
    found = rows.where(Provenance.record_id == record_id)
    return list((await session.exec(found.order_by(col(RecordSource.received_at), col(RecordSource.id)))).all())


def rest(task: Task, record_id: str, source: RecordSource) -> Provenance:
    """That a record rests on a source."""
    id = task.new_id(Letter.LOG)
    return Provenance(id=id, child_id=source.child_id, record_id=record_id, source_id=source.id)


async def carry(task: Task, old_id: str, new_id: str) -> None:
    """Let a record that takes another's place rest on what that one rested on."""
    task.session.add_all([rest(task, new_id, each) for each in await sources_of(task.session, old_id)])
