"""Doses written down from a handbook, put right by new entries, struck out, reviewed; and what the rules go by."""

from datetime import date

import pytest
from sqlalchemy import func, select

from models.columns import table_of
from models.immunity import ImmunityFact
from models.refusal import RefusalCode
from models.vaccination import Vaccination
from tests.hanamori import child, dose, resident

R = RefusalCode
NUMBER = "123456789018"  # passes the check of an Individual Number; nobody's
REFUSED = "... on Refused { code field }"
RECORD = f"""mutation ($input: RecordVaccinationInput!) {{ done: recordVaccination(input: $input) {{ __typename
  ... on Vaccination {{ id vaccine productText givenOn precision isLotExpired }} {REFUSED} }} }}"""
CORRECT = f"""mutation ($input: CorrectVaccinationInput!) {{ done: correctVaccination(input: $input) {{ __typename
  ... on Vaccination {{ id vaccine givenOn }} {REFUSED} }} }}"""
CHILD = f"""... on Child {{ evaluatedDoses {{ vaccinationId vaccine counts reasons }}
  schedule {{ dosesToReview series {{ series status reasons }} }} }} {REFUSED}"""
STRIKE = f"mutation ($input: StrikeVaccinationInput!) {{ done: strikeVaccination(input: $input) {{ {CHILD} }} }}"
REVIEW = f"mutation ($input: ReviewVaccinationInput!) {{ done: reviewVaccination(input: $input) {{ {CHILD} }} }}"
FACT = f"mutation ($input: RecordImmunityFactInput!) {{ done: recordImmunityFact(input: $input) {{ {CHILD} }} }}"
RECORDS = """query ($i: ID!) { node(id: $i) { ... on Child {
  vaccinations { totalCount edges { node { id vaccine givenOn } } }
  vaccinationHistory { edges { node { id givenOn correctionReason isVoid isReplaced replacesId } } }
  vaccinationReviews { isCounted } immunityFacts { id antigen condition isVoid isReplaced } } } }"""
VAC = {"purpose": "VAC:1"}
MR_OF_AKI = dose("aki", 5)


def handbook(**other):
    return {"childId": child("aki"), "vaccine": "MR", "givenOn": "2026-10-07", "idempotencyKey": "key-0001"} | other


def correction(**other):
    given = {"vaccinationId": MR_OF_AKI, "vaccine": "MR", "givenOn": "2025-02-10", "reason": "予診票"}
    return given | {"idempotencyKey": "key-0002"} | other


def strike(**other):
    return {"vaccinationId": MR_OF_AKI, "reason": "予診票", "idempotencyKey": "key-0003"} | other


def review(id=MR_OF_AKI, key="key-0005", **other):
    return {"vaccinationId": id, "isCounted": True, "evidence": "予診票", "idempotencyKey": key} | other


def fact(**other):
    given = {"childId": child("aki"), "kind": "ILLNESS", "antigen": "VARICELLA", "happenedOn": "2026-10-01"}
    return given | {"evidence": "診断書", "idempotencyKey": "key-0004"} | other


async def done(act, document, given, who="staff_health", **words):
    words = words or (VAC if who == "staff_health" else {})
    return (await act(who, document, input=given, **words)).data["done"]


async def records(act, who="mother", about="aki"):
    return (await act(who, RECORDS, i=child(about))).data["node"]


def entries(found):
    return [each["node"] for each in found["vaccinationHistory"]["edges"]]


def series(told, name):
    return next(each for each in told["schedule"]["series"] if each["series"] == name)


@pytest.mark.parametrize(
    ("given_on", "precision", "kept"),
    [("2026-10-07", "DAY", "2026-10-07"), ("2026-10-07", "MONTH", "2026-10-01"), ("2025-10-07", "YEAR", "2025-01-01")],
)
async def test_a_handbook_may_tell_the_month_or_the_year_alone(act, given_on, precision, kept):
    told = await done(act, RECORD, handbook(givenOn=given_on, precision=precision), "mother")

    assert (told["givenOn"], told["precision"]) == (kept, precision)


async def test_a_dose_of_an_unknown_product_or_day_is_kept_and_asks(act):
    await done(act, RECORD, handbook(vaccine=None, productText="輸入ワクチン"), "mother")
    await done(act, RECORD, handbook(vaccine="VARICELLA", precision="MONTH", idempotencyKey="key-0009"), "mother")

    told = await done(act, STRIKE, strike())
    doubtful = [each for each in told["evaluatedDoses"] if each["counts"] == "NEEDS_REVIEW"]
    assert [(each["vaccine"], each["reasons"]) for each in doubtful] == [
        ("VARICELLA", ["INCOMPLETE_DATE"]),
        (None, ["UNKNOWN_PRODUCT"]),
    ]
    assert told["schedule"]["dosesToReview"] == 2
    assert series(told, "varicella")["status"] == "NEEDS_REVIEW"


