"""Guardians read who looked; parents who live apart, the invited and the counterparty do not; withheld is withheld."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import insert

from auth.groups import PROTECTION_FLAG
from auth.proof import ENTRY_NAMES
from models.access_log import AccessEntry, Withholding
from models.columns import table_of
from models.ids import Letter
from rules.looks import UNTOLD
from schema.node import NODES
from tests.hanamori import NOW, child, family, id_of, office, resident
from tests.looking import cells, entries, last

LOOK = "{ node(id: %s) { ... on Child { id name } } }"
ENTRY = "id at kind office purpose caseReference subjectId fields cells isDenied"
LOG = f"accessLog {{ totalCount edges {{ node {{ {ENTRY} }} }} }}"
OF_CHILD = f"query ($i: ID!) {{ node(id: $i) {{ ... on Child {{ {LOG} }} }} }}"
OF_VIEWER = "{ viewer { accessLog(first: 100) { totalCount edges { node { id subjectId purpose } } } } }"
OF_TOWN = "{ auditLog(first: 100) { totalCount edges { node { id subjectId caseReference } } } }"
WITHHOLD = """mutation ($i: WithholdAccessLogInput!) { withholdAccessLog(input: $i) { __typename
  ... on AccessEntry { id caseReference } ... on Refused { code field } } }"""
ABUSE = "SUP:2026-9"
UNTIL = "2027-03-01"


async def looked(act, who, name, purpose=None):
    """The id of the entry that a look at a child left."""
    before = await last(act.store)
    await act(who, LOOK % f'"{child(name)}"', purpose=purpose)
    (entry,) = await entries(act.store, before)
    return entry.id


def nodes(connection):
    return [edge["node"] for edge in connection["edges"]]


async def test_a_guardian_reads_who_looked_newest_first(act):
    seen = await looked(act, "staff_health", "haru", "CHK:2026-7")
    later = NOW + timedelta(minutes=1)
    await act("stranger", LOOK % f'"{child("haru")}"', now=later)
    tried, shown = nodes((await act("mother", OF_CHILD, i=child("haru"))).data["node"]["accessLog"])
    assert tried["isDenied"]
    assert shown == {
        "id": seen,
        "at": "2026-11-23T00:00:00+00:00",
        "kind": "STAFF_HEALTH",
        "office": "office",
        "purpose": "CHK",
        "caseReference": "2026-7",
        "subjectId": child("haru"),
        "fields": ["Child.id", "Child.name"],
        "cells": 2,
        "isDenied": False,
    }


async def test_an_entry_names_no_member_of_staff(act):
    await looked(act, "staff_health", "haru", "CHK:2026-7")

    assert office("staff_health").encode() not in (await act("mother", OF_CHILD, i=child("haru"))).raw


READERS = {"mother": True, "ex": False, "stranger": False, "counterparty": False, "grandmother": False}


@pytest.mark.parametrize("who", READERS)
async def test_only_who_has_the_care_reads_the_log_of_a_child(act, who):
    for name in ("haru", "fuyu", "aki"):
        await looked(act, "staff_health", name, "CHK:1")
    told = await act(who, OF_VIEWER)
    found = {each["subjectId"] for each in nodes(told.data["viewer"]["accessLog"])}

    assert ({child("haru"), child("aki")} <= found) is READERS[who]
    assert child("fuyu") not in found
    assert told.data["viewer"]["accessLog"]["totalCount"] == (3 if READERS[who] else 0)


async def test_an_entry_by_its_id_is_behind_the_same_door(act):
    seen = await looked(act, "staff_health", "haru", "CHK:1")
    text = "query ($i: ID!) { node(id: $i) { id } }"
    found = {who: (await act(who, text, i=seen)).data["node"] for who in ("mother", "ex", "staff_health", "clinic")}

    assert found == {"mother": {"id": seen}, "ex": None, "staff_health": None, "clinic": None}


async def test_a_family_reads_who_saw_its_address(act):
    await act("staff_health", f'{{ node(id: "{family("hill")}") {{ ... on Family {{ address }} }} }}', purpose="CHK:1")
    told = await act("father", "{ viewer { family { accessLog { edges { node { fields } } } } } }")

    assert nodes(told.data["viewer"]["family"]["accessLog"]) == [{"fields": ["Family.address"]}]


async def test_the_viewers_log_holds_rides_and_points_too(act):
    await act("staff_points", "{ pointEntries { edges { node { points } } } }", purpose="PTS:1")
    await act(
        "staff_taxi", "{ rides { edges { node { fareYen } } } riders { edges { node { name } } } }", purpose="ELG:1"
    )
    told = await act("natsu", OF_VIEWER)

    letters = {each["subjectId"][7] for each in nodes(told.data["viewer"]["accessLog"])}
    assert letters == {Letter.ACCOUNT, Letter.RIDER}


async def test_a_guardians_reading_of_the_log_is_logged_once_a_subject(act):
    await looked(act, "staff_health", "haru", "CHK:1")
    await looked(act, "staff_health", "haru", "CHK:2")
    before = await last(act.store)
    await act("mother", OF_CHILD, i=child("haru"))

    (entry,) = await entries(act.store, before)
    assert (entry.subject_id, entry.actor_kind.name, entry.office) == (child("haru"), "RESIDENT", None)
    assert (entry.cells, entry.fields.split()[0]) == (22, "AccessEntry.at:2")


OF_HEALTH = {"supervisor": ["fuyu", "haru"], "auditor": ["aki", "aki", "fuyu", "haru"]}  # a clinic looked at aki once


@pytest.mark.parametrize("who", OF_HEALTH)
async def test_an_auditor_reads_the_whole_log_a_supervisor_the_own_sections_and_each_is_logged(act, who):
    await looked(act, "clinic", "aki")
    for name in ("haru", "fuyu"):
        await looked(act, "staff_health", name, "CHK:1")
    before = await last(act.store)
    told = await act(who, OF_TOWN, purpose="AUD:2026-1")

    subjects = [each["subjectId"] for each in nodes(told.data["auditLog"])]
    assert sorted(subjects) == sorted(map(child, OF_HEALTH[who]))
    written = await entries(act.store, before)
    assert sorted(each.subject_id for each in written) == sorted(set(subjects))
    assert sum(each.cells for each in written) == cells(told.data) - 1  # but for the count


@pytest.mark.parametrize(("who", "purpose"), [("auditor", None), ("supervisor", None)])
async def test_without_a_purpose_the_log_is_closed(ask, who, purpose):
    told = await ask(who, OF_TOWN, purpose=purpose)

    assert told.data["auditLog"] == {"totalCount": 0, "edges": []}
    assert told.denied == {"auditLog": "PURPOSE_REQUIRED"}


async def withheld(act, entry_id, who="supervisor", **other):
    given = {"entryId": entry_id, "until": UNTIL, "evidence": "虐待調査 2026-9", "idempotencyKey": f"withhold {other}"}
    return (await act(who, WITHHOLD, i=given | other, purpose="AUD:2026-9")).data["withholdAccessLog"]


async def test_withheld_entries_are_absent_for_guardians_until_the_day(act):
    kept = await looked(act, "staff_health", "haru", "CHK:1")
    hidden = await looked(act, "staff_health", "haru", ABUSE)
    bare = (await act("mother", OF_CHILD, i=child("haru"))).data["node"]["accessLog"]
    told = await withheld(act, hidden)

    assert told == {"__typename": "AccessEntry", "id": hidden, "caseReference": "2026-9"}
    for text, given, path in (
        (OF_CHILD, {"i": child("haru")}, ("node", "accessLog")),
        (OF_VIEWER, {}, ("viewer", "accessLog")),
    ):
        log = (await act("mother", text, **given)).data[path[0]][path[1]]
        assert kept in {each["id"] for each in nodes(log)}
        assert hidden not in {each["id"] for each in nodes(log)}
        assert log["totalCount"] == len(nodes(log))
    assert hidden in {each["id"] for each in nodes(bare)}
    assert (await act("mother", "query ($i: ID!) { node(id: $i) { id } }", i=hidden)).data == {"node": None}


async def test_on_the_day_they_are_there_again(act):
    hidden = await looked(act, "staff_health", "haru", ABUSE)
    await withheld(act, hidden)
    day = datetime.fromisoformat(f"{UNTIL}T00:00+09:00")
    found = []
    for moment in (day - timedelta(seconds=1), day):
        log = (await act("mother", OF_CHILD, i=child("haru"), now=moment)).data["node"]["accessLog"]
        found.append(hidden in {each["id"] for each in nodes(log)})

    assert found == [False, True]


async def test_later_looks_of_the_same_case_are_withheld_for_the_whole_household(act):
    await withheld(act, await looked(act, "staff_health", "haru", ABUSE))
    before = await last(act.store)
    address = f'{{ node(id: "{family("hill")}") {{ ... on Family {{ address }} }} }}'
    await act("staff_health", address, purpose=ABUSE)
    later = [await looked(act, "staff_health", name, ABUSE) for name in ("haru", "aki")]
    found = {each["id"] for each in nodes((await act("mother", OF_VIEWER)).data["viewer"]["accessLog"])}

    assert found.isdisjoint({*later, *(each.id for each in await entries(act.store, before))})


async def test_other_cases_and_other_households_are_not_withheld(act):
    await withheld(act, await looked(act, "staff_health", "haru", ABUSE))
    other_case = await looked(act, "staff_health", "haru", "SUP:2026-10")
    other_house = await looked(act, "staff_health", "yuki", ABUSE)
    mother, other = [nodes((await act(who, OF_VIEWER)).data["viewer"]["accessLog"]) for who in ("mother", "stranger")]

    assert other_case in {each["id"] for each in mother}
    assert other_house in {each["id"] for each in other}


async def test_what_an_audit_saw_of_withheld_entries_tells_nothing(act):
    hidden = await looked(act, "staff_health", "haru", ABUSE)
    await act("auditor", OF_TOWN, purpose="AUD:1")
    await withheld(act, hidden)
    await act("auditor", OF_TOWN, purpose="AUD:2")

    assert nodes((await act("mother", OF_CHILD, i=child("haru"))).data["node"]["accessLog"]) == []


async def test_what_is_no_childs_is_withheld_by_itself(act):
    before = await last(act.store)
    await act("staff_health", "{ pregnancies { edges { node { dueOn } } } }", purpose="PRG:1")
    (entry,) = await entries(act.store, before)
    seen = nodes((await act("sheltered", OF_VIEWER)).data["viewer"]["accessLog"])
    await withheld(act, entry.id)
    left = nodes((await act("sheltered", OF_VIEWER)).data["viewer"]["accessLog"])

    assert [each["id"] for each in seen] == [entry.id]
    assert {each["purpose"] for each in left} == {None}  # her own reading of the log


async def test_what_another_section_looked_at_is_not_the_supervisors_to_read_or_withhold(act):
    await act("staff_points", "{ pointEntries { edges { node { points } } } }", purpose="PTS:1")
    entry = (await entries(act.store))[-1]
    by_id = await act("supervisor", "query ($i: ID!) { node(id: $i) { id } }", i=entry.id, purpose="AUD:1")

    assert by_id.data == {"node": None}
    assert (await withheld(act, entry.id))["code"] == "NOT_FOUND"


async def test_an_emergency_of_whomever_is_the_supervisors_to_read(act):
    seen = await looked(act, "clinic", "haru", "EMG:2026-1")
    told = await act("supervisor", OF_TOWN, purpose="AUD:1")

    assert [each["id"] for each in nodes(told.data["auditLog"])] == [seen]


async def test_who_audits_sees_what_is_withheld(act):
    hidden = await looked(act, "staff_health", "haru", ABUSE)
    await withheld(act, hidden)
    told = await act("auditor", OF_TOWN, purpose="AUD:1")

    assert hidden in {each["id"] for each in nodes(told.data["auditLog"])}


REFUSED = {
    "today is no end": ({"until": "2026-11-23"}, "DATE_OUT_OF_RANGE", "until"),
    "longer than anybody remembers": ({"until": "2028-11-24"}, "DATE_OUT_OF_RANGE", "until"),
    "no evidence": ({"evidence": " "}, "VALUE_MISSING", "evidence"),
    "an Individual Number": ({"evidence": "123456789018"}, "INDIVIDUAL_NUMBER_REFUSED", "evidence"),
    "no such entry": ({"entryId": id_of(Letter.LOG, "nothing")}, "NOT_FOUND", "entryId"),
    "an entry of another section": ({"entryId": id_of(Letter.LOG, "look at aki")}, "NOT_FOUND", "entryId"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_decision_is_refused_for(act, what):
    changes, code, field = REFUSED[what]
    told = await withheld(act, await looked(act, "staff_health", "haru", ABUSE), **changes)

    assert told == {"__typename": "Refused", "code": code, "field": ["input", field]}


@pytest.mark.parametrize("text", [LOOK % f'"{child("haru")}"', "{ children { totalCount } }"])
async def test_an_entry_without_a_case_or_a_subject_is_not_withheld(act, text):
    await act("staff_health", text)
    entry = (await entries(act.store))[-1]

    assert (await withheld(act, entry.id))["code"] == "VALUE_MISSING"


@pytest.mark.parametrize(("who", "purpose"), [("auditor", "AUD:1"), ("staff_health", "CHK:1"), ("mother", None)])
async def test_only_a_supervisor_decides(act, who, purpose):
    given = {"entryId": await looked(act, "staff_health", "haru", ABUSE), "until": UNTIL, "evidence": "e"}
    told = await act(who, WITHHOLD, i=given | {"idempotencyKey": "not a supervisor"}, purpose=purpose)

    assert told.data["withholdAccessLog"]["code"] == "NOT_PERMITTED"
    assert told.denied == {"withholdAccessLog": "KIND_NOT_PERMITTED"}


async def test_pages_of_the_log_leave_out_what_is_withheld(act):
    for number in range(5):
        await looked(act, "staff_health", "haru", f"SUP:{number % 2}")
    async with act.store.owner.writing() as session:
        decision = {"id": id_of(Letter.LOG, "decision"), "subject_id": child("haru"), "case_reference": "1"}
        about = {"until": date(2027, 1, 1), "decided_by_id": office("supervisor"), "evidence": "e", "recorded_at": NOW}
        await session.exec(insert(table_of(Withholding)).values(**decision, **about))
    text = """query ($i: ID!, $a: String) { node(id: $i) { ... on Child { accessLog(first: 1, after: $a) {
      totalCount pageInfo { hasNextPage } edges { cursor node { caseReference } } } } } }"""
    one = (await act("mother", text, i=child("haru"))).data["node"]["accessLog"]
    two = (await act("mother", text, i=child("haru"), a=one["edges"][0]["cursor"])).data["node"]["accessLog"]

    assert (one["totalCount"], one["pageInfo"]["hasNextPage"]) == (3, True)
    assert "1" not in {each["caseReference"] for each in (*nodes(one), *nodes(two))}


def test_the_columns_of_an_entry_are_those_that_a_proof_knows():
    assert {column.key for column in table_of(AccessEntry).columns} == set(ENTRY_NAMES)


MEASURES = "{ families { edges { node { id address measures { counterparty } } } } }"
OF_HOME = f"{{ viewer {{ family {{ {LOG} }} accessLog(first: 100) {{ edges {{ node {{ id fields }} }} }} }} }}"


@pytest.mark.parametrize("who", ["sheltered", "counterparty", "mother"])
async def test_no_resident_reads_that_measures_were_looked_for_be_there_one_or_none(act, who):
    before = await last(act.store)
    await act("staff_registry", MEASURES, purpose="REG:2026-1")
    written = await entries(act.store, before)
    told = await act(who, OF_HOME)
    seen = nodes(told.data["viewer"]["family"]["accessLog"])

    assert b"easure" not in told.raw
    assert [(each["fields"], each["cells"]) for each in seen] == [(["Family.address", "Family.id"], 2)]
    assert {(each.noun, each.fields.partition(":")[0]) for each in written if "measure" in each.fields} == {
        ("measure", "Family.measures")
    }
    for each in written:
        if each.noun == "measure":
            by_id = await act(who, "query ($i: ID!) { node(id: $i) { id } }", i=each.id)
            assert by_id.data == {"node": None}


async def test_what_an_audit_saw_of_looks_at_measures_tells_nothing(act):
    before = await last(act.store)
    await act("staff_registry", "{ families { edges { node { measures { counterparty } } } } }", purpose="REG:2026-1")
    await act("auditor", OF_TOWN, purpose="AUD:1")
    told = await act("sheltered", OF_HOME)

    assert len([each for each in await entries(act.store, before) if each.subject_id == family("shelter")]) == 2
    assert nodes(told.data["viewer"]["family"]["accessLog"]) == nodes(told.data["viewer"]["accessLog"]) == []


async def test_those_who_audit_read_who_looked_for_measures(act):
    await act("staff_registry", MEASURES, purpose="REG:2026-1")
    text = "{ auditLog(first: 100) { edges { node { subjectId fields } } } }"
    seen = nodes((await act("auditor", text, purpose="AUD:1")).data["auditLog"])

    assert {"subjectId": family("shelter"), "fields": ["Family.measures"]} in seen


def test_what_residents_are_not_told_of_is_every_field_that_shows_measures():
    flags = {f"{node.name}.{name}" for node in NODES.values() for name, each in node.fields.items() if is_flag(each)}

    assert flags == UNTOLD


def is_flag(field):
    return PROTECTION_FLAG in field.access.groups


MEASURE_DEED = "mutation ($i: RecordMeasureInput!) { recordMeasure(input: $i) { __typename } }"
RELATION_DEED = "mutation ($i: RecordRelationInput!) { recordRelation(input: $i) { __typename } }"
FAMILY_LOG = "{ viewer { family { accessLog { totalCount edges { node { caseReference } } } } } }"


async def tried(act, deed, purpose, **given):
    """A deed of the desk, and what then stands in the log: (subject, noun, whether nothing was shown)."""
    before = await last(act.store)
    i = {"evidence": "戸籍", "idempotencyKey": "probe-0001", **given}
    told = await act("staff_registry", deed, purpose=purpose, i=i)
    return told, sorted((each.subject_id, each.noun, each.is_denied) for each in await entries(act.store, before))


@pytest.mark.parametrize("is_preview", [True, False])
async def test_a_refusal_tells_of_records_and_is_on_record(act, is_preview):
    given = {"childId": child("aki"), "holderId": resident("father"), "kind": "LEGAL_FATHER", "validFrom": "2026-11-01"}
    told, found = await tried(act, RELATION_DEED, "REG:probe-1", isPreview=is_preview, **given)

    assert told.data["recordRelation"]["__typename"] == "Refused"
    assert found == [(child("aki"), "child", True)]


@pytest.mark.parametrize("counterparty", ["102016-R00000000000000000000000000", resident("father"), resident("ex")])
async def test_no_resident_reads_that_a_measure_was_tried(act, counterparty):
    before = [(await act(who, FAMILY_LOG)).data for who in ("mother", "father")]
    given = {"familyId": family("hill"), "counterpartyId": counterparty, "validFrom": "2026-11-23", "isPreview": True}
    _, found = await tried(act, MEASURE_DEED, "REG:DV-77", **given)

    assert {noun for _, noun, _ in found} == {"measure"}
    assert [(await act(who, FAMILY_LOG)).data for who in ("mother", "father")] == before


async def test_an_emergency_is_for_reading_and_nothing_is_written_in_it(act):
    deed = "mutation ($i: RecordVaccinationInput!) { done: recordVaccination(input: $i) { ... on Refused { code } } }"
    dose = {"childId": child("yuki"), "vaccine": "BCG", "givenOn": "2026-11-20", "idempotencyKey": "probe-0003"}
    told = await act("clinic", deed, purpose="EMG:2026-1", i=dose)

    assert told.data["done"] == {"code": "NOT_PERMITTED"}
