"""Node: a checkup at school, which is the education board's datum."""

from datetime import date, datetime

import strawberry

from auth.groups import SCHOOL_HEALTH
from models import school_checkup as rows
from models.checkup import Finding
from models.columns import table_of
from models.ids import Letter
from models.organisation import CallerKind
from models.record import SOURCES
from models.school_checkup import Sight
from rules import school_items as items
from rules.checkup_plan import DueStatus
from rules.items import noted
from rules.standing import everything
from schema.checkup import Result
from schema.declare import computed, each, shown
from schema.faces import value
from schema.node import node
from schema.record import RecordSource

strawberry.enum(Sight, description="Vision by the 370 method (視力).")
OF_THE_PUPIL = tuple(item for item in items.ITEMS if item.name != "school")


@value
class PlannedYear:
    """One school year: examined until `standardTo`, at the latest on `closesOn` (学校健診の予定)."""

    grade: int
    status: DueStatus
    opens_on: date
    standard_to: date
    closes_on: date
    done_on: date | None


@node(of=rows.SchoolCheckup, letter=Letter.SCHOOL_CHECKUP)
class SchoolCheckup:
    """A checkup at school, or what was measured there (学校健診記録)."""

    id: strawberry.ID = shown(SCHOOL_HEALTH, says="Opaque id (ID).")
    grade: int = shown(SCHOOL_HEALTH, says="The school year, 1 to 9 (学年).")
    checked_on: date = shown(SCHOOL_HEALTH, says="The day (健診日).")
    weight_g: int | None = shown(SCHOOL_HEALTH, says="Weight in grams (体重).")
    height_mm: int | None = shown(SCHOOL_HEALTH, says="Height in millimetres (身長).")
    sight_right: Sight | None = shown(SCHOOL_HEALTH, says="Vision of the right eye (視力・右).")
    sight_left: Sight | None = shown(SCHOOL_HEALTH, says="Vision of the left eye (視力・左).")
    hearing: Finding | None = shown(SCHOOL_HEALTH, says="Hearing (聴力).")
    tuberculosis: Finding | None = shown(SCHOOL_HEALTH, says="Tuberculosis (結核).")
    urine: Finding | None = shown(SCHOOL_HEALTH, says="Urine (尿).")
    heart: Finding | None = shown(SCHOOL_HEALTH, says="Heart (心臓).")
    dental: str | None = shown(SCHOOL_HEALTH, says="Teeth (歯科所見).")
    findings: str | None = shown(SCHOOL_HEALTH, says="Findings (所見).")
    school_results: list[Result] | None = computed(
        SCHOOL_HEALTH,
        by=noted(OF_THE_PUPIL),
        over=tuple(table_of(rows.SchoolCheckup).c[item.name] for item in OF_THE_PUPIL),
        says="The same, item by item (学校健診の項目).",
    )
    school: str | None = shown(SCHOOL_HEALTH, place=True, says="The school (学校).")
    recorded_at: datetime = shown(SCHOOL_HEALTH, says="When this entry was made (登録日時).")
    correction_reason: str | None = shown(
        SCHOOL_HEALTH, place=True, says="Why an earlier entry was corrected (訂正の理由)."
    )
    replaces_id: strawberry.ID | None = shown(SCHOOL_HEALTH, says="The entry before this one (訂正前の記録).")
    is_replaced: bool = shown(SCHOOL_HEALTH, says="Whether a later entry has taken its place (訂正済み).")
    sources: list[RecordSource] | None = computed(
        SCHOOL_HEALTH,
        place=True,
        by=everything,
        over=(
            each(
                SOURCES.c.record_id,
                *SOURCES.c["organisation", "source_record_id", "legal_basis"],
                order=(SOURCES.c.received_at, SOURCES.c.id),
            ),
        ),
        kinds=frozenset(CallerKind) - {CallerKind.SCHOOL},
        says="Who told of it, in the order in which it came (記録の出所).",
    )
