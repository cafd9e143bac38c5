"""From the notification of pregnancy to the birth: the mother's alone before, a child with its relations after."""

from datetime import UTC, date, datetime

import pytest

from models.access_log import AccessEntry
from models.child import Child
from models.grant import Grant
from models.guardianship import Guardianship
from models.guardianship import GuardianshipKind as K
from models.ids import Letter
from models.invitation import Invitation
from models.life_event import LifeEvent
from models.pregnancy import Outcome, Pregnancy
from models.resident import Resident, Sex
from tests.hanamori import LONG_AGO, child, family, id_of, resident
from tests.sharing import changed

NOTICE = {"motherId": resident("mother"), "notifiedOn": "2026-11-20", "dueOn": "2027-06-20"}
EXPECTED = id_of(Letter.PREGNANCY, "sheltered")
HERS = "{ viewer { pregnancies { edges { node { id dueOn outcome } } } } }"
LOG = "{ viewer { accessLog { totalCount } } }"
MAY = "query ($i: ID!) { node(id: $i) { ... on Child { name relations { holder kind } lifeEvents { kind } } } }"


def born(name, day="2026-11-20", **other):
    return {"name": name, "nameKana": "ハナ", "bornOn": day, "sex": "FEMALE"} | other


async def invited(desk):
    """The stranger may see the pregnancy; somebody else is invited and has not answered."""
    about = {"pregnancy_id": EXPECTED, "field_groups": "PREGNANCY_CORE"}
    async with desk.act.store.owner.writing() as session:
        session.add(
            Grant(
                id=id_of(Letter.LOG, "partner"),
                granted_by_id=resident("sheltered"),
                grantee_id=resident("stranger"),
                valid_from=LONG_AGO,
                valid_to=date(2027, 10, 1),
                recorded_at=datetime(2026, 10, 1, tzinfo=UTC),
                **about,
            )
        )
        session.add(
            Invitation(
                id=id_of(Letter.LOG, "waiting"),
                invited_by_id=resident("sheltered"),
                valid_to=date(2027, 10, 1),
                code_hash="0" * 64,
                invited_at=datetime(2026, 11, 20, tzinfo=UTC),
                expires_at=datetime(2026, 11, 27, tzinfo=UTC),
                **about,
            )
        )


async def hers(desk, who):
    return [each["node"] for each in (await desk.act(who, HERS)).data["viewer"]["pregnancies"]["edges"]]


async def test_a_pregnancy_is_recorded_by_health_staff_and_is_the_mothers_alone(desk):
    made = await desk.health("recordPregnancy", **NOTICE)

    assert await hers(desk, "mother") == [{"id": made["entryIds"][0], "dueOn": "2027-06-20", "outcome": None}]
    assert await hers(desk, "father") == []
    assert (await hers(desk, "stranger"), made["changes"]) == ([], None)


async def test_after_a_miscarriage_nothing_remains_for_anybody_but_the_mother(desk):
    await invited(desk)
    before = await hers(desk, "stranger")
    given = {"pregnancyId": EXPECTED, "endedOn": "2026-11-23", "outcome": "MISCARRIAGE"}
    preview = await desk.health("endPregnancy", **given, isPreview=True)
    made = await desk.health("endPregnancy", **given)

    assert (preview["entryIds"], made["entryIds"], made["changes"]) == ([], [EXPECTED], None)
    assert (len(before), await hers(desk, "stranger")) == (1, [])
    assert [each["outcome"] for each in await hers(desk, "sheltered")] == ["MISCARRIAGE"]
    assert (await desk.rows(Invitation))[0].revoked_at is not None


async def test_a_birth_makes_the_child_with_its_relations_and_closes_the_pregnancy(desk):
    await invited(desk)
    given = {"motherId": resident("sheltered"), "fatherId": resident("father"), "isAuthorityJoint": True}
    twins = [born("双葉", "2026-11-20"), born("若葉", "2026-11-21")]
    preview = await desk.done("recordBirth", **given, children=twins, isPreview=True)
    made = await desk.done("recordBirth", **given, children=twins)
    pregnancy = next(each for each in await desk.rows(Pregnancy) if each.id == EXPECTED)
    first = (await desk.read(MAY, i=made["childIds"][0]))["node"]

    assert (preview["childIds"], preview["changes"]) == ([], made["changes"])
    assert (pregnancy.ended_on, pregnancy.outcome) == (date(2026, 11, 20), Outcome.BIRTH)
    assert [each.pregnancy_id for each in await desk.rows(Child) if each.id in made["childIds"]] == [EXPECTED] * 2
    assert {(each["holder"], each["kind"]) for each in first["relations"]} == {
        ("sheltered", "BIRTH_MOTHER"),
        ("sheltered", "AUTHORITY_JOINT"),
        ("father", "LEGAL_FATHER"),
        ("father", "AUTHORITY_JOINT"),
    }
    assert first["lifeEvents"] == [{"kind": "BIRTH"}]
    assert (await hers(desk, "stranger")) == []
    assert {(each["name"], each["about"]) for each in made["changes"] if each["gains"]} == {
        (who, about) for who in ("sheltered", "father") for about in ("双葉", "若葉")
    }


