"""What guardians write down: put right by new entries, never changed, and shown to those whom the matrix names."""

import pytest
from sqlalchemy import func, select

from models.alert import Allergy, Physician
from models.columns import table_of
from models.diary import DiaryEntry
from models.growth import Growth
from models.ids import Letter
from models.refusal import RefusalCode as R
from tests.hanamori import child, id_of

NUMBER = "123456789018"  # passes the check of an Individual Number; nobody's
SAID = {
    "Growth": "measuredOn weightG note",
    "DiaryEntry": "observedAt temperatureDecicelsius symptoms note",
    "Allergy": "kind substance reaction overOn",
    "Physician": "practice clinic phone",
}
MODELS = {"Growth": Growth, "DiaryEntry": DiaryEntry, "Allergy": Allergy, "Physician": Physician}
EDGES = {
    "Growth": ("growth", "growthHistory"),
    "DiaryEntry": ("conditions", "conditionHistory"),
    "Allergy": ("knownAllergies", "allergyHistory"),
    "Physician": ("physicians", "physicianHistory"),
}
GIVEN = {
    "Growth": {"measuredOn": "2026-11-01", "weightG": 12_100, "note": "着衣"},
    "DiaryEntry": {
        "observedAt": "2026-11-22T21:30:00+09:00",
        "temperatureDecicelsius": 385,
        "symptoms": ["RASH", "COUGH"],
        "note": "夜から",
    },
    "Allergy": {"kind": "FOOD", "substance": "卵", "reaction": "じんましん"},
    "Physician": {"practice": "PAEDIATRICIAN", "clinic": "みなみ医院", "phone": "027-000-0000"},
}
OTHERWISE = {
    "Growth": {"measuredOn": "2026-11-01", "weightG": 11_900},
    "DiaryEntry": {"observedAt": "2026-11-22T21:30:00+09:00", "temperatureDecicelsius": 375},
    "Allergy": {"kind": "FOOD", "substance": "鶏卵", "overOn": "2026-11-20"},
    "Physician": {"practice": "PAEDIATRICIAN", "clinic": "きた医院"},
}


DEEDS = {"DiaryEntry": "Condition"}


def key_of(type_):
    return f"{DEEDS.get(type_, type_).lower()}Id"


def document(verb, type_):
    shown = f"id status replacesId correctionReason {SAID[type_]}"
    deed = DEEDS.get(type_, type_)
    return f"""mutation ($input: {verb.title()}{deed}Input!) {{ done: {verb}{deed}(input: $input) {{ __typename
      ... on {type_} {{ {shown} }} ... on Refused {{ code field }} }} }}"""


@pytest.fixture
def write(act):
    """`write(who, verb, type, **input)`: what a deed answers; each has a key of its own."""
    count = iter(range(1_000))

    async def done(who, verb, type_, **given):
        given = {"idempotencyKey": f"entries {next(count)}", **given}
        if "id" in given:
            given[key_of(type_)] = given.pop("id")
        return (await act(who, document(verb, type_), input=given)).data["done"]

    return done


async def recorded(write, type_, who="mother", **other):
    return await write(who, "record", type_, childId=child("aki"), **GIVEN[type_] | other)


async def listed(act, type_, who="mother"):
    """Ids of those that stand, and of all, as somebody is shown them."""
    standing, history = (f"{name} {{ totalCount edges {{ node {{ id }} }} }}" for name in EDGES[type_])
    text = f"query ($i: ID!) {{ node(id: $i) {{ ... on Child {{ standing: {standing} history: {history} }} }} }}"
    found = (await act(who, text, i=child("aki"))).data["node"]
    return [each and [edge["node"]["id"] for edge in each["edges"]] for each in (found["standing"], found["history"])]


async def counted(act, type_):
    async with act.store.owner.reading() as connection:
        return await connection.scalar(select(func.count()).select_from(table_of(MODELS[type_])))


@pytest.mark.parametrize("type_", MODELS)
async def test_an_entry_is_put_right_by_a_new_one_and_the_old_one_stays_readable(act, write, type_):
    old = await recorded(write, type_)
    new = await write("father", "correct", type_, id=old["id"], reason="書き間違い", **OTHERWISE[type_])
    standing, history = await listed(act, type_)
    text = f"query ($i: ID!) {{ node(id: $i) {{ ... on {type_} {{ status {SAID[type_]} }} }} }}"
    before = (await act("mother", text, i=old["id"])).data["node"]

    assert (new["status"], new["replacesId"], new["correctionReason"]) == ("STANDING", old["id"], "書き間違い")
    assert (new["id"] in standing, old["id"] in standing) == (True, False)
    assert {new["id"], old["id"]} <= set(history)
    assert before == {"status": "REPLACED", **{name: old[name] for name in SAID[type_].split()}}


