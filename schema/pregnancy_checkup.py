"""Node: an examination in pregnancy or after birth."""

from datetime import date, datetime

import strawberry

from auth.groups import MOTHER_MENTAL, PREGNANCY_LAB, PREGNANCY_VISIT
from models import pregnancy_checkup as rows
from models.checkup import Grade
from models.columns import table_of
from models.ids import Letter
from models.pregnancy_checkup import BloodGroup, Cytology, DueBasis, MaternalVisit, Reaction, Rhesus
from rules import pregnancy_items as items
from rules.checkup_plan import DueStatus
from rules.items import Item, noted
from schema.checkup import Result
from schema.declare import computed, shown
from schema.faces import value
from schema.node import node

strawberry.enum(MaternalVisit, description="What is examined when (妊産婦健診の種類).")
strawberry.enum(Reaction, description="What a laboratory answers (陰性・陽性).")
strawberry.enum(BloodGroup, description="Blood group (ABO式血液型).")
strawberry.enum(Rhesus, description="Rhesus factor (Rh式血液型).")
strawberry.enum(Cytology, description="Cervical cytology by the Bethesda words (子宮頸部細胞診).")
strawberry.enum(DueBasis, description="What an expected day was reckoned from (予定日の根拠).")
ANY_PART = (PREGNANCY_VISIT, PREGNANCY_LAB, MOTHER_MENTAL)
CELLS = table_of(rows.PregnancyCheckup).c


def _columns(of: tuple[Item, ...]) -> tuple[object, ...]:
    return tuple(CELLS[item.name] for item in of)


@value
class Gestation:
    """Completed weeks and days since the last period, and the month, of which the first is 1 (妊娠週数)."""

    week: int
    day: int
    month: int


@value
class DueDate:
    """One entry about the expected day; the newest counts (予定日の履歴)."""

    due_on: date
    basis: DueBasis
    recorded_at: datetime


@value
class PlannedVisit:
    """One visit: in pregnancy with its number and week, after birth without (妊産婦健診の予定)."""

    kind: MaternalVisit
    number: int | None
    week: int | None
    status: DueStatus
    opens_on: date
    standard_to: date
    closes_on: date
    done_on: date | None


@value
class VisitPlan:
    """The fourteen visits in pregnancy and the two after birth, as of a day (妊産婦健診の予定一覧)."""

    as_of: date
    rules_version: str
    source: str
    visits: list[PlannedVisit]


