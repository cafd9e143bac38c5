"""What is owed for a record that an organisation hands in alone: its source, as in a batch, and word to guardians."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import col, func, select

from models.ids import Letter
from models.organisation import CallerKind
from models.record import LegalBasis, RecordKind, RecordSource
from resolvers.deed import Task
from resolvers.provenance import content_of, rest
from resolvers.receiving import note_received

# A clinic knows of a child by the guardians' consent, a school of its pupils.
BASES = {CallerKind.CLINIC: LegalBasis.CONSENT, CallerKind.SCHOOL: LegalBasis.DUTY}


async def supplied(
    task: Task, kind: RecordKind, record_id: str, values: Mapping[str, Any], source_record_id: str | None = None
) -> None:
    """Let the new record of the task's child rest on what the organisation says; staff and families are no source."""
    if task.supplier_id is None:
        return
    said = {name: value for name, value in values.items() if value is not None}
    source = RecordSource(
        id=task.new_id(Letter.LOG),
        child_id=task.child.id,
        kind=kind,
        organisation_id=task.supplier_id,
        source_record_id=source_record_id,
        number=1 + await _said_before(task, kind, source_record_id),
        legal_basis=BASES[task.context.caller.holder.kind],
        content=content_of(said),
        received_at=task.context.now,
    )
    task.session.add(source)
    await task.session.flush()
    task.session.add(rest(task, record_id, source))
    await note_received(task, [task.child.id])


async def _said_before(task: Task, kind: RecordKind, source_record_id: str | None) -> int:
    """How often this organisation has told of its record; one without a number is a record of its own each time."""
    same = (
        RecordSource.organisation_id == task.supplier_id,
        RecordSource.kind == kind,
        RecordSource.source_record_id == source_record_id,
    )
    wanted = select(func.max(col(RecordSource.number))).where(*same)
    return 0 if source_record_id is None else (await task.session.exec(wanted)).one() or 0
