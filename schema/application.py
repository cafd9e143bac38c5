"""Node: an application for the record service, with every step that was taken of it; and what is agreed to."""

from datetime import date, datetime

import strawberry

from auth.groups import IDENTITY, NOTICES
from models.application import ApplicationKind, ApplicationStep, StepKind, StepReason
from models.application_view import APPLICATIONS
from models.ids import Letter
from rules.service import ApplicationStatus, ends_on, status, steps
from schema.declare import computed, each, shown
from schema.faces import value
from schema.node import node

strawberry.enum(ApplicationKind, description="Why somebody may be served (申込の区分).")
strawberry.enum(StepKind, name="ApplicationStepKind", description="What happened to an application (手続きの段階).")
strawberry.enum(StepReason, name="ApplicationReason", description="Why a step was taken (理由).")
strawberry.enum(ApplicationStatus, description="How an application stands (申込の状態).")
ROWS = APPLICATIONS.rows.c
STANDING = (ROWS.state, ROWS.born_on, ROWS.closed_on)


@value
class ApplicationStepEntry:
    """One step of an application (手続きの履歴). `note` is what a member of staff said to the applicant."""

    kind: StepKind
    reasons: list[StepReason]
    note: str | None
    taken_at: datetime


@value
class ServiceConsent:
    """What is agreed to by applying (同意文), in both languages; `version` is its first day."""

    version: str
    valid_from: date
    ja: str
    en: str


@node(of=APPLICATIONS, letter=Letter.APPLICATION)
class Application:
    """An application for the record service: the applicant's own, and the health staff's to decide (利用申込)."""

    id: strawberry.ID = shown(NOTICES, says="Opaque id (ID).")
    applicant: str | None = shown(IDENTITY, says="Who applied, as the register has the name (申込者).")
    kind: ApplicationKind = shown(NOTICES, says="As pregnant woman or as guardian (区分).")
    document: str = shown(NOTICES, says="What was signed, letter by letter (署名した文書).")
    consent_version: str = shown(NOTICES, says="Which text was agreed to (同意文の版).")
    consent_language: str = shown(NOTICES, says="In which language, ja or en (同意文の言語).")
    applied_at: datetime = shown(NOTICES, says="When (申込日時).")
    is_settled: bool = shown(NOTICES, says="Whether nobody has to decide any more (手続き済み).")
    status: ApplicationStatus = computed(NOTICES, by=status, over=STANDING, says="How it stands today (状態).")
    ends_on: date | None = computed(
        NOTICES, by=ends_on, over=STANDING, says="The first day without the service, as far as it is known (終了日)."
    )
    steps: list[ApplicationStepEntry] = computed(
        NOTICES,
        by=steps,
        over=(
            each(
                ApplicationStep.application_id,
                ApplicationStep.kind,
                ApplicationStep.reasons,
                ApplicationStep.note,
                ApplicationStep.taken_at,
                order=(ApplicationStep.number,),
            ),
        ),
        says="Everything that happened to it, earliest first (履歴).",
    )
