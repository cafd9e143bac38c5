"""Explain tells callers by what they see a field and until when; of what they do not see it tells one and the same."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from models.child import Child
from models.columns import table_of
from models.grant import Grant
from models.guardianship import Guardianship, GuardianshipKind, ProtectionMeasure
from models.ids import Letter
from models.organisation import Bond, Care
from tests.hanamori import LONG_AGO, NOW, TODAY, child, dose, family, id_of, office, resident

TEXT = """query ($f: String!, $i: ID!) { viewer { explain(field: $f, id: $i) {
  isVisible sentence reasons { code relation until sentence } } } }"""
SOON, LATER = date(2026, 12, 24), date(2027, 6, 1)
RIDE, MOTHERS_RIDER = id_of(Letter.RIDE, "1"), id_of(Letter.RIDER, "mother")
EXPECTED = id_of(Letter.PREGNANCY, "sheltered")
K = GuardianshipKind
STATED = {"partner": "MOV:1"}  # unless something else is


async def explained(ask, who, field, id_, **words):
    words = {"purpose": STATED.get(who), **words}
    return (await ask(who, TEXT, f=field, i=id_, **words)).data["viewer"]["explain"]


async def reasons(ask, who, field, id_, **words):
    """Code, relation and last day of each reason, in order."""
    found = (await explained(ask, who, field, id_, **words))["reasons"]
    return [(each["code"], each["relation"], each["until"]) for each in found]


SEEN = {
    "a joint guardian at home": (
        ("mother", "Child.name", child("haru")),
        [("RELATION", "GUARDIAN_JOINT_RESIDENT", "2036-04-30")],
    ),
    "a joint guardian elsewhere": (
        ("ex", "Vaccination.vaccine", dose("haru", 6)),
        [("RELATION", "GUARDIAN_JOINT_NONRESIDENT", "2036-04-30")],
    ),
    "married parents": (("father", "Child.growth", child("aki")), [("RELATION", "GUARDIAN_SOLE", "2042-02-09")]),
    "oneself": (("natsu", "Child.name", child("natsu")), [("RELATION", "SELF_15_17", None)]),
    "the house, in each way": (
        ("mother", "Family.address", family("hill")),
        [
            ("RELATION", "SELF_18PLUS", None),
            ("RELATION", "GUARDIAN_SOLE", "2042-02-09"),
            ("RELATION", "GUARDIAN_JOINT_RESIDENT", "2036-04-30"),
        ],
    ),
    "a ride of mother and child": (
        ("mother", "Ride.pickUp", RIDE),
        [("RELATION", "SELF_18PLUS", None), ("RELATION", "GUARDIAN_SOLE", "2028-06-14")],
    ),
    "an account": (
        ("natsu", "PointAccount.balance", id_of(Letter.ACCOUNT, "natsu")),
        [("RELATION", "SELF_15_17", None)],
    ),
    "a pregnancy": (("sheltered", "Pregnancy.dueOn", EXPECTED), [("RELATION", "PREGNANT_SELF", None)]),
    "an invitation": (
        ("grandmother", "Child.vaccinations", child("aki")),
        [("CONSENT", "INVITED_FAMILY", "2027-03-30")],
    ),
    "a clinic's own dose, shared besides": (
        ("clinic", "Vaccination.vaccine", dose("aki", 0)),
        [("SUPPLIED", "CLINIC", None), ("CONSENT", "CLINIC", "2027-03-30")],
    ),
    "the doses of a child, of which some are the clinic's own": (
        ("clinic", "Child.vaccinations", child("aki")),
        [("CONSENT", "CLINIC", "2027-03-30"), ("SUPPLIED", "CLINIC", "2027-03-30")],
    ),
    "a pupil": (("school", "Child.name", child("haru")), [("RELATION", "SCHOOL", None)]),
    "who moved": (("partner", "Child.name", child("yuki")), [("RELATION", "PARTNER_MUNICIPALITY", None)]),
    "a taxi company's own ride": (("taxi", "Ride.fareYen", RIDE), [("SUPPLIED", "TAXI_OPERATOR", None)]),
    "what everybody sees": (("shop", "Query.today", "?"), [("EVERYBODY", None, None)]),
}


@pytest.mark.parametrize(("asked", "found"), SEEN.values(), ids=SEEN)
async def test_what_is_seen_is_explained_by_its_ways(ask, asked, found):
    assert await reasons(ask, *asked) == found


SENTENCES = {
    ("mother", "Child.name", child("haru")): (
        "あなたは共同親権者（同居）として、2036年5月1日の前日まで見られます。",
        "You see this as a joint guardian who lives with the child, until 30 April 2036.",
    ),
    ("grandmother", "Vaccination.vaccine", dose("aki", 0)): (
        "「予防接種の記録」があなたに共有されているため、2027年3月31日の前日まで見られます。",
        "You see this because this part is shared with you: the vaccinations given, until 30 March 2027.",
    ),
    ("ex", "Vaccination.lot", dose("haru", 6)): ("この項目は見られません。", "You do not see this."),
    ("tapped", "Child.name", child("haru")): (
        "見るには、カードと暗証番号でログインする必要があります。",
        "To see this, log in with your card and its PIN.",
    ),
}


@pytest.mark.parametrize(("asked", "sentences"), SENTENCES.items(), ids=[each[0] for each in SENTENCES])
async def test_it_is_said_in_the_language_asked_for(ask, asked, sentences):
    said = [await explained(ask, *asked, language=each) for each in ("ja", "en")]

    assert tuple(each["sentence"] for each in said) == sentences


def odd(letter):
    """Ids of nothing, and what is no id at all."""
    well_formed = id_of(letter, "nobody")
    return [
        "",
        "?",
        "\u0000",
        "\ud7ff" * 40,
        well_formed.lower(),
        well_formed + " ",
        well_formed,
        id_of(Letter.LOG, "1"),
    ]


UNSEEN = {  # somebody, a field, and records that are there and are not theirs to see in it
    "a stranger's child": ("mother", "Child.name", [child("yuki"), child("grown"), child("fuyu")], Letter.CHILD),
    "a child behind a measure": ("counterparty", "Child.name", [child("fuyu"), child("aki")], Letter.CHILD),
    "the house behind a measure": ("counterparty", "Family.address", [family("shelter")], Letter.FAMILY),
    "a place, living elsewhere": ("ex", "Vaccination.lot", [dose("haru", 6), dose("aki", 0)], Letter.VACCINATION),
    "a part that was not shared": ("grandmother", "Child.allergies", [child("aki"), child("haru")], Letter.CHILD),
    "a dose of another clinic": ("clinic", "Vaccination.vaccine", [dose("haru", 6)], Letter.VACCINATION),
    "another domain": ("shop", "Child.name", [child("aki"), MOTHERS_RIDER], Letter.CHILD),
    "a record of another kind": ("mother", "Child.name", [MOTHERS_RIDER, dose("aki", 0), RIDE], Letter.CHILD),
    "a pregnancy of another woman": ("mother", "Pregnancy.dueOn", [EXPECTED], Letter.PREGNANCY),
    "somebody else's account": ("mother", "PointAccount.id", [id_of(Letter.ACCOUNT, "natsu")], Letter.ACCOUNT),
    "the dead see nothing": ("late", "Child.name", [child("yuki")], Letter.CHILD),
    "a purpose opens no other domain": ("staff_taxi", "Child.name", [child("aki")], Letter.CHILD),
}


@pytest.mark.parametrize(("who", "field", "there", "letter"), UNSEEN.values(), ids=UNSEEN)
async def test_what_is_not_seen_and_what_is_not_there_are_told_alike(ask, who, field, there, letter):
    told = [await ask(who, TEXT, f=field, i=each) for each in [*there, *odd(letter)]]

    assert len({each.raw for each in told}) == 1
    assert len({tuple(each.statements) for each in told}) == 1
    assert told[0].data["viewer"]["explain"]["reasons"][0]["code"] == "NOT_VISIBLE"


async def test_all_that_is_not_seen_has_one_answer(ask):
    told = {(await ask(who, TEXT, f=field, i=there[0])).raw for who, field, there, _ in UNSEEN.values()}

    assert len(told) == 1


async def test_what_is_visible_takes_the_same_statements_as_what_is_not(ask):
    told = [await ask("mother", TEXT, f="Child.name", i=child(name)) for name in ("aki", "yuki")]

    assert told[0].statements == told[1].statements


async def test_staff_are_told_the_purpose_that_opens_a_field(ask):
    with_one = await explained(ask, "staff_health", "Vaccination.lot", dose("aki", 0), purpose="VAC:1", language="en")
    wrong_one = await explained(ask, "staff_health", "Vaccination.lot", dose("aki", 0), purpose="PRG:1", language="en")

    assert with_one["sentence"] == ("You see this by duty, for the purpose VAC (vaccination: carry out and invite).")
    assert wrong_one["sentence"] == "To see this, state a purpose that covers it: VAC, COR."


async def test_an_emergency_is_no_consent(ask):
    found = [await reasons(ask, "clinic", "Child.name", child(name), purpose="EMG:1") for name in ("haru", "aki")]

    assert found == [[("DUTY", None, None)], [("CONSENT", "CLINIC", "2027-03-30")]]


async def test_the_purpose_that_is_wanted_says_nothing_of_the_record(ask):
    ids = [dose("aki", 0), id_of(Letter.VACCINATION, "nobody"), "?"]

    assert len({(await ask("staff_health", TEXT, f="Vaccination.lot", i=each)).raw for each in ids}) == 1


async def test_a_partner_city_is_told_its_purpose(ask):
    found = await explained(ask, "partner", "Child.name", child("yuki"), purpose=None, language="en")

    assert found["sentence"] == "To see this, state a purpose that covers it: MOV."


async def test_where_no_purpose_helps_none_is_named(ask):
    """Home growth is health staff's by duty, and no purpose of today covers it."""
    assert await reasons(ask, "staff_health", "Growth.weightG", id_of(Letter.GROWTH, "aki 1")) == [
        ("NOT_VISIBLE", None, None)
    ]


