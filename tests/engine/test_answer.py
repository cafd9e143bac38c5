"""An answer says what may be said: codes for the client's mistakes, a reference number for ours, nothing else."""

import re

import pytest
from sqlalchemy import text as sql

from engine.question import Question
from tests.hanamori import HOLDERS, NOW, child

DEED = """mutation ($i: RecordGrowthInput!) { recordGrowth(input: $i) { __typename ... on Growth { weightG } } }"""
GROWTH = {"childId": child("aki"), "measuredOn": "2026-11-01", "weightG": 12_000, "idempotencyKey": "answer-1"}
DOSES = """query ($i: ID!) { node(id: $i) { ... on Child { name vaccinations { edges { node { vaccine } } } } } }"""
SECRET = "秘密の123456789018"


def question(who, text, **words):
    usual = {"operation_name": None, "variables": {}, "purpose": None, "language": "ja"}
    return Question(text, holder=HOLDERS[who], **{**usual, "only_queries": False, "now": NOW} | words)


async def test_a_document_that_does_not_fit_is_refused_without_a_word_to_strangers(ask):
    anonymous = await ask("anonymous", "{ children { edges { node { secret } } } }")
    known = await ask("mother", "{ children { edges { node { secret } } } }")

    assert (anonymous.status, known.status) == (400, 400)
    assert b"Child" not in anonymous.raw
    assert b"Child" in known.raw


HIDDEN = (  # what some kind of caller may use, and the same length of what nobody may
    ("{ children { totalCount } }", "{ childrne { totalCount } }"),
    ("{ viewer { family { id } } }", "{ viewer { fmaily { id } } }"),
    ('{ node(id: "1") { ... on Child { id } } }', '{ node(id: "1") { ... on Chidl { id } } }'),
    ("query ($i: RecordGrowthInput) { __typename }", "query ($i: RecordGrwothInput) { __typename }"),
    ("mutation { recordGrowth(input: {}) { __typename } }", "mutation { recordGrwoth(input: {}) { __typename } }"),
    ("{ _entities(representations: []) { __typename } }", "{ _netities(representations: []) { __typename } }"),
    ("{ _service { sdl } }", "{ _sevrice { sdl } }"),
)


@pytest.mark.parametrize(("hidden", "absent"), HIDDEN)
async def test_what_is_hidden_and_what_is_not_there_are_the_same_to_strangers(ask, hidden, absent):
    found = [await ask("anonymous", text) for text in (hidden, absent)]

    assert found[0].raw == found[1].raw
    assert (found[0].codes, found[0].statements) == (["GRAPHQL_VALIDATION_FAILED"], [])


async def test_a_document_refused_to_a_stranger_is_not_refused_to_who_may_ask_it(ask):
    text = "{ viewer { family { id } } }"
    codes = [(await ask(who, text)).codes for who in ("anonymous", "mother", "anonymous")]

    assert codes == [["GRAPHQL_VALIDATION_FAILED"], [], ["GRAPHQL_VALIDATION_FAILED"]]


@pytest.mark.parametrize("name", [None, "C", ""])
async def test_an_operation_that_is_not_there_is_refused(ask, name):
    told = await ask("mother", "query A { viewer { kind } } query B { viewer { kind } }", operation_name=name)

    assert (told.status, told.codes) == (400, ["BAD_USER_INPUT"])


async def test_a_deed_is_refused_where_only_queries_may_be_asked(ask):
    told = await ask("mother", DEED, i=GROWTH, only_queries=True)

    assert (told.status, told.codes) == (405, ["METHOD_NOT_ALLOWED"])


@pytest.mark.parametrize("text", ["mutation { __typename }", "mutation { recordGrowth }", "mutation { nothing }"])
async def test_to_a_stranger_too_a_deed_is_refused_by_its_method_first(ask, text):
    told = await ask("anonymous", text, only_queries=True)

    assert (told.status, told.codes) == (405, ["METHOD_NOT_ALLOWED"])


async def test_a_query_is_answered_where_only_queries_may_be_asked(ask):
    assert (await ask("mother", "{ viewer { kind } }", only_queries=True)).data == {"viewer": {"kind": "RESIDENT"}}


