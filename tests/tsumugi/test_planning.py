"""`tsumugi plan show`: levels, SQL and generated code of an operation, or why there is no plan."""

import io

import pytest

from tsumugi.cli import main

PAGE = """query ($n: Int) {
    viewer {
        family { address guardians { name } }
        wards { totalCount edges { cursor node { name vaccinations(first: $n) { edges { node { vaccine } } } } } }
    }
    today { date }
}"""


@pytest.fixture
def show(tmp_path, capsys, monkeypatch):
    """`show(text, *arguments)`: exit code, output, error stream."""
    monkeypatch.setenv("TSUMUGI_DATA", str(tmp_path))

    def command(text, *arguments):
        (tmp_path / "page.graphql").write_text(text, encoding="utf-8")
        status = main(["plan", "show", str(tmp_path / "page.graphql"), *arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


def test_a_plan_shows_its_levels_with_sql_and_code(show):
    status, told, complaint = show(PAGE)

    assert (status, complaint) == (0, "")
    heads = [line.strip() for line in told.splitlines() if line.strip().endswith(("by key", "below each", "inputs"))]
    assert [*heads] == [
        "family: Family by key",
        "rows of family.guardians as inputs",
        "a page of Vaccination below each",
    ]
    for part in (
        "wards: a list of Child",
        "today: free code",
        "SELECT count(*)",
        "def Child_0(groups, abouts, masks",
        "LIMIT ?",
    ):
        assert part in told


def test_it_shows_the_statements_of_the_database_of_the_settings(show, monkeypatch):
    monkeypatch.setenv("TSUMUGI_DATABASE_URL", "postgresql://nobody@localhost/nowhere")
    _, told, _ = show(PAGE)

    assert "JOIN LATERAL" in told
    assert "json_each" not in told


def test_what_a_caller_never_sees_is_not_read_for_it(show):
    children = "{ children { edges { node { id relations { kind } } } } }"
    _, open_, _ = show(children, "--as", "staff-health", "--purpose", "CHK:1")
    _, closed, _ = show(children, "--as", "staff-health")

    assert "'relations': None" in open_
    assert ("WHERE 0 = 1" in open_, "WHERE 0 = 1" in closed) == (False, True)


def test_a_table_that_is_read_as_a_whole_and_arguments_stand_in_the_plan(show):
    told = show("query ($e: String) { viewer { wards { edges { node { growthCurves(edition: $e) { edition } } } } } }")[
        1
    ]

    assert "the whole table growthreference as an input" in told
    assert "rows of child.growth_curves as inputs" in told
    assert "k1, **k2)" in told


def test_a_deed_is_answered_field_by_field(show):
    assert show("mutation { __typename }")[1] == "Answered field by field: mutation.\n"


def test_a_document_may_come_through_a_pipe(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("{ __schema { queryType { name } } }"))

    assert main(["plan", "show", "-"]) == 0
    assert capsys.readouterr().out == "Answered field by field: introspection.\n"


@pytest.mark.parametrize(
    ("text", "arguments", "told"),
    [
        ("{ nothing }", (), "GRAPHQL_VALIDATION_FAILED"),
        ("query ($n: Int!) { children(first: $n) { totalCount } }", (), "BAD_USER_INPUT"),
        ("{ children { totalCount } }", ("--as", "staff_health", "--purpose", "NONE:1"), "PURPOSE_INVALID"),
    ],
)
def test_what_would_be_refused_is_told_as_it_would_be(show, text, arguments, told):
    status, printed, complaint = show(text, *arguments)

    assert (status, printed) == (1, "")
    assert told in complaint


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--as", "king"), "KIND must be one of"),
        (("--variables", "[]"), "The variables must be one JSON object."),
        (("--variables", "{"), "The variables must be one JSON object."),
    ],
)
def test_what_makes_no_sense_is_one_sentence(show, arguments, complaint):
    status, told, found = show("{ today { date } }", *arguments)

    assert (status, told) == (1, "")
    assert found.startswith(complaint)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path, capsys):
    assert main(["plan", "show", str(tmp_path / "none.graphql")]) == 1
    assert capsys.readouterr().err.endswith("cannot be read as text.\n")
