"""Node: a child, with the record that hangs below it."""

from datetime import date

import strawberry

from auth.groups import (
    ACCESS_LOG,
    ALLERGY_ALERT,
    CHECKUP_BODY,
    CHECKUP_PARENTING_Q,
    CHECKUP_PLACE,
    GROWTH_HOME,
    GUARDIANSHIP_EDGES,
    IDENTITY,
    NOTES_HOME,
    NOTICES,
    SCHOOL_HEALTH,
    SHARE_GRANTS,
    VACC_FORECAST,
    VACC_PLACE,
    VACC_RECORDS,
)
from models import child as rows
from models import entry_view as kept
from models import immunity_view as recorded
from models import register_view as views
from models.access_log import AccessEntry as AccessEntryRow
from models.checkup import Checkup as CheckupRow
from models.columns import standing as standing_rows
from models.columns import table_of
from models.contest import Contest as ContestRow
from models.holding import Holding
from models.ids import Letter
from models.immunity import ImmunityFact as FactRow
from models.link import LINKS
from models.notice_view import NOTICES as NOTICE_ROWS
from models.organisation import CallerKind
from models.questionnaire import Questionnaire as QuestionnaireRow
from models.reminder import REMINDERS
from models.resident import Sex
from models.school_checkup import SchoolCheckup as SchoolRow
from models.share import CHILD_SHARES
from models.vaccination import Vaccination as VaccinationRow
from models.vaccination import VaccinationReview as ReviewRow
from models.vaccination import stands
from rules import standing as reading
from rules.age import age_months
from rules.checkup_plan import of_child, of_pupil
from rules.growth.curves import checkup_curves, curves
from rules.holding import holders
from rules.immunisation import telling
from rules.school_items import EXAMINED
from schema.access_log import AccessEntry
from schema.alert import Allergy, Physician
from schema.checkup import ANY_PART, NOT_SUPPLIERS, Checkup, CheckupPlan
from schema.contest import Contest
from schema.declare import computed, each, edge, shown
from schema.diary import DiaryEntry
from schema.entry import history, standing
from schema.faces import Connection
from schema.growth import CHARTED, CHECKED, Growth, GrowthCurve
from schema.immunisation import EvaluatedDose, ImmunityFact, Schedule, VaccinationReview
from schema.link import RecordLink
from schema.node import node
from schema.notice import Notice
from schema.questionnaire import Questionnaire
from schema.record import RecordHolder
from schema.register import Guardianship, GuardianshipEntry, LifeEventEntry
from schema.reminder import Reminder
from schema.school_checkup import PlannedYear, SchoolCheckup
from schema.share import Share
from schema.vaccination import Vaccination

GROWTHS = kept.GrowthEntry.rows.c
SAID = ("kind", "recorded_at", "evidence")
DOSE = (
    VaccinationRow.vaccine,
    VaccinationRow.product_text,
    VaccinationRow.precision,
    VaccinationRow.is_lot_expired,
    VaccinationRow.is_wrongly_given,
)
REVIEW = (ReviewRow.vaccination_id, ReviewRow.is_counted, ReviewRow.replaces_id)
FACT = (
    FactRow.kind,
    FactRow.antigen,
    FactRow.condition,
    FactRow.happened_on,
    FactRow.replaces_id,
    FactRow.is_void,
)
# What the immunisation rules are told of a child, in the order of rules.immunisation.telling.Child.
VACCINATED = (
    rows.Child.birth_date,
    rows.Child.sex,
    rows.Child.died_on,
    rows.Child.moved_out_on,
    each(VaccinationRow.child_id, *DOSE, order=(VaccinationRow.given_on, VaccinationRow.id), only=stands()),
    each(ReviewRow.child_id, *REVIEW, order=(ReviewRow.recorded_at, ReviewRow.id)),
    each(FactRow.child_id, *FACT, order=(FactRow.recorded_at, FactRow.id)),
)


