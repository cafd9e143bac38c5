"""Rows of a case that guardians write down."""

from datetime import UTC, date, datetime, timedelta

from models.alert import Allergy, AllergyKind, Physician, Practice
from models.diary import Appetite, DiaryEntry, Mood
from models.growth import Growth
from models.ids import Letter

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 1, tzinfo=UTC)


def write_down(town, case, mark):
    """What guardians write down: one entry of each kind, which puts another one right."""
    born, body = case.child.birth_date, {"weight_g": 20_000, "height_mm": 1_100, "head_mm": 500, "chest_mm": 550}
    counts = {"breast_feeds": 1, "milk_ml": 1, "sleep_minutes": 1, "urine_count": 1, "stool_count": 1}
    how = {"temperature_decicelsius": 375, "mood": Mood.GOOD, "appetite": Appetite.GOOD, "stool_colour": 4}
    kinds = {
        "Growth": (Growth, Letter.GROWTH, {"measured_on": born + timedelta(days=400), **body}),  # a corrected age
        "DiaryEntry": (DiaryEntry, Letter.DIARY, {"observed_at": AT, "symptoms": "COUGH", **counts, **how}),
        "Allergy": (
            Allergy,
            Letter.ALLERGY,
            {"kind": AllergyKind.FOOD, "substance": f"{mark}-substance", "since": born, "over_on": TODAY},
        ),
        "Physician": (
            Physician,
            Letter.PHYSICIAN,
            {"practice": Practice.DENTIST, "clinic": f"{mark}-practice", "since": born},
        ),
    }
    words = {
        "Growth": {"note": f"{mark}-measured"},
        "DiaryEntry": {"note": f"{mark}-diary"},
        "Allergy": {"reaction": f"{mark}-reaction"},
        "Physician": {"doctor": f"{mark}-physician", "phone": f"{mark}-call"},
    }
    for name, (model, letter, said) in kinds.items():
        about = {"child_id": case.child.id, "recorded_by_id": case.person.id, "recorded_at": AT}
        old = town.add(model(id=town.id(letter), **about, **said))
        more = {**words[name], "replaces_id": old.id, "correction_reason": f"{mark}-{name.lower()}reason"}
        row = town.add(model(id=town.id(letter), **about, **said, **more))
        case.ids[name], case.entries[name] = row.id, row
