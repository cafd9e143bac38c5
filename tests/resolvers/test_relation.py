"""The desk's deeds about relations: what each writes, what it changes for people, what is refused."""

import asyncio
from datetime import date

import pytest

from models.access_log import AccessEntry
from models.guardianship import Guardianship
from models.guardianship import GuardianshipKind as K
from models.ids import Letter
from tests.hanamori import child, id_of, resident
from tests.registering import GROUPS

AKI = {"childId": child("aki")}
TOMORROW = "2026-11-24"
TODAY = "2026-11-23"


def edge(about, holder, kind):
    return id_of(Letter.LOG, f"{about} {holder} {kind}")


def changes(answer):
    """Name to (relations after, groups lost, groups gained), of the groups that the graph shows today."""
    return {
        each["name"]: (each["relationsAfter"], set(each["loses"]) & GROUPS, set(each["gains"]) & GROUPS)
        for each in answer["changes"]
    }


DEEDS = {
    "custody": ("decideAuthority", {"holderIds": [resident("father")], "decidedOn": TODAY}),
    "joint": (
        "decideAuthority",
        {
            "holderIds": [resident("mother"), resident("father")],
            "custodianId": resident("mother"),
            "decidedOn": TOMORROW,
        },
    ),
    "custodian": (
        "recordRelation",
        {"holderId": resident("grandmother"), "kind": "CUSTODIAN", "validFrom": TOMORROW},
    ),
    "placement": (
        "recordRelation",
        {"holderId": resident("stranger"), "kind": "PLACEMENT", "validFrom": TODAY, "validTo": "2027-11-23"},
    ),
    "suspension": (
        "recordRelation",
        {"holderId": resident("mother"), "kind": "AUTHORITY_SUSPENDED", "validFrom": TODAY},
    ),
    "end": ("endRelation", {"entryId": edge("aki", "mother", K.AUTHORITY_JOINT), "endsOn": TODAY}),
    "void": ("correctRelation", {"entryId": edge("aki", "father", K.AUTHORITY_JOINT), "isVoid": True}),
    "adoption": (
        "recordAdoption",
        {"adopterIds": [resident("ex")], "spouseParentId": resident("mother"), "adoptedOn": TODAY},
    ),
    "special adoption": (
        "recordAdoption",
        {"adopterIds": [resident("ex"), resident("stranger")], "adoptedOn": TODAY, "isSpecial": True},
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_preview_says_exactly_what_the_deed_then_changes_by_adding_entries(desk, deed):
    name, given = DEEDS[deed]
    preview = await desk.done(name, **AKI, **given, isPreview=True)
    day = date.fromisoformat(preview["effectiveOn"])
    now = desk.at(day)
    entries, before = set(await desk.rows(Guardianship)), await desk.seen_by_all("aki", "hill", now)
    made = await desk.done(name, **AKI, **given)
    rows, after = set(await desk.rows(Guardianship)), await desk.seen_by_all("aki", "hill", now)

    told = changes(preview)
    assert preview["changes"] == made["changes"]
    assert entries <= rows
    assert {row.id for row in rows - entries} == set(made["entryIds"])
    assert any(after[who] != before[who] for who in before)
    for who in before:
        _, loses, gains = told.get(who, ([], set(), set()))
        assert (before[who] - after[who], after[who] - before[who]) == (loses, gains), who


async def test_a_preview_writes_nothing_and_is_the_same_again(desk):
    before = await desk.everything()
    for name, given in DEEDS.values():
        answers = [(await desk.raw(name, **AKI, **given, isPreview=True)).raw for _ in range(2)]
        assert answers[0] == answers[1]

    assert await desk.everything() == before


async def test_an_entry_says_who_wrote_it_when_and_by_what_evidence(desk):
    made = await desk.done("endRelation", **AKI, **DEEDS["end"][1])
    row = next(row for row in await desk.rows(Guardianship) if row.id == made["entryIds"][0])

    assert (row.recorded_by_id, row.evidence) == (desk.clerk, "令和8年 審判書")
    assert (row.replaces_id, row.valid_to) == (edge("aki", "mother", K.AUTHORITY_JOINT), date(2026, 11, 23))


async def test_the_same_key_has_the_same_answer_to_the_byte(desk):
    given = {**AKI, **DEEDS["custody"][1], "idempotencyKey": "the same key"}
    answers = [(await desk.raw("decideAuthority", **given)).raw for _ in range(2)]
    other = await desk("decideAuthority", **given | {"evidence": "別の証拠"})

    assert answers[0] == answers[1]
    assert other["code"] == "KEY_REUSED"


async def test_custody_takes_the_record_from_the_other_parent_and_from_whom_they_invited(desk):
    made = changes(await desk.done("decideAuthority", **AKI, **DEEDS["custody"][1]))

    assert made["mother"][0] == ["PARENT_WITHOUT_AUTHORITY"]
    assert (made["grandmother"][0], made["clinic"][0]) == ([], [])
    assert "father" not in made


async def test_a_special_adoption_seals_the_past_for_all_but_the_desk(desk):
    await desk.done("recordAdoption", **AKI, **DEEDS["special adoption"][1])
    question = "query ($i: ID!) { node(id: $i) { ... on Child { relations { holder kind } } } }"
    history = "query ($i: ID!) { node(id: $i) { ... on Child { relationHistory { holder isSealed isReplaced } } } }"
    read = [await desk.read(question, who, "COR:2026-1", i=child("aki")) for who in ("staff_health", "staff_registry")]
    entries = (await desk.read(history, i=child("aki")))["node"]["relationHistory"]
    hidden = (await desk.read(history, "staff_health", "COR:2026-1", i=child("aki")))["node"]["relationHistory"]

    assert read[0] == read[1]
    assert {each["holder"] for each in read[0]["node"]["relations"]} == {"ex", "stranger"}
    assert {each["holder"] for each in entries if each["isSealed"]} == {"mother", "father"}
    assert sum(each["isReplaced"] for each in entries) == 4
    assert hidden is None


HISTORY = """query ($i: ID!) { node(id: $i) { ... on Child {
  relationHistory { id holder kind isSealed isReplaced replacesId } } } }"""


async def test_what_a_sealed_entry_has_replaced_is_sealed_with_it_and_what_stays_is_not(desk):
    wrong = edge("aki", "father", K.AUTHORITY_JOINT)
    fixed = await desk.done("correctRelation", **AKI, entryId=wrong, validFrom="2024-03-01")
    again = await desk.done("correctRelation", **AKI, entryId=fixed["entryIds"][0], validFrom="2024-02-10")
    await desk.done("recordAdoption", **AKI, **DEEDS["special adoption"][1])
    entries = (await desk.read(HISTORY, i=child("aki")))["node"]["relationHistory"]
    told = {each["id"]: each["isSealed"] for each in entries}

    assert [told[each] for each in (wrong, *fixed["entryIds"], *again["entryIds"])] == [True] * 3
    assert {(each["holder"], each["isSealed"]) for each in entries} == {
        ("mother", True),
        ("father", True),
        ("ex", False),
        ("stranger", False),
    }


async def test_a_sealed_entry_stays_sealed_when_it_is_corrected(desk):
    await desk.done("recordAdoption", **AKI, **DEEDS["special adoption"][1])
    entries = (await desk.read(HISTORY, i=child("aki")))["node"]["relationHistory"]
    ended = [each for each in entries if each["holder"] == "father" and not each["isReplaced"]]
    last = next(each for each in ended if each["kind"] == "AUTHORITY_JOINT")
    await desk.done("correctRelation", **AKI, entryId=last["id"], isVoid=True)
    after = (await desk.read(HISTORY, i=child("aki")))["node"]["relationHistory"]

    assert [each["isSealed"] for each in after if each["holder"] == "father"] == [True] * 5


SHARING = "query ($i: ID!) { node(id: $i) { ... on Child { sharing { totalCount edges { node { id givenBy } } } } } }"


async def test_after_a_special_adoption_nobody_reads_who_shared_the_record_before(desk):
    before = (await desk.read(SHARING, i=child("aki")))["node"]["sharing"]
    await desk.done("recordAdoption", **AKI, **DEEDS["special adoption"][1] | {"adopterIds": [resident("ex")]})
    read = [await desk.act(who, SHARING, i=child("aki"), purpose=purpose) for who, purpose in READERS.items()]
    share = id_of(Letter.SHARE, f"aki {resident('grandmother')}")
    by_id = await desk.act("ex", "query ($i: ID!) { node(id: $i) { __typename } }", i=share)

    assert {each["node"]["givenBy"] for each in before["edges"]} == {"mother"}
    assert [each.data["node"]["sharing"] for each in read] == [{"totalCount": 0, "edges": []}] * 2
    assert by_id.data == {"node": None}


async def test_who_keeps_a_tie_after_an_adoption_keeps_what_they_shared(desk):
    given = {"adopterIds": [resident("ex")], "spouseParentId": resident("mother"), "adoptedOn": TODAY}
    await desk.done("recordAdoption", **AKI, **given, isSpecial=True)
    read = await desk.act("mother", SHARING, i=child("aki"))

    assert read.data["node"]["sharing"]["totalCount"] == 2


READERS = {"ex": None, "staff_registry": "REG:2026-1"}


R = {"holderId": resident("father"), "kind": "CUSTODIAN", "validFrom": TODAY}
REFUSED = {
    "no evidence": ("recordRelation", R | {"evidence": " \n"}, "VALUE_MISSING", "evidence"),
    "an end without evidence": (
        "endRelation",
        {"entryId": edge("aki", "father", K.LEGAL_FATHER), "endsOn": TODAY, "evidence": ""},
        "VALUE_MISSING",
        "evidence",
    ),
    "a correction without evidence": (
        "correctRelation",
        {"entryId": edge("aki", "father", K.LEGAL_FATHER), "isVoid": True, "evidence": ""},
        "VALUE_MISSING",
        "evidence",
    ),
    "an essay": ("recordRelation", R | {"evidence": "証" * 2_001}, "TEXT_TOO_LONG", "evidence"),
    "a number": ("recordRelation", R | {"evidence": "123456789018"}, "INDIVIDUAL_NUMBER_REFUSED", "evidence"),
    "nobody": ("recordRelation", R | {"holderId": resident("nobody")}, "NOT_FOUND", "holderId"),
    "a child's id": ("recordRelation", R | {"holderId": child("haru")}, "NOT_FOUND", "holderId"),
    "no id": ("recordRelation", R | {"holderId": "father"}, "NOT_FOUND", "holderId"),
    "the past of a child": ("recordRelation", R | {"validFrom": "2024-02-09"}, "DATE_OUT_OF_RANGE", "validFrom"),
    "the far future": ("recordRelation", R | {"validFrom": "9999-12-31"}, "DATE_OUT_OF_RANGE", "validFrom"),
    "no day": ("recordRelation", R | {"validTo": TODAY}, "PERIOD_INVALID", "validTo"),
    "a minor": ("recordRelation", R | {"holderId": resident("natsu")}, "HOLDER_TOO_YOUNG", "holderId"),
    "the dead": ("recordRelation", R | {"holderId": resident("late")}, "HOLDER_DECEASED", "holderId"),
    "a relation that is": (
        "recordRelation",
        R | {"kind": "AUTHORITY_JOINT", "validFrom": "2026-01-01"},
        "RELATION_OVERLAPS",
        "holderId",
    ),
    "sole beside joint": ("recordRelation", R | {"kind": "AUTHORITY_SOLE"}, "AUTHORITY_CONTRADICTS", "kind"),
    "an unknown entry": (
        "endRelation",
        {"entryId": id_of(Letter.LOG, "?"), "endsOn": TODAY},
        "NOT_FOUND",
        "entryId",
    ),
    "another child's entry": (
        "endRelation",
        {"entryId": edge("haru", "ex", K.AUTHORITY_JOINT), "endsOn": TODAY},
        "NOT_FOUND",
        "entryId",
    ),
    "an end before the start": (
        "endRelation",
        {"entryId": edge("aki", "father", K.LEGAL_FATHER), "endsOn": "1999-12-31"},
        "PERIOD_INVALID",
        "endsOn",
    ),
    "open and ended": (
        "correctRelation",
        {"entryId": edge("aki", "father", K.LEGAL_FATHER), "validTo": TODAY, "isOpen": True},
        "PERIOD_INVALID",
        "isOpen",
    ),
    "correcting nothing": ("correctRelation", {"entryId": "?", "validTo": TODAY}, "NOT_FOUND", "entryId"),
    "a correction far ahead": (
        "correctRelation",
        {"entryId": edge("aki", "father", K.LEGAL_FATHER), "validFrom": "2099-01-01"},
        "DATE_OUT_OF_RANGE",
        "validFrom",
    ),
    "three holders": (
        "decideAuthority",
        {"holderIds": [resident(name) for name in ("mother", "father", "ex")], "decidedOn": TODAY},
        "VALUE_OUT_OF_RANGE",
        "holderIds",
    ),
    "joint before the law": (
        "decideAuthority",
        {"holderIds": [resident("mother"), resident("father")], "decidedOn": "2026-03-31"},
        "JOINT_TOO_EARLY",
        "decidedOn",
    ),
    "a decision that changes nothing": (
        "decideAuthority",
        {"holderIds": [resident("mother"), resident("father")], "decidedOn": TODAY},
        "ALREADY_RECORDED",
        "decidedOn",
    ),
    "authority of a stranger": (
        "decideAuthority",
        {"holderIds": [resident("stranger")], "decidedOn": TODAY},
        "NOT_A_PARENT",
        "holderIds",
    ),
    "an unknown custodian": (
        "decideAuthority",
        {"holderIds": [resident("father")], "custodianId": "?", "decidedOn": TODAY},
        "NOT_FOUND",
        "custodianId",
    ),
    "three adopters": (
        "recordAdoption",
        {"adopterIds": [resident(name) for name in ("grandmother", "stranger", "ex")], "adoptedOn": TODAY},
        "VALUE_OUT_OF_RANGE",
        "adopterIds",
    ),
    "an adoption to come": (
        "recordAdoption",
        {"adopterIds": [resident("ex")], "adoptedOn": TOMORROW},
        "DATE_OUT_OF_RANGE",
        "adoptedOn",
    ),
    "a stranger's spouse": (
        "recordAdoption",
        {"adopterIds": [resident("ex")], "spouseParentId": resident("stranger"), "adoptedOn": TODAY},
        "NOT_A_PARENT",
        "spouseParentId",
    ),
}


@pytest.mark.parametrize("is_preview", [False, True])
async def test_what_cannot_be_is_refused_with_its_code_and_field_and_leaves_nothing(desk, is_preview):
    before = await desk.rows(Guardianship)
    answers = {
        case: await desk(deed, **AKI | given, isPreview=is_preview) for case, (deed, given, _, _) in REFUSED.items()
    }

    assert answers == {
        case: {"__typename": "Refused", "code": code, "field": ["input", field]}
        for case, (_, _, code, field) in REFUSED.items()
    }
    assert await desk.rows(Guardianship) == before


async def test_the_desk_says_why_it_records_a_relation(desk):
    refused = await desk("decideAuthority", purpose=None, **AKI, **DEEDS["custody"][1])

    assert refused == {"__typename": "Refused", "code": "PURPOSE_REQUIRED", "field": None}


async def test_nobody_else_records_a_relation(desk):
    callers = {"staff_health": "COR:2026-1", "mother": None, "clinic": None}
    given = AKI | DEEDS["custody"][1]
    told = [await desk("decideAuthority", who=who, purpose=purpose, **given) for who, purpose in callers.items()]

    assert told == [{"__typename": "Refused", "code": "NOT_PERMITTED", "field": None}] * 3


async def test_the_own_resident_of_a_child_is_no_relation_of_it(desk):
    refused = await desk("recordRelation", childId=child("natsu"), **R | {"holderId": resident("natsu")})

    assert (refused["code"], refused["field"]) == ("RELATION_TO_ONESELF", ["input", "holderId"])


async def test_an_adult_is_nobodys_ward(desk):
    refused = await desk("recordRelation", childId=child("grown"), **R)

    assert (refused["code"], refused["field"]) == ("WARD_OF_AGE", ["input", "validFrom"])


async def test_of_two_clerks_who_end_one_entry_at_once_one_wins(desk):
    given = {**AKI, **DEEDS["end"][1]}
    other = {**given, "endsOn": "2026-11-20"}
    answers = await asyncio.gather(desk("endRelation", **given), desk("endRelation", **other))

    assert sorted(each["__typename"] for each in answers) == ["Refused", "RegisterChange"]
    assert [each["code"] for each in answers if each["__typename"] == "Refused"] == ["ENTRY_REPLACED"]


async def test_a_correction_is_corrected_again_and_only_its_newest_entry_counts(desk):
    first = await desk.done("correctRelation", **AKI, entryId=edge("aki", "mother", K.AUTHORITY_JOINT), isVoid=True)
    gone = await desk.seen("mother", "aki", "hill")
    again = await desk("correctRelation", **AKI, entryId=edge("aki", "mother", K.AUTHORITY_JOINT), isVoid=True)
    await desk.done("correctRelation", **AKI, entryId=first["entryIds"][0], validFrom="2026-01-01", isOpen=True)

    assert again["code"] == "ENTRY_REPLACED"
    assert "VACC_RECORDS" not in gone
    assert "VACC_RECORDS" in await desk.seen("mother", "aki", "hill")


async def test_an_end_that_is_past_is_not_set_again(desk):
    made = await desk.done("endRelation", **AKI, **DEEDS["end"][1])
    again = await desk("endRelation", **AKI, entryId=made["entryIds"][0], endsOn=TOMORROW)

    assert (again["code"], again["field"]) == ("ENTRY_ENDED", ["input", "endsOn"])


async def test_no_answer_gives_away_an_id_of_the_register(desk):
    answers = [await desk.raw(name, **AKI, **given, isPreview=True) for name, given in DEEDS.values()]
    question = """query ($i: ID!) { node(id: $i) { ... on Child {
      relations { id holder } relationHistory { id holder recordedBy replacesId } lifeEvents { id } } } }"""
    read = await desk.act("staff_registry", question, i=child("aki"), purpose="REG:2026-1")

    assert not [each for each in (*answers, read) if b"-R" in each.raw]


async def test_who_gains_and_loses_is_not_told_for_a_purpose_that_covers_no_consents(desk):
    given = {**AKI, **DEEDS["void"][1], "purpose": "COR:2026-1"}
    answers = [await desk.done("correctRelation", **given, isPreview=preview) for preview in (True, False)]

    assert [each["changes"] for each in answers] == [None, None]
    assert (answers[0]["entryIds"], len(answers[1]["entryIds"])) == ([], 1)


@pytest.mark.parametrize("name", [name for name, (deed, _) in DEEDS.items() if deed != "correctRelation"])
async def test_a_correction_alone_can_be_made_with_the_purpose_of_one(desk, name):
    deed, given = DEEDS[name]
    found = await desk(deed, **AKI, **given, purpose="COR:2026-1")

    assert found["code"] == "PURPOSE_REQUIRED"


async def test_who_is_told_again_what_changed_has_looked_again(desk):
    given = {**AKI, **DEEDS["custody"][1], "idempotencyKey": "the same key"}
    for _ in range(2):
        await desk.done("decideAuthority", **given)
    looks = [entry.subject_id for entry in await desk.rows(AccessEntry) if entry.actor_id == desk.clerk]

    assert looks == [child("aki")] * 2


async def test_who_is_told_what_changes_has_looked_at_the_relations(desk):
    await desk.done("decideAuthority", **AKI, **DEEDS["custody"][1], isPreview=True)
    looks = [entry for entry in await desk.rows(AccessEntry) if entry.actor_id == desk.clerk]

    assert [(entry.subject_id, entry.fields) for entry in looks] == [
        (child("aki"), "Child.relations:1 Child.sharing:1")
    ]
    assert {(entry.purpose_code, entry.case_reference) for entry in looks} == {("REG", "2026-1")}
