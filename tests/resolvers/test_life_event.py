"""Deaths and moves: entries that are appended, rows that show the newest, rights that follow by date."""

from datetime import date, timedelta

import pytest

from models.access_log import AccessEntry
from models.child import Child
from models.ids import Letter
from models.life_event import LifeEvent
from models.resident import Resident
from tests.hanamori import TODAY, child, id_of, resident

AKI, MOTHER = {"childId": child("aki")}, {"residentId": resident("mother")}
EVENTS = "query ($i: ID!) { node(id: $i) { ... on Child { lifeEvents { id kind happenedOn isReplaced } } } }"
GROW = """mutation ($input: RecordGrowthInput!) { done: recordGrowth(input: $input) { __typename
  ... on Refused { code } } }"""


async def row(desk, model, id):
    return next(each for each in await desk.rows(model) if each.id == id)


async def test_the_death_of_a_child_leaves_its_guardians_the_reading_and_no_more(desk):
    made = await desk.done("recordDeath", **AKI, diedOn="2026-11-20")
    mother = next(each for each in made["changes"] if each["name"] == "mother")
    measured = {"childId": child("aki"), "measuredOn": "2026-11-01", "weightG": 12_000, "idempotencyKey": "measured"}
    told = await desk.act("mother", GROW, input=measured)

    assert "VACC_RECORDS" in await desk.seen("mother", "aki", "hill")
    assert (mother["loses"], "GROWTH_HOME" in mother["losesWriting"]) == ([], True)
    assert told.data["done"]["code"] == "NOT_PERMITTED"
    assert (await row(desk, Child, child("aki"))).died_on == date(2026, 11, 20)


async def test_who_is_told_what_a_death_or_a_move_changes_has_looked(desk):
    for deed, day in (("recordDeath", {"diedOn": "2026-11-20"}), ("recordMoveOut", {"movedOutOn": "2026-11-20"})):
        await desk.done(deed, **AKI, **day, isPreview=True)
    looks = [(each.subject_id, each.fields) for each in await desk.rows(AccessEntry) if each.actor_id == desk.clerk]

    assert looks == [(child("aki"), "Child.relations:1 Child.sharing:1")] * 2


@pytest.mark.parametrize(
    ("deed", "about", "looked"),
    [
        ("recordMoveOut", {"childId": child("natsu"), "movedOutOn": "2026-11-23"}, ["natsu"]),
        ("recordDeath", {"childId": child("natsu"), "diedOn": "2026-11-23"}, ["aki", "grown", "haru", "natsu"]),
        ("recordMoveOut", {**MOTHER, "movedOutOn": "2026-11-23"}, []),
        ("recordDeath", {**MOTHER, "diedOn": "2026-11-23"}, ["aki", "grown", "haru", "natsu"]),
    ],
)
async def test_of_siblings_about_whom_nothing_is_told_there_is_no_look(desk, deed, about, looked):
    """Whoever dies sees the address no more, at which all four children live; a move closes the own record alone."""
    told = await desk.done(deed, **about, isPreview=True)
    looks = {each.subject_id for each in await desk.rows(AccessEntry) if each.actor_id == desk.clerk}

    assert {each["about"] for each in told["changes"]} == set(looked)
    assert looks == ({child(each) for each in looked} or {resident("mother")})


async def test_the_death_of_a_guardian_ends_everything_that_they_held_or_opened(desk):
    preview = await desk.done("recordDeath", **MOTHER, diedOn="2026-11-23", isPreview=True)
    before = await desk.seen_by_all("aki", "hill")
    made = await desk.done("recordDeath", **MOTHER, diedOn="2026-11-23")
    after = await desk.seen_by_all("aki", "hill")

    told = {each["name"] for each in made["changes"] if each["about"] == "aki" and each["loses"]}
    assert preview["changes"] == made["changes"]
    assert {who for who in before if after[who] < before[who]} == told | {"mother"}
    assert {"mother", "grandmother", "clinic"} <= told


async def test_a_death_that_never_was_is_said_by_a_later_entry(desk):
    made = await desk.done("recordDeath", **AKI, diedOn="2026-11-20")
    await desk.done("correctLifeEvent", entryId=made["entryIds"][0], happenedOn=None)
    again = await desk("correctLifeEvent", entryId=made["entryIds"][0], happenedOn="2026-11-21")
    events = (await desk.read(EVENTS, i=child("aki")))["node"]["lifeEvents"]

    assert {(each["happenedOn"], each["isReplaced"]) for each in events} == {("2026-11-20", True), (None, False)}
    assert (await row(desk, Child, child("aki"))).died_on is None
    assert again["code"] == "ENTRY_REPLACED"