@pytest.mark.parametrize("type_", MODELS)
async def test_an_entry_that_should_never_have_been_is_gone_from_the_list_and_can_be_brought_back(act, write, type_):
    old = await recorded(write, type_)
    void = await write("mother", "correct", type_, id=old["id"], reason="別の子", isVoid=True)
    gone, _ = await listed(act, type_)
    again = await write("mother", "correct", type_, id=void["id"], reason="やはり正しい")
    standing, history = await listed(act, type_)

    assert void["status"] == "VOID"
    assert not {old["id"], void["id"]} & set(gone)
    assert again["id"] in standing
    assert [again[name] for name in SAID[type_].split()] == [old[name] for name in SAID[type_].split()]
    assert {old["id"], void["id"], again["id"]} <= set(history)


@pytest.mark.parametrize("type_", MODELS)
async def test_a_correction_is_refused_and_writes_nothing(act, write, type_):
    old = await recorded(write, type_)
    await write("mother", "correct", type_, id=old["id"], reason="訂正", **OTHERWISE[type_])
    before = await counted(act, type_)
    tries = {
        (R.ENTRY_REPLACED, None): {"id": old["id"], "reason": "訂正", **OTHERWISE[type_]},
        (R.VALUE_OUT_OF_RANGE, "emptied"): {"id": old["id"], "reason": "訂正", "emptied": ["recordedById"]},
        (R.VALUE_MISSING, "reason"): {"id": old["id"], "reason": " ", **OTHERWISE[type_]},
        (R.INDIVIDUAL_NUMBER_REFUSED, "reason"): {"id": old["id"], "reason": NUMBER, "isVoid": True},
        (R.NOT_FOUND, key_of(type_)): {
            "id": id_of(Letter(old["id"][7]), "nobody"),
            "reason": "訂正",
            "isVoid": True,
        },
    }
    found = [await write("mother", "correct", type_, **given) for given in tries.values()]

    told = [(each["code"], each["field"] and each["field"][1]) for each in found]
    assert told == [(code.value, name) for code, name in tries]
    assert await counted(act, type_) == before


@pytest.mark.parametrize("type_", MODELS)
async def test_a_void_entry_says_nothing_else(write, type_):
    old = await recorded(write, type_)
    found = await write("mother", "correct", type_, id=old["id"], reason="x", isVoid=True, **OTHERWISE[type_])

    assert (found["code"], found["field"]) == ("VALUE_OUT_OF_RANGE", ["input", "isVoid"])


@pytest.mark.parametrize("type_", MODELS)
async def test_a_correction_that_changes_nothing_is_none(write, type_):
    old = await recorded(write, type_)
    same = await write("mother", "correct", type_, id=old["id"], reason="x")
    void = await write("mother", "correct", type_, id=old["id"], reason="x", isVoid=True)
    again = await write("mother", "correct", type_, id=void["id"], reason="x", isVoid=True)

    assert (same["code"], again["code"]) == ("ALREADY_RECORDED", "ALREADY_RECORDED")


EMPTIED = {"Growth": "note", "DiaryEntry": "symptoms", "Allergy": "reaction", "Physician": "phone"}


@pytest.mark.parametrize("type_", MODELS)
async def test_what_is_emptied_is_gone_and_the_rest_stays(write, type_):
    old, name = await recorded(write, type_), EMPTIED[type_]
    new = await write("mother", "correct", type_, id=old["id"], reason="x", emptied=[name])
    others = [each for each in SAID[type_].split() if each != name]

    assert not new[name]
    assert [new[each] for each in others] == [old[each] for each in others]


async def test_the_only_measure_cannot_be_emptied(write):
    old = await recorded(write, "Growth")
    found = await write("mother", "correct", "Growth", id=old["id"], reason="x", emptied=["weightG"])

    assert (found["code"], found["field"]) == ("VALUE_MISSING", ["input", "weightG"])


@pytest.mark.parametrize("type_", MODELS)
async def test_somebody_elses_child_is_nobody(write, type_):
    old = await recorded(write, type_)
    found = [
        await recorded(write, type_, "stranger"),
        await write("stranger", "correct", type_, id=old["id"], reason="x", isVoid=True),
    ]

    assert [each["code"] for each in found] == ["NOT_FOUND", "NOT_FOUND"]


