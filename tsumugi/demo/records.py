"""The health record of a child of the demo town: doses, checkups, and what the family measured at home."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from models.checkup import Checkup, CheckupKind, Finding, Grade, Judgement, Nutrition, Plaque
from models.child import Child
from models.growth import Growth
from models.ids import Letter
from models.organisation import CallerKind, Organisation
from models.resident import Resident
from models.school_checkup import SchoolCheckup, Sight
from models.vaccination import Vaccination
from rules.checkup_programme import school_years
from rules.growth.ages import age
from tsumugi.demo.bodies import Line, body, line
from tsumugi.demo.doses import Dose, doses
from tsumugi.demo.draw import Draw, at, months_after, on_weekday, school_entry


class Care(NamedTuple):
    """Who looks after a child: the family's clinic, another one for now and then, and who measures at home.

    `attendance` is the share of checkups that take place.
    """

    clinic: Organisation
    other: Organisation
    carer: Resident
    attendance: float = 0.95


class Visit(NamedTuple):
    """When a checkup takes place: from so many months after birth on, within so many days, and whether at a clinic."""

    kind: CheckupKind
    month: int
    within_days: int
    is_at_clinic: bool


# Ages: Maternal and Child Health Act 12 and 13 and the Children and Families Agency's programme; MONTH_1 is days 28-41.
VISITS = (
    Visit(CheckupKind.MONTH_1, 1, 9, is_at_clinic=True),
    Visit(CheckupKind.MONTHS_3_4, 3, 40, is_at_clinic=False),
    Visit(CheckupKind.MONTHS_6_7, 6, 40, is_at_clinic=True),
    Visit(CheckupKind.MONTHS_9_10, 9, 40, is_at_clinic=True),
    Visit(CheckupKind.MONTHS_18, 18, 60, is_at_clinic=False),
    Visit(CheckupKind.YEARS_3, 37, 120, is_at_clinic=False),
    Visit(CheckupKind.YEARS_5, 60, 150, is_at_clinic=False),
)
YEARS_5_SINCE = date(2024, 1, 1)  # nationally subsidised since fiscal 2023
DENTAL_FROM_MONTH = 18
HEAD_TO_MONTH = 37
MEASURED_TO_DAYS = 2_300  # the home record ends with school entry
JUDGEMENTS = (Judgement.HEALTHY,) * 17 + (Judgement.OBSERVE,) * 2 + (Judgement.GUIDANCE,)
FINDINGS = ("皮膚の乾燥あり", "湿疹あり、経過をみる", "心雑音なし、鼻汁あり", "体重の増えかたを次回確認")
DEVELOPMENT = ("月齢相応", "月齢相応", "月齢相応", "ことばの様子を次回確認")
TEETH = ("むし歯なし", "むし歯なし", "歯垢が少しあり", "処置した歯が1本")
VENUE = "保健センター"
ORGANS = dict.fromkeys(("eye_position", "vision", "hearing"), Finding.NONE)
FORMS: dict[CheckupKind, dict[str, Any]] = {  # what most forms say of the items that belong to the visit
    CheckupKind.MONTHS_3_4: {"is_hip_limited": False, "has_large_fontanelle": False, "holds_head": True},
    CheckupKind.MONTHS_18: {
        "nutrition": Nutrition.GOOD,
        "drinks_breast_milk": False,
        "is_weaned": True,
        "plaque": Plaque.LITTLE,
        **ORGANS,
    },
    CheckupKind.YEARS_3: {
        "skin": Finding.NONE,
        "respiratory": Finding.NONE,
        "urine_protein": Grade.NEGATIVE,
        "urine_blood": Grade.NEGATIVE,
        "plaque": Plaque.CLEAN,
        **ORGANS,
    },
}
OTHER_CLINIC_SHARE = 0.08


def keep_record(draw: Draw, child: Child, care: Care) -> None:
    """Everything that a record of that age holds."""
    clinics: dict[date, Organisation] = {}  # what is given on one day is given in one place
    for dose in doses(child.birth_date, child.sex, draw.today, draw.chance):
        if dose.given_on not in clinics:
            clinics[dose.given_on] = care.other if draw.happens(OTHER_CLINIC_SHARE) else care.clinic
        draw.town.vaccinations.append(vaccinated(draw, child, dose, clinics[dose.given_on]))
    growing = line(draw.chance)
    draw.town.checkups.extend(_checkups(draw, child, growing, care))
    draw.town.growths.extend(_growths(draw, child, growing, care.carer))


def vaccinated(draw: Draw, child: Child, dose: Dose, clinic: Organisation) -> Vaccination:
    """A dose as the clinic that gave it supplied it."""
    return Vaccination(
        id=draw.id(Letter.VACCINATION),
        child_id=child.id,
        vaccine=dose.vaccine,
        given_on=dose.given_on,
        lot=f"{dose.vaccine.name[:2]}{draw.chance.randint(100, 999)}",
        clinic=clinic.name,
        doctor=f"{clinic.name}の医師",
        municipality_code=draw.code,
        organisation_id=clinic.id,
        source_record_id=f"V{len(draw.town.vaccinations) + 1:06d}",
    )


def _checkups(draw: Draw, child: Child, growing: Line, care: Care) -> Iterator[Checkup]:
    office = draw.offices(CallerKind.STAFF_HEALTH)[0]
    for visit, day in _visits(draw, child, care.attendance):
        month = visit.month
        measured = body(growing, child.sex, _age(child, day), draw.chance)
        judgement = draw.one(JUDGEMENTS)
        supplier = care.clinic if visit.is_at_clinic else office
        yield Checkup(
            id=draw.id(Letter.CHECKUP),
            child_id=child.id,
            kind=visit.kind,
            checked_on=day,
            weight_g=measured.weight_g,
            height_mm=measured.height_mm,
            head_mm=measured.head_mm if month <= HEAD_TO_MONTH else None,
            chest_mm=measured.chest_mm if month <= DENTAL_FROM_MONTH else None,
            judgement=judgement,
            findings="所見なし" if judgement is Judgement.HEALTHY else draw.one(FINDINGS),
            development=draw.one(DEVELOPMENT),
            dental=draw.one(TEETH) if month >= DENTAL_FROM_MONTH else None,
            venue=supplier.name if visit.is_at_clinic else VENUE,
            organisation_id=supplier.id,
            source_record_id=f"K{draw.chance.randint(0, 999_999):06d}",
            recorded_at=at(day, 16),
            **FORMS.get(visit.kind, {}),
        )


def _visits(draw: Draw, child: Child, attendance: float) -> Iterator[tuple[Visit, date]]:
    for visit in VISITS:
        day = on_weekday(months_after(child.birth_date, visit.month) + draw.days(0, visit.within_days))
        is_offered = visit.kind is not CheckupKind.YEARS_5 or day >= YEARS_5_SINCE
        if draw.happens(attendance) and is_offered and day <= draw.today:
            yield visit, day
    autumn = date(school_entry(child.birth_date).year - 1, 10, 1)
    day = on_weekday(autumn + draw.days(0, 50))
    if day <= draw.today:
        yield Visit(CheckupKind.BEFORE_SCHOOL, 72, 0, is_at_clinic=False), day


def _growths(draw: Draw, child: Child, growing: Line, carer: Resident) -> Iterator[Growth]:
    lived = min((draw.today - child.birth_date).days, MEASURED_TO_DAYS)
    for age_days in sorted(
        draw.chance.sample(range(1, max(lived, 2)), min(draw.chance.randint(3, 6), max(lived // 14, 1)))
    ):
        day = child.birth_date + timedelta(days=age_days)
        measured = body(growing, child.sex, _age(child, day), draw.chance)
        yield Growth(
            id=draw.id(Letter.GROWTH),
            child_id=child.id,
            measured_on=day,
            weight_g=measured.weight_g,
            height_mm=measured.height_mm,
            recorded_by_id=carer.id,
            recorded_at=at(day, draw.chance.randint(6, 22), draw.chance.randint(0, 59)),
        )


def school_checkups(draw: Draw, pupil: Child, school: Organisation) -> Iterator[SchoolCheckup]:
    """One in each spring that the pupil has been at school."""
    growing = line(draw.chance)
    for year in school_years(pupil.birth_date):
        day = on_weekday(year.opens_on + draw.days(20, 80))
        if day <= draw.today:
            measured = body(growing, pupil.sex, (day - pupil.birth_date).days, draw.chance)
            yield SchoolCheckup(
                id=draw.id(Letter.SCHOOL_CHECKUP),
                child_id=pupil.id,
                grade=year.grade,
                checked_on=day,
                weight_g=measured.weight_g,
                height_mm=measured.height_mm,
                sight_right=Sight.A,
                sight_left=Sight.B,
                hearing=Finding.NONE,
                tuberculosis=Finding.NONE,
                urine=Finding.NONE,
                heart=Finding.NONE,
                dental=draw.one(TEETH),
                school=school.name,
                organisation_id=school.id,
                recorded_at=at(day, 16),
            )


def _age(child: Child, day: date) -> int:
    """The age by which a child has grown: before the expected day it is smaller than those born then."""
    return age(child.birth_date, child.due_on, day).compared_days
