"""Rows of a case about those who look at it and those who hand in records."""

from datetime import UTC, datetime

from models.access_log import AccessEntry
from models.contest import Contest, ContestOutcome
from models.ids import Letter
from models.link import RecordLink
from models.organisation import CallerKind
from models.record import (
    LegalBasis,
    Provenance,
    RecordKind,
    RecordReview,
    RecordSource,
    ReviewCause,
    ReviewOutcome,
)

AT = datetime(2026, 11, 1, tzinfo=UTC)


def named(town, case, end):
    """An organisation whose name tells where a child is looked after."""
    organisation = town.organisation(CallerKind.CLINIC)
    organisation.name = f"{case.mark}-{end}"
    return organisation


def sources(town, case):
    """Who told of the dose and of the checkup."""
    for type_, kind, end in (
        ("Vaccination", RecordKind.VACCINATION, "dosesource"),
        ("Checkup", RecordKind.CHECKUP, "visitsource"),
        ("SchoolCheckup", RecordKind.SCHOOL_CHECKUP, "schoolsource"),
    ):
        source = RecordSource(
            id=town.id(Letter.LOG),
            child_id=case.child.id,
            kind=kind,
            organisation_id=named(town, case, end).id,
            source_record_id="1",
            number=1,
            legal_basis=LegalBasis.CONSENT,
            content="{}",
            received_at=AT,
        )
        town.add(source)
        town.add(
            Provenance(id=town.id(Letter.LOG), child_id=case.child.id, record_id=case.ids[type_], source_id=source.id)
        )


def holding(town, case):
    """Another city that handed something in."""
    city = town.organisation(CallerKind.PARTNER_MUNICIPALITY)
    city.name = f"{case.mark}-othercity"
    row = RecordSource(
        id=town.id(Letter.LOG),
        child_id=case.child.id,
        kind=RecordKind.VACCINATION,
        organisation_id=city.id,
        source_record_id="1",
        number=1,
        legal_basis=LegalBasis.HANDED_OVER,
        content="{}",
        received_at=AT,
    )
    town.add(row)


def reviews(town, case):
    """What a clinic and a school handed in, decided; whose it is, is nobody's relation."""
    review(town, case, "RecordReview", (Letter.REVIEW, RecordKind.VACCINATION, "Vaccination", '{"vaccine":"MR"}'))
    of_school = (Letter.SCHOOL_REVIEW, RecordKind.SCHOOL_CHECKUP, "SchoolCheckup", '{"height_mm":1}')
    review(town, case, "SchoolReview", of_school, "school")


def review(town, case, type_, what, of=""):
    letter, kind, contradicted, content = what
    row = RecordReview(
        id=town.id(letter),
        cause=ReviewCause.NUMBER_UNLINKED,
        kind=kind,
        organisation_id=named(town, case, f"{of}submitter").id,
        source_record_id="1",
        patient_number=f"{case.mark}-{of}patient",
        content=content,
        received_at=AT,
        record_id=case.ids[contradicted],
        decided_at=AT,
        outcome=ReviewOutcome.REJECTED,
        reason=f"{case.mark}-{of}decision",
    )
    case.ids[type_] = town.add(row).id


def link(town, case, giver):
    """A link that somebody redeemed and that was revoked: every value is there, and nothing stands."""
    organisation = named(town, case, "linked")
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


def contest(town, case):
    """What a guardian said is wrong, and what was decided."""
    row = Contest(
        id=town.id(Letter.CONTEST),
        child_id=case.child.id,
        kind=RecordKind.VACCINATION,
        record_id=case.ids["Vaccination"],
        contested_by_id=case.mother.id,
        statement=f"{case.mark}-statement",
        contested_at=AT,
        decided_at=AT,
        outcome=ContestOutcome.REJECTED,
        decision=f"{case.mark}-verdict",
    )
    case.ids["Contest"] = town.add(row).id