@node(of=rows.PregnancyCheckup, letter=Letter.PREGNANCY_CHECKUP)
class PregnancyCheckup:
    """An examination in pregnancy or after birth (妊産婦健診記録). Infections and scores are the woman's alone."""

    id: strawberry.ID = shown(*ANY_PART, says="Opaque id (ID).")
    kind: MaternalVisit = shown(*ANY_PART, says="Which examination (健診の種類).")
    checked_on: date = shown(*ANY_PART, says="The day (受診日).")
    visit_number: int | None = shown(*ANY_PART, says="The number of its voucher, 1 to 14 (回数).")
    is_own_entry: bool = shown(*ANY_PART, says="Whether the woman entered it herself (本人の入力).")
    weight_g: int | None = shown(PREGNANCY_VISIT, says="Weight in grams (体重).")
    pre_pregnancy_weight_g: int | None = shown(PREGNANCY_VISIT, says="Weight before, in grams (妊娠前の体重).")
    height_mm: int | None = shown(PREGNANCY_VISIT, says="Height in millimetres (身長).")
    systolic_mmhg: int | None = shown(PREGNANCY_VISIT, says="Systolic blood pressure, mmHg (収縮期血圧).")
    diastolic_mmhg: int | None = shown(PREGNANCY_VISIT, says="Diastolic blood pressure, mmHg (拡張期血圧).")
    fundal_height_mm: int | None = shown(PREGNANCY_VISIT, says="Fundal height in millimetres (子宮底長).")
    abdomen_mm: int | None = shown(PREGNANCY_VISIT, says="Abdominal circumference in millimetres (腹囲).")
    urine_protein: Grade | None = shown(PREGNANCY_VISIT, says="Protein in urine (尿蛋白).")
    urine_glucose: Grade | None = shown(PREGNANCY_VISIT, says="Glucose in urine (尿糖).")
    oedema: Grade | None = shown(PREGNANCY_VISIT, says="Oedema (浮腫).")
    has_hypertensive_disorder: bool | None = shown(PREGNANCY_VISIT, says="Hypertensive disorder (妊娠高血圧症候群).")
    has_gestational_diabetes: bool | None = shown(PREGNANCY_VISIT, says="Gestational diabetes (妊娠糖尿病).")
    gestation_at_birth_days: int | None = shown(PREGNANCY_VISIT, says="Days of pregnancy at birth (在胎日数).")
    blood_loss_ml: int | None = shown(PREGNANCY_VISIT, says="Blood lost at birth, mL (出血量).")
    note: str | None = shown(PREGNANCY_VISIT, says="A note (メモ).")
    visit_results: list[Result] | None = computed(
        PREGNANCY_VISIT, by=noted(items.VISIT), over=_columns(items.VISIT), says="The same, item by item (健診の項目)."
    )
    haemoglobin_mg_dl: int | None = shown(PREGNANCY_LAB, says="Haemoglobin, mg/dL (ヘモグロビン).")
    haematocrit_permille: int | None = shown(PREGNANCY_LAB, says="Haematocrit, ‰ (ヘマトクリット).")
    platelets_per_nl: int | None = shown(PREGNANCY_LAB, says="Platelets per nanolitre (血小板).")
    blood_glucose_mg_dl: int | None = shown(PREGNANCY_LAB, says="Blood glucose, mg/dL (血糖).")
    blood_group: BloodGroup | None = shown(PREGNANCY_LAB, says="Blood group (ABO式血液型).")
    rhesus: Rhesus | None = shown(PREGNANCY_LAB, says="Rhesus factor (Rh式血液型).")
    irregular_antibody: Reaction | None = shown(PREGNANCY_LAB, says="Irregular antibodies (不規則抗体).")
    hbs_antigen: Reaction | None = shown(PREGNANCY_LAB, says="Hepatitis B (HBs抗原).")
    hcv_antibody: Reaction | None = shown(PREGNANCY_LAB, says="Hepatitis C (HCV抗体).")
    hiv_antibody: Reaction | None = shown(PREGNANCY_LAB, says="HIV (HIV抗体).")
    syphilis: Reaction | None = shown(PREGNANCY_LAB, says="Syphilis (梅毒).")
    htlv1_antibody: Reaction | None = shown(PREGNANCY_LAB, says="HTLV-1 (HTLV-1抗体).")
    rubella_titre: int | None = shown(PREGNANCY_LAB, says="Rubella, titre of HI (風疹抗体価).")
    cervical_cytology: Cytology | None = shown(PREGNANCY_LAB, says="Cervical cytology (子宮頸部細胞診).")
    lab_results: list[Result] | None = computed(
        PREGNANCY_LAB, by=noted(items.LAB), over=_columns(items.LAB), says="The same, item by item (検査の項目)."
    )
    epds_points: int | None = shown(MOTHER_MENTAL, says="Edinburgh scale, 0 to 30 (EPDS).")
    epds_self_harm_points: int | None = shown(MOTHER_MENTAL, says="Its item 10, 0 to 3 (EPDS質問10).")
    is_epds_flagged: bool | None = computed(
        MOTHER_MENTAL,
        by=items.is_flagged,
        over=_columns(items.MENTAL),
        says="9 points and more, or 1 and more in item 10: a score after which people ask again (EPDSの区分点).",
    )
    recorded_at: datetime = shown(*ANY_PART, says="When this entry was made (登録日時).")
    correction_reason: str | None = shown(PREGNANCY_VISIT, says="Why an earlier entry was corrected (訂正の理由).")
    replaces_id: strawberry.ID | None = shown(*ANY_PART, says="The entry whose place this one takes (訂正前の記録).")
    is_replaced: bool = shown(*ANY_PART, says="Whether a later entry has taken its place (訂正済み).")