@pytest.mark.parametrize(
    ("who", "purpose"),
    [("mother", "CHK:1"), ("staff_health", "CHK"), ("staff_health", "CHK:1234-5678-9018"), ("anonymous", "")],
)
async def test_a_purpose_that_may_not_be_stated_is_refused(ask, who, purpose):
    told = await ask(who, "{ today { date } }", purpose=purpose)

    assert (told.status, told.codes) == (400, ["PURPOSE_INVALID"])


FAULTS = {
    "missing": ({}, "The variable $i is missing or has a value of another type."),
    "of another type": ({"i": GROWTH | {"weightG": SECRET}}, "The variable $i.weightG is missing or has"),
    "no date": ({"i": GROWTH | {"measuredOn": f"x at .{SECRET}:"}}, "The variable $i.measuredOn is missing or has"),
    "without a member": ({"i": {"childId": "kid"}}, "The variable $i lacks measuredOn."),
    "a member too many": ({"i": GROWTH | {"size": SECRET}}, "The variable $i has no member size."),
    "a member that is no name": ({"i": GROWTH | {f"size {SECRET}": 1}}, "The variable $i is missing or has"),
    "a member with a number": ({"i": GROWTH | {"n123456789018": 1}}, "The variable $i is missing or has"),
    "a day in another spelling": (
        {"i": GROWTH | {"measuredOn": "20260103"}},
        "The variable $i.measuredOn is missing or has a value of another type. A Date is a day of the calendar as",
    ),
    "a whole number beyond those of GraphQL": (
        {"i": GROWTH | {"weightG": 2**31}},
        "The variable $i.weightG is missing or has a value of another type. An Int is a whole number from",
    ),
}


@pytest.mark.parametrize(("variables", "told"), FAULTS.values(), ids=FAULTS)
async def test_a_wrong_variable_is_named_and_its_value_is_not(ask, variables, told):
    found = await ask("mother", DEED, **variables)

    assert told in found.body["errors"][0]["message"]
    assert SECRET.encode() not in found.raw


DAYS = ("2026-1-3", "20260103", "2026-W01-6", "2026-02-30", "2026-01-03T00:00", " 2026-01-03", "２０２６-01-03", "")


@pytest.mark.parametrize("who", ["mother", "anonymous"])
@pytest.mark.parametrize("day", DAYS)
async def test_a_day_has_one_spelling_and_the_argument_is_named_where_it_has_another(ask, who, day):
    told = await ask(who, f'{{ today(date: "{day}") {{ date }} }}')
    named = await ask(who, "query ($d: Date) { today(date: $d) { date } }", d=day)

    assert (told.codes, named.codes) == (["GRAPHQL_VALIDATION_FAILED"], ["BAD_USER_INPUT"])
    place = "is missing or has a value of another type. A Date is a day of the calendar as YYYY-MM-DD."
    assert told.body["errors"][0]["message"].endswith(f"The argument date of Query.today {place}")
    assert named.body["errors"][0]["message"].endswith(f"The variable $d {place}")


LITERALS = {
    '{ viewer { wards(first: "2") { totalCount } } }': "The argument first of Viewer.wards is missing or has a",
    "{ viewer @skip(if: 2) { kind } }": "The argument if of @skip is missing or has a value of another type.",
    'mutation { recordGrowth(input: {childId: "x", foo: 1, measuredOn: "2026-01-03", idempotencyKey: "x"}) '
    "{ __typename } }": "The argument input of Mutation.recordGrowth has no member foo.",
    'mutation { recordGrowth(input: {childId: "x", measuredOn: 3, idempotencyKey: "x"}) { __typename } }': (
        "The argument input.measuredOn of Mutation.recordGrowth is missing or has a value of another type. A Date"
    ),
    'mutation { recordGrowth(input: {childId: "x", idempotencyKey: "x"}) { __typename } }': (
        "The argument input of Mutation.recordGrowth lacks measuredOn."
    ),
    '{ nodes(ids: ["x", {}]) { id } }': "The argument ids[1] of Query.nodes is missing or has a value of another type.",
}


@pytest.mark.parametrize("text", LITERALS)
async def test_a_wrong_literal_is_named_by_its_argument(ask, text):
    assert LITERALS[text] in (await ask("mother", text)).body["errors"][0]["message"]