@pytest.mark.parametrize(
    "field",
    [
        "",
        "Child",
        "Child.",
        ".name",
        "Child.nothing",
        "child.name",
        "Query.children",
        "Mutation.recordGrowth",
        "\u0000",
    ],
)
async def test_a_field_that_no_record_has_is_a_mistake(ask, field):
    told = await ask("mother", TEXT, f=field, i=child("aki"))

    assert told.codes == ["BAD_USER_INPUT"]
    assert "nothing" not in told.raw.decode()


async def test_one_bad_question_leaves_the_rest_of_the_viewer(ask):
    text = f"""{{ viewer {{ kind bad: explain(field: "Child.nothing", id: "?") {{ sentence }}
      good: explain(field: "Child.name", id: "{child("aki")}") {{ isVisible }} }} }}"""
    told = await ask("mother", text)

    assert told.body["data"] == {"viewer": {"kind": "RESIDENT", "bad": None, "good": {"isVisible": True}}}
    assert [each["path"] for each in told.body["errors"]] == [["viewer", "bad"]]


async def test_nobody_is_told_nothing(ask):
    assert (await ask("anonymous", TEXT, f="Child.name", i=child("aki"))).codes == ["GRAPHQL_VALIDATION_FAILED"]


async def write(act, model, where=None, **values):
    """Change the rows of a model, all of them or those with these values."""
    table = table_of(model)
    conditions = [table.c[name] == value for name, value in (where or {}).items()]
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(update(table).where(*conditions).values(**values))


