"""Node: an entry of the access log, one look at one subject."""

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, and_, exists, literal_column, or_, true

from auth.groups import ACCESS_LOG
from auth.purpose import EMERGENCY
from models import access_log as rows
from models.columns import table_of
from models.ids import Letter
from models.organisation import CallerKind
from rules.looks import MEASURE, fields_seen, told_of
from schema.declare import computed, shown
from schema.node import node

strawberry.enum(CallerKind, description="What a token says of its holder (呼び出し元の種類).")
AUDITS = (CallerKind.AUDITOR, CallerKind.SUPERVISOR)
SECTION = (CallerKind.STAFF_HEALTH, CallerKind.SUPERVISOR)  # the supervisor is the head of the health section


def read_by(kind: CallerKind, today: Any) -> ColumnElement[bool]:
    """Which entries there are for this kind of caller, of those that the door opens; an auditor reads all of them."""
    if kind is CallerKind.RESIDENT:
        return not_withheld(today)
    entry = table_of(rows.AccessEntry)
    by_section = (entry.c.actor_kind == each for each in SECTION)
    is_of_section = or_(*by_section, entry.c.purpose_code == EMERGENCY.code)
    return is_of_section if kind is CallerKind.SUPERVISOR else true()


def not_withheld(today: Any) -> ColumnElement[bool]:
    """No decision hides the entry on that day, and it is not about measures.

    Looks of those who audit are hidden with them: how many entries they saw would tell how many are missing.
    """
    entry, decision = table_of(rows.AccessEntry), table_of(rows.Withholding)
    other = entry.alias("other")
    is_audit = or_(*(entry.c.actor_kind == kind for kind in AUDITS))
    of_measure = other.c.noun == literal_column(f"'{MEASURE}'")  # as the index says it, which holds these alone
    measured = exists().where(other.c.subject_id == entry.c.subject_id, of_measure)
    hides = exists().where(
        decision.c.subject_id == entry.c.subject_id,
        or_(decision.c.case_reference == entry.c.case_reference, is_audit),
        decision.c.until > today,
    )
    is_told = entry.c.noun.is_distinct_from(MEASURE)
    return and_(~hides.correlate(entry), is_told, ~and_(is_audit, measured.correlate(entry)))


@node(of=rows.AccessEntry, letter=Letter.LOG, veil=read_by)
class AccessEntry:
    """Somebody looked, or tried to (閲覧記録). It names the office, never the member of staff."""

    id: strawberry.ID = shown(ACCESS_LOG, says="Opaque id (ID).")
    at: datetime = shown(ACCESS_LOG, says="When (日時).")
    kind: CallerKind = shown(ACCESS_LOG, of=rows.AccessEntry.actor_kind, says="What kind of caller it was (種類).")
    office: str | None = shown(ACCESS_LOG, says="The office or organisation; none for a resident (所属).")
    purpose: str | None = shown(
        ACCESS_LOG, of=rows.AccessEntry.purpose_code, says="The code of the purpose that was stated (利用目的)."
    )
    case_reference: str | None = shown(ACCESS_LOG, says="The case that it was stated for (事案番号).")
    subject_id: strawberry.ID | None = computed(
        ACCESS_LOG,
        by=told_of,
        over=(rows.AccessEntry.subject_id,),
        says="Whose record it was: a child, family, rider, ride, account or pregnancy; none of the register (対象).",
    )
    fields: list[str] = computed(
        ACCESS_LOG, by=fields_seen, over=(rows.AccessEntry.fields,), says="Which fields, as `Type.field` (項目)."
    )
    cells: int = shown(ACCESS_LOG, says="How many values were shown (件数).")
    is_denied: bool = shown(ACCESS_LOG, says="Whether nothing was shown because it was not permitted (拒否).")
