"""Deed: a clinic submits a checkup that it carried out."""

from dataclasses import dataclass
from datetime import date

import strawberry

from models.checkup import Checkup, CheckupKind, Judgement
from models.ids import Letter
from models.refusal import Refused
from resolvers.checked import bad_day, bad_measure, bad_shape, bad_text
from resolvers.deed import Task


@dataclass(kw_only=True)
class SubmitCheckup:
    """Mass in grams, lengths in millimetres. `sourceRecordId` is the clinic's own number of the record."""

    child_id: strawberry.ID
    kind: CheckupKind
    checked_on: date
    weight_g: int | None = None
    height_mm: int | None = None
    head_mm: int | None = None
    chest_mm: int | None = None
    judgement: Judgement | None = None
    findings: str | None = None
    development: str | None = None
    dental: str | None = None
    venue: str | None = None
    source_record_id: str | None = None
    idempotency_key: strawberry.ID


async def submit(task: Task, given: SubmitCheckup) -> Checkup | Refused:
    """The new record with the clinic, if it was one, as its supplier, or why not."""
    refused = bad_day(task.child, given.checked_on, task.context.today, "checkedOn")
    refused = refused or bad_measure(task.child, given.checked_on, given)
    refused = refused or bad_text(given, "findings", "development", "dental", "venue")
    refused = refused or bad_shape(given, "source_record_id")
    return refused or Checkup(
        id=task.new_id(Letter.CHECKUP),
        child_id=task.child.id,
        kind=given.kind,
        checked_on=given.checked_on,
        weight_g=given.weight_g,
        height_mm=given.height_mm,
        head_mm=given.head_mm,
        chest_mm=given.chest_mm,
        judgement=given.judgement,
        findings=given.findings,
        development=given.development,
        dental=given.dental,
        venue=given.venue,
        organisation_id=task.supplier_id,
        source_record_id=given.source_record_id,
    )