@pytest.mark.parametrize("variables", [{}, {"i": None}, {"i": {"a": SECRET}}, {"i": [SECRET, SECRET]}, {"i": 1.5}])
async def test_a_variable_of_another_type_is_refused_and_not_repeated(ask, variables):
    told = await ask.put(question("mother", DOSES, variables=variables))

    assert (told.status, told.codes) == (400, ["BAD_USER_INPUT"])
    assert SECRET not in told.raw.decode()


async def test_a_variable_that_is_too_many_is_left_alone(ask):
    told = await ask.put(question("mother", DOSES, variables={"i": child("aki"), "other": SECRET}))

    assert told.data["node"]["name"] == "aki"


async def test_a_mistake_in_a_page_names_its_place(ask):
    told = await ask("mother", "{ viewer { wards(first: 101) { totalCount } } }")

    assert told.codes == ["BAD_USER_INPUT"]
    assert told.body["errors"][0]["path"] == ["viewer", "wards"]
    assert told.body["errors"][0]["locations"] == [{"line": 1, "column": 12}]


@pytest.mark.parametrize(("language", "sign"), [("ja", "誤り"), ("en", "malformed")])
async def test_a_mistake_that_shows_while_running_is_told_in_our_words(ask, language, sign):
    text = 'query ($i: ID = "1") { node(id: $i) { id } }'
    told = await ask.put(question("mother", text, variables={"i": None}, language=language))

    assert (told.status, told.codes) == (200, ["BAD_USER_INPUT"])
    assert sign in told.body["errors"][0]["message"]


async def asked_without(act, table, asked):
    """What a question is answered while a table is away; afterwards it is there again."""

    async def renamed(one, other):
        async with act.store.owner.engine.begin() as connection:
            await connection.execute(sql(f"ALTER TABLE {one} RENAME TO {other}"))

    await renamed(table, "away")
    told = await act.put(asked, may_fail=True)
    await renamed("away", table)
    return told


async def broken(act):
    return await asked_without(act, "vaccination", question("mother", DOSES, variables={"i": child("aki")}))


async def test_a_fault_of_ours_is_told_by_a_reference_number_alone(act):
    told = await broken(act)
    error = told.body["errors"][0]

    assert told.body["data"] == {"node": {"name": "aki", "vaccinations": None}}
    assert error.keys() == {"message", "path", "locations", "extensions"}
    assert error["extensions"] == {"code": "INTERNAL", "reference": told.failures[0].reference}
    assert not re.search("select|vaccination |sql|no such table|away", error["message"], re.IGNORECASE)


async def test_a_fault_of_ours_is_kept_for_the_log_under_its_reference(act):
    failure = (await broken(act)).failures[0]

    assert re.fullmatch("[0-9a-f]{12}", failure.reference)
    assert "vaccination" in str(failure.exception)


async def test_after_a_fault_the_next_question_is_answered(act):
    await broken(act)

    assert (await act("mother", "{ viewer { kind } }")).data == {"viewer": {"kind": "RESIDENT"}}


@pytest.mark.parametrize(
    ("text", "is_public"),
    [
        ("{ today { date } municipality { name } __typename }", True),
        ("query A { a: today { date } }", True),
        ("{ viewer { kind } }", False),
        ("{ today { date } viewer { kind } }", False),
        ("{ today { date } node(id: 1) { id } }", False),
        ("{ ... { today { date } } }", False),
    ],
)
async def test_only_what_everybody_is_answered_alike_is_public(ask, text, is_public):
    assert {(await ask(who, text)).public for who in ("anonymous", "mother", "shop")} == {is_public}


async def test_a_deed_is_never_public(act):
    assert not (await act("mother", DEED, i=GROWTH)).public


async def test_an_answer_with_an_error_is_not_public(act):
    told = await asked_without(act, "dutydoctor", question("anonymous", "{ today { onDutyDoctors { name } } }"))

    assert (told.codes, told.public) == (["INTERNAL"], False)


async def test_a_public_answer_costs_one_statement(ask):
    told = await ask("anonymous", "{ today { date onDutyDoctors { name } } }")

    assert len(told.statements) == 1


async def test_a_deed_answers_with_what_it_made(act):
    assert (await act("mother", DEED, i=GROWTH)).data == {"recordGrowth": {"__typename": "Growth", "weightG": 12_000}}