async def add(act, model, **values):
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(insert(table_of(model)).values(**values))


async def edge(act, about, holder, kind, **more):
    usual = {"valid_from": LONG_AGO, "recorded_at": NOW, "evidence": "e", "is_sealed": False}
    who = {"child_id": child(about), "holder_id": resident(holder), "kind": kind}
    await add(act, Guardianship, id=id_of(Letter.LOG, f"{about} {holder} {kind} new"), **usual | who | more)


HARU_AND_MOTHER = {"child_id": child("haru"), "holder_id": resident("mother")}


async def until(act, who, field, id_):
    return [each[2] for each in await reasons(act, who, field, id_)]


async def test_a_relation_lasts_as_long_as_one_of_the_edges_that_carry_it(act):
    await write(act, Guardianship, HARU_AND_MOTHER | {"kind": K.AUTHORITY_JOINT}, valid_to=SOON)
    first = await until(act, "mother", "Child.name", child("haru"))
    await edge(act, "haru", "mother", K.AUTHORITY_SOLE, valid_to=LATER)

    assert (first, await until(act, "mother", "Child.name", child("haru"))) == (["2026-12-23"], ["2027-05-31"])


async def test_joint_authority_over_a_child_elsewhere_lasts_at_home_as_long_as_custody(act):
    await edge(act, "haru", "ex", K.CUSTODIAN, valid_to=SOON)

    assert await reasons(act, "ex", "Child.name", child("haru")) == [
        ("RELATION", "GUARDIAN_JOINT_RESIDENT", "2026-12-23")
    ]


