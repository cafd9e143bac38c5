"""A text becomes a document once, or one refusal that repeats nothing of it."""

import json

import pytest
from graphql import build_schema

from engine import document
from engine.document import Document, Documents, Refused
from models.organisation import CallerKind
from schema.graph import core, known_to

SCHEMA = build_schema("type Query { a: Int, child(id: ID!, size: Size): Query } enum Size { SMALL }")
PUBLIC = build_schema("type Query { a: Int }")
SECRET = "123456789018"
REFUSED = {
    "nothing": ("", "GRAPHQL_PARSE_FAILED"),
    "no document": ("hello", "GRAPHQL_PARSE_FAILED"),
    "half a document": ("{ a", "GRAPHQL_PARSE_FAILED"),
    "an unknown field": ("{ b }", "GRAPHQL_VALIDATION_FAILED"),
    "an unknown type": ("{ ... on Child { a } }", "GRAPHQL_VALIDATION_FAILED"),
    "a missing argument": ("{ child { a } }", "GRAPHQL_VALIDATION_FAILED"),
    "a definition of types": ("type Child { a: Int }", "GRAPHQL_VALIDATION_FAILED"),
    "too many tokens": ("{" + " a" * 1_000 + "}", "OPERATION_TOO_COSTLY"),
    "too many levels": ("{ child(id: 1) " * 12 + "{ a }" + "}" * 12, "OPERATION_TOO_COSTLY"),
}


def documents():
    return Documents(SCHEMA, PUBLIC)


def told(text):
    """The error of a refused document, as its two readers see it."""
    refused = [documents().read(text, is_anonymous=each) for each in (False, True)]
    return [json.loads(each.body)["errors"][0] for each in refused]


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED)
def test_what_may_not_run_is_refused_with_its_code(text, code):
    assert [each["extensions"]["code"] for each in told(text)] == [code, code]


def test_a_parse_failure_says_where():
    assert told("{ a\n  ?}")[0]["locations"] == [{"line": 2, "column": 3}]


def test_a_client_that_has_logged_in_reads_what_does_not_fit():
    body, _ = told("{ b }")

    assert body["message"].endswith("Cannot query field 'b' on type 'Query'.")
    assert body["locations"] == [{"line": 1, "column": 3}]


def test_an_anonymous_client_reads_the_place_alone():
    _, terse = told("{ b }")

    assert terse["message"] == "The document does not fit the schema."
    assert terse["locations"] == [{"line": 1, "column": 3}]


@pytest.mark.parametrize("hidden", ["{ child(id: 1) { a } }", "query ($a: Size) { a }", "{ ... on Child { a } }"])
def test_to_an_anonymous_client_what_is_not_public_does_not_exist(hidden):
    absent = hidden.replace("child", "dlihc").replace("Size", "Ezis").replace("Child", "Dlihc")
    found = [documents().read(text, is_anonymous=True) for text in (hidden, absent)]

    assert found[0].body == found[1].body
    assert isinstance(found[0], Refused)


def test_an_anonymous_client_runs_what_is_public():
    assert isinstance(documents().read("{ a }", is_anonymous=True), Document)


def test_one_text_is_kept_for_each_of_its_two_readers():
    kept = documents()

    assert isinstance(kept.read("{ child(id: 1) { a } }"), Document)
    assert isinstance(kept.read("{ child(id: 1) { a } }", is_anonymous=True), Refused)
    assert isinstance(kept.read("{ child(id: 1) { a } }"), Document)


def test_no_name_is_suggested():
    assert "mean" not in told("{ chil }")[0]["message"]


@pytest.mark.parametrize("literal", [f'"{SECRET}"', SECRET, f"{{number: {SECRET}}}", f'["{SECRET}"]'])
def test_a_literal_is_not_repeated(literal):
    body, terse = told(f"{{ child(id: 1, size: {literal}) {{ a }} }}")

    assert SECRET not in json.dumps([body, terse])


LITERALS = {
    "a date": f'{{ today(date: "{SECRET}") {{ date }} }}',
    "a default": f'query ($d: Date = "{SECRET}") {{ today(date: $d) {{ date }} }}',
    "a member": f'mutation {{ recordGrowth(input: {{childId: "{SECRET}"}}) {{ __typename }} }}',
    "a word": "mutation { recordVaccination(input: {vaccine: SECRET}) { __typename } }",
}


def real(text, **reader):
    return Documents(core, known_to(CallerKind.ANONYMOUS)).read(text, **reader)


@pytest.mark.parametrize("text", LITERALS.values(), ids=LITERALS)
def test_no_literal_of_any_kind_is_repeated_by_the_real_schema(text):
    refused = real(text)

    assert SECRET not in refused.body.decode()
    assert "SECRET" not in refused.body.decode()


def test_a_missing_member_is_named_without_what_was_given():
    text = 'mutation { recordGrowth(input: {childId: "kid"}) { __typename } }'

    assert b"measuredOn" not in real(text, is_anonymous=True).body
    assert b"The argument input of Mutation.recordGrowth lacks measuredOn." in real(text).body


def test_nothing_is_guessed_about_a_missing_selection():
    assert b"mean" not in real("{ today }").body


def test_an_operation_is_found_by_its_name_or_alone():
    one, two = documents().read("query A { a }"), documents().read("query A { a } query B { a }")

    assert one.operation(None) is one.operation("A") is one.operations["A"]
    assert (one.operation("B"), one.operation(""), two.operation(None), two.operation("C")) == (None,) * 4
    assert two.operation("B").name.value == "B"


def test_an_operation_without_a_name_is_found_without_one():
    found = documents().read("{ a }")

    assert found.operation(None) is found.operations[None]
    assert found.operation("A") is None


@pytest.mark.parametrize(("text", "kind"), [("{ a }", Document), ("{ b }", Refused)])
def test_a_text_is_read_once(text, kind):
    kept = documents()

    assert isinstance(kept.read(text), kind)
    assert kept.read(text) is kept.read(text)


def test_the_document_that_was_not_asked_for_longest_is_forgotten(monkeypatch):
    monkeypatch.setattr(document, "KEPT", 2)
    kept = documents()
    a, b = kept.read("{ a }"), kept.read("{ b: a }")
    kept.read("{ a }")
    kept.read("{ c: a }")

    assert kept.read("{ a }") is a
    assert kept.read("{ b: a }") is not b
