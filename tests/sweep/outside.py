"""Rows of a case about those who look at it and those who hand in records."""

from datetime import UTC, datetime

from models.access_log import AccessEntry
from models.ids import Letter
from models.link import RecordLink
from models.organisation import CallerKind

AT = datetime(2026, 11, 1, tzinfo=UTC)


def link(town, case, giver):
    """A link that somebody redeemed and that was revoked: every value is there, and nothing stands."""
    organisation = town.organisation(CallerKind.CLINIC)
    organisation.name = f"{case.mark}-linked"
    id_ = town.id(Letter.LINK)
    row = RecordLink(
        id=id_,
        child_id=case.child.id,
        organisation_id=organisation.id,
        issued_by_id=giver.id,
        issued_by_kind=CallerKind.RESIDENT,
        code_hash=id_,
        issued_at=AT,
        expires_at=AT,
        number_hash=id_,
        linked_at=AT,
        revoked_at=AT,
    )
    case.ids["RecordLink"] = town.add(row).id


def look(town, case, mark):
    """One entry of the log; its number is below any that asking makes."""
    row = AccessEntry(
        seq=-len(town.rows),
        id=town.id(Letter.LOG),
        at=AT,
        actor_id=town.clinic.id,
        actor_kind=CallerKind.STAFF_HEALTH,  # of the supervisor's own section
        office_id=town.clinic.id,
        office=f"{mark}-office",
        purpose_code="CHK",
        case_reference=f"{mark}-case",
        noun="child",
        subject_id=case.child.id,
        fields="Child.name:1",
        cells=1,
        is_denied=False,
        previous_hash="0" * 64,
        hash="0" * 64,
    )
    case.ids["AccessEntry"] = town.add(row).id