BAD = {
    "before birth": (handbook(givenOn="2024-02-09"), R.DATE_OUT_OF_RANGE, "givenOn"),
    "in the future": (handbook(givenOn="2026-11-24"), R.DATE_OUT_OF_RANGE, "givenOn"),
    "a month before birth": (handbook(givenOn="2024-01-31", precision="MONTH"), R.DATE_OUT_OF_RANGE, "givenOn"),
    "a month to come": (handbook(givenOn="2026-12-01", precision="MONTH"), R.DATE_OUT_OF_RANGE, "givenOn"),
    "the last year there is": (handbook(givenOn="9999-12-31", precision="YEAR"), R.DATE_OUT_OF_RANGE, "givenOn"),
    "no product": (handbook(vaccine=None), R.VALUE_MISSING, "vaccine"),
    "a blank for one": (handbook(vaccine=None, productText=" "), R.VALUE_MISSING, "vaccine"),
    "two products": (handbook(productText="輸入"), R.VALUE_OUT_OF_RANGE, "productText"),
    "a number": (handbook(vaccine=None, productText=NUMBER), R.INDIVIDUAL_NUMBER_REFUSED, "productText"),
}


@pytest.mark.parametrize(("given", "code", "field"), BAD.values(), ids=BAD)
async def test_what_cannot_be_is_refused_and_nothing_is_written(act, given, code, field):
    before = await counted(act, Vaccination)

    told = await done(act, RECORD, given, "mother")

    assert (told["code"], told["field"]) == (code, ["input", field])
    assert await counted(act, Vaccination) == before


async def counted(act, model):
    async with act.store.owner.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(table_of(model)))


async def test_a_correction_replaces_the_dose_and_keeps_the_old_entry(act):
    told = await done(act, CORRECT, correction())
    found = await records(act)

    shown = [each["node"] for each in found["vaccinations"]["edges"]]
    assert found["vaccinations"]["totalCount"] == len(shown) == 6
    assert {"id": told["id"], "vaccine": "MR", "givenOn": "2025-02-10"} in shown
    assert MR_OF_AKI not in [each["id"] for each in shown]
    history = {each["id"]: (each["givenOn"], each["isReplaced"]) for each in entries(found)}
    assert (history[MR_OF_AKI], history[told["id"]]) == (("2025-02-20", True), ("2025-02-10", False))


async def test_a_replaced_dose_is_corrected_no_more(act):
    await done(act, CORRECT, correction())

    told = await done(act, CORRECT, correction(idempotencyKey="key-0010"))

    assert (told["code"], told["field"]) == (R.ENTRY_REPLACED, None)


async def test_a_dose_that_was_never_given_is_struck_out_and_stays_in_the_history(act):
    told = await done(act, STRIKE, strike())
    found = await records(act)

    assert MR_OF_AKI not in [each["vaccinationId"] for each in told["evaluatedDoses"]]
    assert found["vaccinations"]["totalCount"] == 5
    struck = next(each for each in entries(found) if each["isVoid"])
    assert (struck["replacesId"], struck["correctionReason"]) == (MR_OF_AKI, "予診票")


@pytest.mark.parametrize("document", [CORRECT, STRIKE], ids=["correct", "strike"])
async def test_a_guardian_puts_right_what_they_wrote_and_nothing_else(act, document):
    own = (await done(act, RECORD, handbook(), "mother"))["id"]
    whole = correction() if document is CORRECT else strike()

    told = await done(act, document, whole, "mother")
    mended = await done(act, document, whole | {"vaccinationId": own, "idempotencyKey": "key-0011"}, "mother")

    assert told["code"] == R.NOT_PERMITTED
    assert "code" not in mended


async def test_a_clinic_puts_right_what_it_supplied(act):
    given = correction(vaccinationId=dose("aki", 3), vaccine="HEPB", givenOn="2024-05-20")

    assert (await done(act, CORRECT, given, "clinic"))["givenOn"] == "2024-05-20"


@pytest.mark.parametrize(("is_counted", "status"), [(True, "COMPLETE"), (False, "AGED_OUT")])
async def test_a_review_decides_a_doubtful_dose_and_the_newest_holds(act, is_counted, status):
    early = handbook(childId=child("haru"), vaccine="VARICELLA", givenOn="2019-04-01")
    id_ = (await done(act, RECORD, early))["id"]
    await done(act, RECORD, early | {"givenOn": "2019-10-01", "idempotencyKey": "key-0012"})

    first = await done(act, REVIEW, review(id_, isCounted=not is_counted))
    told = await done(act, REVIEW, review(id_, "key-0013", isCounted=is_counted))

    assert series(first, "varicella")["status"] != series(told, "varicella")["status"] == status
    assert len((await records(act, about="haru"))["vaccinationReviews"]) == 2


