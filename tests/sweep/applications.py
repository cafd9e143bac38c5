"""The application of a case's person, for the record service."""

from datetime import UTC, datetime

from models.application import Application, ApplicationKind, ApplicationStep, StepKind
from models.ids import Letter

AT = datetime(2026, 11, 1, tzinfo=UTC)


def apply(town, case, mark):
    """The person's own: served as guardian of the child, whatever the register says by now."""
    if case.person is not case.mother:
        case.person.name = f"{mark}-applicant"
    row = Application(
        id=town.id(Letter.APPLICATION),
        applicant_id=case.person.id,
        kind=ApplicationKind.GUARDIAN,
        document=f"{mark}-document",
        consent_version="2026-04-01",
        consent_language="ja",
        algorithm="ES256",
        signature="s",
        signer_key="k",
        applied_at=AT,
    )
    step = ApplicationStep(
        id=town.id(Letter.LOG),
        application_id=row.id,
        applicant_id=case.person.id,
        number=1,
        kind=StepKind.ACCEPTED,
        is_settled=True,
        reasons="BY_STAFF",
        child_id=case.child.id,
        taken_at=AT,
    )
    case.ids["Application"] = town.add(row).id
    town.add(step)
