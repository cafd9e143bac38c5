"""Which edition and which age a child is compared by, and what a chart holds."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from models.growth import Measure
from models.resident import Sex
from rules.growth.ages import age
from rules.growth.curves import curves, percentiles
from rules.growth.survey import Row, packed

BORN = date(2024, 2, 29)
TODAY = date(2026, 11, 23)
FIELDS = [measure.value for measure in Measure]


def kept(year, first, measure=Measure.WEIGHT_G, sex=Sex.FEMALE):
    rows = [Row(0, 12, None, tuple(range(first, first + 700, 100)))]
    return SimpleNamespace(
        survey_year=year, measure=measure, sex=sex, source="s", quality=f"q{first}", lines=packed(rows)
    )


def told(*tables, due_on=None, days=100, values=(6_000, None, None, None), sex=Sex.FEMALE, edition=None):
    day = BORN + timedelta(days=days)
    return percentiles(TODAY, BORN, sex, due_on, day, *values, tables, edition=edition)


def test_without_a_survey_the_who_standards_are_named():
    assert [(each.edition, each.measure) for each in told()] == [("WHO-2006", Measure.WEIGHT_G)]


def test_of_several_surveys_the_newest_counts_and_of_that_what_was_imported_last():
    found = told(kept(2023, 5_000), kept(2023, 5_800), kept(2010, 5_500))

    assert [(each.edition, each.label) for each in found] == [("JP-2023", "25")]


def test_an_older_edition_is_named_to_be_asked():
    tables = kept(2023, 5_800), kept(2010, 5_700)
    asked = [told(*tables, edition=name) for name in ("JP-2010", "WHO-2006", "JP-1990", "", None)]

    assert [[each.edition for each in found] for found in asked] == [["JP-2010"], ["WHO-2006"], [], [], ["JP-2023"]]


def test_each_measure_has_the_newest_survey_that_has_it_for_this_sex():
    tables = kept(2023, 5_800), kept(2010, 300, Measure.CHEST_MM), kept(2023, 100, Measure.HEIGHT_MM, Sex.MALE)
    found = told(*tables, values=(6_000, 600, 400, 400))

    assert [each.edition for each in found] == ["JP-2023", "WHO-2006", "WHO-2006", "JP-2010"]


def test_where_the_newest_edition_ends_another_one_does_not_go_on():
    assert told(kept(2023, 5_800), days=400) == []


def test_a_sex_that_is_not_known_is_compared_with_nothing():
    assert told(kept(2023, 5_800), sex=Sex.UNKNOWN) == []


PRETERM = BORN + timedelta(weeks=8)


@pytest.mark.parametrize(
    ("due_on", "day", "corrected"),
    [
        (None, BORN, None),
        (BORN + timedelta(weeks=3), BORN, None),  # 37 weeks to the day
        (BORN + timedelta(weeks=3, days=1), BORN, -22),  # 36 weeks and 6 days
        (PRETERM, PRETERM, 0),
        (PRETERM, date(2027, 2, 28), 1039),  # the eve of the third birthday of one born on 29 February
        (PRETERM, date(2027, 3, 1), None),
        (BORN + timedelta(weeks=18), BORN, -126),  # 22 weeks
        (BORN + timedelta(weeks=18, days=1), BORN, None),
        (BORN - timedelta(days=9), BORN, None),
    ],
)
def test_age_is_corrected_before_37_weeks_and_until_the_third_birthday(due_on, day, corrected):
    assert age(BORN, due_on, day) == ((day - BORN).days, corrected)


def test_a_preterm_child_is_compared_with_those_of_its_corrected_age_and_it_says_so():
    found = told(due_on=PRETERM, days=100)

    assert [(each.age_days, each.is_age_corrected) for each in found] == [(44, True)]
    assert found[0].z > told()[0].z


def test_before_the_expected_day_nothing_is_compared():
    assert told(due_on=PRETERM, days=55) == []


def entry(days, **values):
    return SimpleNamespace(measured_on=BORN + timedelta(days=days), **dict.fromkeys(FIELDS) | values)


def test_a_chart_has_its_bands_its_edition_and_the_childs_own_points():
    entries = [entry(50, weight_g=4_000), entry(80, height_mm=580), entry(100, weight_g=6_000)]
    weight = curves(TODAY, BORN, Sex.FEMALE, PRETERM, entries, [kept(2023, 5_800)])[0]

    assert (weight.edition, weight.source, weight.quality) == ("JP-2023", "s", "q5800")
    assert [tuple(band) for band in weight.bands] == [(183, 5_800, 5_900, 6_000, 6_100, 6_200, 6_300, 6_400)]
    assert [(point.age_days, point.is_age_corrected, point.value) for point in weight.points] == [
        (-6, True, 4_000),
        (44, True, 6_000),
    ]


def test_there_is_a_chart_for_each_measure_of_the_edition():
    newest, named = (curves(TODAY, BORN, Sex.MALE, None, [], [], edition=name) for name in (None, "JP-2010"))

    assert [chart.measure for chart in newest] == list(Measure)[:3]
    assert named == []
