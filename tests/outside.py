"""Rows about organisations outside the city hall: links, what waits for the staff, contests."""

from datetime import UTC, datetime

from models.contest import Contest
from models.link import RecordLink
from models.organisation import CallerKind
from models.record import RecordKind, RecordReview, ReviewCause
from rules.linking import number_hash

AT = datetime(2026, 11, 1, tzinfo=UTC)


def contested(id_, child_id, record_id, resident_id):
    return Contest(
        id=id_,
        child_id=child_id,
        kind=RecordKind.VACCINATION,
        record_id=record_id,
        contested_by_id=resident_id,
        statement="ちがう日です",
        contested_at=AT,
    )


SAID = {
    RecordKind.VACCINATION: '{"given_on":"2026-11-02","vaccine":"MR"}',
    RecordKind.SCHOOL_CHECKUP: '{"checked_on":"2026-05-20","height_mm":1270}',
}


def waiting(id_, organisation_id, name, kind=RecordKind.VACCINATION):
    return RecordReview(
        id=id_,
        cause=ReviewCause.NUMBER_UNLINKED,
        kind=kind,
        organisation_id=organisation_id,
        source_record_id=name,
        patient_number="P-99",
        content=SAID[kind],
        received_at=AT,
    )


def linked(id_, child_id, organisation_id, resident_id, number):
    return RecordLink(
        id=id_,
        child_id=child_id,
        organisation_id=organisation_id,
        issued_by_id=resident_id,
        issued_by_kind=CallerKind.RESIDENT,
        code_hash=id_,
        issued_at=AT,
        expires_at=AT,
        number_hash=number_hash(organisation_id, number),
        linked_at=AT,
    )