async def test_a_child_who_has_a_card_dies_in_both_registers(desk):
    await desk.done("recordDeath", childId=child("natsu"), diedOn="2026-11-20")

    assert (await row(desk, Child, child("natsu"))).died_on == date(2026, 11, 20)
    assert (await row(desk, Resident, resident("natsu"))).died_on == date(2026, 11, 20)
    assert await desk.seen("natsu", "natsu", "hill") == set()


async def test_a_child_named_by_its_id_of_the_register_is_the_same_child(desk):
    await desk.done("recordMoveOut", residentId=resident("natsu"), movedOutOn="2026-11-20")

    assert (await row(desk, Child, child("natsu"))).moved_out_on == date(2026, 11, 20)
    assert (await desk("recordMoveOut", childId=child("natsu"), movedOutOn="2026-11-21"))["code"] == "ALREADY_RECORDED"


async def test_after_moving_out_a_record_is_read_for_90_days_and_not_written(desk):
    made = await desk.done("recordMoveOut", **AKI, movedOutOn="2026-11-23")
    mother = next(each for each in made["changes"] if each["name"] == "mother")
    days = {days: TODAY + timedelta(days) for days in (89, 90)}
    seen = {number: await desk.seen("mother", "aki", "hill", desk.at(day)) for number, day in days.items()}

    assert (mother["loses"], "GROWTH_HOME" in mother["losesWriting"]) == ([], True)
    assert ("IDENTITY" in seen[89], "IDENTITY" in seen[90]) == (True, False)


async def test_a_move_is_put_right_by_a_later_entry(desk):
    made = await desk.done("recordMoveOut", **AKI, movedOutOn="2026-11-23")
    await desk.done("correctLifeEvent", entryId=made["entryIds"][0], happenedOn="2026-12-01")

    assert (await row(desk, Child, child("aki"))).moved_out_on == date(2026, 12, 1)


DEATH, MOVE = {"diedOn": "2026-11-20"}, {"movedOutOn": "2026-11-23"}
REFUSED = {
    "no evidence": ("recordDeath", AKI | DEATH | {"evidence": ""}, "VALUE_MISSING", "evidence"),
    "nobody named": ("recordDeath", DEATH, "VALUE_MISSING", "childId"),
    "both named": ("recordDeath", AKI | MOTHER | DEATH, "VALUE_MISSING", "childId"),
    "no child": ("recordDeath", DEATH | {"childId": child("nobody")}, "NOT_FOUND", "childId"),
    "no id": ("recordMoveOut", MOVE | {"childId": "?"}, "NOT_FOUND", "childId"),
    "no resident": ("recordMoveOut", MOVE | {"residentId": resident("nobody")}, "NOT_FOUND", "residentId"),
    "a death to come": ("recordDeath", AKI | {"diedOn": "2026-11-24"}, "DATE_OUT_OF_RANGE", "diedOn"),
    "before birth": ("recordDeath", AKI | {"diedOn": "2024-02-09"}, "DATE_OUT_OF_RANGE", "diedOn"),
    "a move far ahead": ("recordMoveOut", AKI | {"movedOutOn": "9999-12-31"}, "DATE_OUT_OF_RANGE", "movedOutOn"),
    "no entry": ("correctLifeEvent", {"entryId": id_of(Letter.LOG, "?")}, "NOT_FOUND", "entryId"),
    "no entry's id": ("correctLifeEvent", {"entryId": "?"}, "NOT_FOUND", "entryId"),
}


async def test_what_cannot_have_happened_is_refused_and_leaves_nothing(desk):
    answers = {case: await desk(deed, **given) for case, (deed, given, _, _) in REFUSED.items()}

    assert answers == {
        case: {"__typename": "Refused", "code": code, "field": ["input", field]}
        for case, (_, _, code, field) in REFUSED.items()
    }
    assert await desk.rows(LifeEvent) == []


@pytest.mark.parametrize(("day", "code"), [("2024-02-09", "DATE_OUT_OF_RANGE"), ("2026-11-24", "DATE_OUT_OF_RANGE")])
async def test_a_correction_is_a_day_on_which_it_can_have_happened(desk, day, code):
    made = await desk.done("recordDeath", **AKI, **DEATH)
    refused = await desk("correctLifeEvent", entryId=made["entryIds"][0], happenedOn=day)

    assert (refused["code"], refused["field"]) == (code, ["input", "happenedOn"])
