"""A partner's SDL adds to our types and takes nothing over; what changes for clients is told before it happens."""

import json
from importlib.metadata import version

import pytest

from schema.graph import sdl
from tsumugi.commands import printing
from tsumugi.federation import publishing
from tsumugi.federation.changes import changes, may_break, page
from tsumugi.federation.lint import doubts, faults
from tsumugi.halt import Halt

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])\n'
GOOD = f"""{LINK}
type Child @key(fields: "id") {{ id: ID!  club: Club @tag(name: "resident") }}
type Club {{ name: String! @tag(name: "resident") }}"""


OURS = """type Query { viewer: Int }  interface Node { id: ID! }
type Child implements Node @key(fields: "id") { id: ID!  name: String }"""


def test_an_sdl_that_keeps_the_rules_has_no_fault():
    assert faults(GOOD, sdl()) == []


OWN = """type Club @key(fields: "id") @key(fields: "league { code } number") {
  id: ID! @tag(name: "x")  number: Int! @tag(name: "x")  league: League! @tag(name: "x")
  note: String @inaccessible @tag(name: "x") }
type League { code: String! @tag(name: "x") }"""


def test_what_a_partner_does_with_types_of_its_own_is_its_own_affair():
    assert faults(OWN, OURS) == []


def test_each_rule_has_a_sentence():
    wrong = {
        "not valid GraphQL": "type {",
        "more than 200,000": " " * 200_001,
        'extend it by @key(fields: "id")': "type Child { id: ID! }",
        "and nothing else": 'type Child @key(fields: "id name") { id: ID! }',
        "Child.name is ours": 'type Child @key(fields: "id") { id: ID! name: String @external @tag(name: "x") }',
        "@override: it takes": 'type Club { a: Int @override(from: "municipal") @tag(name: "x") }',
        "@shareable": 'type Club @shareable { name: String @tag(name: "x") }',
        "@requires: every field": 'type Club { a: Int @requires(fields: "name") @tag(name: "x") }',
        "@interfaceObject": 'type Node @interfaceObject @key(fields: "id") { id: ID! }',
        "must be nullable": 'type Child @key(fields: "id") { id: ID! club: Int! @tag(name: "x") }',
        "Child.club has no @tag": 'type Child @key(fields: "id") { id: ID! club: Int }',
        "Query.viewer is ours": 'type Query { viewer: Int @tag(name: "x") }',
        "@policy": 'type Club @federation__policy(policies: [["a"]]) { name: String @tag(name: "x") }',
    }

    assert [words for words, text in wrong.items() if words not in "\n".join(faults(text, OURS))] == []


def test_a_name_that_may_tell_a_place_is_told_to_whoever_publishes():
    telling = "school schoolName nurseryId pickupPlace homeAddress branch zipCode classRoom clinic"
    silent = "schoolYear daysPresent clubs libraryCard cityzen dueOn title placement"
    told = doubts("type Child { " + " ".join(f"{each}: Int" for each in f"{telling} {silent}".split()) + " }")

    assert [each.split()[0] for each in told] == [f"Child.{each}" for each in telling.split()]
    assert doubts(GOOD) == []


def test_what_breaks_is_told_apart_from_what_is_added():
    before = "type Query { a: Int  b: E  c(x: Int): Int }  enum E { ONE }"
    found = changes(
        before, "type Query { a: String  b: E  c(x: Int, y: Int): Int  d: Int }  enum E { ONE TWO }  enum join__X { Y }"
    )

    assert found.breaking == ("Field Query.a changed type from Int to String.",)
    assert found.dangerous == ("An optional argument Query.c(y:) was added.", "Enum value E.TWO was added.")
    assert found.added == ("Query.d",)
    assert "- `Query.d`\n" in page(found, "0.1.0", "0.2.0")
    assert page(changes(before, before), "0.1.0", "0.1.1").count("Nothing.") == 3


