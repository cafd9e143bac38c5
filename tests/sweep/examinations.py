"""What examinations left of a case: of woman and child, at school and in confidence, with their corrections."""

from datetime import UTC, date, datetime

from models.checkup import Checkup, CheckupKind, Finding, Grade, Judgement, Nutrition, Plaque
from models.ids import Letter
from models.pregnancy_checkup import DueBasis, DueDate, MaternalVisit, PregnancyCheckup
from models.questionnaire import Questionnaire, Reply
from models.school_checkup import SchoolCheckup, Sight
from rules.pregnancy_items import ITEMS

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 1, tzinfo=UTC)


def expect(town, case, mark):
    """A history of the expected day, and an examination with every item, whatever its form holds."""
    about = {"pregnancy_id": case.ids["Pregnancy"], "organisation_id": town.clinic.id, "recorded_at": AT}
    town.add(DueDate(id=town.id(Letter.LOG), number=1, due_on=TODAY, basis=DueBasis.ULTRASOUND, **about))
    amounts = dict.fromkeys((item.name for item in ITEMS if item.unit), 1)
    words = {item.name: item.words[0] for item in ITEMS if item.words}
    signs = dict.fromkeys(("has_hypertensive_disorder", "has_gestational_diabetes"), False)
    visit = {"kind": MaternalVisit.PREGNANCY, "checked_on": TODAY, "is_own_entry": False, **about}
    first = town.add(PregnancyCheckup(id=town.id(Letter.PREGNANCY_CHECKUP), is_replaced=True, **visit))
    said = {"note": f"{mark}-note", "correction_reason": f"{mark}-mistake", "replaces_id": first.id}
    row = PregnancyCheckup(
        id=town.id(Letter.PREGNANCY_CHECKUP), visit_number=1, **said, **amounts, **words, **signs, **visit
    )
    case.ids["PregnancyCheckup"] = town.add(row).id


def confide(town, case, mark):
    """Answers of somebody, given anew, and the corrected record of a school."""
    told = {"child_id": case.child.id, "recorded_at": AT}
    answers = {"kind": CheckupKind.YEARS_3, "answered_on": TODAY, "answered_by_id": case.mother.id, **told}
    first = town.add(Questionnaire(id=town.id(Letter.QUESTIONNAIRE), is_replaced=True, **answers))
    replies = dict.fromkeys(("has_hit", "has_left_alone", "worries_about_money"), Reply.DECLINED)
    said = {"note": f"{mark}-confided", "replaces_id": first.id}
    case.answers = town.add(Questionnaire(id=town.id(Letter.QUESTIONNAIRE), **replies, **said, **answers))
    case.ids["Questionnaire"] = case.answers.id
    about = {"grade": 1, "checked_on": TODAY, "organisation_id": town.school.id, **told}
    first = town.add(SchoolCheckup(id=town.id(Letter.SCHOOL_CHECKUP), is_replaced=True, **about))
    organs = dict.fromkeys(("hearing", "tuberculosis", "urine", "heart"), Finding.NONE)
    texts = {"findings": "pupil", "dental": "tooth", "school": "school", "correction_reason": "slip"}
    row = SchoolCheckup(
        id=town.id(Letter.SCHOOL_CHECKUP),
        weight_g=20_000,
        height_mm=1_100,
        sight_right=Sight.A,
        sight_left=Sight.B,
        replaces_id=first.id,
        **organs,
        **{name: f"{mark}-{end}" for name, end in texts.items()},
        **about,
    )
    case.ids["SchoolCheckup"] = town.add(row).id


def corrected(town, case, mark, body):
    """A correction of an entry that said nothing; every item is there, whatever the form of the visit holds."""
    about = {"child_id": case.child.id, "kind": CheckupKind.YEARS_5, "checked_on": TODAY}
    first = town.add(Checkup(id=town.id(Letter.CHECKUP), is_replaced=True, **about))
    organs = dict.fromkeys(("eye_position", "vision", "hearing", "skin", "respiratory"), Finding.NONE)
    signs = ("drinks_breast_milk", "is_weaned", "is_hip_limited", "has_large_fontanelle", "holds_head")
    return Checkup(
        id=town.id(Letter.CHECKUP),
        judgement=Judgement.HEALTHY,
        findings=f"{mark}-findings",
        development=f"{mark}-development",
        dental=f"{mark}-dental",
        venue=f"{mark}-venue",
        nutrition=Nutrition.GOOD,
        urine_protein=Grade.NEGATIVE,
        urine_blood=Grade.TRACE,
        plaque=Plaque.CLEAN,
        organisation_id=town.clinic.id,
        recorded_at=AT,
        correction_reason=f"{mark}-reason",
        replaces_id=first.id,
        **organs,
        **dict.fromkeys(signs, False),
        **body,
        **about,
    )
