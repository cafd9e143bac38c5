"""Values of immunisation: a child's schedule, the verdicts on doses, and the public catalogue of vaccines."""

from datetime import date, datetime

import strawberry

from models.immunisation import (
    Antigen,
    Caution,
    Condition,
    Counts,
    LegalStatus,
    Programme,
    Reason,
    SeriesReason,
    SeriesStatus,
    VaccineKind,
)
from models.immunity import ImmunityFactKind
from models.resident import Sex
from models.vaccination import DatePrecision, Vaccine
from schema.faces import value

strawberry.enum(Sex, description="As the register keeps it (性別).")
strawberry.enum(Vaccine, description="A product (ワクチン製剤).")
strawberry.enum(LegalStatus, description="Whether a dose is one of the routine programme (定期接種か).")
strawberry.enum(Counts, name="DoseCounts", description="Whether a dose fills its place in the series (有効回数か).")
strawberry.enum(Reason, name="DoseReason", description="Why a dose is judged as it is (判定理由).")
strawberry.enum(Caution, name="DoseWarning", description="What ought to be known of a dose that is in order (注意).")
strawberry.enum(SeriesStatus, description="How a series stands on a day (接種状況).")
strawberry.enum(SeriesReason, description="Why a series stands so, where its dates do not say so (状況の理由).")
strawberry.enum(Programme, name="VaccineProgramme", description="Who stands behind a series (定期・任意の別).")
strawberry.enum(VaccineKind, description="What the interval rules ask of a product (ワクチンの種類).")
strawberry.enum(Antigen, description="What a product protects from (対象疾病).")
strawberry.enum(Condition, description="What a doctor has to be asked about (要相談事項).")
strawberry.enum(DatePrecision, description="What is known of a day (日付の精度).")
strawberry.enum(ImmunityFactKind, description="What an entry tells of (記録の種類).")


@value
class RuleSource:
    """Where a figure of the rules was read (出典); without an address where it has none of its own."""

    title: str
    address: str


@value
class NextDose:
    """The next dose of a series (次回接種).

    `earliest` is the first legal day, past or to come; `pastDue` the day from which it is overdue, null where no
    standard period is published; `latest` the last legal day, null where there is none.
    """

    n: int
    earliest: date
    recommended: date
    past_due: date | None
    latest: date | None
    legal_status: LegalStatus
    products: list[Vaccine]
    warnings: list[Caution]


@value
class ScheduledSeries:
    """How one series of doses stands (接種シリーズの状況). It informs, and is no medical advice."""

    series: str
    name: str
    name_ja: str
    programme: Programme
    status: SeriesStatus
    reasons: list[SeriesReason]
    next: NextDose | None
    latest: date | None
    variant: str | None
    doses_needed: int | None
    notes: list[str]
    rule: str | None
    sources: list[RuleSource]


@value
class Schedule:
    """The immunisation schedule of a child on a day (予防接種スケジュール). It informs, and is no medical advice.

    `liveChoice`: injected live vaccines that are due together, to be given on one day or 28 days apart.
    `dosesToReview`: how many doses on record somebody has to look at before the schedule can be relied on.
    """

    as_of: date
    rules_version: str
    series: list[ScheduledSeries]
    live_choice: list[str]
    doses_to_review: int


@value
class EvaluatedDose:
    """The verdict on one dose on record (接種の判定): its legal status, and whether it counts, as two answers."""

    vaccination_id: strawberry.ID
    vaccine: Vaccine | None
    product_text: str | None
    given_on: date
    precision: DatePrecision
    legal_status: LegalStatus
    counts: Counts
    reasons: list[Reason]
    warnings: list[Caution]
    series: str | None
    n: int | None
    allowed_first_day: date | None
    allowed_last_day: date | None
    rule: str | None
    sources: list[RuleSource]
    rules_version: str
    as_of: date


@value
class VaccinationReview:
    """What a doctor or the city decided about a doubtful dose (接種の確認); a later one replaces it."""

    id: strawberry.ID
    vaccination_id: strawberry.ID
    is_counted: bool
    evidence: str
    recorded_at: datetime
    replaces_id: strawberry.ID | None


@value
class ImmunityFact:
    """An entry about a disease, a condition or a long illness (罹患歴・要相談事項); `isVoid`: never so, or over."""

    id: strawberry.ID
    kind: ImmunityFactKind
    antigen: Antigen | None
    condition: Condition | None
    happened_on: date
    recorded_at: datetime
    replaces_id: strawberry.ID | None
    is_void: bool
    is_replaced: bool


@value
class VaccineProduct:
    """A product, when it is in the routine programme and on sale, and the series of its doses (ワクチン製剤)."""

    vaccine: Vaccine
    name: str
    kind: VaccineKind
    antigens: list[Antigen]
    series: list[str]
    routine_from: date | None
    routine_to: date | None
    sold_until: date | None
    sources: list[RuleSource]


@value
class SeriesRule:
    """What the law said of a series from one day to another, and where it was read (適用規則)."""

    id: str
    effective_from: date | None
    effective_to: date | None
    sources: list[RuleSource]


@value
class VaccineSeries:
    """Doses against one disease that belong together, and for whom (接種シリーズ)."""

    id: str
    name: str
    name_ja: str
    programme: Programme
    products: list[Vaccine]
    born_from: date | None
    born_to: date | None
    sex: Sex | None
    notes: list[str]
    rules: list[SeriesRule]


@value
class VaccineCatalogue:
    """Every product and series that the rules know (ワクチン一覧)."""

    rules_version: str
    products: list[VaccineProduct]
    series: list[VaccineSeries]