def test_only_a_version_that_has_grown_enough_may_break():
    may = [("0.0.0", "0.1.0"), ("0.1.3", "0.2.0"), ("0.9.0", "1.0.0"), ("1.4.0", "2.0.0")]
    may_not = [("0.1.0", "0.1.9"), ("1.0.0", "1.1.0"), ("2.0.0", "1.9.0")]

    assert all(may_break(*pair) for pair in may)
    assert not any(may_break(*pair) for pair in may_not)


@pytest.fixture
def folder(tmp_path):
    """A federation of a city alone, published."""
    subgraphs = [{"name": "municipal", "url": "http://city/graphql", "schema": "municipal.graphql", "isCity": True}]
    (tmp_path / "federation.json").write_text(json.dumps({"subgraphs": subgraphs}))
    (tmp_path / "municipal.graphql").write_text(sdl())
    return tmp_path


@pytest.mark.full
def test_several_keys_and_hidden_fields_of_a_partners_own_types_compose(folder):
    candidate = folder / "candidate.graphql"
    link = LINK.replace('"@key", "@tag"', '"@inaccessible", "@key", "@tag"')
    candidate.write_text(f'{link}type Child @key(fields: "id") {{ id: ID!  club: Club @tag(name: "x") }}\n{OWN}')

    assert publishing.check(folder, "clubs", candidate) == "Both composers accept it."


@pytest.mark.full
def test_from_a_partners_sdl_to_the_graph_and_back(folder):
    candidate = folder / "candidate.graphql"
    candidate.write_text(GOOD)
    assert publishing.check(folder, "clubs", candidate) == "Both composers accept it."

    publishing.publish(folder)
    alone = (folder / "supergraph.graphql").read_text()
    assert "adds Child.club" in publishing.check(folder, "clubs", candidate).splitlines()

    subgraphs = json.loads((folder / "federation.json").read_text())["subgraphs"]
    clubs = {"name": "clubs", "url": "http://clubs/graphql", "schema": "candidate.graphql", "partner": "102041"}
    (folder / "federation.json").write_text(json.dumps({"subgraphs": [*subgraphs, clubs]}))
    publishing.publish(folder)
    joined = (folder / "supergraph.graphql").read_text()
    assert "club: Club" in joined

    candidate.write_text(GOOD.replace("club:", "circle:"))
    with pytest.raises(Halt, match=r"Child\.club was removed"):
        publishing.check(folder, "clubs", candidate)
    publishing.rollback(folder)
    assert (folder / "supergraph.graphql").read_text() == alone
    publishing.rollback(folder)
    assert (folder / "supergraph.graphql").read_text() == joined


def test_what_cannot_be_composed_is_refused_and_publishes_nothing(folder):
    candidate = folder / "candidate.graphql"
    candidate.write_text(LINK + 'type Club { a: Missing @tag(name: "x") }')
    with pytest.raises(Halt, match=r"@theguild/federation-composition: .*Missing"):
        publishing.check(folder, "clubs", candidate)
    candidate.write_text("type {")
    with pytest.raises(Halt, match="not valid GraphQL"):
        publishing.check(folder, "clubs", candidate)
    for text in ("{", "{}", '{"subgraphs": []}', '{"subgraphs": [1]}'):
        (folder / "federation.json").write_text(text)
        with pytest.raises(Halt, match="one of them with isCity"):
            publishing.publish(folder)
    with pytest.raises(Halt, match="no graph before"):
        publishing.rollback(folder)


def test_a_graph_that_breaks_clients_needs_a_version_that_may():
    before, after = "type Query { a: Int gone: Int }", "type Query { a: Int }"

    assert "## Breaking\n- Field Query.gone was removed." in printing.changelog(f"# 0.0.0\n{before}", after, "0.1.0")
    with pytest.raises(Halt, match=r"Query\.gone was removed"):
        printing.changelog(f"# 0.1.0\n{before}", after, "0.1.1")


def test_the_released_graph_says_of_which_version_it_is():
    first = printing.RELEASED.read_text(encoding="utf-8").partition("\n")[0]

    assert may_break(first.removeprefix("# "), version("tsumugi")) or first == f"# {version('tsumugi')}"