async def test_the_end_of_a_sealed_edge_is_not_told(act):
    await write(act, Guardianship, HARU_AND_MOTHER, valid_to=SOON, is_sealed=True)

    assert await until(act, "mother", "Child.name", child("haru")) == ["2036-04-30"]


async def test_the_newest_entry_says_when_it_ends(act):
    old = id_of(Letter.LOG, f"haru mother {K.AUTHORITY_JOINT}")
    await edge(act, "haru", "mother", K.AUTHORITY_JOINT, valid_to=SOON, replaces_id=old)

    assert await until(act, "mother", "Child.name", child("haru")) == ["2026-12-23"]


async def test_what_is_recorded_of_others_is_not_foretold(act):
    """Neither a measure that begins tomorrow nor a suspension: who is warned could act first."""
    before = (await act("mother", TEXT, f="Child.name", i=child("haru"))).raw
    times = {"valid_from": TODAY + timedelta(days=1), "valid_to": LATER, "recorded_at": NOW, "evidence": "e"}
    who = {"family_id": family("hill"), "counterparty_id": resident("mother")}
    await add(act, ProtectionMeasure, id=id_of(Letter.LOG, "tomorrow"), **times, **who)
    await edge(act, "haru", "ex", K.CUSTODIAN, valid_from=SOON)

    assert (await act("mother", TEXT, f="Child.name", i=child("haru"))).raw == before


@pytest.mark.parametrize(("who", "last"), [("mother", "2027-01-29"), ("ex", "2036-04-30")])
async def test_that_a_child_moved_is_told_to_who_may_know_the_place(act, who, last):
    await write(act, Child, {"id": child("haru")}, moved_out_on=date(2026, 11, 1))

    assert await until(act, who, "Child.name", child("haru")) == [last]


async def test_the_own_record_lasts_90_days_after_moving_out(act):
    await write(act, Child, {"id": child("natsu")}, moved_out_on=date(2026, 11, 1))

    assert await until(act, "natsu", "Child.name", child("natsu")) == ["2027-01-29"]


async def test_of_two_consents_the_longer_counts(act):
    usual = {"granted_by_id": resident("mother"), "valid_from": LONG_AGO, "recorded_at": NOW}
    who = {"child_id": child("aki"), "grantee_id": resident("grandmother"), "field_groups": "VACC_RECORDS"}
    await add(act, Grant, id=id_of(Letter.LOG, "more"), valid_to=LATER, **usual, **who)

    assert await until(act, "grandmother", "Vaccination.vaccine", dose("aki", 0)) == ["2027-05-31"]