@node(of=rows.Child, letter=Letter.CHILD)
class Child:
    """A child in the maternal-and-child health record (子ども)."""

    id: strawberry.ID = shown(IDENTITY, says="Opaque id (ID).")
    name: str = shown(IDENTITY, says="Name (氏名).")
    name_kana: str = shown(IDENTITY, says="Name in kana (フリガナ).")
    birth_date: date = shown(IDENTITY, says="Birth date (生年月日).")
    sex: Sex = shown(IDENTITY, says="Sex (性別).")
    age_months: int = computed(IDENTITY, by=age_months, over=(rows.Child.birth_date,), says="Months of age (月齢).")
    allergies: str | None = shown(ALLERGY_ALERT, says="Allergies and emergency notes as taken over (アレルギー).")
    checkups: Connection[Checkup] | None = edge(
        *ANY_PART,
        to=CheckupRow.child_id,
        order=(CheckupRow.checked_on, CheckupRow.id),
        only=standing_rows(CheckupRow),
        says="Checkups that took place as their records stand, earliest first (健診).",
    )
    checkup_history: Connection[Checkup] | None = edge(
        *ANY_PART,
        to=CheckupRow.child_id,
        order=(CheckupRow.checked_on, CheckupRow.id),
        says="Every entry about checkups, those that were corrected too, earliest first (健診の履歴).",
    )
    checkup_plan: CheckupPlan | None = computed(
        *ANY_PART,
        by=of_child,
        over=(
            *(rows.Child.id, rows.Child.birth_date, rows.Child.died_on, rows.Child.moved_out_on),
            each(
                CheckupRow.child_id,
                CheckupRow.kind,
                order=(CheckupRow.checked_on, CheckupRow.id),
                only=standing_rows(CheckupRow),
            ),
        ),
        says="Which checkups are done, due, overdue and to come, as of today (健診の予定).",
    )
    parenting_answers: Connection[Questionnaire] | None = edge(
        CHECKUP_PARENTING_Q,
        to=QuestionnaireRow.child_id,
        order=(QuestionnaireRow.answered_on, QuestionnaireRow.id),
        only=standing_rows(QuestionnaireRow),
        says="Answers to the questions on parenting, to a guardian the own ones alone, earliest first (育児の質問票).",
    )
    parenting_answer_history: Connection[Questionnaire] | None = edge(
        CHECKUP_PARENTING_Q,
        to=QuestionnaireRow.child_id,
        order=(QuestionnaireRow.answered_on, QuestionnaireRow.id),
        says="Every answer, those that were given anew too, earliest first (質問票の履歴).",
    )
    school_checkups: Connection[SchoolCheckup] | None = edge(
        SCHOOL_HEALTH,
        to=SchoolRow.child_id,
        order=(SchoolRow.checked_on, SchoolRow.id),
        only=standing_rows(SchoolRow),
        says="Checkups at school as their records stand, earliest first (学校健診).",
    )
    school_checkup_history: Connection[SchoolCheckup] | None = edge(
        SCHOOL_HEALTH,
        to=SchoolRow.child_id,
        order=(SchoolRow.checked_on, SchoolRow.id),
        says="Every entry about checkups at school, those that were corrected too (学校健診の履歴).",
    )
    school_checkup_plan: list[PlannedYear] | None = computed(
        SCHOOL_HEALTH,
        by=of_pupil,
        over=(
            *(rows.Child.birth_date, rows.Child.died_on, rows.Child.moved_out_on),
            each(
                SchoolRow.child_id,
                *table_of(SchoolRow).c[EXAMINED],
                order=(SchoolRow.checked_on, SchoolRow.id),
                only=standing_rows(SchoolRow),
            ),
        ),
        kinds=frozenset(CallerKind) - {CallerKind.SCHOOL},  # which sees what it supplied
        says="The checkup of each school year: done, due, overdue and to come, as of today (学校健診の予定).",
    )
    vaccinations: Connection[Vaccination] | None = edge(
        VACC_RECORDS,
        to=VaccinationRow.child_id,
        order=(VaccinationRow.given_on, VaccinationRow.id),
        only=stands(),
        says="Doses given as their records stand, earliest first (接種).",
    )
    evaluated_doses: list[EvaluatedDose] | None = computed(
        VACC_RECORDS,
        by=telling.evaluated,
        over=VACCINATED,
        says="What the rules say of each dose on record, earliest first (接種の判定).",
    )
    schedule: Schedule | None = computed(
        VACC_FORECAST,
        by=telling.schedule,
        over=VACCINATED,
        says="How each series of doses stands today, and the next doses (予防接種スケジュール).",
    )
    vaccination_history: Connection[Vaccination] | None = edge(
        VACC_RECORDS,
        to=VaccinationRow.child_id,
        order=(VaccinationRow.given_on, VaccinationRow.id),
        says="Every entry about doses, those that were corrected or struck out too, earliest first (接種の履歴).",
    )
    vaccination_reviews: list[VaccinationReview] | None = computed(
        VACC_PLACE,
        by=reading.everything,
        over=(
            each(
                ReviewRow.child_id,
                *REVIEW,
                ReviewRow.evidence,
                order=(ReviewRow.recorded_at, ReviewRow.id),
            ),
        ),
        says="Every decision about a doubtful dose, in the order of time (接種の確認).",
    )
    immunity_facts: list[ImmunityFact] | None = computed(
        VACC_FORECAST,
        by=reading.everything,
        over=(
            each(
                recorded.FactEntry.c.child_id,
                *recorded.FactEntry.c["kind", "antigen", "condition", "happened_on"],
                *recorded.FactEntry.c["replaces_id", "is_void", "is_replaced"],
                order=(recorded.FactEntry.c.recorded_at, recorded.FactEntry.c.id),
            ),
        ),
        says="Every entry about diseases, conditions and long illness that the schedule goes by (罹患歴・要相談事項).",
    )
    growth: Connection[Growth] | None = edge(
        GROWTH_HOME,
        to=GROWTHS.child_id,
        order=(GROWTHS.measured_on, GROWTHS.id),
        only=kept.standing(kept.GrowthEntry),
        says="Measurements made at home that stand, earliest first (成長記録).",
    )
    growth_history: Connection[Growth] | None = history(
        GROWTH_HOME,
        kept.GrowthEntry,
        "Every measurement that was written down, corrected ones too, newest entry first (成長記録の履歴).",
    )
    growth_curves: list[GrowthCurve] | None = computed(
        GROWTH_HOME,
        by=curves,
        over=CHARTED,
        says="A chart of each measure that the edition has, with the measures made at home (発育曲線).",
        edition=str | None,
    )
    checkup_curves: list[GrowthCurve] | None = computed(
        CHECKUP_BODY,
        by=checkup_curves,
        over=CHECKED,
        kinds=NOT_SUPPLIERS,
        says="The same charts with what was measured at checkups (健診の発育曲線).",
        edition=str | None,
    )
    conditions: Connection[DiaryEntry] | None = standing(
        NOTES_HOME,
        kept.DiaryEntries,
        kept.DiaryEntries.rows.c.observed_at,
        "How the child was, entries that stand, newest first (体調の記録).",
    )
    condition_history: Connection[DiaryEntry] | None = history(
        NOTES_HOME,
        kept.DiaryEntries,
        "Every entry of the diary, corrected ones too, newest entry first (体調の記録の履歴).",
    )
    known_allergies: Connection[Allergy] | None = standing(
        ALLERGY_ALERT,
        kept.AllergyEntry,
        kept.AllergyEntry.rows.c.recorded_at,
        "Allergies as guardians know them, newest entry first (アレルギーの一覧).",
    )
    allergy_history: Connection[Allergy] | None = history(
        ALLERGY_ALERT,
        kept.AllergyEntry,
        "Every entry about allergies, corrected ones too, newest entry first (アレルギーの履歴).",
    )
    physicians: Connection[Physician] | None = standing(
        CHECKUP_PLACE,
        kept.PhysicianEntry,
        kept.PhysicianEntry.rows.c.recorded_at,
        "Who treats the child, newest entry first (かかりつけ医).",
    )
    physician_history: Connection[Physician] | None = history(
        CHECKUP_PLACE,
        kept.PhysicianEntry,
        "Every entry about physicians, corrected ones too, newest entry first (かかりつけ医の履歴).",
    )
    sharing: Connection[Share] | None = edge(
        SHARE_GRANTS,
        to=CHILD_SHARES.rows.c.child_id,
        order=(CHILD_SHARES.rows.c.given_at, CHILD_SHARES.rows.c.id),
        newest_first=True,
        says="To whom the record was opened, invitations that wait included, newest first (共有).",
    )
    contests: Connection[Contest] | None = edge(
        VACC_PLACE,
        to=ContestRow.child_id,
        order=(ContestRow.contested_at, ContestRow.id),
        newest_first=True,
        says="What guardians said is wrong with doses and checkups, and what was decided, newest first (訂正請求).",
    )
    links: Connection[RecordLink] | None = edge(
        SHARE_GRANTS,
        to=LINKS.rows.c.child_id,
        order=(LINKS.rows.c.issued_at, LINKS.rows.c.id),
        newest_first=True,
        says="Organisations whose own number stands for the child, codes that wait included, newest first (連携).",
    )
    record_sources: list[RecordHolder] | None = computed(
        VACC_PLACE,
        by=holders,
        over=(
            rows.Child.moved_out_on,
            each(
                Holding.c.child_id,
                *Holding.c["organisation_id", "organisation", "municipality_code", "moved_on", "received_at"],
                *Holding.c["issued_at", "expires_at", "linked_at", "revoked_at", "own_child_id"],
                order=(Holding.c.organisation, Holding.c.id),
            ),
        ),
        says="Other cities that have a part of the record, and whether guardians let them in (他の市区町村の記録).",
    )
    reminders: Connection[Reminder] | None = edge(
        SHARE_GRANTS,
        to=REMINDERS.rows.c.child_id,
        order=(REMINDERS.rows.c.added_at, REMINDERS.rows.c.id),
        newest_first=True,
        says="Addresses that get the dates of what is next, newest first (通知先).",
    )
    notices: Connection[Notice] | None = edge(
        NOTICES,
        to=NOTICE_ROWS.rows.c.child_id,
        order=(NOTICE_ROWS.rows.c.published_at, NOTICE_ROWS.rows.c.id),
        newest_first=True,
        says="What is told about the child, newest first (お知らせ).",
    )
    access_log: Connection[AccessEntry] | None = edge(
        ACCESS_LOG,
        to=AccessEntryRow.subject_id,
        order=(AccessEntryRow.seq,),
        newest_first=True,
        says="Who looked at the record, newest first (閲覧記録).",
    )
    relations: list[Guardianship] | None = computed(
        GUARDIANSHIP_EDGES,
        by=reading.not_ended,
        over=(
            each(
                views.Relation.c.child_id,
                *views.Relation.c["holder", "valid_to", *SAID],
                order=(views.Relation.c.valid_from, views.Relation.c.id),
            ),
        ),
        says="Relations that hold or will, earliest first (関係).",
    )
    relation_history: list[GuardianshipEntry] | None = computed(
        GUARDIANSHIP_EDGES,
        by=reading.history,
        over=(
            each(
                views.RelationEntry.c.child_id,
                *views.RelationEntry.c["holder", "valid_from", "valid_to", *SAID],
                *views.RelationEntry.c["recorded_by", "replaces_id", "is_replaced", "is_sealed"],
                order=(views.RelationEntry.c.recorded_at, views.RelationEntry.c.id),
            ),
        ),
        writers=True,
        says="Every entry about its relations, replaced and sealed ones too, as they were recorded (関係の履歴).",
    )
    life_events: list[LifeEventEntry] | None = computed(
        GUARDIANSHIP_EDGES,
        by=reading.everything,
        over=(
            each(
                views.LifeEventEntry.c.child_id,
                *views.LifeEventEntry.c["happened_on", *SAID, "replaces_id", "is_replaced"],
                order=(views.LifeEventEntry.c.recorded_at, views.LifeEventEntry.c.id),
            ),
        ),
        writers=True,
        says="Every entry about birth, death and moves, as they were recorded (異動の履歴).",
    )
