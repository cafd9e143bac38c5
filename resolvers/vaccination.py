"""Deed: health staff write down a dose that was given."""

from dataclasses import dataclass
from datetime import date

import strawberry

from models.ids import Letter
from models.refusal import Refused
from models.vaccination import Vaccination, Vaccine
from resolvers.checked import bad_day, bad_text
from resolvers.deed import Task


@dataclass(kw_only=True)
class RecordVaccination:
    """One dose of one product."""

    child_id: strawberry.ID
    vaccine: Vaccine
    given_on: date
    lot: str | None = None
    clinic: str | None = None
    doctor: str | None = None
    idempotency_key: strawberry.ID


async def record(task: Task, given: RecordVaccination) -> Vaccination | Refused:
    """The new dose in this municipality's programme, or why not."""
    refused = bad_day(task.child, given.given_on, task.context.today, "givenOn")
    refused = refused or bad_text(given, "lot", "clinic", "doctor")
    return refused or Vaccination(
        id=task.new_id(Letter.VACCINATION),
        child_id=task.child.id,
        vaccine=given.vaccine,
        given_on=given.given_on,
        lot=given.lot,
        clinic=given.clinic,
        doctor=given.doctor,
        municipality_code=task.context.municipality_code,
        organisation_id=task.supplier_id,
    )