async def test_the_preview_of_a_birth_is_a_look_at_the_family_and_the_deed_one_at_the_child(desk):
    await desk.done("recordBirth", **MOTHER, isPreview=True)
    made = await desk.done("recordBirth", **MOTHER)
    looks = [(each.subject_id, each.fields) for each in await desk.rows(AccessEntry) if each.actor_id == desk.clerk]

    assert sorted(looks) == sorted(
        [(family("field"), "Family.guardians:1"), (made["childIds"][0], "Child.relations:1 Child.sharing:1")]
    )


async def test_a_birth_without_a_father_gives_the_mother_sole_authority(desk):
    made = await desk.done("recordBirth", motherId=resident("stranger"), children=[born("花")])
    kinds = {row.kind for row in await desk.rows(Guardianship) if row.child_id == made["childIds"][0]}

    assert kinds == {K.BIRTH_MOTHER, K.AUTHORITY_SOLE}
    assert await desk.seen("stranger", "yuki", "field") >= {"IDENTITY"}


async def test_the_child_of_a_minor_has_a_mother_and_nobody_with_authority(desk):
    made = await desk.done("recordBirth", motherId=resident("natsu"), children=[born("花")])

    assert {row.kind for row in await desk.rows(Guardianship) if row.child_id == made["childIds"][0]} == {
        K.BIRTH_MOTHER
    }