BAD = {
    "a note with an Individual Number": ("Growth", {"note": f"番号{NUMBER}"}, R.INDIVIDUAL_NUMBER_REFUSED, "note"),
    "a slip of the scale": ("Growth", {"weightG": 1_210}, R.VALUE_OUT_OF_RANGE, "weightG"),
    "a diary of tomorrow": (
        "DiaryEntry",
        {"observedAt": "2026-11-23T09:00:01+09:00"},
        R.DATE_OUT_OF_RANGE,
        "observedAt",
    ),
    "the eve of the birth in Tokyo": (
        "DiaryEntry",
        {"observedAt": "2024-02-09T14:59:59+00:00"},
        R.DATE_OUT_OF_RANGE,
        "observedAt",
    ),
    "a moment of no zone": ("DiaryEntry", {"observedAt": "2026-11-22T21:30:00"}, R.DATE_OUT_OF_RANGE, "observedAt"),
    "a boiling child": (
        "DiaryEntry",
        {"temperatureDecicelsius": 1_000},
        R.VALUE_OUT_OF_RANGE,
        "temperatureDecicelsius",
    ),
    "a diary with a number": ("DiaryEntry", {"note": NUMBER}, R.INDIVIDUAL_NUMBER_REFUSED, "note"),
    "an empty page": (
        "DiaryEntry",
        {"temperatureDecicelsius": None, "symptoms": [], "note": None},
        R.VALUE_MISSING,
        "note",
    ),
    "an allergy to nothing": ("Allergy", {"substance": "　"}, R.VALUE_MISSING, "substance"),
    "an allergy to come": ("Allergy", {"since": "2026-11-24"}, R.DATE_OUT_OF_RANGE, "since"),
    "over before birth": ("Allergy", {"overOn": "2024-02-09"}, R.DATE_OUT_OF_RANGE, "overOn"),
    "over before it began": (
        "Allergy",
        {"since": "2025-02-01", "overOn": "2025-01-31"},
        R.PERIOD_INVALID,
        "overOn",
    ),
    "a reaction with a number": ("Allergy", {"reaction": NUMBER}, R.INDIVIDUAL_NUMBER_REFUSED, "reaction"),
    "a physician nowhere": ("Physician", {"clinic": ""}, R.VALUE_MISSING, "clinic"),
    "a link for a phone": ("Physician", {"phone": "javascript:alert(1)"}, R.TEXT_MALFORMED, "phone"),
    "a number for a phone": ("Physician", {"phone": NUMBER}, R.INDIVIDUAL_NUMBER_REFUSED, "phone"),
    "a physician to come": ("Physician", {"since": "2026-11-24"}, R.DATE_OUT_OF_RANGE, "since"),
}


@pytest.mark.parametrize(("type_", "other", "code", "name"), BAD.values(), ids=BAD)
async def test_what_cannot_be_is_refused_by_name(write, type_, other, code, name):
    found = await recorded(write, type_, **other)

    assert (found["code"], found["field"]) == (code.value, ["input", name])


async def test_the_first_second_of_the_birthday_can_be_written_down(write):
    found = await recorded(write, "DiaryEntry", observedAt="2024-02-10T00:00:00+09:00")

    assert (found["status"], found["symptoms"]) == ("STANDING", ["COUGH", "RASH"])


async def test_a_parent_apart_keeps_a_diary_of_their_own_and_knows_of_no_place(act, write):
    theirs = await write("ex", "record", "DiaryEntry", childId=child("haru"), **GIVEN["DiaryEntry"])
    await write("mother", "record", "DiaryEntry", childId=child("haru"), **GIVEN["DiaryEntry"])
    await write("mother", "record", "Physician", childId=child("haru"), **GIVEN["Physician"])
    refused = await write("ex", "record", "Physician", childId=child("haru"), **GIVEN["Physician"])
    text = """query ($i: ID!) { node(id: $i) { ... on Child {
      conditions { totalCount edges { node { id } } } physicians { totalCount } physicianHistory { totalCount } } } }"""
    found = (await act("ex", text, i=child("haru"))).data["node"]

    own = [theirs["id"], id_of(Letter.DIARY, "haru ex")]
    assert found["conditions"] == {"totalCount": 2, "edges": [{"node": {"id": each}} for each in own]}
    assert (found["physicians"], found["physicianHistory"]) == (None, None)
    assert refused["code"] == "NOT_PERMITTED"


async def test_health_staff_see_the_allergy_and_not_why_it_was_corrected(act, write):
    old = await recorded(write, "Allergy")
    await write("mother", "correct", "Allergy", id=old["id"], reason="祖母の思い違い", **OTHERWISE["Allergy"])
    text = """query ($i: ID!) { node(id: $i) { ... on Child {
      knownAllergies { edges { node { substance correctionReason } } } conditions { totalCount } } } }"""
    found = (await act("staff_health", text, i=child("aki"), purpose="VAC:1")).data["node"]

    assert found["knownAllergies"]["edges"][0]["node"] == {"substance": "鶏卵", "correctionReason": None}
    assert found["conditions"] is None


async def test_a_corrected_measure_leaves_the_chart(act, write):
    old = await recorded(write, "Growth")
    await write("mother", "correct", "Growth", id=old["id"], reason="x", **OTHERWISE["Growth"])
    text = "query ($i: ID!) { node(id: $i) { ... on Child { growthCurves { points { value } } } } }"
    weight = (await act("mother", text, i=child("aki"))).data["node"]["growthCurves"][0]

    assert [point["value"] for point in weight["points"]][-1] == 11_900


async def test_of_two_who_correct_one_entry_the_later_is_told(act, write):
    old = await recorded(write, "Growth")
    first, second = [
        await write(who, "correct", "Growth", id=old["id"], reason=who, isVoid=True) for who in ("mother", "father")
    ]

    assert (first["status"], second["code"]) == ("VOID", "ENTRY_REPLACED")
