"""Protection measures: taken for a year, renewed, ended; the family is absent for whom they name alone."""

import pytest

from models.guardianship import ProtectionMeasure
from models.ids import Letter
from tests.hanamori import family, id_of, resident
from tests.registering import GROUPS

HILL = {"familyId": family("hill")}
SHELTER = {"familyId": family("shelter")}
MEASURE = id_of(Letter.LOG, "measure")  # of the shelter, against the counterparty, from 2026-04-01 to 2027-03-31
TAKEN = HILL | {"counterpartyId": resident("ex"), "validFrom": "2026-11-23"}
STANDING = "query ($i: ID!) { node(id: $i) { ... on Family { measures { id counterparty validFrom validTo } } } }"


async def test_a_measure_makes_the_family_absent_exactly_as_its_preview_says(desk):
    preview = await desk.done("recordMeasure", **TAKEN, isPreview=True)
    before = await desk.seen_by_all("haru", "hill")
    made = await desk.done("recordMeasure", **TAKEN)
    after = await desk.seen_by_all("haru", "hill")

    there = GROUPS - {"ALLERGY_ALERT"}  # haru has none
    of_haru = {each["name"]: set(each["loses"]) & there for each in made["changes"] if each["about"] == "haru"}
    assert preview["changes"] == made["changes"]
    assert {who: before[who] - after[who] for who in before if before[who] != after[who]} == of_haru
    assert (set(of_haru), after["ex"]) == ({"ex"}, set())


async def test_a_measure_is_renewed_by_an_entry_of_its_own_for_a_year(desk):
    made = await desk.done("renewMeasure", **SHELTER, measureId=MEASURE)
    standing = (await desk.read(STANDING, i=family("shelter")))["node"]["measures"]

    assert [each["validFrom"] for each in standing] == ["2026-04-01", "2027-04-01"]
    assert (standing[1]["id"], standing[1]["validTo"]) == (made["entryIds"][0], "2028-04-01")


async def test_a_measure_that_ends_gives_back_what_the_relation_opens(desk):
    hidden = await desk.seen("counterparty", "fuyu", "shelter")
    before = await desk.rows(ProtectionMeasure)
    await desk.done("endMeasure", **SHELTER, measureId=MEASURE, endsOn="2026-11-23")

    assert hidden == set()
    assert {"IDENTITY", "VACC_RECORDS"} <= await desk.seen("counterparty", "fuyu", "shelter")
    assert set(before) < set(await desk.rows(ProtectionMeasure))
    assert (await desk.read(STANDING, i=family("shelter")))["node"]["measures"] == []


async def test_who_else_lives_there_is_told_of_no_measure(desk):
    told = await desk.act("sheltered", STANDING, i=family("shelter"))
    health = await desk.act("staff_health", STANDING, i=family("shelter"), purpose="SUP:2026-1")

    assert told.data["node"]["measures"] is None
    assert health.data["node"]["measures"] is None


REFUSED = {
    "no evidence": ("recordMeasure", TAKEN | {"evidence": ""}, "VALUE_MISSING", "evidence"),
    "nobody": ("recordMeasure", TAKEN | {"counterpartyId": resident("nobody")}, "NOT_FOUND", "counterpartyId"),
    "one of the family": (
        "recordMeasure",
        TAKEN | {"counterpartyId": resident("father")},
        "COUNTERPARTY_IN_FAMILY",
        "counterpartyId",
    ),
    "far ahead": ("recordMeasure", TAKEN | {"validFrom": "9999-12-31"}, "DATE_OUT_OF_RANGE", "validFrom"),
    "no day": ("recordMeasure", TAKEN | {"validTo": "2026-11-23"}, "PERIOD_INVALID", "validTo"),
    "more than a year": ("recordMeasure", TAKEN | {"validTo": "2027-11-24"}, "MEASURE_TOO_LONG", "validTo"),
    "no family": ("recordMeasure", TAKEN | {"familyId": family("nowhere")}, "NOT_FOUND", "familyId"),
    "twice": (
        "recordMeasure",
        SHELTER | {"counterpartyId": resident("counterparty"), "validFrom": "2027-03-31"},
        "MEASURE_OVERLAPS",
        "validFrom",
    ),
    "renewed for too long": (
        "renewMeasure",
        SHELTER | {"measureId": MEASURE, "validTo": "2028-04-02"},
        "MEASURE_TOO_LONG",
        "validTo",
    ),
    "another family's": ("renewMeasure", HILL | {"measureId": MEASURE}, "NOT_FOUND", "measureId"),
    "ended later": ("endMeasure", SHELTER | {"measureId": MEASURE, "endsOn": "2027-04-01"}, "ENTRY_ENDED", "endsOn"),
    "before it began": (
        "endMeasure",
        SHELTER | {"measureId": MEASURE, "endsOn": "2026-03-31"},
        "PERIOD_INVALID",
        "endsOn",
    ),
}


async def test_what_cannot_be_a_measure_is_refused_and_leaves_nothing(desk):
    before = await desk.rows(ProtectionMeasure)
    answers = {case: await desk(deed, **given) for case, (deed, given, _, _) in REFUSED.items()}

    assert answers == {
        case: {"__typename": "Refused", "code": code, "field": ["input", field]}
        for case, (_, _, code, field) in REFUSED.items()
    }
    assert await desk.rows(ProtectionMeasure) == before


async def test_a_measure_that_was_replaced_is_not_ended_again(desk):
    given = {**SHELTER, "measureId": MEASURE, "endsOn": "2026-11-23"}
    await desk.done("endMeasure", **given)

    assert (await desk("endMeasure", **given))["code"] == "ENTRY_REPLACED"


@pytest.mark.parametrize("purpose", ["COR:2026-1", None])
async def test_a_measure_needs_the_purpose_that_covers_it(desk, purpose):
    assert (await desk("recordMeasure", purpose=purpose, **TAKEN))["code"] == "PURPOSE_REQUIRED"