MOTHER = {"motherId": resident("stranger"), "children": [born("花")]}
END = {"pregnancyId": EXPECTED, "endedOn": "2026-11-23", "outcome": "STILLBIRTH"}
REFUSED = {
    "no evidence": ("recordBirth", MOTHER | {"evidence": ""}, "VALUE_MISSING", "evidence"),
    "no mother": ("recordBirth", MOTHER | {"motherId": resident("nobody")}, "NOT_FOUND", "motherId"),
    "a man as mother": ("recordBirth", MOTHER | {"motherId": resident("father")}, "MOTHER_MALE", "motherId"),
    "no father": ("recordBirth", MOTHER | {"fatherId": "?"}, "NOT_FOUND", "fatherId"),
    "a mother who had died": (
        "recordBirth",
        MOTHER | {"motherId": resident("late")},
        "HOLDER_DECEASED",
        "children.0.bornOn",
    ),
    "a mother of four": (
        "recordBirth",
        MOTHER | {"motherId": resident("natsu"), "children": [born("花", "2014-11-20")]},
        "HOLDER_TOO_YOUNG",
        "children.0.bornOn",
    ),
    "months apart": (
        "recordBirth",
        MOTHER | {"children": [born("花"), born("葉", "2026-09-20")]},
        "BIRTHS_APART",
        "children.1.bornOn",
    ),
    "months apart and delayed": (
        "recordBirth",
        MOTHER | {"isDelayed": True, "children": [born("花"), born("葉", "2026-08-20")]},
        "BIRTHS_APART",
        "children.1.bornOn",
    ),
    "beside another child": (
        "recordBirth",
        MOTHER | {"motherId": resident("mother"), "children": [born("花", "2024-04-10")]},
        "BIRTHS_APART",
        "children.0.bornOn",
    ),
    "joint alone": ("recordBirth", MOTHER | {"isAuthorityJoint": True}, "VALUE_MISSING", "fatherId"),
    "no child": ("recordBirth", MOTHER | {"children": []}, "VALUE_OUT_OF_RANGE", "children"),
    "no name": ("recordBirth", MOTHER | {"children": [born(" ")]}, "VALUE_MISSING", "children.0.name"),
    "a long name": ("recordBirth", MOTHER | {"children": [born("花" * 201)]}, "TEXT_TOO_LONG", "children.0.name"),
    "no kana": (
        "recordBirth",
        MOTHER | {"children": [born("花", nameKana="")]},
        "VALUE_MISSING",
        "children.0.nameKana",
    ),
    "a bell": ("recordBirth", MOTHER | {"children": [born("花\a")]}, "TEXT_MALFORMED", "children.0.name"),
    "to come": (
        "recordBirth",
        MOTHER | {"children": [born("花"), born("葉", "2026-11-24")]},
        "DATE_OUT_OF_RANGE",
        "children.1.bornOn",
    ),
    "no resident": (
        "recordBirth",
        MOTHER | {"children": [born("花", residentId="?")]},
        "NOT_FOUND",
        "children.0.residentId",
    ),
    "another birthday": (
        "recordBirth",
        MOTHER | {"children": [born("花", residentId=resident("ex"))]},
        "DATE_OUT_OF_RANGE",
        "children.0.bornOn",
    ),
    "somebody's record": (
        "recordBirth",
        MOTHER | {"children": [born("花", residentId=resident("natsu"))]},
        "ALREADY_RECORDED",
        "children.0.residentId",
    ),
    "an Individual Number": (
        "recordBirth",
        MOTHER | {"children": [born("番号123456789018")]},
        "INDIVIDUAL_NUMBER_REFUSED",
        "children.0.name",
    ),
    "mother and father in one": (
        "recordBirth",
        MOTHER | {"fatherId": resident("stranger")},
        "RELATION_OVERLAPS",
        "children.0.bornOn",
    ),
}
REFUSED_BY_HEALTH = {
    "no evidence": ("recordPregnancy", NOTICE | {"evidence": ""}, "VALUE_MISSING", "evidence"),
    "nobody": ("recordPregnancy", NOTICE | {"motherId": resident("nobody")}, "NOT_FOUND", "motherId"),
    "the dead": ("recordPregnancy", NOTICE | {"motherId": resident("late")}, "HOLDER_DECEASED", "motherId"),
    "to come": ("recordPregnancy", NOTICE | {"notifiedOn": "2026-11-24"}, "DATE_OUT_OF_RANGE", "notifiedOn"),
    "due too late": ("recordPregnancy", NOTICE | {"dueOn": "2027-09-25"}, "DATE_OUT_OF_RANGE", "dueOn"),
    "due long ago": ("recordPregnancy", NOTICE | {"dueOn": "2026-10-22"}, "DATE_OUT_OF_RANGE", "dueOn"),
    "twice": ("recordPregnancy", NOTICE | {"motherId": resident("sheltered")}, "ALREADY_RECORDED", "motherId"),
    "not hers": ("endPregnancy", END | {"pregnancyId": id_of(Letter.PREGNANCY, "?")}, "NOT_FOUND", "pregnancyId"),
    "a birth": ("endPregnancy", END | {"outcome": "BIRTH"}, "VALUE_OUT_OF_RANGE", "outcome"),
    "an end to come": ("endPregnancy", END | {"endedOn": "2026-11-24"}, "DATE_OUT_OF_RANGE", "endedOn"),
    "an end long after": ("endPregnancy", END | {"endedOn": "2027-05-01"}, "DATE_OUT_OF_RANGE", "endedOn"),
    "before its notice": ("endPregnancy", END | {"endedOn": "2026-08-31"}, "DATE_OUT_OF_RANGE", "endedOn"),
}


async def test_what_cannot_be_a_birth_is_refused_and_leaves_nothing(desk):
    before = await desk.rows(Child)
    await changed(desk.act, Resident, {"sex": Sex.MALE}, id=resident("father"))
    answers = {case: await desk(deed, **given) for case, (deed, given, _, _) in REFUSED.items()}

    assert answers == {
        case: {"__typename": "Refused", "code": code, "field": ["input", *field.split(".")]}
        for case, (_, _, code, field) in REFUSED.items()
    }
    assert (await desk.rows(Child), await desk.rows(LifeEvent)) == (before, [])


async def test_what_cannot_be_a_pregnancy_is_refused_and_leaves_nothing(desk):
    before = await desk.rows(Pregnancy)
    answers = {case: await desk.health(deed, **given) for case, (deed, given, _, _) in REFUSED_BY_HEALTH.items()}

    assert answers == {
        case: {"__typename": "Refused", "code": code, "field": ["input", field]}
        for case, (_, _, code, field) in REFUSED_BY_HEALTH.items()
    }
    assert await desk.rows(Pregnancy) == before