async def test_a_disease_that_was_had_leaves_the_target(act):
    told = await done(act, FACT, fact())

    assert series(told, "varicella") == {
        "series": "varicella",
        "status": "IMMUNE_EXCLUDED",
        "reasons": ["HAD_THE_DISEASE"],
    }


async def test_an_entry_is_put_right_by_another_and_stays(act):
    await done(act, FACT, fact())
    (old,) = (await records(act))["immunityFacts"]

    told = await done(act, FACT, fact(replacesId=old["id"], isVoid=True, idempotencyKey="key-0014"))
    again = await done(act, FACT, fact(replacesId=old["id"], idempotencyKey="key-0015"))

    assert series(told, "varicella")["status"] != "IMMUNE_EXCLUDED"
    assert again == {"code": "ENTRY_REPLACED", "field": ["input", "replacesId"]}
    entries = (await records(act))["immunityFacts"]
    assert {(each["isVoid"], each["isReplaced"]) for each in entries} == {(False, True), (True, False)}


async def test_a_long_illness_that_is_over_opens_a_window_again(act):
    told = await done(act, FACT, fact(kind="RECOVERY", antigen=None, childId=child("haru")))

    assert series(told, "varicella")["status"] == "OVERDUE"


BAD_FACTS = {
    "a disease without its name": (fact(antigen=None), R.VALUE_MISSING, "antigen"),
    "a condition without its name": (fact(kind="CONDITION", antigen=None), R.VALUE_MISSING, "condition"),
    "a word too many": (fact(condition="INTUSSUSCEPTION"), R.VALUE_OUT_OF_RANGE, "condition"),
    "an infection of the mother": (
        fact(kind="CONDITION", antigen=None, condition="MOTHER_HBS_ANTIGEN_POSITIVE"),
        R.VALUE_OUT_OF_RANGE,
        "condition",
    ),
    "before birth": (fact(happenedOn="2024-01-01"), R.DATE_OUT_OF_RANGE, "happenedOn"),
    "without evidence": (fact(evidence=" "), R.VALUE_MISSING, "evidence"),
    "void of nothing": (fact(isVoid=True), R.VALUE_MISSING, "replacesId"),
    "in the place of nothing": (fact(replacesId=dose("aki", 0)), R.NOT_FOUND, "replacesId"),
}


@pytest.mark.parametrize(("given", "code", "field"), BAD_FACTS.values(), ids=BAD_FACTS)
async def test_a_fact_that_cannot_be_is_refused(act, given, code, field):
    assert await done(act, FACT, given) == {"code": code, "field": ["input", field]}
    assert await counted(act, ImmunityFact) == 0


WITHOUT_REASON = {
    "a correction": (CORRECT, correction(reason=""), "reason"),
    "a strike": (STRIKE, strike(reason=" "), "reason"),
    "a review": (REVIEW, review(evidence=""), "evidence"),
}


@pytest.mark.parametrize(("document", "given", "field"), WITHOUT_REASON.values(), ids=WITHOUT_REASON)
async def test_what_changes_a_record_says_why(act, document, given, field):
    told = await done(act, document, given)

    assert (told["code"], told["field"]) == (R.VALUE_MISSING, ["input", field])


async def test_what_changes_nothing_is_no_correction(act):
    given = correction(givenOn="2025-02-20", lot="L1", clinic="みなみ医院", doctor="医師")

    assert (await done(act, CORRECT, given))["code"] == R.ALREADY_RECORDED


@pytest.mark.parametrize(
    ("who", "document", "given"),
    [
        ("mother", FACT, fact()),
        ("mother", REVIEW, review()),
        ("clinic", FACT, fact()),
        ("clinic", CORRECT, correction()),  # of a dose that it did not give
        ("grandmother", CORRECT, correction()),
    ],
)
async def test_what_health_staff_decide_nobody_else_does(act, who, document, given):
    assert (await done(act, document, given, who))["code"] == R.NOT_PERMITTED


async def test_a_parent_apart_is_told_no_reason_that_may_tell_of_a_place(act):
    await done(act, CORRECT, correction(vaccinationId=dose("haru", 6), givenOn="2019-05-03"))

    found = await records(act, "ex", "haru")
    assert {each["correctionReason"] for each in entries(found)} == {None}
    assert (len(entries(found)), found["vaccinationReviews"], found["immunityFacts"]) == (3, None, [])


async def test_who_wrote_a_dose_and_when_is_kept(act):
    id_ = (await done(act, RECORD, handbook(), "mother"))["id"]
    async with act.store.owner.writing() as session:
        kept = await session.get(Vaccination, id_)

    assert (kept.recorded_by_id, kept.recorded_at.date()) == (resident("mother"), date(2026, 11, 23))
    assert kept.municipality_code is None  # the handbook may tell of another city's programme
