"""Percentiles and charts in the graph: named editions, corrected ages, few statements, the same by both paths."""

import pytest

from tests.hanamori import child

AKI = "query ($i: ID!, $e: String) { node(id: $i) { ... on Child { %s } } }"
ENTRIES = """growth(first: 1) { edges { node { ageDays correctedAgeDays
  percentiles(edition: $e) { measure value edition ageDays isAgeCorrected z percentile label } } } }"""
CURVES = """growthCurves(edition: $e) { measure edition source quality
  bands { ageDays p3 p50 p97 } points { measuredOn ageDays isAgeCorrected value } }"""
PAGE = "{ viewer { wards { edges { node { growth { edges { node { percentiles { label } } } } } } } } }"
STATEMENTS = 4  # relations, wards, their entries, the tables


async def test_an_entry_says_where_it_stands_by_the_corrected_age_in_the_newest_edition(ask):
    found = (await ask("mother", AKI % ENTRIES, i=child("aki"))).data["node"]["growth"]["edges"][0]["node"]

    place = {"measure": "WEIGHT_G", "value": 12_000, "edition": "JP-2023", "ageDays": 915, "isAgeCorrected": True}
    place |= {"z": -1.28, "percentile": 10.0, "label": "10"}
    assert found == {"ageDays": 964, "correctedAgeDays": 915, "percentiles": [place]}


@pytest.mark.parametrize(("edition", "labels"), [("WHO-2006", ["32"]), ("JP-2023", ["10"]), ("JP-1990", [])])
async def test_an_edition_is_asked_for_by_name(ask, edition, labels):
    found = (await ask("mother", AKI % ENTRIES, i=child("aki"), e=edition)).data["node"]["growth"]["edges"]

    assert [each["label"] for each in found[0]["node"]["percentiles"]] == labels


async def test_a_chart_has_bands_and_the_childs_own_points(ask):
    weight, *others = (await ask("mother", AKI % CURVES, i=child("aki"))).data["node"]["growthCurves"]

    bands = [(0, 1_000, 4_000, 7_000), (913, 11_000, 14_000, 17_000)]
    assert [each["edition"] for each in (weight, *others)] == ["JP-2023", "WHO-2006", "WHO-2006"]
    assert [tuple(band.values()) for band in weight["bands"]] == bands
    assert weight["points"][0] == {
        "measuredOn": "2026-10-01",
        "ageDays": 915,
        "isAgeCorrected": True,
        "value": 12_000,
    }


async def test_what_was_measured_at_checkups_has_charts_of_its_own_which_no_clinic_sees(ask):
    text = AKI % "checkupCurves(edition: $e) { measure edition points { measuredOn ageDays value } }"
    shown = {who: (await ask(who, text, i=child("aki"))).data["node"] for who in ("mother", "clinic", "grandmother")}

    weight, *others = shown["mother"]["checkupCurves"]
    assert [each["value"] for each in weight["points"]] == [10_000, 10_000]
    assert weight["points"][0] == {"measuredOn": "2025-08-01", "ageDays": 489, "value": 10_000}
    assert [each["points"] for each in others] == [[], []]
    assert (shown["clinic"], shown["grandmother"]) == ({"checkupCurves": None}, {"checkupCurves": None})


async def test_the_invited_without_growth_see_no_chart(ask):
    assert (await ask("grandmother", AKI % CURVES, i=child("aki"))).data["node"] == {"growthCurves": None}


async def test_the_tables_are_read_once_however_many_entries_there_are(ask):
    assert len((await ask("mother", PAGE)).reads) == STATEMENTS