async def test_a_twin_who_is_notified_later_comes_from_the_same_pregnancy(desk):
    given = {"motherId": resident("sheltered")}
    first = await desk.done("recordBirth", **given, children=[born("双葉", "2026-11-13")])
    later = await desk.done("recordBirth", **given, children=[born("若葉", "2026-11-23")])
    ids = {*first["childIds"], *later["childIds"]}

    twins = [each for each in await desk.rows(Child) if each.id in ids]
    assert [each.pregnancy_id for each in twins] == [EXPECTED] * 2
    assert len({each.due_on for each in twins} - {None}) == 1


@pytest.mark.parametrize(("day", "is_delayed"), [("2026-11-11", False), ("2025-03-01", False), ("2026-11-11", True)])
async def test_a_birth_that_does_not_fit_leaves_the_pregnancy_and_the_answer_as_if_there_were_none(
    desk, day, is_delayed
):
    given = {"children": [born("花", day)], "isDelayed": is_delayed, "isPreview": True}
    kept = await desk.rows(Pregnancy)
    previews = [await desk.done("recordBirth", motherId=resident(who), **given) for who in ("sheltered", "stranger")]
    made = await desk.done("recordBirth", motherId=resident("sheltered"), **given | {"isPreview": False})
    changes = [[each | {"name": ""} for each in told["changes"] if each["name"] != "late"] for told in previews]

    assert changes[0] == changes[1]
    assert await desk.rows(Pregnancy) == kept
    assert [each.pregnancy_id for each in await desk.rows(Child) if each.id in made["childIds"]] == [None]


async def test_a_pregnancy_at_the_time_of_another_is_no_notification(desk):
    await desk.done("recordBirth", motherId=resident("sheltered"), children=[born("花")])
    answers = [
        await desk.health("recordPregnancy", motherId=resident("sheltered"), notifiedOn="2026-11-20", dueOn=due)
        for due in ("2027-07-29", "2027-07-30")
    ]

    assert [each.get("code") for each in answers] == ["DATE_OUT_OF_RANGE", None]


async def test_nobody_becomes_the_mother_of_a_child_born_months_before_her_own(desk):
    given = {
        "childId": child("yuki"),
        "holderId": resident("mother"),
        "kind": "BIRTH_MOTHER",
        "validFrom": "2023-03-03",
    }
    made = await desk.done("recordRelation", **given)  # eleven months before aki
    other = await desk.done("recordBirth", motherId=resident("stranger"), children=[born("葉", "2023-06-20")])
    wrong = {"childId": other["childIds"][0], "validFrom": "2023-06-20"}
    refused = [
        await desk("recordRelation", **wrong, holderId=resident("mother"), kind="BIRTH_MOTHER"),
        await desk("recordRelation", **given | {"holderId": resident("stranger")}),
    ]

    assert made["entryIds"]
    assert [each["code"] for each in refused] == ["BIRTHS_APART", "BIRTHS_APART"]


async def test_a_pregnancy_that_has_ended_does_not_end_again(desk):
    await desk.health("endPregnancy", **END)

    assert (await desk.health("endPregnancy", **END))["code"] == "ALREADY_RECORDED"


async def test_a_mother_a_clinic_and_the_desk_do_not_end_a_pregnancy(desk):
    callers = {"sheltered": None, "clinic": None, "staff_registry": "REG:2026-1"}
    told = [await desk("endPregnancy", who=who, purpose=purpose, **END) for who, purpose in callers.items()]

    assert [each["code"] for each in told] == ["NOT_PERMITTED"] * 3


async def test_who_has_no_household_bears_no_child_of_this_town(desk):
    async with desk.act.store.owner.writing() as session:
        mother = await session.get(Resident, resident("stranger"))
        mother.family_id = None
    refused = await desk("recordBirth", **MOTHER)

    assert (refused["code"], refused["field"]) == ("VALUE_OUT_OF_RANGE", ["input", "motherId"])


async def test_a_refused_birth_is_on_record_and_told_to_nobody_whom_it_names(desk):
    refused = await desk(
        "recordBirth",
        motherId=resident("sheltered"),
        fatherId=resident("counterparty"),
        children=[born("遥", "2027-11-20")],
    )
    told = [
        (await desk.act(who, LOG)).data["viewer"]["accessLog"]["totalCount"] for who in ("sheltered", "counterparty")
    ]

    tried = {each.subject_id for each in await desk.rows(AccessEntry) if each.is_denied}
    assert (refused["code"], told) == ("DATE_OUT_OF_RANGE", [0, 0])
    assert {resident("sheltered"), resident("counterparty")} <= tried
