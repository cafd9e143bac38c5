"""Deed: a guardian records what was measured at home."""

from dataclasses import dataclass
from datetime import date

import strawberry

from models.growth import Growth
from models.ids import Letter
from models.refusal import RefusalCode, Refused
from resolvers.checked import bad_day, bad_measure
from resolvers.deed import Task


@dataclass(kw_only=True)
class RecordGrowth:
    """Mass in grams, lengths in millimetres; at least one of the four."""

    child_id: strawberry.ID
    measured_on: date
    weight_g: int | None = None
    height_mm: int | None = None
    head_mm: int | None = None
    chest_mm: int | None = None
    idempotency_key: strawberry.ID


async def record(task: Task, given: RecordGrowth) -> Growth | Refused:
    """The new entry, or why not."""
    if (given.weight_g, given.height_mm, given.head_mm, given.chest_mm) == (None, None, None, None):
        return Refused(RefusalCode.VALUE_MISSING, "weightG")
    refused = bad_day(task.child, given.measured_on, task.context.today, "measuredOn")
    refused = refused or bad_measure(task.child, given.measured_on, given)
    return refused or Growth(
        id=task.new_id(Letter.GROWTH),
        child_id=task.child.id,
        measured_on=given.measured_on,
        weight_g=given.weight_g,
        height_mm=given.height_mm,
        head_mm=given.head_mm,
        chest_mm=given.chest_mm,
        recorded_by_id=task.context.caller.holder.id,
        recorded_at=task.context.now,
    )
