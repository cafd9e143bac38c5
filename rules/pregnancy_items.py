"""The items of examinations in pregnancy and after birth, from the standard record form: docs/pregnancy.md.

The ranges are this project's: what an instrument or a form can have shown, never a judgement.
"""

from typing import Any

from models.checkup import Grade
from models.pregnancy_checkup import BloodGroup, Cytology, MaternalVisit, Reaction, Rhesus
from models.refusal import RefusalCode, Refused
from rules.items import Item, Part, Unit, first_refusal

FORM_2018 = "厚生労働省 standard record form of 2018, as listed in its paper of 2022-06-30"
MEMORY = "recalled, not verified"
LOCAL = (
    "10 items of 0 to 3 points; 9 and more, or 1 and more in item 10, is a common flag (kurashi-rakuda, local practice)"
)
OWN = "free text beside the form: this project's decision"
FLAGGED_FROM, SELF_HARM_FROM = 9, 1  # the same

M = MaternalVisit
CARRYING = frozenset({M.PREGNANCY})
AT_BIRTH = frozenset({M.DELIVERY})
AFTER_BIRTH = frozenset({M.POSTPARTUM_2_WEEKS, M.POSTPARTUM_1_MONTH})
EXAMINED = CARRYING | AFTER_BIRTH
STRIP = tuple(Grade)
SHIN = STRIP[:4]  # oedema is graded to two plus


def _amount(name: str, part: Part, unit: Unit, span: tuple[int, int], about: tuple[str, frozenset[M] | None]) -> Item:
    return Item(name, part, about[0], unit, *span, visits=about[1])


def _visit(name: str, unit: Unit, span: tuple[int, int], source: str, visits: frozenset[M] = CARRYING) -> Item:
    return _amount(name, Part.VISIT, unit, span, (source, visits))


def _lab(name: str, unit: Unit, span: tuple[int, int], source: str, visits: frozenset[M] | None = None) -> Item:
    return _amount(name, Part.LAB, unit, span, (source, visits))


def _words(name: str, part: Part, source: str, words: Any = (), visits: frozenset[M] | None = CARRYING) -> Item:
    return Item(name, part, source, words=tuple(words), visits=visits)


VISIT = (
    _visit("weight_g", Unit.GRAM, (30_000, 200_000), FORM_2018, EXAMINED),
    _visit("pre_pregnancy_weight_g", Unit.GRAM, (30_000, 200_000), FORM_2018),
    _visit("height_mm", Unit.MILLIMETRE, (1_200, 2_100), FORM_2018),
    _visit("systolic_mmhg", Unit.MILLIMETRE_OF_MERCURY, (60, 260), MEMORY, EXAMINED),
    _visit("diastolic_mmhg", Unit.MILLIMETRE_OF_MERCURY, (30, 160), MEMORY, EXAMINED),
    _visit("fundal_height_mm", Unit.MILLIMETRE, (50, 500), f"from about week 16, {MEMORY}"),
    _visit("abdomen_mm", Unit.MILLIMETRE, (500, 1_800), "page of a clinic: not mandatory"),
    _words("urine_protein", Part.VISIT, MEMORY, STRIP, EXAMINED),
    _words("urine_glucose", Part.VISIT, MEMORY, STRIP, EXAMINED),
    _words("oedema", Part.VISIT, MEMORY, SHIN, EXAMINED),
    _words("has_hypertensive_disorder", Part.VISIT, FORM_2018, visits=None),
    _words("has_gestational_diabetes", Part.VISIT, FORM_2018, visits=None),
    _visit("gestation_at_birth_days", Unit.DAY, (22 * 7, 43 * 7 + 6), FORM_2018, AT_BIRTH),
    _visit("blood_loss_ml", Unit.MILLILITRE, (0, 10_000), FORM_2018, AT_BIRTH),
    _words("note", Part.VISIT, OWN, visits=None),
)
LAB = (
    _lab("haemoglobin_mg_dl", Unit.MILLIGRAM_PER_DECILITRE, (3_000, 20_000), FORM_2018),
    _lab("haematocrit_permille", Unit.PER_MILLE, (100, 600), FORM_2018),
    _lab("platelets_per_nl", Unit.PER_NANOLITRE, (10, 1_000), FORM_2018),
    _lab("blood_glucose_mg_dl", Unit.MILLIGRAM_PER_DECILITRE, (30, 500), MEMORY),
    _words("blood_group", Part.LAB, FORM_2018, BloodGroup),
    _words("rhesus", Part.LAB, FORM_2018, Rhesus),
    _words("irregular_antibody", Part.LAB, FORM_2018, Reaction),
    _words("hbs_antigen", Part.LAB, FORM_2018, Reaction),
    _words("hcv_antibody", Part.LAB, FORM_2018, Reaction),
    _words("hiv_antibody", Part.LAB, MEMORY, Reaction),
    _words("syphilis", Part.LAB, MEMORY, Reaction),
    _words("htlv1_antibody", Part.LAB, f"{FORM_2018}; by week 30", Reaction),
    _lab("rubella_titre", Unit.TITRE, (8, 2_048), FORM_2018, CARRYING),
    _words("cervical_cytology", Part.LAB, FORM_2018, Cytology),
)
MENTAL = (
    _amount("epds_points", Part.MENTAL, Unit.POINT, (0, 30), (LOCAL, AFTER_BIRTH)),
    _amount("epds_self_harm_points", Part.MENTAL, Unit.POINT, (0, 3), (LOCAL, AFTER_BIRTH)),
)
ITEMS = (*VISIT, *LAB, *MENTAL)
NAMES = tuple(item.name for item in ITEMS)


def refusal(visit: M, values: dict[str, Any]) -> Refused | None:
    """The first value that cannot be right, alone or beside another one."""
    refused = first_refusal(ITEMS, visit, values)
    if refused is not None:
        return refused
    for greater, less in (("systolic_mmhg", "diastolic_mmhg"), ("epds_points", "epds_self_harm_points")):
        high, low = values.get(greater), values.get(less)
        is_wrong = high is not None and low is not None and (low > high or (low == high and greater == "systolic_mmhg"))
        if is_wrong:
            return Refused(RefusalCode.VALUE_OUT_OF_RANGE, less)
    return None


def is_flagged(_today: Any, points: int | None, self_harm_points: int | None) -> bool | None:
    """Whether the score of the Edinburgh scale is one after which people are usually asked again; None without one."""
    if points is None and self_harm_points is None:
        return None
    return (points or 0) >= FLAGGED_FROM or (self_harm_points or 0) >= SELF_HARM_FROM
