"""Node: a measurement made at home, where it stands among those of other children, and charts."""

from datetime import date, datetime

import strawberry

from auth.groups import GROWTH_HOME, NOTES_HOME
from models.checkup import Checkup
from models.child import Child
from models.columns import standing as standing_rows
from models.entry_view import GrowthEntry, standing
from models.growth import GrowthReference, Measure
from models.ids import Letter
from resolvers import growth
from rules.entries import EntryStatus
from rules.growth.ages import age_days, corrected_age_days
from rules.growth.curves import percentiles
from schema.declare import computed, each, shown, whole
from schema.deed import deed
from schema.entry import recorded
from schema.faces import value
from schema.node import node

strawberry.enum(Measure, name="GrowthMeasure", description="What was measured, in grams or millimetres (計測項目).")

ROWS = GrowthEntry.rows.c
RECORDED_AT, STATUS, REPLACES, REASON = recorded(GROWTH_HOME, GrowthEntry)
COMPARED_BY = (ROWS.birth_date, ROWS.sex, ROWS.due_on, ROWS.measured_on)
TABLES = whole(
    GrowthReference,
    GrowthReference.survey_year,
    GrowthReference.measure,
    GrowthReference.sex,
    GrowthReference.source,
    GrowthReference.quality,
    GrowthReference.lines,
    order=(GrowthReference.id,),
)
# What a child's charts are made of, in the order of rules.growth.curves.
OF_A_CHILD = (Child.birth_date, Child.sex, Child.due_on)
CHARTED = (
    *OF_A_CHILD,
    each(
        ROWS.child_id,
        *ROWS["weight_g", "height_mm", "head_mm", "chest_mm"],
        order=(ROWS.measured_on, ROWS.id),
        only=standing(GrowthEntry),
    ),
    TABLES,
)


CHECKED = (
    *OF_A_CHILD,
    each(
        Checkup.child_id,
        *(Checkup.weight_g, Checkup.height_mm, Checkup.head_mm, Checkup.chest_mm),
        order=(Checkup.checked_on, Checkup.id),
        only=standing_rows(Checkup),
    ),
    TABLES,
)


@value
class GrowthPercentile:
    """Where a measure stands among those of children of the same age and sex (パーセンタイル); it is no judgement.

    `ageDays` is the age of those children: the corrected one where `isAgeCorrected`. `z` in standard deviations,
    `percentile` in percent, both null where the edition says no more than `label`: `<3`, `>=97`, `<0.1`, `>99.9`.
    """

    measure: Measure
    value: int
    edition: str
    age_days: int
    is_age_corrected: bool
    z: float | None
    percentile: float | None
    label: str


@value
class GrowthBand:
    """Seven percentiles at an age, in grams or millimetres (発育曲線の帯): straight lines join one to the next."""

    age_days: int
    p3: int
    p10: int
    p25: int
    p50: int
    p75: int
    p90: int
    p97: int


@value
class GrowthPoint:
    """One of the child's own measures on a chart; `ageDays` is the corrected age where `isAgeCorrected`."""

    measured_on: date
    age_days: int
    is_age_corrected: bool
    value: int


@value
class GrowthCurve:
    """A chart of one measure, ready to plot (発育曲線). `quality`: how the edition's numbers came about."""

    measure: Measure
    edition: str
    source: str
    quality: str
    bands: list[GrowthBand]
    points: list[GrowthPoint]


@node(of=GrowthEntry, letter=Letter.GROWTH)
class Growth:
    """A measurement made at home (成長記録)."""

    id: strawberry.ID = shown(GROWTH_HOME, says="Opaque id (ID).")
    measured_on: date = shown(GROWTH_HOME, says="The day (計測日).")
    age_days: int = computed(
        GROWTH_HOME, by=age_days, over=(ROWS.birth_date, ROWS.measured_on), says="Days since birth (日齢)."
    )
    corrected_age_days: int | None = computed(
        GROWTH_HOME,
        by=corrected_age_days,
        over=(ROWS.birth_date, ROWS.due_on, ROWS.measured_on),
        says="Days since the expected day of a preterm child who is not three yet; negative before it (修正日齢).",
    )
    weight_g: int | None = shown(GROWTH_HOME, says="Weight in grams (体重).")
    height_mm: int | None = shown(GROWTH_HOME, says="Height in millimetres (身長).")
    head_mm: int | None = shown(GROWTH_HOME, says="Head circumference in millimetres (頭囲).")
    chest_mm: int | None = shown(GROWTH_HOME, says="Chest circumference in millimetres (胸囲).")
    percentiles: list[GrowthPercentile] = computed(
        GROWTH_HOME,
        by=percentiles,
        over=(*COMPARED_BY, ROWS.weight_g, ROWS.height_mm, ROWS.head_mm, ROWS.chest_mm, TABLES),
        says="Where each measure stands, as far as the edition reaches: the newest, or the one named (パーセンタイル).",
        edition=str | None,
    )
    note: str | None = shown(NOTES_HOME, says="In a guardian's words (メモ).")
    recorded_at: datetime = RECORDED_AT
    status: EntryStatus = STATUS
    replaces_id: strawberry.ID | None = REPLACES
    correction_reason: str | None = REASON


CORRECT_GROWTH = deed(
    GROWTH_HOME,
    by=growth.correct,
    about=(Growth,),
    key="growth_id",
    says="A measurement is put right by a new entry (成長の記録の訂正).",
)
