"""What guardians wrote down in the towns of tests, and an invented survey that growth is compared with."""

from datetime import UTC, datetime

from models.alert import Allergy, AllergyKind, Physician, Practice
from models.diary import DiaryEntry
from models.growth import GrowthReference, Measure
from models.ids import Letter
from models.resident import Sex
from rules.growth.survey import Row, packed

AT = datetime(2026, 11, 1, tzinfo=UTC)


def reference(survey_year=2023, kilo=1_000, measure=Measure.WEIGHT_G):
    """An invented table of girls: at birth 1 to 7 kilograms, a point each, and of the third year 11 to 17."""
    rows = [
        Row(0, 0, 0, tuple(kilo * each for each in range(1, 8))),
        Row(24, 36, None, tuple(kilo * each for each in range(11, 18))),
    ]
    return GrowthReference(
        survey_year=survey_year,
        measure=measure,
        sex=Sex.FEMALE,
        source="invented",
        quality="invented",
        lines=packed(rows),
        imported_at=AT,
    )


def written_down(id_of, child_id, mother_id, ex_id):
    """Of a child whose parents live apart: an allergy, a physician, and a page of the diary by each of the two."""
    by_mother = {"child_id": child_id, "recorded_by_id": mother_id, "recorded_at": AT}
    yield Allergy(id=id_of(Letter.ALLERGY, "haru"), kind=AllergyKind.FOOD, substance="卵", **by_mother)
    yield Physician(
        id=id_of(Letter.PHYSICIAN, "haru"), practice=Practice.PAEDIATRICIAN, clinic="みなみ医院", **by_mother
    )
    for name, by in (("mother", mother_id), ("ex", ex_id)):
        page = by_mother | {"recorded_by_id": by, "observed_at": AT, "temperature_decicelsius": 380}
        yield DiaryEntry(id=id_of(Letter.DIARY, f"haru {name}"), **page)
