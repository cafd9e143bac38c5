"""Where records came from, what becomes of what is handed in, and the node of what waits for the staff."""

from datetime import date, datetime
from typing import Any

import strawberry

from auth.groups import (
    CHECKUP_BODY,
    CHECKUP_DEVELOPMENT,
    CHECKUP_FINDINGS,
    CHECKUP_PLACE,
    DENTAL,
    SCHOOL_HEALTH,
    VACC_PLACE,
    VACC_RECORDS,
)
from models.ids import Letter
from models.record import (
    REVIEWS,
    SCHOOL_REVIEWS,
    LegalBasis,
    RecordKind,
    ReviewCause,
    ReviewOutcome,
    SubmissionOutcome,
)
from resolvers import review, submission
from rules.said import part
from schema.codes import LinkStatus, RefusalCode
from schema.declare import computed, shown
from schema.faces import value
from schema.node import node

strawberry.enum(RecordKind, description="What organisations hand in (記録の種類).")
strawberry.enum(LegalBasis, description="On what the city received it (根拠).")
strawberry.enum(SubmissionOutcome, description="What became of an item (受付の結果).")
strawberry.enum(ReviewCause, description="Why the staff has to look (確認の理由).")
strawberry.enum(ReviewOutcome, description="How the staff decided (確認の結果).")
ROWS, SCHOOL_ROWS = REVIEWS.rows.c, SCHOOL_REVIEWS.rows.c
CONTENT = (ROWS.kind, ROWS.content)
EITHER = (VACC_RECORDS, CHECKUP_BODY)


@value
class RecordSource:
    """Who told of a record (記録の出所): the organisation, its own number of the record, when and on what basis."""

    organisation: str
    source_record_id: str | None
    legal_basis: LegalBasis
    received_at: datetime


@value
class RecordHolder:
    """Another city that has a part of the record (記録のある市区町村), and how guardians' consent to ask it stands.

    `consent` is that of `issueLinkCode`; null: nobody has given any. `ownChildId`: the child in that city's own graph,
    for a question to that city, which decides for itself who the caller is there.
    """

    organisation_id: strawberry.ID
    organisation: str
    municipality_code: str
    moved_on: date | None
    record_count: int
    last_received_at: datetime | None
    consent: LinkStatus | None
    own_child_id: strawberry.ID | None


@value
class SubmittedItem:
    """What became of one item (項目ごとの結果); of a refused one why, and where in the input."""

    source_record_id: str
    outcome: SubmissionOutcome
    code: RefusalCode | None
    field: list[str] | None


@value
class Submitted:
    """What became of a batch, item by item in its order (一括受付の結果)."""

    items: list[SubmittedItem]

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is one."""
        return isinstance(row, submission.Submitted)


@value
class SaidValue:
    """One value as it was handed in (申告された値)."""

    name: str
    value: str


@value
class RecordDecision:
    """What was decided of something that waited (確認の決定), and the record that came of it."""

    review_id: strawberry.ID
    outcome: ReviewOutcome
    record_id: strawberry.ID | None

    @classmethod
    def is_type_of(cls, row: Any, _info: Any) -> bool:
        """Whether a result is one."""
        return isinstance(row, review.Decided)


@node(of=REVIEWS, letter=Letter.REVIEW)
class RecordReview:
    """Something handed in that the staff has to decide about, or has decided (要確認の記録)."""

    id: strawberry.ID = shown(*EITHER, says="Opaque id (ID).")
    cause: ReviewCause = shown(*EITHER, says="Why the staff has to look (確認の理由).")
    kind: RecordKind = shown(*EITHER, says="What it is (記録の種類).")
    organisation: str = shown(*EITHER, says="Who handed it in (提出した機関).")
    source_record_id: str = shown(*EITHER, says="The organisation's number of the record (記録番号).")
    patient_number: str = shown(*EITHER, says="The organisation's number of the patient or pupil (患者番号).")
    received_at: datetime = shown(*EITHER, says="When (受付日時).")
    record_id: strawberry.ID | None = shown(*EITHER, says="The record that it contradicts (食い違う記録).")
    decided_at: datetime | None = shown(*EITHER, says="When it was decided; null while it waits (決定日時).")
    outcome: ReviewOutcome | None = shown(*EITHER, says="How (決定).")
    reason: str | None = shown(*EITHER, says="Why (決定の理由).")
    said_dose: list[SaidValue] | None = computed(
        VACC_RECORDS, by=part("dose"), over=CONTENT, says="Product and day of a dose (接種の内容)."
    )
    said_dose_place: list[SaidValue] | None = computed(
        VACC_PLACE, by=part("dose place"), over=CONTENT, says="Lot, clinic and doctor of a dose (接種の場所)."
    )
    said_body: list[SaidValue] | None = computed(
        CHECKUP_BODY, by=part("body"), over=CONTENT, says="Visit, day and measures of a checkup (健診の計測)."
    )
    said_findings: list[SaidValue] | None = computed(
        CHECKUP_FINDINGS, by=part("findings"), over=CONTENT, says="Judgement and findings (所見)."
    )
    said_development: list[SaidValue] | None = computed(
        CHECKUP_DEVELOPMENT, by=part("development"), over=CONTENT, says="Development (発達)."
    )
    said_teeth: list[SaidValue] | None = computed(DENTAL, by=part("teeth"), over=CONTENT, says="Teeth (歯科).")
    said_venue: list[SaidValue] | None = computed(CHECKUP_PLACE, by=part("place"), over=CONTENT, says="Venue (会場).")


@node(of=SCHOOL_REVIEWS, letter=Letter.SCHOOL_REVIEW)
class SchoolReview:
    """Something that a school handed in and the education board has to decide about, or has (要確認の学校健診記録)."""

    id: strawberry.ID = shown(SCHOOL_HEALTH, says="Opaque id (ID).")
    cause: ReviewCause = shown(SCHOOL_HEALTH, says="Why the board has to look (確認の理由).")
    organisation: str = shown(SCHOOL_HEALTH, says="The school that handed it in (提出した学校).")
    source_record_id: str = shown(SCHOOL_HEALTH, says="The school's number of the record (記録番号).")
    patient_number: str = shown(SCHOOL_HEALTH, says="The school's number of the pupil (児童生徒番号).")
    received_at: datetime = shown(SCHOOL_HEALTH, says="When (受付日時).")
    record_id: strawberry.ID | None = shown(SCHOOL_HEALTH, says="The record that it contradicts (食い違う記録).")
    decided_at: datetime | None = shown(SCHOOL_HEALTH, says="When it was decided; null while it waits (決定日時).")
    outcome: ReviewOutcome | None = shown(SCHOOL_HEALTH, says="How (決定).")
    reason: str | None = shown(SCHOOL_HEALTH, says="Why (決定の理由).")
    said_school: list[SaidValue] | None = computed(
        SCHOOL_HEALTH,
        by=part("school"),
        over=(SCHOOL_ROWS.kind, SCHOOL_ROWS.content),
        says="Day, measures and findings of a checkup at school (学校健診の内容).",
    )
