"""Deeds: refused with a code or done exactly once, whatever is repeated, raced or broken."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from engine.question import Question
from models.checkup import Checkup
from models.child import Child
from models.columns import table_of
from models.deed import DeedReceipt
from models.growth import Growth
from models.guardianship import Guardianship
from models.ids import Letter, parsed
from models.refusal import RefusalCode
from models.vaccination import Vaccination
from tests.hanamori import CODE, HOLDERS, NOW, TODAY, child, office, resident

GROW = """mutation ($input: RecordGrowthInput!) { done: recordGrowth(input: $input) { __typename
  ... on Growth { id measuredOn weightG heightMm headMm chestMm } ... on Refused { code message field } } }"""
CHECK = """mutation ($input: SubmitCheckupInput!) { done: submitCheckup(input: $input) { __typename
  ... on Checkup { id kind checkedOn weightG } ... on Refused { code message field } } }"""
DOSE = """mutation ($input: RecordVaccinationInput!) { done: recordVaccination(input: $input) { __typename
  ... on Vaccination { id vaccine givenOn } ... on Refused { code message field } } }"""
NUMBER = "123456789018"  # passes the check of an Individual Number; nobody's
R = RefusalCode
TESTS = Path(__file__).parents[1]
KEY = "key-0001"


def growth(**other):
    return {"childId": child("aki"), "measuredOn": "2026-11-01", "weightG": 12_000, "idempotencyKey": KEY} | other


def checkup(**other):
    return {"childId": child("aki"), "kind": "MONTHS_18", "checkedOn": "2026-11-01", "idempotencyKey": KEY} | other


def vaccination(**other):
    return {"childId": child("aki"), "vaccine": "MR", "givenOn": "2026-11-01", "idempotencyKey": KEY} | other


async def done(act, who, document, given, **words):
    return (await act(who, document, input=given, **words)).data["done"]


async def counted(act, model):
    async with act.store.owner.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(table_of(model)))


REFUSED = {
    "a tap is no login": ("tapped", GROW, growth(), R.ACR_REQUIRED, None),
    "a shop measures nobody": ("shop", GROW, growth(), R.NOT_PERMITTED, None),
    "a mother submits no checkup": ("mother", CHECK, checkup(), R.NOT_PERMITTED, None),
    "an invitation is to look": ("grandmother", GROW, growth(), R.NOT_PERMITTED, None),
    "a parent apart records no dose": (
        "ex",
        DOSE,
        vaccination(childId=child("haru")),
        R.NOT_PERMITTED,
        None,
    ),
    "staff say why": ("staff_health", DOSE, vaccination(), R.PURPOSE_REQUIRED, None),
    "a stranger's child": ("mother", GROW, growth(childId=child("yuki")), R.NOT_FOUND, ["input", "childId"]),
    "a child behind a measure": (
        "counterparty",
        GROW,
        growth(childId=child("fuyu")),
        R.NOT_FOUND,
        ["input", "childId"],
    ),
    "no child at all": ("mother", GROW, growth(childId=child("nobody")), R.NOT_FOUND, ["input", "childId"]),
    "no id at all": ("mother", GROW, growth(childId="1' OR '1'='1"), R.NOT_FOUND, ["input", "childId"]),
    "a patient without consent": (
        "clinic",
        CHECK,
        checkup(childId=child("haru")),
        R.NOT_FOUND,
        ["input", "childId"],
    ),
    "a short key": ("mother", GROW, growth(idempotencyKey="1234567"), R.KEY_INVALID, ["input", "idempotencyKey"]),
    "a long key": ("mother", GROW, growth(idempotencyKey="k" * 201), R.KEY_INVALID, ["input", "idempotencyKey"]),
    "a key in Japanese": (
        "mother",
        GROW,
        growth(idempotencyKey="きょうの計測の記録"),
        R.KEY_INVALID,
        ["input", "idempotencyKey"],
    ),
    "a key with a NUL": (
        "mother",
        GROW,
        growth(idempotencyKey="12345678\0"),
        R.KEY_INVALID,
        ["input", "idempotencyKey"],
    ),
    "nothing measured": ("mother", GROW, growth(weightG=None), R.VALUE_MISSING, ["input", "weightG"]),
    "a light child": ("mother", GROW, growth(weightG=299), R.VALUE_OUT_OF_RANGE, ["input", "weightG"]),
    "a tall child": (
        "clinic",
        CHECK,
        checkup(heightMm=2_000),
        R.VALUE_OUT_OF_RANGE,
        ["input", "heightMm"],
    ),
    "a day before birth": (
        "mother",
        GROW,
        growth(measuredOn="2024-02-09"),
        R.DATE_OUT_OF_RANGE,
        ["input", "measuredOn"],
    ),
    "tomorrow": ("mother", GROW, growth(measuredOn="2026-11-24"), R.DATE_OUT_OF_RANGE, ["input", "measuredOn"]),
    "a checkup to come": (
        "clinic",
        CHECK,
        checkup(checkedOn="2026-11-24"),
        R.DATE_OUT_OF_RANGE,
        ["input", "checkedOn"],
    ),
    "a long finding": ("clinic", CHECK, checkup(findings="長" * 2_001), R.TEXT_TOO_LONG, ["input", "findings"]),
    "a control character": ("clinic", CHECK, checkup(dental="a\x00b"), R.TEXT_MALFORMED, ["input", "dental"]),
    "a malformed number of theirs": (
        "clinic",
        CHECK,
        checkup(sourceRecordId="\x1b[2J"),
        R.TEXT_MALFORMED,
        ["input", "sourceRecordId"],
    ),
    "an Individual Number": (
        "clinic",
        CHECK,
        checkup(findings=f"番号 {NUMBER}"),
        R.INDIVIDUAL_NUMBER_REFUSED,
        ["input", "findings"],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_deed_is_refused_with_its_code_and_writes_nothing(ask, name):
    who, document, given, code, field = REFUSED[name]
    fresh = given | (
        {"idempotencyKey": f"refused {list(REFUSED).index(name)}"} if given["idempotencyKey"] == KEY else {}
    )
    before = [await counted(ask, model) for model in (Growth, Checkup, Vaccination)]
    found = await done(ask, who, document, fresh)

    assert (found["__typename"], found["code"], found["field"]) == ("Refused", code.value, field)
    assert [await counted(ask, model) for model in (Growth, Checkup, Vaccination)] == before


async def test_to_nobody_there_are_no_deeds(ask):
    told = await ask("anonymous", GROW, input=growth())

    assert (told.status, told.codes) == (400, ["GRAPHQL_VALIDATION_FAILED"])


def test_every_code_is_named_by_a_test_of_a_deed():
    text = "".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    named = set(re.findall(r"\b[A-Z][A-Z_]+\b", text))

    assert [code.name for code in RefusalCode if code.name not in named] == []


@pytest.mark.parametrize(("language", "message"), [("ja", "値が範囲外です。"), ("en", "The value is out of range.")])
async def test_a_refusal_is_told_in_the_language_asked_for(act, language, message):
    found = await done(act, "mother", GROW, growth(weightG=1), language=language)

    assert found["message"] == message


async def test_a_purpose_of_another_kind_of_work_does_no_deed(ask):
    found = await done(ask, "staff_health", DOSE, vaccination(), purpose="PRG:1")

    assert found["code"] == "PURPOSE_REQUIRED"


async def gone(act, **how):
    table = table_of(Child)
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(update(table).where(table.c.id == child("aki")).values(how))


@pytest.mark.parametrize(("day", "is_done"), [("2026-10-11", True), ("2026-10-12", False)])
async def test_nobody_is_vaccinated_after_death(act, day, is_done):
    await gone(act, died_on=TODAY.replace(month=10, day=11))
    found = await done(act, "staff_health", DOSE, vaccination(givenOn=day), purpose="VAC:1")

    assert found["__typename"] == ("Vaccination" if is_done else "Refused")


@pytest.mark.parametrize(("day", "is_done"), [("2026-10-11", True), ("2026-10-12", False)])
async def test_what_is_given_elsewhere_after_a_move_is_not_recorded_here(act, day, is_done):
    await gone(act, moved_out_on=TODAY.replace(month=10, day=11))
    found = await done(act, "staff_health", DOSE, vaccination(givenOn=day), purpose="VAC:1")

    assert found["__typename"] == ("Vaccination" if is_done else "Refused")


@pytest.mark.parametrize("how", ["died_on", "moved_out_on"])
async def test_a_guardian_writes_no_more_after_a_death_or_a_move(act, how):
    await gone(act, **{how: TODAY})

    assert (await done(act, "mother", GROW, growth()))["code"] == "NOT_PERMITTED"
    assert (await act("mother", "query($i: ID!) { node(id: $i) { id } }", i=child("aki"))).data["node"]


async def test_a_mother_records_growth_and_reads_it_back(act):
    found = await done(act, "mother", GROW, growth(heightMm=880))
    parts = parsed(found.pop("id"))

    assert (parts.code, parts.letter) == (CODE, Letter.GROWTH)
    assert found == {
        "__typename": "Growth",
        "measuredOn": "2026-11-01",
        "weightG": 12_000,
        "heightMm": 880,
        "headMm": None,
        "chestMm": None,
    }


@pytest.mark.parametrize(
    ("who", "document", "given", "purpose"),
    [
        ("clinic", CHECK, checkup(findings="異常なし\n次回3歳", sourceRecordId="V-1"), None),
        ("staff_health", CHECK, checkup(), "CHK:1"),
        ("staff_health", DOSE, vaccination(lot="A1"), "VAC:1"),
        ("mother", DOSE, vaccination(), None),
        ("clinic", DOSE, vaccination(), None),
        ("ex", GROW, growth(childId=child("haru"), weightG=25_000), None),
        ("natsu", GROW, growth(childId=child("natsu"), weightG=45_000), None),
    ],
)
async def test_who_may_write_a_record_writes_it_and_sees_it(act, who, document, given, purpose):
    found = await done(act, who, document, given, purpose=purpose)

    assert found["__typename"] in {"Growth", "Checkup", "Vaccination"}
    assert parsed(found["id"]) is not None


@pytest.mark.parametrize(("who", "purpose", "supplier"), [("clinic", None, "clinic"), ("staff_health", "CHK:1", None)])
async def test_a_record_names_the_organisation_that_supplied_it(act, who, purpose, supplier):
    made = await done(act, who, CHECK, checkup(), purpose=purpose)
    table = table_of(Checkup)
    async with act.store.owner.reading() as connection:
        found = await connection.scalar(select(table.c.organisation_id).where(table.c.id == made["id"]))

    assert found == (supplier and office(supplier))


async def test_a_clinic_sees_the_dose_that_it_recorded_by_consent_to_the_name_alone(act):
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(text("UPDATE \"grant\" SET field_groups = 'IDENTITY'"))
    found = await done(act, "clinic", DOSE, vaccination())

    assert found["__typename"] == "Vaccination"


async def test_the_same_key_and_body_have_the_same_answer_byte_for_byte_and_one_row(act):
    before = await counted(act, Growth)
    answers = [(await act("mother", GROW, input=growth())).raw for _ in range(3)]

    assert len(set(answers)) == 1
    assert await counted(act, Growth) == before + 1


async def test_of_a_key_only_a_digest_is_kept(act):
    await done(act, "mother", GROW, growth(idempotencyKey=NUMBER))
    async with act.store.owner.reading() as connection:
        kept = (await connection.execute(select(table_of(DeedReceipt)))).all()

    assert len(kept) == 1
    assert NUMBER not in str(kept)


async def test_many_deeds_at_once_are_all_done(act):
    """More than there are connections in a pool: none holds one while it waits for another."""
    before = await counted(act, Growth)
    given = [growth(idempotencyKey=f"at-once-{number:03}") for number in range(40)]
    found = await asyncio.wait_for(asyncio.gather(*[act("mother", GROW, input=each) for each in given]), timeout=25)

    assert {each.data["done"]["__typename"] for each in found} == {"Growth"}
    assert await counted(act, Growth) == before + len(given)


async def test_a_refusal_is_repeated_byte_for_byte(act):
    answers = [(await act("mother", GROW, input=growth(weightG=1))).raw for _ in range(3)]

    assert len(set(answers)) == 1
    assert await counted(act, DeedReceipt) == 1


@pytest.mark.parametrize("other", [{"weightG": 12_001}, {"measuredOn": "2026-11-02"}, {"childId": child("haru")}])
async def test_the_same_key_with_another_body_is_refused(act, other):
    await done(act, "mother", GROW, growth())
    before = await counted(act, Growth)
    found = await done(act, "mother", GROW, growth(**other))

    assert (found["code"], found["field"]) == ("KEY_REUSED", ["input", "idempotencyKey"])
    assert await counted(act, Growth) == before


async def test_the_same_key_for_another_deed_is_refused(act):
    await done(act, "mother", GROW, growth())

    assert (await done(act, "mother", DOSE, vaccination()))["code"] == "KEY_REUSED"


async def test_a_key_belongs_to_its_caller(act):
    ids = {(await done(act, who, GROW, growth()))["id"] for who in ("mother", "father")}

    assert len(ids) == 2


async def test_what_is_left_out_and_what_is_null_are_one_body(act):
    ids = {(await done(act, "mother", GROW, growth(**more)))["id"] for more in ({}, {"heightMm": None})}

    assert len(ids) == 1


@pytest.mark.parametrize(("later", "is_kept"), [(timedelta(days=30, seconds=-1), True), (timedelta(days=30), False)])
async def test_a_receipt_is_kept_for_30_days(act, later, is_kept):
    first = await done(act, "mother", GROW, growth())
    second = await done(act, "mother", GROW, growth(), now=NOW + later)

    assert (first["id"] == second["id"]) is is_kept


async def test_what_was_never_allowed_leaves_no_receipt(act):
    for name in ("a shop measures nobody", "staff say why", "a short key"):
        who, document, given, *_ = REFUSED[name]
        await done(act, who, document, given)

    assert await counted(act, DeedReceipt) == 0


async def test_not_even_a_digest_is_kept_of_an_individual_number(act):
    who, document, given, *_ = REFUSED["an Individual Number"]
    codes = [(await done(act, who, document, given))["code"] for _ in range(2)]
    corrected = await done(act, who, document, checkup(findings="番号"))

    assert codes == ["INDIVIDUAL_NUMBER_REFUSED"] * 2
    assert corrected["__typename"] == "Checkup"


async def test_one_key_at_one_moment_makes_one_row(act):
    before = await counted(act, Growth)
    answers = await asyncio.gather(*[act("mother", GROW, input=growth()) for _ in range(4)])

    assert len({each.raw for each in answers}) == 1
    assert answers[0].data["done"]["__typename"] == "Growth"
    assert await counted(act, Growth) == before + 1


async def test_different_keys_at_one_moment_make_a_row_each(act):
    before = await counted(act, Growth)
    await asyncio.gather(*[act("mother", GROW, input=growth(idempotencyKey=f"key-000{n}")) for n in range(4)])

    assert await counted(act, Growth) == before + 4


async def test_a_deed_that_breaks_leaves_nothing_and_can_be_done_again(act):
    async def run(statement):
        async with act.store.owner.engine.begin() as connection:
            await connection.execute(text(statement))

    await run("ALTER TABLE growth RENAME TO growth_away")
    question = Question(GROW, None, {"input": growth()}, HOLDERS["mother"], None, "ja", only_queries=False, now=NOW)
    broken = await act.put(question, may_fail=True)
    await run("ALTER TABLE growth_away RENAME TO growth")

    assert broken.codes == ["INTERNAL"]
    assert isinstance(broken.failures[0].exception, DBAPIError)
    assert await counted(act, DeedReceipt) == 0
    assert (await done(act, "mother", GROW, growth()))["__typename"] == "Growth"


async def test_who_lost_the_child_reads_nothing_back_by_an_old_key(act):
    made = await done(act, "ex", GROW, growth(childId=child("haru"), weightG=25_000))
    table = table_of(Guardianship)
    async with act.store.owner.engine.begin() as connection:
        await connection.execute(update(table).where(table.c.holder_id == resident("ex")).values(valid_to=TODAY))
    again = await done(act, "ex", GROW, growth(childId=child("haru"), weightG=25_000))

    assert made["__typename"] == "Growth"
    assert (again["__typename"], again["code"], again["field"]) == ("Refused", "NOT_FOUND", ["input", "childId"])


async def test_a_deed_is_there_for_the_next_question(act):
    question = "query ($i: ID!) { node(id: $i) { ... on Child { growth { totalCount } } } }"
    counts = [(await act("mother", question, i=child("aki"))).data["node"]["growth"]["totalCount"]]
    await done(act, "mother", GROW, growth())
    counts.append((await act("mother", question, i=child("aki"))).data["node"]["growth"]["totalCount"])

    assert counts == [2, 3]
