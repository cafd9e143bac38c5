"""Node: a checkup that took place."""

from datetime import date, datetime

import strawberry

from auth.groups import CHECKUP_BODY, CHECKUP_DEVELOPMENT, CHECKUP_FINDINGS, CHECKUP_PLACE, DENTAL
from models import checkup as rows
from models.checkup import CheckupKind, Finding, Grade, Judgement, Nutrition, Plaque
from models.columns import table_of
from models.ids import Letter
from models.organisation import CallerKind
from models.record import SOURCES
from rules import checkup_items as items
from rules.checkup_plan import DueStatus
from rules.checkup_programme import Law
from rules.items import Item, Unit, noted
from rules.standing import everything
from schema.declare import computed, each, shown
from schema.faces import value
from schema.node import node
from schema.record import RecordSource

strawberry.enum(CheckupKind, description="A visit of the programme (健診の種類).")
strawberry.enum(Judgement, description="The outcome of a checkup (判定).")
strawberry.enum(Finding, description="What an examiner notes (所見の有無).")
strawberry.enum(Grade, description="What a test strip shows, - to +++ (定性).")
strawberry.enum(Nutrition, description="The state of nutrition (栄養状態).")
strawberry.enum(Plaque, description="How much plaque there is on the teeth (歯の汚れ).")
strawberry.enum(Unit, description="What an amount counts (単位).")
strawberry.enum(Law, name="CheckupLaw", description="What a visit rests on (根拠).")
strawberry.enum(DueStatus, description="How a visit stands on a day (受診状況).")
ANY_PART = (CHECKUP_BODY, CHECKUP_FINDINGS, CHECKUP_DEVELOPMENT, DENTAL)
# Who else told of a checkup is not told to a clinic that supplied it.
NOT_SUPPLIERS = frozenset(CallerKind) - {CallerKind.CLINIC}
CELLS = table_of(rows.Checkup).c


def _columns(of: tuple[Item, ...]) -> tuple[object, ...]:
    return tuple(CELLS[item.name] for item in of)


@value
class Result:
    """What was noted of one item, by the name of its field: an amount in its unit, or a word (項目ごとの結果)."""

    item: str
    amount: int | None
    unit: Unit | None
    word: str | None


@value
class PlannedCheckup:
    """One visit of the programme for one child (健診の予定).

    Due from `opensOn`, overdue after `standardTo`, not offered after `closesOn`; all three days are included.
    """

    kind: CheckupKind
    status: DueStatus
    opens_on: date
    standard_to: date
    closes_on: date
    done_on: date | None
    law: Law
    source: str


@value
class CheckupPlan:
    """Every visit of the programme of the child's city, in order, as of a day (健診の予定一覧)."""

    as_of: date
    rules_version: str
    visits: list[PlannedCheckup]


@value
class ProgrammeVisit:
    """A visit of the programme, with the ages between which it is offered to somebody born on a day (健診の案内)."""

    kind: CheckupKind
    law: Law
    opens_on: date
    standard_to: date
    closes_on: date
    source: str


