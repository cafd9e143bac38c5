"""What a case has to do with the record service: the person's application, and an address for dates of the child."""

from datetime import UTC, date, datetime

from models.application import Application, ApplicationKind, ApplicationStep, StepKind
from models.ids import Letter
from models.reminder import Reminder

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


def remind(town, case, giver):
    """An address that somebody added, with every value given; it opens nothing. The case's is this one from now on."""
    row = Reminder(
        id=town.id(Letter.REMINDER),
        child_id=case.child.id,
        added_by_id=giver.id,
        code_hash=f"{case.mark} {giver.id}",
        added_at=AT,
        expires_at=AT,
        confirmed_at=AT,
        valid_to=date(2027, 1, 1),
        revoked_at=AT,
    )
    case.ids["Reminder"] = town.add(row).id