async def test_a_part_is_not_open_longer_than_the_door_before_it(act):
    usual = {"granted_by_id": resident("mother"), "valid_from": LONG_AGO, "recorded_at": NOW}
    who = {"child_id": child("aki"), "grantee_id": resident("grandmother"), "field_groups": "ALLERGY_ALERT"}
    await add(act, Grant, id=id_of(Letter.LOG, "more"), valid_to=LATER, **usual, **who)

    assert await until(act, "grandmother", "Child.allergies", child("aki")) == ["2027-03-30"]


@pytest.mark.parametrize(("groups", "last"), [("IDENTITY VACC_RECORDS", "2042-02-09"), ("VACC_RECORDS", "2099-12-31")])
async def test_that_a_consent_ends_with_childhood_is_told_to_who_knows_the_birth_date(act, groups, last):
    await write(act, Grant, field_groups=groups, valid_to=date(2100, 1, 1))

    assert await until(act, "grandmother", "Vaccination.vaccine", dose("aki", 0)) == [last]


async def test_what_somebody_of_age_shares_ends_by_its_own_date(act):
    await write(act, Child, {"id": child("grown")}, resident_id=resident("grown"))
    mine = {"child_id": child("grown"), "granted_by_id": resident("grown")}
    await write(act, Grant, {"grantee_id": resident("grandmother")}, **mine)

    assert await until(act, "grandmother", "Child.name", child("grown")) == ["2027-03-30"]


@pytest.mark.parametrize(("who", "about"), [("school", "haru"), ("partner", "yuki")])
async def test_a_bond_ends_by_its_date(act, who, about):
    await write(act, Care, {"organisation_id": office(who)}, valid_to=SOON)

    assert await until(act, who, "Child.name", child(about)) == ["2026-12-23"]


async def test_a_pregnancy_is_shared_and_bound_until_a_day(act):
    usual = {"valid_from": LONG_AGO, "valid_to": SOON, "pregnancy_id": EXPECTED}
    who = {"granted_by_id": resident("sheltered"), "grantee_id": resident("ex"), "field_groups": "PREGNANCY_CORE"}
    await add(act, Grant, id=id_of(Letter.LOG, "partner"), recorded_at=NOW, **usual, **who)
    await add(act, Care, id=id_of(Letter.LOG, "moved"), organisation_id=office("partner"), bond=Bond.MOVED, **usual)

    assert [await reasons(act, who, "Pregnancy.dueOn", EXPECTED) for who in ("ex", "partner")] == [
        [("CONSENT", "PARTNER_BEFORE_BIRTH", "2026-12-23")],
        [("RELATION", "PARTNER_MUNICIPALITY", "2026-12-23")],
    ]


async def test_a_partner_city_is_told_what_was_shared_with_it(act):
    await write(act, Grant, {"grantee_id": resident("grandmother")}, grantee_id=office("partner"))

    assert await reasons(act, "partner", "Child.name", child("aki")) == [
        ("CONSENT", "PARTNER_MUNICIPALITY", "2027-03-30")
    ]


async def test_the_education_board_is_told_duty_and_the_end_of_the_pupil_s_bond(act):
    await write(act, Care, {"organisation_id": office("school")}, valid_to=SOON)
    await write(act, Grant, {"grantee_id": office("school")}, grantee_id=office("office"))
    ask = {"purpose": "SCH:1"}

    assert await reasons(act, "staff_education", "Child.name", child("haru"), **ask) == [("DUTY", None, "2026-12-23")]
    assert await reasons(act, "staff_education", "Vaccination.vaccine", dose("haru", 6), **ask) == [
        ("CONSENT", "STAFF_EDUCATION", "2027-03-30")
    ]


async def test_explaining_several_fields_of_a_record_reads_its_relations_once(ask):
    each = " ".join(
        f'a{number}: explain(field: "Child.{name}", id: $i) {{ isVisible }}'
        for number, name in enumerate(("name", "sex", "growth", "allergies"))
    )
    told = await ask("mother", f"query ($i: ID!) {{ viewer {{ {each} }} }}", i=child("aki"))

    assert json.dumps(told.data).count("true") == 4
    assert len(told.statements) == 3
