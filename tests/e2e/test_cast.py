"""What the cast of the demo town sees, over HTTP, each logged in with the own card or key."""

from tests.running import ROOT

WARDS = """{ viewer { wards { edges { node {
  id name birthDate vaccinations(first: 20) { edges { node { vaccine givenOn } } } } } } } }"""
SCHEDULES = "{ viewer { wards { edges { node { schedule { series { series status } } } } } } }"
ANYWHERE = """query ($id: ID!) {
  node(id: $id) { ... on Child { name } }
  nodes(ids: [$id]) { id }
  _entities(representations: [{__typename: "Child", id: $id}]) { ... on Child { name } }
  children { totalCount edges { node { id } } }
  viewer { wards { edges { node { id } } } }
}"""
PLACES = """{ viewer { wards { edges { node {
  name vaccinations { edges { node { lot clinic doctor municipalityCode } } } checkups { edges { node { venue } } }
} } } } }"""


def wards(demo, name):
    return [edge["node"] for edge in demo.ask(name, WARDS)["viewer"]["wards"]["edges"]]


def test_a_mother_sees_her_children_and_their_doses(demo):
    children = wards(demo, "mother")

    assert len(children) == 3
    assert all(child["vaccinations"]["edges"] for child in children)


def test_a_mother_sees_what_is_due_and_what_is_late(demo):
    children = demo.ask("mother", SCHEDULES)["viewer"]["wards"]["edges"]
    found = {each["status"] for child in children for each in child["node"]["schedule"]["series"]}

    assert {"COMPLETE", "DUE", "OVERDUE", "NOT_YET"} <= found


def test_a_stranger_reaches_none_of_them_by_any_road(demo):
    for child in wards(demo, "mother"):
        seen = demo.ask("stranger", ANYWHERE, id=child["id"])

        assert (seen["node"], seen["nodes"], seen["_entities"]) == (None, [None], [None])
        assert child["id"] not in str(seen["children"]) + str(seen["viewer"])


def test_a_parent_who_lives_apart_sees_the_child_and_no_place(demo):
    eldest = wards(demo, "mother")[0]
    [child] = [edge["node"] for edge in demo.ask("ex-spouse", PLACES)["viewer"]["wards"]["edges"]]
    doses = [edge["node"] for edge in child["vaccinations"]["edges"]]

    assert child["name"] == eldest["name"]
    assert doses
    assert {value for dose in doses for value in dose.values()} == {None}
    assert {edge["node"]["venue"] for edge in child["checkups"]["edges"]} == {None}


def test_the_counterparty_of_a_measure_sees_no_child(demo):
    assert wards(demo, "counterparty") == []


def test_an_invited_grandmother_sees_the_child_that_she_was_invited_to(demo):
    [child] = wards(demo, "grandmother")

    assert child["name"] == wards(demo, "mother")[-1]["name"]


def test_a_nurse_sees_nothing_personal_before_saying_why(demo):
    child = wards(demo, "mother")[0]

    blind = demo.ask("nurse", ANYWHERE, id=child["id"])
    seeing = demo.ask("nurse", ANYWHERE, purpose="CHK:2026-0142", id=child["id"])

    assert (blind["node"], blind["_entities"], blind["children"]["totalCount"]) == (None, [None], 0)
    assert seeing["node"] == seeing["_entities"][0] == {"name": child["name"]}


def test_everybody_of_the_cast_logs_in(demo):
    names = sorted(path.stem for path in (demo.data / "cards").iterdir())

    kinds = [demo.ask(name, "{ viewer { kind } }")["viewer"]["kind"] for name in names]

    assert len(names) == 31
    assert len(set(kinds)) == 15


def test_the_answer_to_readmes_first_query_is_readmes(demo):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    question = readme.partition("query --as mother '")[2].partition("'")[0]
    answer = readme.partition("```json\n")[2].partition("```")[0]

    assert demo.run("query", "--as", "mother", question).stdout == answer