@node(of=rows.Checkup, letter=Letter.CHECKUP)
class Checkup:
    """A checkup that took place (健診記録). Whoever may see one of its parts may know of it."""

    id: strawberry.ID = shown(*ANY_PART, says="Opaque id (ID).")
    kind: CheckupKind = shown(*ANY_PART, says="Which visit of the programme (健診の種類).")
    checked_on: date = shown(*ANY_PART, says="The day (受診日).")
    weight_g: int | None = shown(CHECKUP_BODY, says="Weight in grams (体重).")
    height_mm: int | None = shown(CHECKUP_BODY, says="Height in millimetres (身長).")
    head_mm: int | None = shown(CHECKUP_BODY, says="Head circumference in millimetres (頭囲).")
    chest_mm: int | None = shown(CHECKUP_BODY, says="Chest circumference in millimetres (胸囲).")
    measurements: list[Result] | None = computed(
        CHECKUP_BODY, by=noted(items.BODY), over=_columns(items.BODY), says="The same, item by item (計測)."
    )
    judgement: Judgement | None = shown(CHECKUP_FINDINGS, says="The outcome (判定).")
    findings: str | None = shown(CHECKUP_FINDINGS, says="Medical findings (所見).")
    nutrition: Nutrition | None = shown(CHECKUP_FINDINGS, says="State of nutrition (栄養状態).")
    drinks_breast_milk: bool | None = shown(CHECKUP_FINDINGS, says="Whether it drinks breast milk (母乳).")
    is_weaned: bool | None = shown(CHECKUP_FINDINGS, says="Whether it is weaned (離乳).")
    eye_position: Finding | None = shown(CHECKUP_FINDINGS, says="Position of the eyes (眼位).")
    vision: Finding | None = shown(CHECKUP_FINDINGS, says="Vision (視力).")
    hearing: Finding | None = shown(CHECKUP_FINDINGS, says="Hearing (聴力).")
    skin: Finding | None = shown(CHECKUP_FINDINGS, says="Skin (皮膚).")
    respiratory: Finding | None = shown(CHECKUP_FINDINGS, says="Breathing (呼吸器).")
    is_hip_limited: bool | None = shown(CHECKUP_FINDINGS, says="Whether the hips open too little (開排制限).")
    has_large_fontanelle: bool | None = shown(CHECKUP_FINDINGS, says="Whether the fontanelle is large (大泉門).")
    urine_protein: Grade | None = shown(CHECKUP_FINDINGS, says="Protein in urine (尿蛋白).")
    urine_blood: Grade | None = shown(CHECKUP_FINDINGS, says="Occult blood in urine (尿潜血).")
    finding_results: list[Result] | None = computed(
        CHECKUP_FINDINGS,
        by=noted(items.FINDINGS),
        over=_columns(items.FINDINGS),
        says="Judgement and findings, item by item (所見の項目).",
    )
    development: str | None = shown(CHECKUP_DEVELOPMENT, says="Development (発達).")
    holds_head: bool | None = shown(CHECKUP_DEVELOPMENT, says="Whether it holds its head (定頸).")
    development_results: list[Result] | None = computed(
        CHECKUP_DEVELOPMENT,
        by=noted(items.DEVELOPMENT),
        over=_columns(items.DEVELOPMENT),
        says="Development, item by item (発達の項目).",
    )
    dental: str | None = shown(DENTAL, says="Teeth (歯科所見).")
    plaque: Plaque | None = shown(DENTAL, says="Plaque on the teeth (歯の汚れ).")
    dental_results: list[Result] | None = computed(
        DENTAL, by=noted(items.DENTAL), over=_columns(items.DENTAL), says="Teeth, item by item (歯科の項目)."
    )
    venue: str | None = shown(CHECKUP_PLACE, says="Where it took place (会場).")
    recorded_at: datetime | None = shown(*ANY_PART, says="When this entry was made, if that is known (登録日時).")
    correction_reason: str | None = shown(CHECKUP_PLACE, says="Why an earlier entry was corrected (訂正の理由).")
    replaces_id: strawberry.ID | None = shown(*ANY_PART, says="The entry whose place this one takes (訂正前の記録).")
    is_replaced: bool = shown(*ANY_PART, says="Whether a later entry has taken its place (訂正済み).")
    sources: list[RecordSource] | None = computed(
        CHECKUP_PLACE,
        by=everything,
        over=(
            each(
                SOURCES.c.record_id,
                *SOURCES.c["organisation", "source_record_id", "legal_basis"],
                order=(SOURCES.c.received_at, SOURCES.c.id),
            ),
        ),
        kinds=NOT_SUPPLIERS,
        says="Who told of it, in the order in which it came (記録の出所).",
    )
