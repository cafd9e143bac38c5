"""The record of a pregnancy in the demo town: the expected day, the clinic's visit, the woman's own entries."""

from datetime import date, timedelta

from models.checkup import Grade
from models.ids import Letter
from models.pregnancy import Pregnancy
from models.pregnancy_checkup import (
    BloodGroup,
    Cytology,
    DueBasis,
    DueDate,
    MaternalVisit,
    PregnancyCheckup,
    Reaction,
    Rhesus,
)
from rules.pregnancy import windows
from tsumugi.demo.draw import Draw, at, on_weekday

EARLIER = timedelta(days=4)  # what the last period said
NEGATIVES = ("irregular_antibody", "hbs_antigen", "hcv_antibody", "hiv_antibody", "syphilis", "htlv1_antibody")
BEFORE_G, GAIN_G = 52_000, 600
HEIGHT_MM = 1_580


def keep_pregnancy(draw: Draw, pregnancy: Pregnancy) -> None:
    """The visits until today but for the last, which she has yet to go to."""
    _expect(draw, pregnancy)
    days = [on_weekday(each.opens_on + timedelta(days=2)) for each in windows(pregnancy.due_on)]
    gone = [day for day in days if day <= draw.today][:-1]
    for number, day in enumerate(gone, start=1):
        draw.town.pregnancy_checkups.append(_visit(draw, pregnancy, day, number))


def _expect(draw: Draw, pregnancy: Pregnancy) -> None:
    told = ((pregnancy.due_on - EARLIER, DueBasis.NOTIFICATION), (pregnancy.due_on, DueBasis.ULTRASOUND))
    for number, (due_on, basis) in enumerate(told, start=1):
        row = DueDate(
            id=draw.id(Letter.LOG),
            pregnancy_id=pregnancy.id,
            number=number,
            due_on=due_on,
            basis=basis,
            recorded_at=at(pregnancy.notified_on + timedelta(weeks=2 * (number - 1)), 10),
            organisation_id=pregnancy.organisation_id,
        )
        draw.town.due_dates.append(row)


def _visit(draw: Draw, pregnancy: Pregnancy, day: date, number: int) -> PregnancyCheckup:
    """The first is the clinic's, with what is tested once; of the others she keeps her own record."""
    is_first = number == 1
    row = PregnancyCheckup(
        id=draw.id(Letter.PREGNANCY_CHECKUP),
        pregnancy_id=pregnancy.id,
        kind=MaternalVisit.PREGNANCY,
        checked_on=day,
        visit_number=number,
        is_own_entry=not is_first,
        weight_g=BEFORE_G + GAIN_G * number,
        systolic_mmhg=108 + number,
        diastolic_mmhg=64 + number,
        urine_protein=Grade.NEGATIVE,
        urine_glucose=Grade.NEGATIVE,
        oedema=Grade.NEGATIVE,
        organisation_id=pregnancy.organisation_id if is_first else None,
        recorded_at=at(day, 15),
    )
    return _tested(row) if is_first else row


def _tested(row: PregnancyCheckup) -> PregnancyCheckup:
    row.height_mm, row.pre_pregnancy_weight_g = HEIGHT_MM, BEFORE_G
    row.haemoglobin_mg_dl, row.haematocrit_permille, row.platelets_per_nl = 12_400, 372, 254
    row.blood_glucose_mg_dl, row.rubella_titre = 84, 64
    row.blood_group, row.rhesus, row.cervical_cytology = BloodGroup.O, Rhesus.POSITIVE, Cytology.NILM
    for name in NEGATIVES:
        setattr(row, name, Reaction.NEGATIVE)
    return row
